import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { BuildEvent, BuildResult } from "../engine/build.ts";
import { BuildFailure } from "../engine/buildFailure.ts";
import { createDockerEngine } from "../engine/dockerEngine.ts";
import { EngineError } from "../engine/engineError.ts";
import { findEndpoint } from "../engine/findEndpoint.ts";
import { BuildProgress, buildSummary } from "../presentation/buildProgress.ts";
import { inEnglish } from "../presentation/localize.ts";
import { beginLesson } from "./buildLesson.ts";
import { type BuildOptions, readBuildOptions } from "./buildOptions.ts";
import type { Output } from "./check.ts";
import { engineExitCode, exitCodes } from "./exitCodes.ts";

export const buildUsage = `Usage: slipway build [CONTEXT] [OPTION…]

Builds an image with BuildKit, from the folder CONTEXT or the one that you are in. Needs no docker command.

  -f, --file FILE          the Dockerfile (CONTEXT/Dockerfile)
  -t, --tag NAME[:TAG]     what to call the image; may be given again
      --target STAGE       the stage to build
      --build-arg K[=V]    a build argument, without a value that of the environment; may be given again
      --secret SECRET      for RUN --mount=type=secret: id=NAME,src=FILE or id=NAME,env=VARIABLE; may be given again
      --ssh ID[=SOCKET]    for RUN --mount=type=ssh: an SSH agent, such as default, without a socket that of
                           SSH_AUTH_SOCK; may be given again
      --label K=V          a label of the image; may be given again
      --platform OS/ARCH   what to build for, such as linux/arm64 (what the engine runs on)
      --network MODE       what steps reach: default, none, or host where the engine allows it
      --add-host NAME:IP   a host that steps know by name, host-gateway being the engine's machine; may be given again
      --cache-from IMAGE   looks into the cache that an image in a registry carries; may be given again
      --cache-to type=inline
                           makes the image carry its cache along
      --no-cache           runs every instruction again
      --pull               asks registries for newer base images
      --progress plain|json
                           for people, on standard error (the default), or JSON on standard output, an event a line
  -q, --quiet              prints the image's id and nothing else
      --endpoint ENDPOINT  the engine: its address, or the name of a docker context. Without it the engine that
                           DOCKER_HOST, DOCKER_CONTEXT or docker's current context names, or one found on this machine

Exit code: 0 built, 1 the build failed, 2 a file cannot be read or the arguments make no sense, 3 no engine answers,
130 cancelled by Ctrl+C.
`;

export interface BuildOutput extends Output {
  /** Whether `complain` writes to a terminal. */
  readonly isComplaintTerminal: boolean;
}

/** `slipway build`. Resolves with the exit code; aborting cancels the build. */
export async function build(
  args: readonly string[],
  output: BuildOutput,
  signal?: AbortSignal,
): Promise<number> {
  const options = readBuildOptions(args, { folder: process.cwd(), environment: process.env });
  if ("help" in options) {
    output.out(buildUsage);
    return exitCodes.fine;
  }
  if ("mistake" in options) {
    output.complain(`slipway build: ${options.mistake}\nWhat it takes: slipway build --help\n`);
    return exitCodes.wrongUse;
  }
  const report = reporterFor(options, output);
  try {
    const engine = createDockerEngine(await findEndpoint({ setting: options.endpoint }));
    try {
      const lesson = await beginLesson(engine, options.request, process.env);
      const onEvent = (event: BuildEvent): void => {
        lesson.follow(event);
        report.event(event);
      };
      try {
        const result = await engine.buildImage(options.request, {
          onEvent,
          ...(signal === undefined ? {} : { signal }),
        });
        report.built(result);
        await lesson.learn(result);
        return exitCodes.fine;
      } catch (error) {
        await lesson.learnFailure(error);
        throw error;
      }
    } finally {
      engine.dispose();
    }
  } catch (error) {
    if (!(error instanceof EngineError)) {
      throw error;
    }
    report.failed(error);
    return engineExitCode(error);
  }
}

interface Reporter {
  readonly event: (event: BuildEvent) => void;
  readonly built: (result: BuildResult) => void;
  readonly failed: (error: EngineError) => void;
}

function reporterFor(options: BuildOptions, output: BuildOutput): Reporter {
  return options.progress === "json"
    ? jsonReporter(output)
    : options.quiet
      ? quietReporter(options, output)
      : plainReporter(options, output);
}

function plainReporter({ request }: BuildOptions, output: BuildOutput): Reporter {
  const progress = new BuildProgress(inEnglish);
  const isColored = output.isComplaintTerminal && process.env["NO_COLOR"] === undefined;
  const write = (text: string): void => {
    const lines = text.replaceAll("\r\n", "\n");
    output.complain(isColored ? lines : stripVTControlCharacters(lines));
  };
  return {
    event: (event) => write(progress.accept(event)),
    built(result) {
      const name = request.tags[0] ?? result.imageId;
      write(`${buildSummary({ ...result, name }, inEnglish)}\n`);
    },
    failed: (error) => output.complain(failureText(request.dockerfile, error)),
  };
}

function quietReporter({ request }: BuildOptions, output: BuildOutput): Reporter {
  return {
    event: () => undefined,
    built: ({ imageId }) => output.out(`${imageId}\n`),
    failed(error) {
      const lines = error instanceof BuildFailure ? error.details.output : [];
      output.complain(
        lines.map((line) => `${line}\n`).join("") + failureText(request.dockerfile, error),
      );
    },
  };
}

/** What the events hold is `BuildEvent`; the last line says how it ended. */
function jsonReporter(output: BuildOutput): Reporter {
  const write = (value: object): void => output.out(`${JSON.stringify(value)}\n`);
  return {
    event: write,
    built: ({ imageId, seconds }) => write({ type: "built", imageId, seconds }),
    failed(error) {
      const details = error instanceof BuildFailure ? error.details : {};
      write({ type: "failed", reason: error.reason, message: error.message, ...details });
    },
  };
}

function failureText(dockerfile: string, error: EngineError): string {
  const line = error instanceof BuildFailure ? error.details.dockerfileLine : undefined;
  return error.reason === "cancelled"
    ? "slipway build: the build was cancelled.\n"
    : line === undefined
      ? `slipway build: ${error.message}\n`
      : `${relative(process.cwd(), dockerfile)}:${line}: ${error.message}\n`;
}
