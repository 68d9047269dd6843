import { createHash } from "node:crypto";
import type { ContextEntry } from "../cache/contextSnapshot.ts";
import type { BuildRecords } from "../cache/records.ts";
import { learn, type ObservedStep } from "../cache/learn.ts";
import { fileOfUri } from "../buildContext/fileOfUri.ts";
import { normalizedImage } from "../dockerfile/imageReference.ts";
import { parse } from "../dockerfile/parse.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { OpenDocument } from "../openDocuments.ts";
import type {
  BuildFinishedParams,
  BuildStartingParams,
  EngineChangedParams,
  PredictionFailedParams,
} from "../protocol.ts";
import { failedCase, wrongPredictions } from "./comparison.ts";
import { ContextFiles, type ContextLook } from "./contextFiles.ts";
import {
  type Forecast,
  foresee,
  graphOfBuild,
  imagesOfBuild,
  isForecast,
  type KnownBuild,
  mayRead,
  type Silence,
  unforeseeable,
  unreadFiles,
} from "./forecast.ts";
import { failedInstructions, observedSteps } from "./observedSteps.ts";
import { RecordFiles } from "./recordFiles.ts";

export interface ForecastsOptions {
  /** Where records are kept: an absolute path. Without one nothing outlives the process. */
  readonly recordsFolder?: string;
  /** The text of a Dockerfile as the editor has it. */
  readonly openDocument: (uri: string) => OpenDocument | undefined;
  /** The forecast of this Dockerfile may be another one now. */
  readonly onChange: (uri: string) => void;
  /** A build has done something else than was foreseen of it. */
  readonly onWrong: (params: PredictionFailedParams) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches builds and files, and says of open Dockerfiles what the next build will do. Only of those whose
 * last build was seen from its beginning to its end, with files that stayed as they were; of the others
 * that were built it says why not.
 */
export class Forecasts {
  readonly #options: ForecastsOptions;
  readonly #records: RecordFiles;
  readonly #starting = new Map<string, Starting>();
  readonly #subjects = new Map<string, Subject>();
  /** Of Dockerfiles that were built and are no subjects. */
  readonly #silences = new Map<string, Silence>();
  /** The one that the next build is for, where somebody has told of it. */
  #engine: EngineChangedParams | undefined;
  #finishing: Promise<void> = Promise.resolve();

  constructor(options: ForecastsOptions) {
    this.#options = options;
    this.#records = new RecordFiles(options.recordsFolder);
  }

  /** Looks at the files as they are before the build; gives the images that decide about it. Never rejects. */
  async buildStarting(params: BuildStartingParams): Promise<readonly string[]> {
    const { id, uri, text, contextFolder } = params;
    const dockerfile = fileOfUri(uri);
    if (dockerfile === undefined) {
      return [];
    }
    for (const [other, { uri: otherUri }] of this.#starting) {
      // The build of which nobody has heard since then.
      if (otherUri === uri) {
        this.#starting.delete(other);
      }
    }
    const before = this.#subjects.get(uri);
    before?.looking?.abort();
    const files =
      before?.files.folder === contextFolder
        ? before.files
        : new ContextFiles(contextFolder, dockerfile);
    const starting: Starting = { uri, file: parse(text), files };
    this.#starting.set(id, starting);
    this.#options.onChange(uri);
    try {
      starting.stat = await files.stat(AbortSignal.timeout(longestScan));
    } catch (error) {
      this.#options.onError(error);
    }
    return imagesOfBuild(starting.file, params);
  }

  /** Learns from it, and then has a forecast. Never rejects. */
  async buildFinished(params: BuildFinishedParams): Promise<void> {
    await this.#inTurn(() => this.#finish(params));
  }

