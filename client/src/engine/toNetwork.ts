import { asObject } from "./dockerConfig.ts";
import type { Network } from "./engine.ts";
import { textOf, textsOf, timeOf } from "./toVolume.ts";

/** An entry of the engine's list of networks in our words. Total: what an engine leaves out is empty. */
export function toNetwork(entry: unknown): Network {
  const network = asObject(entry);
  const name = textOf(network["Name"]);
  const driver = textOf(network["Driver"]);
  return {
    kind: "network",
    id: textOf(network["Id"]),
    name,
    driver,
    scope: textOf(network["Scope"]),
    createdAt: timeOf(network["Created"]),
    builtIn: isBuiltIn(name, driver),
    internal: network["Internal"] === true,
    ingress: network["Ingress"] === true,
    subnets: subnetsOf(asObject(network["IPAM"])["Config"]),
    labels: textsOf(network["Labels"]),
  };
}

/**
 * Networks that the engine makes and does not let go: those of moby's
 * `runconfig.IsPreDefinedNetwork`, and Podman's own.
 */
function isBuiltIn(name: string, driver: string): boolean {
  return (
    name === "bridge" ||
    name === "host" ||
    name === "none" ||
    name === "podman" ||
    (name === "nat" && driver === "nat")
  );
}

function subnetsOf(configuration: unknown): readonly string[] {
  return (Array.isArray(configuration) ? configuration : [])
    .map((each) => textOf(asObject(each)["Subnet"]))
    .filter((subnet) => subnet !== "");
}
