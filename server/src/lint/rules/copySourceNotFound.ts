import { suggest } from "../../dockerfile/suggest.ts";
import { type ContextSnapshot, type LiteralSource, literalSources } from "../contextSnapshot.ts";
import type { Rule } from "../rule.ts";

export const copySourceNotFound: Rule = {
  name: "copy-source-not-found",
  alsoKnownAs: ["CopySourceNotFound"],
  severity: "warning",
  summary: "`COPY` should name files that are in the build context.",
  explanation: `
    The build fails at a source that is not there. The folder of the Dockerfile is taken as the build context,
    which is a guess. So a source is reported as a warning where a file of nearly its name is there; and otherwise only as
    an information, when most other sources of the Dockerfile are found. What looks like the output of a build
    (\`dist\`, \`target\`, \`app.jar\`) is left alone, as it may be made later, and so are wildcards, which may match nothing.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        COPY packge.json package-lock.json ./
             ^^^^^^^^^^^ warning: "packge.json" is not in the build context (did you mean package.json?)
        COPY src/ src/
        COPY config/app.yaml /etc/
             ^^^^^^^^^^^^^^^ info: "config/app.yaml" is not in the build context, if that is the Dockerfile's folder
        COPY dist/ /srv/
      `,
      contextFiles: ["Dockerfile", "package.json", "package-lock.json", "src/", "config/prod.json"],
    },
    {
      bad: `
        FROM scratch
        ARG NAME=readme.md
        COPY --chmod=644 Docs/\${NAME} /
                         ^^^^^^^^^^^^ warning: "Docs/readme.md" is not in the build context (did you mean docs/readme.md?)
        COPY ["License", "/"]
               ^^^^^^^ warning: "License" is not in the build context (did you mean LICENSE?)
      `,
      contextFiles: ["Dockerfile", "LICENSE", "docs/readme.md"],
    },
    {
      bad: `
        FROM scratch
        ADD hello.txtt /
            ^^^^^^^^^^ warning: "hello.txtt" is not in the build context (did you mean hello.txt?)
      `,
      good: `
        FROM scratch
        ADD hello.txt /
      `,
      contextFiles: ["hello.txt"],
    },
  ],

  *check(file, { contextFiles, ignoreFile }) {
    if (contextFiles === undefined || (contextFiles.entries("") ?? []).length === 0) {
      return;
    }
    const missing: { source: LiteralSource; meant: string | undefined }[] = [];
    let present = 0;
    for (const source of literalSources(file)) {
      const found = look(contextFiles, source);
      if (found === "there") {
        present++;
      } else if (found !== "unknown" && ignoreFile?.excludes(source.segments.join("/")) !== true) {
        missing.push({ source, meant: found.meant });
      }
    }
    const unexplained = missing.filter(
      ({ meant, source }) => meant === undefined && !source.segments.some(isBuildOutput),
    );
    const isLikelyContext = present > 0 && present >= unexplained.length;
    for (const { source, meant } of missing) {
      const { span, text, hasVariables } = source;
      if (meant !== undefined) {
        const isVerbatim = !hasVariables && file.text.slice(span.start, span.end) === text;
        yield {
          ...span,
          message: `"${text}" is not in the build context (did you mean ${meant}?)`,
          ...(isVerbatim && {
            fix: {
              title: `Change to ${meant}`,
              safe: false,
              edits: [{ ...span, newText: meant }],
            },
          }),
        };
      } else if (isLikelyContext && !source.segments.some(isBuildOutput)) {
        yield {
          ...span,
          severity: "info",
          message: `"${text}" is not in the build context, if that is the Dockerfile's folder`,
        };
      }
    }
  },
};

/** Goes down from the root as far as somebody has looked. */
function look(
  files: ContextSnapshot,
  { segments, text }: LiteralSource,
): "there" | "unknown" | { readonly meant: string | undefined } {
  for (const [index, segment] of segments.entries()) {
    const entries = files.entries(segments.slice(0, index).join("/"));
    if (entries === undefined) {
      // Behind a symbolic link, perhaps.
      return "unknown";
    }
    if (!entries.some(({ name }) => name === segment)) {
      const names = entries.map(({ name }) => name);
      const near = nearName(segment, names);
      return { meant: near === undefined ? undefined : replaceSegment(text, segment, near) };
    }
  }
  return "there";
}

/** In larger directories something is always near, and looking takes time. */
const maxNames = 500;

/** Short names are near to each other by chance. */
function nearName(name: string, names: readonly string[]): string | undefined {
  const sameButCase = names.find((each) => each.toLowerCase() === name.toLowerCase());
  if (sameButCase !== undefined || name.length < 6 || names.length > maxNames) {
    return sameButCase;
  }
  const near = suggest(name, names);
  // `a.conf` and `b.conf`, `app1` and `app2` are names of their own.
  return near !== undefined && near.replaceAll(/\d/g, "") !== name.replaceAll(/\d/g, "")
    ? near
    : undefined;
}

function replaceSegment(path: string, segment: string, newText: string): string {
  return path
    .split("/")
    .map((each) => (each === segment ? newText : each))
    .join("/");
}

function isBuildOutput(segment: string): boolean {
  return /^(?:dist|build|out|output|target|bin|obj|publish|release|releases|node_modules|vendor|coverage|generated|artifacts?|tmp|\.next|\.output|_build|public|static)$|\.(?:jar|war|ear|whl|tgz|gz|bz2|xz|zst|zip|tar|deb|rpm|apk|exe|dll|so|pem|crt|key|env)$/i.test(
    segment,
  );
}
