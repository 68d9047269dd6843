import type { ConfigurationMistake } from "./configuration.ts";

/** A part of a YAML file. */
export type YamlNode = unknown;

/** A configuration file in YAML, asked for what it says. What makes no sense is a mistake, and counts as not said. */
export interface YamlFile {
  readonly root: YamlNode;
  readonly mistakes: readonly ConfigurationMistake[];
  /** Notes a mistake at the line of the node. */
  readonly complain: (node: YamlNode, message: string) => undefined;
  /** What stands behind a key; `undefined` also where the node is no map. */
  readonly member: (node: YamlNode, key: string) => YamlNode;
  /** The keys of a map with what stands behind them; complains of anything else that is there. */
  readonly entries: (node: YamlNode, complaint: string) => readonly YamlEntry[];
  /** A text, a number, a truth value. */
  readonly scalar: (node: YamlNode) => unknown;
  readonly isNothing: (node: YamlNode) => boolean;
  readonly isMap: (node: YamlNode) => boolean;
  /** A list of texts behind a key of a map; empty where nothing is said. */
  readonly strings: (node: YamlNode, key: string) => readonly string[];
  /** A truth value behind a key of a map. */
  readonly flag: (node: YamlNode, key: string) => boolean | undefined;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyNode: YamlNode;
  readonly value: YamlNode;
}

/** Reads YAML. Of a file that is none nothing counts, and the mistake says where it ends to be YAML. */
export async function readYaml(text: string): Promise<YamlFile> {
  // Loaded where a project has such a file, as it would make every start slower.
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const mistakes: ConfigurationMistake[] = [];
  const lineAt = (offset: number): number => Math.max(0, lineCounter.linePos(offset).line - 1);
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [sentence = ""] = broken.message.split("\n", 1);
    const message = sentence.replace(/ at line \d.*$/, "");
    mistakes.push({ line: lineAt(broken.pos[0]), message: `This is no YAML: ${message}` });
  }
  const lineOf = (node: YamlNode): number => {
    const range: unknown =
      typeof node === "object" && node !== null ? Reflect.get(node, "range") : undefined;
    const start: unknown = Array.isArray(range) ? range[0] : undefined;
    return typeof start === "number" ? lineAt(start) : 0;
  };
  const file: YamlFile = {
    root: broken === undefined ? document.contents : undefined,
    mistakes,
    complain(node, message) {
      mistakes.push({ line: lineOf(node), message });
      return undefined;
    },
    scalar: (node) => (isScalar(node) ? node.value : undefined),
    isMap: (node) => isMap(node),
    isNothing: (node) => node === undefined || node === null || file.scalar(node) === null,
    member: (node, key) =>
      isMap(node) ? node.items.find((pair) => file.scalar(pair.key) === key)?.value : undefined,
    entries(node, complaint) {
      if (!isMap(node)) {
        if (!file.isNothing(node)) {
          file.complain(node, complaint);
        }
        return [];
      }
      return node.items.map(({ key, value }) => {
        const name = file.scalar(key);
        return { key: typeof name === "string" ? name : "", keyNode: key, value };
      });
    },
    strings(node, key) {
      const list = file.member(node, key);
      if (file.isNothing(list)) {
        return [];
      }
      if (!isSeq(list)) {
        file.complain(list, `"${key}" should be a list`);
        return [];
      }
      return list.items.flatMap((item) => {
        const value = file.scalar(item);
        return typeof value === "string"
          ? [value]
          : (file.complain(item, `"${key}" should be a list of names`) ?? []);
      });
    },
    flag(node, key) {
      const member = file.member(node, key);
      const value = file.scalar(member);
      if (typeof value === "boolean") {
        return value;
      }
      return file.isNothing(member)
        ? undefined
        : file.complain(member, `"${key}" should be true or false`);
    },
  };
  return file;
}
