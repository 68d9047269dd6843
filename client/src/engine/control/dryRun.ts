import { randomUUID } from "node:crypto";
import type { BuildStep } from "../build.ts";
import type { DockerfileText, EngineStep } from "../dockerfileText.ts";
import type { DryRun, DryRunStep } from "../dryRun.ts";
import { EngineError } from "../engineError.ts";
import type { Transport } from "../transport.ts";
import { Gateway } from "./gateway.ts";
import type { GatewayOptions } from "./gateway.ts";
import { impossibleProxy } from "./llb.ts";
import type { Llb, LlbOperation } from "./llb.ts";

/**
 * Finds out what the engine would take from its cache if it built this now,
 * by letting it: in a graph none of whose commands can be started. Files are
 * copied where they are not cached, as the next build would do anyway; no
 * command is executed, no image made and no history written. Rejects with
 * EngineError, of reason `unsupported` where a command could be started after
 * all, which is tried first with a command that does not exist.
 */
export async function dryRun(
  transport: Pick<Transport, "endpoint" | "hijack">,
  text: DockerfileText,
  options: GatewayOptions = {},
): Promise<DryRun> {
  const started = performance.now();
  const gateway = await Gateway.open(transport, text.contextFolder, options);
  try {
    const [llb] = await Promise.all([
      gateway.graph(text, options),
      proveHarmless(gateway, options),
    ]);
    const probe = llb && new Probe(gateway, llb, options);
    await probe?.run();
    await gateway.close();
    return {
      steps: probe?.results() ?? [],
      solves: probe?.solves ?? 0,
      milliseconds: performance.now() - started,
    };
  } finally {
    await gateway.close();
  }
}

/** Rejects with `unsupported` unless this engine refuses to start what `withoutCommands` makes of a command. */
export async function proveHarmless(
  gateway: Solver,
  options: Pick<GatewayOptions, "signal">,
): Promise<void> {
  const command = `/slipway-dry-run-${randomUUID()}`;
  const llb = await gateway.graph(
    {
      text: `FROM scratch\nRUN ["${command}"]\n`,
      name: "Dockerfile",
      ignoreText: "*",
      contextFolder: "",
    },
    options,
  );
  const { llb: harmless } = llb?.withoutCommands() ?? {};
  const digest = harmless?.operations.at(-1)?.step.digest;
  if (harmless === undefined || digest === undefined) {
    throw notProven(undefined);
  }
  const failure = await attempt(gateway, harmless.definitionOf(digest), options);
  if (failure === undefined || (await refusalOf(gateway, digest, failure)) !== "refused") {
    throw notProven(failure);
  }
}

/** What graphs are solved by. */
type Solver = Pick<Gateway, "graph" | "solve" | "step" | "output" | "until">;

/** What is known of an operation; `blocked` when only running a command would tell what it makes. */
interface Finding {
  readonly verdict: DryRunStep["verdict"];
  readonly blocked: boolean;
  readonly said?: string;
}

class Probe {
  readonly #gateway: Gateway;
  readonly #original: Llb;
  readonly #harmless: Llb;
  readonly #options: Pick<GatewayOptions, "signal">;
  readonly #findings = new Map<string, Finding>();
  /** Operations on files that were made or found, of which the last word may still come. */
  readonly #made = new Set<string>();
  solves = 0;

  constructor(gateway: Gateway, llb: Llb, options: Pick<GatewayOptions, "signal">) {
    this.#gateway = gateway;
    this.#original = llb;
    this.#harmless = llb.withoutCommands().llb;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { operations } = this.#harmless;
    const last = operations.at(-1);
    if (last === undefined) {
      return;
    }
    // Where all is cached this is all.
    const failure = await this.#solve(last.step.digest);
    if (failure === undefined) {
      await this.#gateway.until(() => hasEnded(this.#gateway, last.step.digest), tellingMs);
      for (const { step } of operations) {
        this.#made.add(step.digest);
        this.#findings.set(step.digest, { verdict: "cached", blocked: false });
      }
      return;
    }
    await this.#gateway.until(
      () => operations.some(({ step }) => this.#gateway.step(step.digest)?.state === "failed"),
      tellingMs,
    );
    for (const operation of operations) {
      this.#findings.set(operation.step.digest, await this.#judge(operation));
    }
  }

