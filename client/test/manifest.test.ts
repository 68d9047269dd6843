import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { buildFlags } from "../src/presentation/buildRows.ts";
import { containerFlags } from "../src/presentation/container.ts";
import { groupFlags } from "../src/presentation/containerGroup.ts";
import { engineKeys } from "../src/presentation/engineState.ts";
import { contextFlags } from "../src/presentation/context.ts";
import { imageFlags } from "../src/presentation/image.ts";
import { imageGroupFlag } from "../src/presentation/imageGroup.ts";
import { layerFlags } from "../src/presentation/layer.ts";
import { memberFlag, networkFlags } from "../src/presentation/network.ts";
import { volumeFlags } from "../src/presentation/volume.ts";

interface Menu {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly icon?: string }[]>
    >;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly scope?: string; readonly default?: unknown }>
      >;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly description: string;
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const root = process.cwd();
const manifestText = read("package.json");
const manifest = JSON.parse(manifestText) as Manifest;
const { contributes } = manifest;
const texts = JSON.parse(read("package.nls.json")) as Readonly<Record<string, string>>;
const sources = readdirSync(join(root, "client/src"), { recursive: true, encoding: "utf8" })
  .map((path) => `client/src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: read(path) }));
const menus = Object.entries(contributes.menus).flatMap(([place, items]) =>
  items.map((item) => ({ place, ...item })),
);
const contributedCommands = new Set(contributes.commands.map(({ command }) => command));
const views = Object.values(contributes.views).flat();

suite("commands", () => {
  // Commands import vscode, which is not there outside of the editor, so that their ids are read as text.
  const ids = sources
    .filter(({ path }) => path.startsWith("client/src/commands/"))
    .flatMap(({ text }) =>
      [...text.matchAll(/^ {2}id: "(slipway\.[^"]+)"/gm)].map((match) => match[1]),
    );

  test("every command of the code is contributed, and the other way round", () => {
    assert.ok(ids.length > 20, `only ${ids.length} ids were found`);
    assert.deepEqual(contributedCommands, new Set(ids));
  });

  test("every command's file is in the list of commands", () => {
    const list = read("client/src/commands/index.ts");
    for (const { path, text } of sources) {
      const name = /^export const (\w+): Command = /m.exec(text)?.[1];
      if (name !== undefined) {
        assert.match(list, new RegExp(`^  ${name},$`, "m"), path);
        assert.ok(path.endsWith(`/${name}.ts`), `${path} exports ${name}`);
      }
    }
  });

  test("every command is in Slipway's category", () => {
    for (const { command, category } of contributes.commands) {
      assert.equal(category, "%category%", command);
    }
  });

  test("what executes something of the workspace needs a trusted one", () => {
    for (const id of [
      "slipway.images.build",
      "slipway.images.buildWithOptions",
      "slipway.images.buildAgain",
      "slipway.builds.repeat",
      "slipway.startEngine",
    ]) {
      const command = contributes.commands.find((each) => each.command === id);
      assert.match(command?.enablement ?? "", /isWorkspaceTrusted/, id);
    }
  });

  test("commands that links and other commands name exist", () => {
    const matches = [
      ...Object.values(texts).flatMap((text) => [...text.matchAll(/\(command:(slipway[^?)]*)/g)]),
      ...sources.flatMap(({ text }) => [...text.matchAll(/executeCommand\(\s*"(slipway[^"]*)"/g)]),
      ...manifestText.matchAll(/"onCommand:(slipway[^"]*)"/g),
    ];
    const named = matches.map((match) => match[1] ?? "");
    assert.ok(named.length > 5);
    for (const id of named) {
      assert.ok(contributedCommands.has(id), id);
    }
  });
});

suite("menus", () => {
  test("menus name contributed commands", () => {
    for (const { place, command } of menus) {
      assert.ok(contributedCommands.has(command), `${place}: ${command}`);
    }
  });

  test("inline actions have an icon, remove nothing, and are at most three at a time", () => {
    const inline = menus.filter(({ group }) => group?.startsWith("inline"));
    for (const { command } of inline) {
      assert.ok(contributes.commands.find((each) => each.command === command)?.icon, command);
      assert.doesNotMatch(command, /remove|prune|kill/i);
    }
    for (const contextValue of [
      "container;running;ports",
      "container;exited",
      "container;paused",
      "image;tagged",
      "build;running",
      "build;failed",
      "step;output;located",
    ]) {
      const view = /^(?:build|step)/.test(contextValue)
        ? "slipway.builds"
        : contextValue.startsWith("image")
          ? "slipway.images"
          : "slipway.containers";
      const shown = inline.filter(({ when }) => applies(when ?? "", view, contextValue));
      assert.ok(shown.length > 0 && shown.length <= 3, `${contextValue}: ${shown.length}`);
    }
  });

  test("title bars show at most four actions", () => {
    for (const { id } of views) {
      const offered = (contributes.menus["view/title"] ?? []).filter(
        ({ when, group }) =>
          when?.includes(`view == ${id}`) === true && group?.startsWith("navigation") === true,
      );
      // A filter is either set or cleared.
      const shown = offered.filter(({ when }) => when?.includes(`&& ${id}.filtered`) !== true);
      assert.ok(shown.length > 0 && shown.length <= 4, id);
      for (const { command } of shown) {
        assert.ok(contributes.commands.find((each) => each.command === command)?.icon, command);
      }
    }
  });

  test("menus ask only for flags that a row can carry, and match some row", () => {
    const flags = new Set<string>([
      ...containerFlags,
      ...groupFlags,
      imageGroupFlag,
      ...imageFlags,
      ...layerFlags,
      ...volumeFlags,
      ...networkFlags,
      memberFlag,
      ...buildFlags,
      ...contextFlags,
    ]);
    const rows = [
      ...containerFlags
        .slice(1, -2)
        .flatMap((state) => [
          `container;${state}`,
          `container;${state};compose;ports`,
          `container;${state};ports`,
        ]),
      "project;running",
      "project;stopped",
      "project;running;stopped",
      "group;running;stopped",
      "imageGroup",
      "image;tagged",
      "image;dangling",
      "image;tagged;inUse",
      "layer",
      "volume",
      "volume;inUse",
      "volume;anonymous;inUse",
      "network;custom",
      "network;custom;inUse",
      "network;builtIn",
      "network;builtIn;inUse",
      "container;running;member",
      "build;running",
      "build;built",
      "build;failed",
      "step;located",
      "step;output;located",
      "context;current;custom",
      "context;other;custom",
      "context;other;builtIn",
    ];
    for (const { command, when } of contributes.menus["view/item/context"] ?? []) {
      const pattern = viewItemPattern(when ?? "");
      assert.ok(pattern, `${command} has no viewItem condition`);
      for (const word of pattern.source.replaceAll(String.raw`\b`, " ").match(/[A-Za-z]{3,}/g) ??
        []) {
        assert.ok(flags.has(word), `${command}: ${word}`);
      }
      assert.ok(
        rows.some((row) => pattern.test(row)),
        `${command}: ${pattern} matches nothing`,
      );
    }
  });

  test("removing is offered for networks of the user's own and not for the engine's", () => {
    const remove = contributes.menus["view/item/context"]?.find(
      ({ command }) => command === "slipway.networks.remove",
    );
    const offered = (row: string) => applies(remove?.when ?? "", "slipway.networks", row);
    assert.ok(offered("network;custom") && offered("network;custom;inUse"));
    assert.ok(!offered("network;builtIn") && !offered("network;builtIn;inUse"));
  });
});

suite("views", () => {
  test("the code makes exactly the contributed views", () => {
    const made = sources.flatMap(({ text }) =>
      [...text.matchAll(/createTreeView\("([^"]+)"/g)].map((match) => match[1]),
    );
    assert.deepEqual(new Set(views.map(({ id }) => id)), new Set(made));
  });

  test("every view has an icon", () => {
    for (const { id, icon } of views) {
      assert.ok(icon, id);
    }
  });

  test("every state of the engine has a welcome text in every view of an engine, or is passing", () => {
    // Contexts are listed without any engine, and `default` is always there.
    for (const { id: view } of views.filter(({ id }) => id !== "slipway.contexts")) {
      const conditions = contributes.viewsWelcome
        .filter((each) => each.view === view)
        .map(({ when }) => when);
      assert.ok(conditions.length > 0, view);
      for (const key of engineKeys.filter((each) => each !== "idle" && each !== "connecting")) {
        const covered = conditions.some(
          (when) =>
            // A view that needs no engine says the same in every state.
            !when.includes("slipway.engine") ||
            new RegExp(String.raw`slipway\.engine == ${key}\b`).test(when) ||
            (key !== "ready" && when.includes("slipway.engine != ready")),
        );
        assert.ok(covered, `${view}: ${key}`);
      }
    }
  });

  test("conditions compare the engine's state with states that there are", () => {
    const known = new Set<string>(engineKeys);
    for (const { when } of [...contributes.viewsWelcome, ...menus]) {
      for (const [, key] of (when ?? "").matchAll(/slipway\.engine [!=]= ([\w-]+)/g)) {
        assert.ok(known.has(key ?? ""), `${when}: ${key}`);
      }
    }
  });

  test("conditions ask only for context keys that the code sets", () => {
    const keys = read("client/src/views/contextKeys.ts");
    const asked = [...contributes.viewsWelcome, ...menus].flatMap(
      ({ when }) =>
        (when ?? "").match(
          /(?<![\w.] ?== ?)\bslipway\.(?!containers\b|images\b|volumes\b|networks\b)\w+/g,
        ) ?? [],
    );
    assert.ok(asked.length > 0);
    for (const key of new Set(asked)) {
      assert.ok(keys.includes(`"${key}"`), key);
    }
  });
});

suite("settings", () => {
  const properties = Object.keys(contributes.configuration.properties);

  test("every setting that the client reads is contributed, and the other way round", () => {
    const read = new Set(
      sources
        .flatMap(({ text }) => [...text.matchAll(/section\.get<unknown>\("([^"]+)"\)/g)])
        .map((match) => `slipway.${match[1]}`),
    );
    assert.ok(read.size > 0);
    for (const setting of read) {
      assert.ok(properties.includes(setting), setting);
    }
    // Read by the language server and by the language client.
    const elsewhere = /^slipway\.(?:lint\.|cacheHints\.|shellcheck\.|trace\.server$)/;
    for (const property of properties) {
      assert.ok(read.has(property) || elsewhere.test(property), property);
    }
  });

  test("a setting that names an engine or a program is not taken from an untrusted workspace", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    for (const setting of ["slipway.endpoint", "slipway.shellcheck.path"]) {
      assert.ok(restrictedConfigurations.includes(setting), setting);
      assert.equal(
        contributes.configuration.properties[setting]?.scope,
        "machine-overridable",
        setting,
      );
    }
  });
});

suite("texts", () => {
  test("every text that the manifest asks for is there, and nothing else", () => {
    const asked = new Set(
      [...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ""),
    );
    assert.deepEqual(Object.keys(texts).sort(), [...asked].sort());
  });

  test("the manifest has no text of its own where a user reads it", () => {
    const readable =
      /"(?:displayName|title|category|name|description|markdownDescription|contents|altText|contextualTitle)": "(?!%)([^"]*)"/g;
    const own = [...manifestText.matchAll(readable)].map((match) => match[1] ?? "");
    assert.deepEqual(
      own,
      ["slipway", "slipway-build"],
      "only the names of the package and of the problem matcher, by which others call them",
    );
  });

  test("no text is empty", () => {
    for (const [key, text] of Object.entries(texts)) {
      assert.notEqual(text.trim(), "", key);
    }
  });

  test("the code's texts are literals with as many values as places", () => {
    let calls = 0;
    for (const { path, text } of sources) {
      for (const match of text.matchAll(/(?:\bl10n\.t|\blocalize)\(\s*/g)) {
        if (path.endsWith("/localize.ts")) {
          continue;
        }
        const rest = text.slice(match.index + match[0].length);
        const literal = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
        assert.ok(literal, `${path}: ${rest.slice(0, 60)}`);
        calls += 1;
        const places = new Set((literal[1] ?? "").match(/\{\d+\}/g)).size;
        const values = countValues(rest.slice(literal[0].length));
        assert.equal(values, places, `${path}: ${literal[0]}`);
      }
    }
    assert.ok(calls > 100, `only ${calls} calls were found`);
  });
});

suite("files", () => {
  test("pictures that the manifest names are there", () => {
    const pictures = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const picture of pictures) {
      assert.ok(existsSync(join(root, picture)), picture);
    }
  });

  test("the gallery's icon has 256 pixels a side", () => {
    const png = readFileSync(join(root, manifest.icon));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
  });

  test("the extension is not started before it is needed", () => {
    assert.deepEqual(manifest.activationEvents, ["onLanguage:dockerfile"]);
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function viewItemPattern(when: string): RegExp | undefined {
  const source = /viewItem =~ \/((?:[^/\\]|\\.)*)\//.exec(when)?.[1];
  return source === undefined ? undefined : new RegExp(source);
}

function applies(when: string, view: string, contextValue: string): boolean {
  return when.includes(`view == ${view}`) && (viewItemPattern(when)?.test(contextValue) ?? false);
}

/** How many values follow the literal in a call: commas at the call's own level. */
function countValues(rest: string): number {
  let depth = 0;
  let values = 0;
  let pending = false;
  let quote = "";
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest.charAt(at);
    if (quote !== "") {
      if (character === "\\") {
        at += 1;
      } else if (character === quote) {
        quote = "";
      }
      continue;
    }
    if (depth === 0 && character === ",") {
      values += pending ? 1 : 0;
      pending = false;
      continue;
    }
    if (depth === 0 && character === ")") {
      return values + (pending ? 1 : 0);
    }
    if (/\S/.test(character)) {
      pending = true;
    }
    if (/["'`]/.test(character)) {
      quote = character;
    } else if (/[([{]/.test(character)) {
      depth += 1;
    } else if (/[)\]}]/.test(character)) {
      depth -= 1;
    }
  }
  return values;
}
