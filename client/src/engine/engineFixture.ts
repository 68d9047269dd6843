import { randomUUID } from "node:crypto";
import { testEngine } from "../../test/engines/testEngine.ts";
import type { TestEngine } from "../../test/engines/testEngine.ts";
import { createDockerEngine } from "./dockerEngine.ts";
import type { Engine, LiveModel, OutputChunk, RunRequest, TerminalSession } from "./engine.ts";
import { parseImageName } from "./imageName.ts";
import { createTransport } from "./transport.ts";
import type { Transport } from "./transport.ts";

/** What a test of the engine layer works with: a private engine, and a label that marks what the test makes there. */
export interface EngineFixture {
  readonly engine: Engine;
  readonly transport: Transport;
  readonly control: TestEngine;
  /** `slipway.test=…`, on everything that `run` makes. */
  readonly label: string;
  /** Runs `sh -c` with the script in busybox:local; returns the container's id. */
  readonly run: (script: string, request?: Partial<RunRequest>) => Promise<string>;
  /** Makes an image of one empty layer with the label; returns its id. */
  readonly makeImage: (reference?: string) => Promise<string>;
  /** The ids of the containers with the label, of any state. */
  readonly containers: () => Promise<readonly string[]>;
  /** Removes exactly what carries the label and closes the engine. */
  readonly cleanUp: () => Promise<void>;
}

export function engineFixture(): EngineFixture {
  const control = testEngine();
  const endpoint = { url: control.host, source: "setting" } as const;
  const engine = createDockerEngine(endpoint);
  const transport = createTransport(endpoint);
  const value = randomUUID();
  const label = `slipway.test=${value}`;
  const filters = { label: [label] };
  const ids = async (path: string): Promise<readonly string[]> => {
    const list = await transport.json({ method: "GET", path, query: { all: true, filters } });
    return (list as { Id: string }[]).map(({ Id }) => Id);
  };
  const labelledNames = async (path: "/volumes" | "/networks"): Promise<readonly string[]> => {
    const answer = await transport.json({ method: "GET", path, query: { filters } });
    const list = Array.isArray(answer)
      ? answer
      : ((answer as { Volumes: unknown[] | null }).Volumes ?? []);
    return (list as { Name: string }[]).map(({ Name }) => Name);
  };
  return {
    engine,
    transport,
    control,
    label,
    run: (script, request = {}) =>
      engine.runContainer({
        image: "busybox:local",
        command: ["sh", "-c", script],
        ...request,
        labels: { "slipway.test": value, ...request.labels },
      }),
    async makeImage(reference) {
      const name = reference === undefined ? undefined : parseImageName(reference);
      const { body } = await transport.request({
        method: "POST",
        path: "/images/create",
        // An import with a change, since a tar alone carries no labels; the value makes each image another.
        query: {
          fromSrc: "-",
          repo: name?.repository,
          tag: name?.tag,
          changes: [`LABEL slipway.test=${value}`, `ENV UNIQUE=${randomUUID()}`],
        },
        body: emptyTar(),
      });
      let text = "";
      for await (const chunk of body) {
        text += String(chunk);
      }
      const id = /sha256:[0-9a-f]{64}/.exec(text)?.[0];
      if (id === undefined) {
        throw new Error(`The engine imported nothing: ${text}`);
      }
      return id;
    },
    containers: () => ids("/containers/json"),
    async cleanUp() {
      for (const id of await ids("/containers/json")) {
        await transport
          .text({ method: "DELETE", path: `/containers/${id}`, query: { force: true, v: true } })
          .catch(() => "");
      }
      for (const id of await ids("/images/json")) {
        await transport
          .text({ method: "DELETE", path: `/images/${id}`, query: { force: true } })
          .catch(() => "");
      }
      for (const name of await labelledNames("/volumes")) {
        await transport.text({ method: "DELETE", path: `/volumes/${name}` }).catch(() => "");
      }
      for (const name of await labelledNames("/networks")) {
        await transport.text({ method: "DELETE", path: `/networks/${name}` }).catch(() => "");
      }
      engine.dispose();
      transport.dispose();
    },
  };
}

/** Resolves when the condition holds, asked after every change of the model; fails after a deadline. */
export function modelShows(
  model: LiveModel,
  condition: (model: LiveModel) => boolean,
  deadlineMs = 30_000,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (condition(model)) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      unsubscribe();
      const shown = model.containers.map(({ name, state }) => `${name} ${state}`).join(", ");
      reject(
        new Error(`The model never showed what was expected; it is ${model.state.kind}: ${shown}.`),
      );
    }, deadlineMs);
    const unsubscribe = model.onDidChange(() => {
      if (condition(model)) {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      }
    });
  });
}

/** All text of a log. */
export async function textOf(
  chunks: AsyncIterable<OutputChunk>,
  stream?: OutputChunk["stream"],
): Promise<string> {
  let text = "";
  for await (const chunk of chunks) {
    text += stream === undefined || chunk.stream === stream ? chunk.text : "";
  }
  return text;
}

/** A person at a terminal: types, and waits for what appears. */
export class TerminalReader {
  readonly ended: Promise<number | undefined>;
  #text = "";
  #check: (() => void) | undefined;

  constructor(session: TerminalSession) {
    session.onOutput((text) => {
      this.#text += text;
      this.#check?.();
    });
    this.ended = new Promise((resolve) => void session.onEnd(resolve));
  }

  get text(): string {
    return this.#text;
  }

  /** Resolves once the pattern has appeared. */
  shows(pattern: RegExp, deadlineMs = 20_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The terminal shows ${JSON.stringify(this.#text)}.`)),
        deadlineMs,
      );
      this.#check = () => {
        if (pattern.test(this.#text)) {
          clearTimeout(timer);
          resolve();
        }
      };
      this.#check();
    });
  }
}

/** Two blocks of zeros end a tar file. */
function emptyTar(): Buffer {
  return Buffer.alloc(1024);
}
