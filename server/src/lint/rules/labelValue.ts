import deprecatedLicenses from "spdx-license-ids/deprecated.json";
import currentLicenses from "spdx-license-ids/index.json";
import type { LabelType, Rule } from "../rule.ts";

export const labelValue: Rule = {
  name: "label-value",
  alsoKnownAs: ["LabelValue", "DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"],
  severity: "warning",
  summary: "The value of a label should be what the project asks for.",
  explanation: `
    Reports nothing unless \`label-schema\` in \`.hadolint.yaml\` gives labels a type: \`text\`, \`url\`, \`rfc3339\` (a
    point in time), \`spdx\` (a licence), \`hash\` (of a Git commit), \`semver\` or \`email\`. Values with
    variables are left alone.
  `,
  examples: [
    {
      bad: `
        FROM alpine:3.21
        LABEL name="" version=1.0 revision=main
                   ^^ warning: The label "name" is empty
                              ^^^ warning: The label "version" should be a version such as 1.2.3
                                           ^^^^ warning: The label "revision" should be the hash of a Git commit, of 7 or 40 digits
        LABEL home=example.org created=yesterday author=me licence="Apache"
                   ^^^^^^^^^^^ warning: The label "home" should be a URL
                                       ^^^^^^^^^ warning: The label "created" should be a time such as 2026-11-24T09:30:00Z
                                                        ^^ warning: The label "author" should be an email address
                                                                   ^^^^^^^^ warning: The label "licence" should be an SPDX expression such as MIT
      `,
      good: `
        FROM alpine:3.21
        ARG VERSION
        LABEL name="x" version=1.0.0-rc.1 revision=f1d2d2f
        LABEL home=https://example.org created=2026-11-24T09:30:00Z author=me@example.org licence="MIT OR Apache-2.0"
        LABEL version=$VERSION
      `,
      policy: {
        labelSchema: new Map<string, LabelType>([
          ["name", "text"],
          ["version", "semver"],
          ["revision", "hash"],
          ["home", "url"],
          ["created", "rfc3339"],
          ["author", "email"],
          ["licence", "spdx"],
        ]),
      },
    },
  ],

  *check({ instructions }, { policy }) {
    const schema = policy?.labelSchema;
    if (schema === undefined) {
      return;
    }
    for (const instruction of instructions) {
      if (instruction.keyword !== "LABEL" || instruction.onbuild) {
        continue;
      }
      for (const { key, value } of instruction.pairs) {
        const name = key.value.text;
        const type = schema.get(name);
        if (type === undefined || value === undefined || value.value.text.includes("$")) {
          continue;
        }
        const { text } = value.value;
        const { alias, fits, wanted } = types[type];
        if (!fits(text)) {
          const span = value.span.start < value.span.end ? value.span : key.span;
          yield { ...span, message: `The label "${name}" ${wanted}`, alias };
        }
      }
    }
  },
};

interface ValueType {
  /** hadolint's code for a value that does not fit. */
  readonly alias: string;
  readonly fits: (value: string) => boolean;
  readonly wanted: string;
}

const types: Readonly<Record<LabelType, ValueType>> = {
  text: { alias: "DL3051", fits: (value) => value !== "", wanted: "is empty" },
  url: {
    alias: "DL3052",
    fits: (value) => /^[a-z][a-z0-9+.-]*:\S/i.test(value) && URL.canParse(value),
    wanted: "should be a URL",
  },
  rfc3339: {
    alias: "DL3053",
    fits: isTime,
    wanted: "should be a time such as 2026-11-24T09:30:00Z",
  },
  spdx: {
    alias: "DL3054",
    fits: isLicense,
    wanted: "should be an SPDX expression such as MIT",
  },
  hash: {
    alias: "DL3055",
    fits: (value) => /^(?:[0-9a-f]{7}|[0-9a-f]{40})$/i.test(value),
    wanted: "should be the hash of a Git commit, of 7 or 40 digits",
  },
  semver: {
    alias: "DL3056",
    fits: (value) =>
      /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-(?:0|[1-9]\d*|\d*[a-z-][\da-z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(?:\+[\da-z-]+(?:\.[\da-z-]+)*)?$/i.test(
        value,
      ),
    wanted: "should be a version such as 1.2.3",
  },
  email: {
    alias: "DL3058",
    fits: (value) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value),
    wanted: "should be an email address",
  },
};

/** Identifiers with AND, OR and WITH between them; what follows WITH is an exception, of which there is no list here. */
function isLicense(value: string): boolean {
  const words = value.replaceAll(/[()]/g, " ").trim().split(/\s+/);
  return (
    words.every((word, index) => {
      if (index % 2 === 1) {
        return /^(?:AND|OR|WITH)$/i.test(word);
      }
      return (
        words[index - 1]?.toUpperCase() === "WITH" ||
        /^(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+$/.test(word) ||
        licenses.has(word.toLowerCase().replace(/\+$/, "")) ||
        licenses.has(word.toLowerCase())
      );
    }) && words.length % 2 === 1
  );
}

/** Their case does not matter. */
const licenses = new Set(
  [...currentLicenses, ...deprecatedLicenses].map((each) => each.toLowerCase()),
);

function isTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value.replace(" ", "T")))
  );
}
