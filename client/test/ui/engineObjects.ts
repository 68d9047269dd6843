import { request } from "node:http";

/** Everything that the suite makes carries this label, and is removed by it. */
const label = "slipway.ui-test";

interface ContainerOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Published on the same port of the loopback. */
  readonly port?: number;
  readonly start?: boolean;
}

/** Makes containers on the suite's private engine for the views to show; `removeAll` takes them away. */
export class EngineObjects {
  readonly #socketPath: string;

  constructor(host = process.env["SLIPWAY_TEST_DOCKER_HOST"] ?? "") {
    this.#socketPath = host.replace(/^unix:\/\//, "");
  }

  async container(options: ContainerOptions): Promise<void> {
    const { name, command, image = "slipway/base:1.0", labels = {}, port, start = true } = options;
    const key = `${port}/tcp`;
    const created = await this.#ask("POST", `/containers/create?name=${name}`, {
      Image: image,
      Cmd: command,
      Labels: { [label]: "1", ...labels },
      ...(port === undefined
        ? {}
        : {
            ExposedPorts: { [key]: {} },
            HostConfig: {
              PortBindings: { [key]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
            },
          }),
    });
    if (start) {
      await this.#ask("POST", `/containers/${(JSON.parse(created) as { Id: string }).Id}/start`);
    }
  }

  /** A container of a Compose project, named and labelled as Compose does it. */
  async service(
    project: string,
    service: string,
    options: Omit<ContainerOptions, "name">,
  ): Promise<void> {
    await this.container({
      ...options,
      name: `${project}-${service}-1`,
      labels: {
        "com.docker.compose.project": project,
        "com.docker.compose.service": service,
        "com.docker.compose.container-number": "1",
      },
    });
  }

  async pause(name: string): Promise<void> {
    await this.#ask("POST", `/containers/${name}/pause`);
  }

  async removeAll(): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
    const found = JSON.parse(
      await this.#ask("GET", `/containers/json?all=1&filters=${filters}`),
    ) as {
      Id: string;
    }[];
    for (const { Id } of found) {
      await this.#ask("DELETE", `/containers/${Id}?force=1&v=1`);
    }
  }

  async removeImage(reference: string): Promise<void> {
    await this.#ask("DELETE", `/images/${reference}?force=1`);
  }

  #ask(method: string, path: string, body?: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          socketPath: this.#socketPath,
          method,
          path,
          headers: body === undefined ? {} : { "Content-Type": "application/json" },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => {
            if ((response.statusCode ?? 500) < 400) {
              resolve(text);
            } else {
              reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
            }
          });
        },
      );
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
