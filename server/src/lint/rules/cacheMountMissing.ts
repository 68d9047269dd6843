import type { Dockerfile, RunInstruction } from "../../dockerfile/syntax.ts";
import { type RunInvocation, runInvocations } from "../../shell/scripts.ts";
import { keepDebs } from "../debs.ts";
import type { PackageCache } from "../packageCaches.ts";
import type { Edit, Fix, Rule } from "../rule.ts";
import { isRoot, usersOf } from "../stageUsers.ts";
import {
  addCacheMounts,
  cacheFilledBy,
  cacheMounts,
  directoriesOf,
  emptyings,
  installsFromFiles,
  isBelow,
} from "../usedCaches.ts";

export const cacheMountMissing: Rule = {
  name: "cache-mount-missing",
  alsoKnownAs: ["CacheMountMissing"],
  severity: "info",
  isAdvice: true,
  summary:
    "What package managers and compilers keep for their next run should be in a cache mount.",
  explanation: `
    When one file of many changes, the step that installs what the files say runs again, and downloads all of it
    again. With \`RUN --mount=type=cache\` the downloads of earlier builds are there still, and are no part of the image.

    It is said of commands that install what files of the project say, as root. Programs that use their cache in
    place, such as Go, Cargo and Maven, are left alone in stages that become the image. The package managers
    of systems are left alone where a Dockerfile has no cache mount for them at all. To add the mount lets the step run once more.
  `,
  examples: [
    {
      bad: `
        FROM node:22.11
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci
            ^^^ info: npm downloads everything again whenever this step runs again; keep /root/.npm in a cache mount
      `,
      good: `
        FROM node:22.11
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN --mount=type=cache,target=/root/.npm npm ci
      `,
    },
    {
      bad: `
        FROM python:3.13
        COPY requirements.txt /
        RUN pip install --no-cache-dir -r requirements.txt
            ^^^ info: pip downloads everything again whenever this step runs again; keep /root/.cache/pip in a cache mount
      `,
      good: `
        FROM python:3.13
        COPY requirements.txt /
        RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
      `,
    },
    {
      bad: `
        FROM golang:1.23 AS build
        COPY . /src/
        RUN go build -o /app /src
            ^^ info: go downloads and compiles everything again whenever this step runs again; keep /go/pkg/mod and /root/.cache/go-build in cache mounts
        FROM scratch
        COPY --from=build /app /app
      `,
      good: `
        FROM golang:1.23 AS build
        COPY . /src/
        RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app /src
        FROM scratch
        COPY --from=build /app /app
      `,
    },
  ],

  *check(file) {
    const users = usersOf(file);
    const mountsSystems = file.instructions.some(
      (each) =>
        each.keyword === "RUN" &&
        cacheMounts(each).some(({ target }) => isBelow(target, ["/var/cache", "/var/lib"])),
    );
    const seen = new Set<string>();
    for (const run of runInvocations(file)) {
      const { invocation, instruction } = run;
      const cache = cacheFilledBy(invocation);
      if (
        cache === undefined ||
        seen.has(`${instruction.span.start} ${cache.name}`) ||
        instruction.onbuild ||
        !isRoot(users.get(instruction)) ||
        !installsFromFiles(cache, invocation) ||
        (cache.isSystem === true && !mountsSystems) ||
        (cache.inPlace === true && isKept(file, instruction))
      ) {
        continue;
      }
      const missing = missingDirectories(file, instruction, cache);
      if (missing.length === 0) {
        continue;
      }
      seen.add(`${instruction.span.start} ${cache.name}`);
      const does =
        cache.name === "go" && missing.length > 1 ? "downloads and compiles" : "downloads";
      const mounts = missing.length === 1 ? "a cache mount" : "cache mounts";
      yield {
        ...invocation.nameWord.span,
        message: `${cache.name} ${does} everything again whenever this step runs again; keep ${missing.join(" and ")} in ${mounts}`,
        ...fix(file, run, cache),
      };
    }
  },
};

function missingDirectories(
  file: Dockerfile,
  instruction: RunInstruction,
  cache: PackageCache,
): string[] {
  const mounted = cacheMounts(instruction).map(({ target }) => target);
  const used = directoriesOf(file, instruction, cache);
  // Those that know it say by one mount that they want no other.
  return used.some(
    (path) => isBelow(path, mounted) || mounted.some((each) => isBelow(each, [path])),
  )
    ? []
    : used;
}

/** Does what the step leaves become part of an image? */
function isKept({ stages }: Dockerfile, { stage }: RunInstruction): boolean {
  return (
    stage === stages.length - 1 ||
    stages.some(({ base }) => base.kind === "stage" && base.stage === stage)
  );
}

/** Where the cache is used in place, every step of the stage that uses it needs the mount. */
function fix(file: Dockerfile, run: RunInvocation, cache: PackageCache): { fix?: Fix } {
  const invocations = runInvocations(file);
  const needing = new Map<RunInstruction, PackageCache>();
  for (const { instruction, invocation } of invocations) {
    const other = cacheFilledBy(invocation);
    const isWanted =
      instruction === run.instruction
        ? other === cache
        : cache.inPlace === true &&
          instruction.stage === run.instruction.stage &&
          other?.name === cache.name;
    if (
      isWanted &&
      other !== undefined &&
      missingDirectories(file, instruction, other).length > 0
    ) {
      needing.set(instruction, other);
    }
  }
  const edits: Edit[] = cache.name === "apt" ? keepDebs(file, run.instruction) : [];
  for (const [instruction, other] of needing) {
    const directories = directoriesOf(file, instruction, other);
    const own = invocations.filter((each) => each.instruction === instruction);
    edits.push(addCacheMounts(instruction, directories, other));
    for (const { edit } of emptyings(file, own, directories)) {
      if (edit === undefined) {
        return {};
      }
      edits.push(edit);
    }
  }
  return { fix: { title: "Add a cache mount", safe: false, edits } };
}