  /** Something was removed from the cache of an engine. Never rejects. */
  async cachePruned(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#records.doubtAll().catch(this.#options.onError);
      for (const [uri, subject] of this.#subjects) {
        subject.known = undefined;
        this.#options.onChange(uri);
      }
    });
  }

  /** These names may stand for other images now, so that nothing is known of what is built on them. Never rejects. */
  async imagesReplaced(references: readonly string[]): Promise<void> {
    const replaced = new Set(references.map(normalizedImage));
    await this.#inTurn(() => {
      for (const [uri, { build, looking, timer }] of this.#subjects) {
        const images = Object.keys(build.circumstances.images);
        const reference = images.find((image) => replaced.has(normalizedImage(image)));
        if (reference !== undefined) {
          looking?.abort();
          clearTimeout(timer);
          this.#subjects.delete(uri);
          this.#silences.set(uri, { kind: "imageReplaced", reference });
          this.#options.onChange(uri);
        }
      }
    });
  }

  /** The next build is for this engine. */
  engineChanged(engine: EngineChangedParams): void {
    this.#engine = engine;
    for (const uri of this.#subjects.keys()) {
      this.#options.onChange(uri);
    }
  }

  /** Files on the disk have changed, by their absolute paths. */
  filesChanged(paths: readonly string[]): void {
    for (const [uri, subject] of this.#subjects) {
      const concerning = paths.filter((path) => subject.files.concerns(path));
      if (concerning.length > 0) {
        const isNoise = concerning.every((path) => /[\\/](?:\.git|node_modules)[\\/]/.test(path));
        this.#lookSoon(uri, isNoise ? noiseBurst : burst);
        if (!isNoise) {
          this.#glance(uri, subject, concerning).catch(this.#options.onError);
        }
      }
    }
  }

  /**
   * What the next build will do, or why that cannot be told. Takes milliseconds. `undefined` where nothing
   * has been built, or where the files are being looked at for the first time.
   */
  of(document: OpenDocument): Forecast | Silence | undefined {
    const { uri } = document;
    if (this.#isBuilding(uri)) {
      return { kind: "building" };
    }
    const subject = this.#subjects.get(uri);
    if (subject === undefined) {
      return this.#silences.get(uri);
    }
    if (this.#engine !== undefined && this.#engine.id !== subject.build.circumstances.engine.id) {
      return { kind: "otherEngine" };
    }
    if (subject.look === undefined) {
      return subject.cannotLook === true ? { kind: "filesUnread" } : undefined;
    }
    if (subject.known?.document !== document) {
      subject.known = { document, forecast: foreseeNow(document, subject, subject.look) };
    }
    return subject.known.forecast;
  }

  /** The text of a Dockerfile has changed: it may read files that nobody has looked into yet. */
  edited(uri: string): void {
    const subject = this.#subjects.get(uri);
    const document = this.#options.openDocument(uri);
    if (subject?.look === undefined || document === undefined) {
      this.#lookSoon(uri, burst);
      return;
    }
    const { context } = subject.look;
    const outlook = this.of(document);
    const graph = isForecast(outlook) ? outlook.graph : graphOfBuild(document.file, subject.build);
    if (unreadFiles(graph, context).length > 0) {
      this.#lookSoon(uri, burst);
    }
  }

  closed(uri: string): void {
    const subject = this.#subjects.get(uri);
    subject?.looking?.abort();
    clearTimeout(subject?.timer);
    if (subject !== undefined) {
      // Files may change unseen until it is opened again.
      subject.look = undefined;
      subject.known = undefined;
    }
  }

  /** One after the other, so that what happened last has the last word. */
  async #inTurn(work: () => void | Promise<void>): Promise<void> {
    const before = this.#finishing;
    this.#finishing = (async () => {
      await before;
      await work();
    })();
    await this.#finishing;
  }

  async #finish(params: BuildFinishedParams): Promise<void> {
    const { uri, circumstances } = params;
    const starting = circumstances === undefined ? undefined : this.#starting.get(circumstances.id);
    const found = await this.#found(params, starting);
    this.#subjects.get(uri)?.looking?.abort();
    if ("kind" in found) {
      this.#subjects.delete(uri);
      this.#silences.set(uri, found);
    } else {
      this.#subjects.set(uri, found);
      this.#silences.delete(uri);
    }
    for (const [id, each] of this.#starting) {
      if (each.uri === uri && (circumstances === undefined || id === circumstances.id)) {
        this.#starting.delete(id);
      }
    }
    this.#options.onChange(uri);
    if (this.#subjects.get(uri)?.look === undefined) {
      this.#lookSoon(uri, 0);
    }
  }

  async #found(
    { circumstances, ...params }: BuildFinishedParams,
    starting: Starting | undefined,
  ): Promise<Subject | Silence> {
    if (circumstances === undefined || circumstances.engine.id === "") {
      return { kind: "unseen" };
    }
    if (params.pulled === true) {
      return { kind: "pulled" };
    }
    try {
      return await this.#learned({ ...params, circumstances }, starting);
    } catch (error) {
      this.#options.onError(error);
      return { kind: "filesUnread" };
    }
  }

  async #learned(build: KnownBuild, starting: Starting | undefined): Promise<Subject | Silence> {
    const { uri, finishedAt, circumstances } = build;
    const dockerfile = fileOfUri(uri);
    if (dockerfile === undefined) {
      return { kind: "unseen" };
    }
    const records = await this.#records.of(circumstances.engine);
    if (starting === undefined) {
      // The editor tells again of a build of an earlier session.
      const files = new ContextFiles(circumstances.contextFolder, dockerfile);
      const isLast =
        records.builds.find(({ project }) => project === dockerfile)?.finished === finishedAt;
      return isLast ? { build, files, records } : { kind: "unseen" };
    }
    const { file, files } = starting;
    const graph = graphOfBuild(file, build);
    const observed = observedSteps(file, build);
    const [reference] = graph.unknownImages;
    const silence = unforeseeable(graph);
    if (silence !== undefined || reference !== undefined) {
      return silence ?? { kind: "unknownImage", reference: reference ?? "" };
    }
    if (observed === undefined) {
      return { kind: "unseen" };
    }
    const look = await files.look(
      (context) => unreadFiles(graph, context),
      AbortSignal.timeout(longestLook),
    );
    if (look === undefined || starting.stat === undefined) {
      return { kind: "filesUnread" };
    }
    if (look.stat !== starting.stat) {
      return { kind: "filesMoved" };
    }
    if (observed.size === 0) {
      // It ended before it had steps, and so says nothing of them.
      return records.builds.some(({ project }) => project === dockerfile)
        ? { build, files, records, look }
        : { kind: "unseen" };
    }
    this.#compare(file, build, look, records, observed);
    const wasDoubted = records.doubted;
    const isWhole =
      build.cancelled !== true && build.steps.every(({ outcome }) => outcome !== "failed");
    learn(records, graph, (name) => (name === "" ? look.context : undefined), {
      finished: finishedAt,
      project: dockerfile,
      failed: !isWhole,
      cancelled: build.cancelled === true,
      observed: ({ instruction }) => observed.get(instruction) ?? { state: "absent" },
    });
    if (wasDoubted && !isWhole) {
      // It has not shown of every step whether it is still there.
      records.doubt();
    }
    doubtAfterFailure(file, build, look, records);
    await this.#records.save(circumstances.engine);
    return { build, files, records, look };
  }

  /** With what was foreseen of this very build: its own options, and the files that it saw. */
  #compare(
    file: Dockerfile,
    build: KnownBuild,
    { context }: ContextLook,
    records: BuildRecords,
    observed: ReadonlyMap<Instruction, ObservedStep>,
  ): void {
    const outlook = foresee(file, build, context, records);
    const wrong = isForecast(outlook) ? wrongPredictions(file, outlook, observed) : [];
    if (isForecast(outlook) && wrong.length > 0) {
      const certain = outlook.steps.filter(({ state }) => state === "hit" || state === "miss");
      this.#options.onWrong({
        uri: build.uri,
        wrong,
        right: certain.filter(({ step }) => observed.has(step.instruction)).length - wrong.length,
        case: failedCase(file, build, outlook, context, observed),
      });
    }
  }

  #isBuilding(uri: string): boolean {
    return [...this.#starting.values()].some((starting) => starting.uri === uri);
  }

  #lookSoon(uri: string, milliseconds: number): void {
    const subject = this.#subjects.get(uri);
    if (subject === undefined || this.#options.openDocument(uri) === undefined) {
      return;
    }
    clearTimeout(subject.timer);
    subject.timer = setTimeout(() => {
      this.#look(uri, subject).catch(this.#options.onError);
    }, milliseconds);
  }

  /** Shows at once what a saved file changes; the look that follows shows all. */
  async #glance(uri: string, subject: Subject, paths: readonly string[]): Promise<void> {
    const { look } = subject;
    if (look === undefined || this.#isBuilding(uri)) {
      return;
    }
    const before = this.#shown(uri);
    const glance = await subject.files.glance(look, paths, AbortSignal.timeout(longestLook));
    if (glance !== undefined && subject.look === look) {
      subject.look = glance;
      subject.known = undefined;
      if (this.#shown(uri) !== before) {
        this.#options.onChange(uri);
      }
    }
  }

  async #look(uri: string, subject: Subject): Promise<void> {
    subject.looking?.abort();
    if (this.#isBuilding(uri) || this.#subjects.get(uri) !== subject) {
      return;
    }
    const looking = new AbortController();
    subject.looking = looking;
    const before = this.#shown(uri);
    try {
      subject.look = await subject.files.look(
        (context) => {
          const document = this.#options.openDocument(uri);
          return document === undefined
            ? []
            : unreadFiles(graphOfBuild(document.file, subject.build), context);
        },
        AbortSignal.any([looking.signal, AbortSignal.timeout(longestLook)]),
      );
    } catch (error) {
      if (looking.signal.aborted) {
        return;
      }
      subject.look = undefined;
      this.#options.onError(error);
    }
    subject.cannotLook = subject.look === undefined;
    subject.known = undefined;
    if (this.#shown(uri) !== before) {
      this.#options.onChange(uri);
    }
  }

  /** What a person sees of the forecast, for comparison. */
  #shown(uri: string): string {
    const document = this.#options.openDocument(uri);
    const outlook = document === undefined ? undefined : this.of(document);
    return JSON.stringify(
      isForecast(outlook)
        ? outlook.steps.map(({ state, reason, warnings }) => [state, reason, warnings])
        : (outlook ?? ""),
    );
  }
}

