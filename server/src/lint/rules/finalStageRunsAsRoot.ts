import type { Dockerfile, Stage, UserInstruction } from "../../dockerfile/syntax.ts";
import type { Rule } from "../rule.ts";

export const finalStageRunsAsRoot: Rule = {
  name: "final-stage-runs-as-root",
  alsoKnownAs: ["FinalStageRunsAsRoot"],
  severity: "off",
  summary: "The image should not run as root, which it does when nothing names a user.",
  explanation: `
    Most base images run as root unless a \`USER\` says otherwise. Only the last stage is looked at, with the
    stages that it builds on: in the others root does no harm. Images whose name says that they have a
    user of their own (\`nonroot\`, \`rootless\`, \`unprivileged\`) count as such.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11 AS build
        RUN npm ci
        FROM node:22.11
             ^^^^^^^^^^ warning: Nothing names a user, so the image runs as root unless its base image says otherwise; add a USER
        COPY --from=build /app /app
      `,
      good: `
        FROM node:22.11 AS build
        RUN npm ci
        FROM node:22.11
        COPY --from=build /app /app
        USER node
      `,
    },
    {
      bad: `
        FROM alpine:3.21 AS base
        USER 0:0
             ^^^ warning: The image runs as root; change to another user at the end
        FROM base
        RUN apk add --no-cache git
      `,
      good: `
        FROM alpine:3.21 AS base
        USER 1000:1000
        FROM base
        RUN apk add --no-cache git
      `,
    },
  ],

  *check(file) {
    const final = file.stages.at(-1);
    if (final?.from.image === undefined) {
      return;
    }
    const user = lastUser(file, final);
    if (user === "unknown") {
      return;
    }
    if (user === undefined) {
      yield {
        ...final.from.image.span,
        message:
          "Nothing names a user, so the image runs as root unless its base image says otherwise; add a USER",
      };
    } else if (/^(?:root|0)(?::|$)/.test(user.argument?.value.text ?? "")) {
      yield {
        ...(user.argument?.span ?? user.keywordSpan),
        message: "The image runs as root; change to another user at the end",
      };
    }
  },
};

/** The USER that counts at the end of a stage; "unknown" when the base image probably has one. */
function lastUser({ stages }: Dockerfile, final: Stage): UserInstruction | "unknown" | undefined {
  let stage: Stage | undefined = final;
  while (stage !== undefined) {
    const user = stage.instructions.findLast(
      (each): each is UserInstruction => each.keyword === "USER" && !each.onbuild,
    );
    if (user !== undefined) {
      return user;
    }
    const { base }: Stage = stage;
    if (base.kind === "unknown") {
      return "unknown";
    }
    if (base.kind === "image" && /nonroot|non-root|rootless|unprivileged/.test(base.image)) {
      return "unknown";
    }
    // A stage only ever builds on an earlier one.
    stage = base.kind === "stage" && base.stage < stage.index ? stages[base.stage] : undefined;
  }
  return undefined;
}
