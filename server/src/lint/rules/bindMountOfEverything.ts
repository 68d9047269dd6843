import { mountOption } from "../../dockerfile/runMounts.ts";
import type { Rule } from "../rule.ts";

export const bindMountOfEverything: Rule = {
  name: "bind-mount-of-everything",
  alsoKnownAs: ["BindMountOfEverything"],
  severity: "info",
  isAdvice: true,
  summary: "A bind mount should hold the files that the step reads, and no others.",
  explanation: `
    A step runs again when any file in its bind mounts has changed. Without \`source\` that is any file of the build context.
  `,
  examples: [
    {
      bad: `
        FROM golang:1.23
        RUN --mount=type=bind,target=/src cd /src && go mod download
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: Any file of the build context that changes runs this step again; mount what it reads with source=
      `,
      good: `
        FROM golang:1.23
        RUN --mount=type=bind,source=go.mod,target=/src/go.mod cd /src && go mod download
      `,
    },
  ],

  *check(file) {
    for (const instruction of file.instructions) {
      if (instruction.keyword !== "RUN") {
        continue;
      }
      for (const mount of instruction.mounts) {
        const source = mountOption(mount, "source", "src")?.value?.value.text ?? "";
        if (
          mount.type === "bind" &&
          mountOption(mount, "from") === undefined &&
          /^\.?\/?$/.test(source)
        ) {
          yield {
            ...mount.flag.span,
            message:
              "Any file of the build context that changes runs this step again; mount what it reads with source=",
          };
        }
      }
    }
  },
};
