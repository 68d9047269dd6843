import type { Container, Network } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { compareNames, type TreeRow } from "./treeRow.ts";

/** Every flag that the context value of a network can carry. */
export const networkFlags = ["network", "builtIn", "custom", "inUse"] as const;

/** The flag of a container below a network that it can be taken off. */
export const memberFlag = "member";

/** By name; the engine's own ones last. */
export function sortNetworks(networks: readonly Network[]): readonly Network[] {
  return networks.toSorted(
    (a, b) =>
      Number(a.builtIn) - Number(b.builtIn) ||
      compareNames(a.name, b.name) ||
      compareNames(a.id, b.id),
  );
}

/** The row of a network; `members` are the containers on it, running or not. */
export function presentNetwork(
  network: Network,
  options: { readonly members: readonly Container[]; readonly localize: Localize },
): TreeRow {
  const { members, localize } = options;
  const details = [
    ...(network.builtIn ? [localize("built-in")] : []),
    ...(network.internal ? [localize("internal")] : []),
    membersText(members.length, localize),
  ];
  return {
    label: network.name,
    // A narrow sidebar cuts the end off.
    description: [...details, network.driver, network.scope]
      .filter((part) => part !== "")
      .join(" · "),
    icon: {
      id: network.builtIn ? "lock" : "globe",
      ...(members.length === 0 ? { color: "disabledForeground" } : {}),
    },
    contextValue: [
      "network",
      network.builtIn ? "builtIn" : "custom",
      ...(members.length > 0 ? ["inUse"] : []),
    ].join(";"),
    accessibilityLabel: [
      localize("Network {0}", network.name),
      localize("driver {0}", network.driver),
      localize("scope {0}", network.scope),
      ...details,
    ].join(", "),
  };
}

/** Details of a network in Markdown. */
export function networkTooltip(
  network: Network,
  members: readonly Container[],
  localize: Localize,
): string {
  const { name, id, driver, scope, subnets, createdAt, builtIn, internal } = network;
  return [
    `**${escapeMarkdown(name)}**`,
    ...(builtIn ? [localize("Made by the engine; it cannot be removed.")] : []),
    ...(internal ? [localize("Internal: without a way to the outside.")] : []),
    `${localize("Driver")}: ${escapeMarkdown(driver)}`,
    `${localize("Scope")}: ${escapeMarkdown(scope)}`,
    ...(subnets.length > 0
      ? [`${localize("Subnets")}: ${subnets.map(inlineCode).join(", ")}`]
      : []),
    ...(createdAt === 0
      ? []
      : [`${localize("Created")}: ${escapeMarkdown(new Date(createdAt).toLocaleString())}`]),
    `${localize("ID")}: ${inlineCode(id.slice(0, 12))}`,
    ...(members.length > 0
      ? [`${localize("Containers")}: ${members.map((each) => inlineCode(each.name)).join(", ")}`]
      : []),
  ].join("  \n");
}

function membersText(count: number, localize: Localize): string {
  if (count === 0) {
    return localize("no containers");
  }
  return count === 1 ? localize("1 container") : localize("{0} containers", count);
}
