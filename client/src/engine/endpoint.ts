/** How an endpoint was chosen, in the order in which the docker CLI and we look. */
export type EndpointSource =
  | "setting"
  | "DOCKER_HOST"
  | "DOCKER_CONTEXT"
  | "currentContext"
  | "wellKnownSocket";

/** Where an engine listens, and why we think so. */
export interface Endpoint {
  /** As DOCKER_HOST writes it: `unix:///var/run/docker.sock`, `tcp://host:2376`, `npipe:////./pipe/docker_engine`, `ssh://user@host`. */
  readonly url: string;
  readonly source: EndpointSource;
  /** The docker context's name, where the endpoint comes from one. */
  readonly context?: string;
  /** Client certificates in PEM, where TLS is asked for. */
  readonly tls?: EndpointTls;
}

export interface EndpointTls {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly verify: boolean;
}