  /** By step of the graph as it was; only when the build has ended is everything told. */
  results(): DryRunStep[] {
    return this.#original.operations.flatMap(({ step }, index) => {
      const digest = this.#harmless.operations[index]?.step.digest ?? "";
      const finding = this.#findings.get(digest);
      // What the builder does for itself, such as writing a heredoc to a file, is no step of the Dockerfile.
      if (finding === undefined || step.kind === "source" || step.lines.length === 0) {
        return [];
      }
      // What a command needs nobody has made, so that it was found.
      const wasMade =
        this.#made.has(digest) &&
        step.kind !== "command" &&
        wasExecuted(this.#gateway.step(digest));
      const verdict = wasMade ? "runs" : finding.verdict;
      return [{ step, verdict, ...(finding.said === undefined ? {} : { said: finding.said }) }];
    });
  }

  async #judge(operation: LlbOperation): Promise<Finding> {
    const { step, root } = operation;
    if (step.kind === "source") {
      return { verdict: "cached", blocked: false };
    }
    const known = this.#gateway.step(step.digest);
    if (known?.state === "cached") {
      return { verdict: "cached", blocked: false };
    }
    const inputs = step.inputs.map((digest) => ({ digest, finding: this.#findings.get(digest) }));
    const isBlocked = inputs.some(({ finding }) => finding?.blocked === true);
    // What it starts from is never compared by content: with another root it has another key.
    const roots = step.kind === "merge" ? step.inputs : [root];
    if (
      inputs.some(({ digest, finding }) => roots.includes(digest) && finding?.verdict === "runs")
    ) {
      // What failed at the first try will fail in the build.
      const said = step.kind === "files" ? known?.error : undefined;
      return {
        verdict: "runs",
        blocked: isBlocked || step.kind === "command",
        ...(said === undefined ? {} : { said }),
      };
    }
    // What it reads is compared by content, which nobody knows before the command has run.
    if (isBlocked) {
      return { verdict: "unknown", blocked: true };
    }
    const failure = await this.#solve(step.digest);
    if (step.kind === "command") {
      return failure === undefined
        ? { verdict: "cached", blocked: false }
        : await this.#judgeFailure(step, failure);
    }
    if (failure !== undefined) {
      return { verdict: "runs", blocked: true, said: failure.message };
    }
    this.#made.add(step.digest);
    // That it was found is told after it was looked for, which looks like an end of its own.
    const isCached = (): boolean => this.#gateway.step(step.digest)?.state === "cached";
    await this.#gateway.until(() => hasEnded(this.#gateway, step.digest), tellingMs);
    await this.#gateway.until(isCached, afterwordMs);
    return { verdict: isCached() ? "cached" : "runs", blocked: false };
  }

  async #judgeFailure({ digest }: EngineStep, failure: EngineError): Promise<Finding> {
    const refusal = await refusalOf(this.#gateway, digest, failure);
    return {
      verdict: "runs",
      blocked: true,
      ...(refusal === "refused" ? {} : { said: failure.message }),
    };
  }

  async #solve(digest: string): Promise<EngineError | undefined> {
    this.solves += 1;
    return await attempt(this.#gateway, this.#harmless.definitionOf(digest), this.#options);
  }
}

/** How long the builder may take to tell what it did after it has answered. */
const tellingMs = 1_000;
/** How long it may take to add to what it told. */
const afterwordMs = 150;

/**
 * Whether the builder has done the work of a step on files. Of one that is
 * cached it may say nothing but that it looked at it, which takes no time.
 */
function wasExecuted(step: BuildStep | undefined): boolean {
  const { startedAt = 0, completedAt = 0 } = step ?? {};
  return step?.state === "failed" || (step?.state === "done" && completedAt - startedAt >= 1);
}

function hasEnded(gateway: Solver, digest: string): boolean {
  const state = gateway.step(digest)?.state;
  return state === "cached" || state === "done" || state === "failed" || state === "cancelled";
}

/** What the builder fails with; rejects when it could not even try. */
async function attempt(
  gateway: Solver,
  definition: Buffer,
  options: Pick<GatewayOptions, "signal">,
): Promise<EngineError | undefined> {
  try {
    await gateway.solve(definition, options);
    return undefined;
  } catch (error) {
    if (error instanceof EngineError && error.reason === "engine-failed") {
      return error;
    }
    throw error;
  }
}

/** In runc's words; they name the setting, so that no command can have put them out. */
const refusal = new RegExp(`can't contain null.*${impossibleProxy.slice(1)}`);

/**
 * Whether a failed command was refused because of the NUL character, or failed
 * before it came to that. Rejects when it may have been started. The runtime
 * fails with an exit code of its own, so that only its words tell.
 */
async function refusalOf(
  gateway: Solver,
  digest: string,
  failure: EngineError,
): Promise<"refused" | "earlier"> {
  await gateway.until(() => gateway.step(digest)?.state === "failed", tellingMs);
  if (refusal.test(gateway.output(digest))) {
    return "refused";
  }
  if (/exit code/.test(failure.message)) {
    throw notProven(failure);
  }
  return "earlier";
}

function notProven(cause: EngineError | undefined): EngineError {
  return new EngineError(
    "unsupported",
    "This engine cannot be asked without running commands, so it is not asked.",
    { cause },
  );
}
