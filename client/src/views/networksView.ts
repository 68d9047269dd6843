import * as vscode from "vscode";
import { networkMembers } from "../engine/attachments.ts";
import type { Network } from "../engine/engine.ts";
import {
  memberFlag,
  networkTooltip,
  presentNetwork,
  sortNetworks,
} from "../presentation/network.ts";
import type { CurrentEngine } from "./currentEngine.ts";
import { UsedObjectsView } from "./usedObjectsView.ts";

/** Networks of the current engine, and below each the containers on it. */
export function networksView(engine: CurrentEngine): UsedObjectsView<Network> {
  return new UsedObjectsView<Network>(engine, {
    kind: "network",
    list: ({ networks }) => sortNetworks(networks),
    changed: ({ networks }) => networks,
    users: networkMembers,
    userFlag: ({ builtIn }) => (builtIn ? undefined : memberFlag),
    row: (network, members) => presentNetwork(network, { members, localize: vscode.l10n.t }),
    tooltip: (network, members) => networkTooltip(network, members, vscode.l10n.t),
  });
}
