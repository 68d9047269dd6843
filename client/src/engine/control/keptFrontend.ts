import type { CallOptions } from "../engine.ts";
import type {
  DockerfileFrontend,
  DockerfileOutline,
  DockerfileTarget,
  DockerfileText,
  EngineGraph,
  EngineWarning,
} from "../dockerfileText.ts";
import { EngineError } from "../engineError.ts";
import type { RegistryCredentials } from "../registryCredentials.ts";
import type { Transport } from "../transport.ts";
import { readOutline, readTargets, readWarnings } from "./frontendAnswers.ts";
import { Gateway } from "./gateway.ts";

export interface KeptFrontendOptions {
  readonly credentialsFor?: (host: string) => Promise<RegistryCredentials | undefined>;
  /** Milliseconds that an open connection waits for a further question; 15 seconds unless given. */
  readonly idleMs?: number;
}

/** The builder keeps what it was asked until the build ends, so none goes on forever. */
const mostQuestions = 200;
/** Context folders that have a connection at the same time. */
const mostOpen = 4;

/**
 * Asks the engine's Dockerfile frontend, over connections that are kept for a
 * while: a question on an open one takes a fraction of the time.
 */
export class KeptFrontend implements DockerfileFrontend {
  readonly #transport: Pick<Transport, "endpoint" | "hijack">;
  readonly #options: KeptFrontendOptions;
  /** By context folder, the one that was asked last at the end. */
  readonly #kept = new Map<string, Kept>();

  constructor(
    transport: Pick<Transport, "endpoint" | "hijack">,
    options: KeptFrontendOptions = {},
  ) {
    this.#transport = transport;
    this.#options = options;
  }

  async graph(text: DockerfileText, options: CallOptions = {}): Promise<EngineGraph> {
    const llb = await this.#use(text, options, (gateway) => gateway.graph(text, options));
    return { steps: llb?.operations.map(({ step }) => step) ?? [] };
  }

  async warnings(
    text: DockerfileText,
    options: CallOptions = {},
  ): Promise<readonly EngineWarning[]> {
    return readWarnings(await this.#ask(text, "frontend.lint", options));
  }

  async outline(text: DockerfileText, options: CallOptions = {}): Promise<DockerfileOutline> {
    return readOutline(await this.#ask(text, "frontend.outline", options));
  }

  async targets(
    text: DockerfileText,
    options: CallOptions = {},
  ): Promise<readonly DockerfileTarget[]> {
    return readTargets(await this.#ask(text, "frontend.targets", options));
  }

  /** Ends every connection; questions under way reject with reason `cancelled`. */
  dispose(): void {
    for (const kept of this.#kept.values()) {
      kept.end();
    }
    this.#kept.clear();
  }

  async #ask(text: DockerfileText, question: string, options: CallOptions): Promise<unknown> {
    return await this.#use(text, options, (gateway) => gateway.ask(text, question, options));
  }

  async #use<T>(
    { contextFolder }: DockerfileText,
    { signal }: CallOptions,
    question: (gateway: Gateway) => Promise<T>,
  ): Promise<T> {
    const { kept, isNew } = this.#keptFor(contextFolder);
    try {
      return await kept.use(question);
    } catch (error) {
      const isLost = error instanceof EngineError && error.reason === "unreachable";
      if (isLost || kept.failedToOpen) {
        this.#forget(contextFolder, kept);
      }
      // The engine may have been restarted since the connection was last used.
      if (isLost && !isNew && signal?.aborted !== true) {
        return await this.#keptFor(contextFolder).kept.use(question);
      }
      throw error;
    } finally {
      if (kept.questions >= mostQuestions) {
        this.#forget(contextFolder, kept);
      }
    }
  }

  #keptFor(contextFolder: string): { readonly kept: Kept; readonly isNew: boolean } {
    const before = this.#kept.get(contextFolder);
    const found = before?.isLost === true ? undefined : before;
    const kept =
      found ??
      new Kept(
        Gateway.open(this.#transport, contextFolder, this.#options),
        this.#options.idleMs ?? 15_000,
        () => this.#forget(contextFolder, kept),
      );
    this.#kept.delete(contextFolder);
    this.#kept.set(contextFolder, kept);
    const [oldest] = this.#kept;
    if (this.#kept.size > mostOpen && oldest !== undefined) {
      this.#forget(...oldest);
    }
    return { kept, isNew: found === undefined };
  }

  /** It is asked nothing more, and ends after what is under way. */
  #forget(contextFolder: string, kept: Kept): void {
    if (this.#kept.get(contextFolder) === kept) {
      this.#kept.delete(contextFolder);
    }
    kept.retire();
  }
}

/** A connection with what is under way on it. */
class Kept {
  readonly #gateway: Promise<Gateway>;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #underWay = 0;
  #isRetired = false;
  #timer: NodeJS.Timeout | undefined;
  #opened: Gateway | undefined;
  questions = 0;

  constructor(gateway: Promise<Gateway>, idleMs: number, onIdle: () => void) {
    this.#gateway = gateway;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  /** Nobody can use it then. */
  get failedToOpen(): boolean {
    return this.#opened === undefined;
  }

  /** Whether the engine has ended it. */
  get isLost(): boolean {
    return this.#opened?.closed === true;
  }

  async use<T>(question: (gateway: Gateway) => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.questions += 1;
    this.#underWay += 1;
    try {
      this.#opened = await this.#gateway;
      return await question(this.#opened);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        if (this.#isRetired) {
          this.end();
        } else {
          // Nobody waits for the end of a process because of it.
          this.#timer = setTimeout(this.#onIdle, this.#idleMs).unref();
        }
      }
    }
  }

  retire(): void {
    this.#isRetired = true;
    if (this.#underWay === 0) {
      this.end();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    // One that never opened has told whoever asked.
    void this.#gateway.then((gateway) => gateway.close()).catch(() => undefined);
  }
}