/** A build that is under way. */
interface Starting {
  readonly uri: string;
  readonly file: Dockerfile;
  readonly files: ContextFiles;
  /** The files as they were before it. */
  stat?: string;
}

/** A Dockerfile of which the next build can be told. */
interface Subject {
  readonly build: KnownBuild;
  readonly files: ContextFiles;
  readonly records: BuildRecords;
  look?: ContextLook | undefined;
  looking?: AbortController;
  timer?: NodeJS.Timeout;
  /** The last look brought nothing, and no other is due. */
  cannotLook?: boolean;
  known?: { readonly document: OpenDocument; readonly forecast: Forecast | Silence } | undefined;
}

/** Milliseconds that changes of files are waited for, since they come in bursts. */
const burst = 100;
/** Of what Git and package managers write. */
const noiseBurst = 1500;
/** Milliseconds. */
const longestScan = 10_000;
const longestLook = 60_000;
/** Milliseconds after which an engine may have collected its garbage. */
const longestTrust = 14 * 24 * 3600 * 1000;

function foreseeNow(
  { file }: OpenDocument,
  { build, records }: Subject,
  { context, dockerfile, dockerfileText }: ContextLook,
): Forecast | Silence {
  const last = records.builds[0]?.finished ?? 0;
  if (Date.now() - last > longestTrust) {
    return { kind: "tooOld" };
  }
  // The Dockerfile is saved before it is built, so that a COPY of it takes what the editor holds.
  const entry = dockerfile === undefined ? undefined : context.get(dockerfile);
  if (entry === undefined || file.text === dockerfileText) {
    return foresee(file, build, context, records);
  }
  // Another context forgets what is known of each read of it, so that it is made only where it matters.
  return foresee(file, build, context, records, (graph) =>
    mayRead(graph, entry.path)
      ? context.updated(new Map([[entry.path, dockerfileEntry(entry, file.text)]]))
      : context,
  );
}

/** A step that failed was not in the cache. If the records say that it is, things were removed unseen. */
function doubtAfterFailure(
  file: Dockerfile,
  build: KnownBuild,
  { context }: ContextLook,
  records: BuildRecords,
): void {
  const failed = failedInstructions(file, build);
  const outlook = failed.length === 0 ? undefined : foresee(file, build, context, records);
  if (
    isForecast(outlook) &&
    failed.some((each) => outlook.predictions.get(each)?.state === "hit")
  ) {
    records.doubt();
  }
}

/** A file of the context as it will be when this text has been saved into it. */
function dockerfileEntry(before: ContextEntry, text: string): ContextEntry {
  const bytes = Buffer.from(text);
  return {
    ...before,
    size: bytes.length,
    modified: "",
    content: createHash("sha256").update(bytes).digest("hex"),
  };
}
