import { describeFlag } from "../../dockerfile/instructions.ts";
import type { Directive, Dockerfile } from "../../dockerfile/syntax.ts";
import type { Span } from "../../text/span.ts";
import type { Fix, Rule } from "../rule.ts";

export const newerThanSyntax: Rule = {
  name: "newer-than-syntax",
  alsoKnownAs: ["NewerThanSyntax"],
  severity: "warning",
  summary: "A Dockerfile should not use what the version in its `# syntax` does not know.",
  explanation: `
    \`# syntax=docker/dockerfile:1.4\` builds with exactly that version of the language, however new the
    builder is. A flag that came later is an unknown flag for it, and a here-document is a broken command.
    \`docker/dockerfile:1\` means the newest version that is stable.
  `,
  examples: [
    {
      bad: `
        # syntax=docker/dockerfile:1.3
        FROM alpine:3.21
        COPY --link a b /
             ^^^^^^ warning: \`--link\` came with docker/dockerfile:1.4, and \`# syntax\` asks for 1.3
      `,
      good: `
        # syntax=docker/dockerfile:1.4
        FROM alpine:3.21
        COPY --link a b /
      `,
    },
    {
      bad: `
        # syntax=docker/dockerfile:1.2
        FROM alpine:3.21
        COPY <<END /hello
             ^^^^^ warning: Here-documents came with docker/dockerfile:1.4, and \`# syntax\` asks for 1.2
        hello
        END
      `,
      good: `
        # syntax=docker/dockerfile:1.4
        FROM alpine:3.21
        COPY <<END /hello
        hello
        END
      `,
    },
  ],

  *check(file) {
    const pinned = pinnedSyntax(file);
    if (pinned === undefined) {
      return;
    }
    for (const instruction of file.instructions) {
      for (const { name, nameSpan } of instruction.flags) {
        const flag = describeFlag(instruction.keyword, name);
        const since = pinned.isLabs ? (labsSince[name] ?? flag?.since) : flag?.since;
        const span = { start: nameSpan.start - "--".length, end: nameSpan.end };
        if (flag?.labs === true && !pinned.isLabs) {
          yield {
            ...span,
            message: `\`--${name}\` is known to the versions with \`-labs\` only, and \`# syntax\` asks for ${pinned.written}`,
          };
        } else if (since !== undefined && isOlder(pinned, since)) {
          yield problem(span, `\`--${name}\``, since, pinned);
        }
      }
      for (const { word } of instruction.heredocs) {
        const since = pinned.isLabs ? "1.3" : "1.4";
        if (isOlder(pinned, since)) {
          yield problem(word, "Here-documents", since, pinned);
        }
      }
    }
  },
};

/** Flags that the versions with `-labs` had earlier than the stable ones. */
const labsSince: Readonly<Record<string, string>> = {
  checksum: "1.5",
  exclude: "1.7",
  "keep-git-dir": "1.1",
  mount: "1.0",
  network: "1.1",
  parents: "1.7",
  security: "1.1",
};

interface PinnedSyntax {
  readonly directive: Directive;
  /** `1.4`, without the patch. */
  readonly version: string;
  readonly written: string;
  readonly isLabs: boolean;
  /** Where the tag's `1.4.1-labs` stands. */
  readonly tag: Span;
  readonly hasDigest: boolean;
}

/** The version that `# syntax` names, when it is one of Docker's and names at least two of its numbers. */
function pinnedSyntax({ directives }: Dockerfile): PinnedSyntax | undefined {
  const directive = directives.find(({ name, effective }) => name === "syntax" && effective);
  const [, before = "", written, version, labs, digest] =
    /^((?:docker\.io\/)?docker\/dockerfile:)((\d+\.\d+)(?:\.\d+)?(-labs)?)(@\S+)?(?:\s|$)/.exec(
      directive?.value ?? "",
    ) ?? [];
  if (directive === undefined || written === undefined || version === undefined) {
    return undefined;
  }
  const start = directive.valueSpan.start + before.length;
  return {
    directive,
    version,
    written,
    isLabs: labs !== undefined,
    tag: { start, end: start + written.length },
    hasDigest: digest !== undefined,
  };
}

function problem(span: Span, what: string, since: string, pinned: PinnedSyntax) {
  const came = `docker/dockerfile:${since}${pinned.isLabs ? "-labs" : ""}`;
  const fix: Fix = {
    title: `Change \`# syntax\` to ${came}`,
    safe: false,
    edits: [{ ...pinned.tag, newText: `${since}${pinned.isLabs ? "-labs" : ""}` }],
  };
  return {
    ...span,
    message: `${what} came with ${came}, and \`# syntax\` asks for ${pinned.written}`,
    related: { span: pinned.directive.valueSpan, message: "The version is chosen here" },
    ...(!pinned.hasDigest && { fix }),
  };
}

function isOlder({ version }: PinnedSyntax, since: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = since.split(".").map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
