import { join } from "node:path";
import type { Machine } from "./machine.ts";

/** What we read of the docker CLI's config.json. */
export interface DockerConfig {
  readonly currentContext?: string;
  readonly auths: Readonly<Record<string, DockerAuth>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

export interface DockerAuth {
  /** Base64 of `user:password`. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** The docker CLI's folder: DOCKER_CONFIG, or .docker at home. */
export function dockerFolder({ environment, home }: Machine): string {
  const named = environment["DOCKER_CONFIG"];
  return named === undefined || named === "" ? join(home, ".docker") : named;
}

/** Empty when there is none or it makes no sense, as for the docker CLI. */
export async function readDockerConfig(machine: Machine): Promise<DockerConfig> {
  const parsed = parseJsonObject(
    await machine.readText(join(dockerFolder(machine), "config.json")),
  );
  const { currentContext, credsStore } = parsed;
  return {
    ...(typeof currentContext === "string" && currentContext !== "" ? { currentContext } : {}),
    ...(typeof credsStore === "string" && credsStore !== "" ? { credsStore } : {}),
    auths: objectsOf(parsed["auths"]),
    credHelpers: stringsOf(parsed["credHelpers"]),
  };
}

/** An object with unknown values; empty for anything else. */
export function parseJsonObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text ?? ""));
  } catch {
    return {};
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function objectsOf(value: unknown): Record<string, DockerAuth> {
  const entries = Object.entries(asObject(value)).map(
    ([key, each]) => [key, stringsOf(each)] as const,
  );
  return Object.fromEntries(entries);
}

function stringsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(asObject(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}
