import { request } from "node:http";

/** Everything that the suite makes carries this label, and is removed by it. */
const label = "slipway.ui-test";

interface ContainerOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the container; published on a free port of the loopback, since others may run the same tests. */
  readonly port?: number;
  /** As `docker run -v` takes them: `data:/data`. */
  readonly volumes?: readonly string[];
  readonly network?: string;
  readonly start?: boolean;
}

/** Makes containers on the suite's private engine for the views to show; `removeAll` takes them away. */
export class EngineObjects {
  readonly #socketPath: string;

  constructor(host = process.env["SLIPWAY_TEST_DOCKER_HOST"] ?? "") {
    this.#socketPath = host.replace(/^unix:\/\//, "");
  }

  async container(options: ContainerOptions): Promise<void> {
    const {
      name,
      command,
      image = "slipway/base:1.0",
      labels = {},
      port,
      start = true,
      volumes = [],
      network,
    } = options;
    const key = `${port}/tcp`;
    const created = await this.#ask("POST", `/containers/create?name=${name}`, {
      Image: image,
      Cmd: command,
      Labels: { [label]: "1", ...labels },
      ...(port === undefined ? {} : { ExposedPorts: { [key]: {} } }),
      HostConfig: {
        Binds: volumes,
        ...(network === undefined ? {} : { NetworkMode: network }),
        ...(port === undefined
          ? {}
          : { PortBindings: { [key]: [{ HostIp: "127.0.0.1", HostPort: "" }] } }),
      },
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

  /** An anonymous one without a name. */
  async volume(name?: string): Promise<void> {
    await this.#ask("POST", "/volumes/create", { Name: name, Labels: { [label]: "1" } });
  }

  async network(name: string): Promise<void> {
    await this.#ask("POST", "/networks/create", { Name: name, Labels: { [label]: "1" } });
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
    const volumes = JSON.parse(await this.#ask("GET", `/volumes?filters=${filters}`)) as {
      readonly Volumes: readonly { readonly Name: string }[] | null;
    };
    for (const { Name } of volumes.Volumes ?? []) {
      await this.#ask("DELETE", `/volumes/${Name}`);
    }
    const networks = JSON.parse(await this.#ask("GET", `/networks?filters=${filters}`)) as {
      readonly Id: string;
    }[];
    for (const { Id } of networks) {
      await this.#ask("DELETE", `/networks/${Id}`);
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
