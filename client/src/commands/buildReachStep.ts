import * as vscode from "vscode";
import type { BuildChoices } from "../presentation/buildChoices.ts";
import { referenceProblem } from "../presentation/imageReference.ts";
import type { Asked, Known } from "./buildSteps.ts";
import { askForValues } from "./buildValueSteps.ts";
import type { Prompts } from "./prompts.ts";
import { back, type Step } from "./stepPrompts.ts";

/** Network, hosts and caches: what the steps of a build reach and where the builder looks. */
export async function askForReach(
  prompts: Prompts,
  step: Step,
  _known: Known,
  asked: Asked,
): Promise<Asked | typeof back | undefined> {
  const { network, extraHosts, cacheFrom, inlineCache, ...others } = asked.choices;
  const labels = {
    network: vscode.l10n.t("Network"),
    hosts: vscode.l10n.t("Hosts"),
    cacheFrom: vscode.l10n.t("Cache From"),
    inlineCache: vscode.l10n.t("Inline Cache"),
  };
  const values = await askForValues<string>(prompts, {
    step: {
      ...step,
      title: vscode.l10n.t("Build Image: Network and Cache"),
      placeholder: vscode.l10n.t("Choose what to change, or continue"),
    },
    values: new Map([
      [labels.network, network ?? ""],
      [
        labels.hosts,
        Object.entries(extraHosts ?? {})
          .map(([name, address]) => `${name}=${address}`)
          .join(" "),
      ],
      [labels.cacheFrom, (cacheFrom ?? []).join(" ")],
      [labels.inlineCache, inlineCache === true ? vscode.l10n.t("on") : ""],
    ]),
    rows: (current) => [
      row(labels.network, current, vscode.l10n.t("the engine's own")),
      row(labels.hosts, current, vscode.l10n.t("none added")),
      row(labels.cacheFrom, current, vscode.l10n.t("the engine's own cache only")),
      row(labels.inlineCache, current, vscode.l10n.t("off: the image carries no cache along")),
    ],
    async change(label, current) {
      const before = current.get(label) ?? "";
      const next = await changed(prompts, step, { label, before, labels });
      return next === undefined ? current : new Map([...current, [label, next]]);
    },
  });
  if (values === undefined || values === back) {
    return values;
  }
  return { ...asked, choices: { ...others, ...chosen(values, labels) } };
}

type Labels = Readonly<Record<"network" | "hosts" | "cacheFrom" | "inlineCache", string>>;

function row(
  label: string,
  values: ReadonlyMap<string, string>,
  otherwise: string,
): vscode.QuickPickItem {
  return { label, description: values.get(label) || otherwise };
}

/** The new value as text, empty for none; undefined where the user turns away. */
async function changed(
  prompts: Prompts,
  step: Step,
  {
    label,
    before,
    labels,
  }: { readonly label: string; readonly before: string; readonly labels: Labels },
): Promise<string | undefined> {
  const title = vscode.l10n.t("Build Image: {0}", label);
  if (label === labels.inlineCache) {
    return before === "" ? vscode.l10n.t("on") : "";
  }
  if (label === labels.network) {
    const items = [
      {
        label: vscode.l10n.t("Default"),
        description: vscode.l10n.t("the engine's own"),
        value: "",
      },
      { label: "none", description: vscode.l10n.t("no step reaches anything"), value: "none" },
      {
        label: "host",
        description: vscode.l10n.t("that of the engine's machine, where the engine allows it"),
        value: "host",
      },
    ];
    const picked = await prompts.pickInStep(items, { ...step, title, canGoBack: true });
    return picked === undefined || picked === back ? undefined : picked[0]?.value;
  }
  const isHosts = label === labels.hosts;
  const text = await prompts.inputInStep({
    ...step,
    title,
    canGoBack: true,
    prompt: isHosts
      ? vscode.l10n.t("Names and their addresses, as in db=10.0.0.5; several with blanks between")
      : vscode.l10n.t("Images in registries whose cache to look into; several with blanks between"),
    placeholder: isHosts ? "db=10.0.0.5 api=host-gateway" : "registry.example.com/shop:cache",
    value: before,
    validateInput: (value) =>
      words(value)
        .map((word) =>
          isHosts
            ? /^[^=\s]+=[^=\s]+$/.test(word)
              ? undefined
              : vscode.l10n.t("Write a name, an equals sign and an address.")
            : referenceProblem(word, vscode.l10n.t),
        )
        .find((problem) => problem !== undefined),
  });
  return text === undefined || text === back ? undefined : words(text).join(" ");
}

function chosen(
  values: ReadonlyMap<string, string>,
  labels: Labels,
): Pick<BuildChoices, "network" | "extraHosts" | "cacheFrom" | "inlineCache"> {
  const network = values.get(labels.network) ?? "";
  const hosts = words(values.get(labels.hosts) ?? "");
  const cacheFrom = words(values.get(labels.cacheFrom) ?? "");
  return {
    ...(network === "" ? {} : { network }),
    ...(hosts.length === 0
      ? {}
      : {
          extraHosts: Object.fromEntries(
            hosts.map((host) => {
              const at = host.indexOf("=");
              return [host.slice(0, at), host.slice(at + 1)];
            }),
          ),
        }),
    ...(cacheFrom.length === 0 ? {} : { cacheFrom }),
    ...((values.get(labels.inlineCache) ?? "") === "" ? {} : { inlineCache: true }),
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
