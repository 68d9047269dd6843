import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { pathToFileURL } from "node:url";
import { Forecasts } from "../../../server/src/forecast/forecasts.ts";
import { recordsFolder } from "../../../server/src/forecast/recordsFolder.ts";
import type { BuildStartingParams, BuiltStep } from "../../../server/src/protocol.ts";
import type { BuildEvent, BuildRequest, BuildResult } from "../engine/build.ts";
import { circumstancesOf } from "../engine/buildCircumstances.ts";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { BuildProgress, builtSteps } from "../presentation/buildProgress.ts";
import { inEnglish } from "../presentation/localize.ts";
import type { Surroundings } from "./buildOptions.ts";
import type { BuildSubject } from "./dockerfileOptions.ts";

/** A build from which the records learn what the cache holds. Nothing of it ever rejects or delays a build's end. */
export interface BuildLesson {
  readonly follow: (event: BuildEvent) => void;
  readonly learn: (result: BuildResult) => Promise<void>;
  readonly learnFailure: (error: unknown) => Promise<void>;
}

/** To be called right before the build, since it looks at the files as they are. */
export async function beginLesson(
  engine: Engine,
  request: BuildRequest,
  environment: Surroundings["environment"],
): Promise<BuildLesson> {
  const forecasts = new Forecasts({
    recordsFolder: recordsFolder({ platform: process.platform, home: homedir(), environment }),
    openDocument: () => undefined,
    onChange: () => undefined,
    onWrong: () => undefined,
    // Without records there is no forecast, and a build is none the worse.
    onError: () => undefined,
  });
  const progress = new BuildProgress(inEnglish);
  const text = await readFile(request.dockerfile, "utf8").catch(() => "");
  const reported = reportedBuild(
    { ...request, buildArguments: request.buildArguments ?? {} },
    text,
  );
  const circumstances = await circumstancesOf(engine, reported, {
    buildStarting: async (params) => ({ images: await forecasts.buildStarting(params) }),
  });
  const finish = async (steps: readonly BuiltStep[], cancelled: boolean): Promise<void> => {
    if (circumstances !== undefined) {
      await forecasts.buildFinished({
        ...reported,
        finishedAt: Date.now(),
        steps,
        circumstances,
        ...(cancelled ? { cancelled } : {}),
        ...(request.pull === true ? { pulled: true } : {}),
      });
    }
  };
  return {
    follow: (event) => {
      progress.accept(event);
    },
    learn: ({ steps, layerBytes }) =>
      finish(builtSteps(steps.length > 0 ? steps : progress.steps, layerBytes), false),
    learnFailure: (error) =>
      finish(
        builtSteps(progress.steps, new Map()),
        !(error instanceof EngineError && error.reason === "build-failed"),
      ),
  };
}

/** A build as the records know it. */
export function reportedBuild(
  { contextFolder, dockerfile, target, platform, buildArguments }: BuildSubject,
  text: string,
): Omit<BuildStartingParams, "id"> {
  return {
    uri: pathToFileURL(dockerfile).href,
    text,
    contextFolder,
    buildArguments,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
  };
}
