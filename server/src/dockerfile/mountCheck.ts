import type { Span } from "../text/span.ts";
import { quoted } from "./characters.ts";
import { splitCsv } from "./csv.ts";
import type { ErrorList } from "./errors.ts";
import type { ExpandedText } from "./evaluate.ts";
import { isSize, readBoolean, readUnsigned } from "./goValues.ts";
import { mountTypes } from "./runMounts.ts";
import { joinPath } from "./paths.ts";
import { suggest, withSuggestion } from "./suggest.ts";
import type { MountOption, MountType, RunMount } from "./syntax.ts";

/** The keys of `--mount`, with the other names that some have. */
export const mountKeys: readonly string[] =
  "type from source target readonly id sharing required size mode uid gid src dst destination ro rw readwrite env".split(
    " ",
  );

/** What `sharing` of a cache mount may be. */
export const sharingModes: readonly string[] = ["shared", "private", "locked"];

/**
 * Checks the mounts of a RUN with the expanded values of their options. The order of options matters, as it
 * does in BuildKit: `required` or `size` before `type` is judged as if the type were bind. `workdir` is where
 * relative targets begin, when that is known.
 */
export function checkMounts(
  mounts: readonly RunMount[],
  expanded: readonly ExpandedText[],
  workdir: string | undefined,
  list: ErrorList,
): void {
  const byRaw = new Map(expanded.map((each) => [each.raw, each] as const));
  for (const mount of mounts) {
    new MountCheck(mount, byRaw, workdir, list).run();
  }
}

const maxUnsigned = 2 ** 32 - 1;

class MountCheck {
  readonly #mount: RunMount;
  readonly #expanded: ReadonlyMap<unknown, ExpandedText>;
  readonly #workdir: string | undefined;
  readonly #list: ErrorList;
  readonly #set = new Map<string, MountOption>();
  #type: MountType = "bind";

  constructor(
    mount: RunMount,
    expanded: ReadonlyMap<unknown, ExpandedText>,
    workdir: string | undefined,
    list: ErrorList,
  ) {
    this.#mount = mount;
    this.#workdir = workdir;
    this.#expanded = expanded;
    this.#list = list;
  }

  run(): void {
    const { flag, options } = this.#mount;
    const fields = flag.value === undefined ? [] : splitCsv(flag.value.value);
    if ("error" in fields) {
      this.#error(flag.value?.span ?? flag.span, `failed to parse csv mounts: ${fields.error}`);
      return;
    }
    // An option whose value could not be expanded has its error already.
    if (options.some(({ value }) => value !== undefined && !this.#expanded.has(value.raw))) {
      return;
    }
    if (options.every((option) => this.#option(option))) {
      this.#whole();
    }
  }

  #option(option: MountOption): boolean {
    const { key, value, span } = option;
    const text = this.#text(option);
    this.#set.set(mainKeys.get(key) ?? key, option);
    if (value === undefined) {
      if (key === "required") {
        return this.#onlyFor(option, "secret", "ssh");
      }
      if (["readonly", "ro", "readwrite", "rw"].includes(key)) {
        return true;
      }
      return this.#error(span, `invalid field '${option.field.text}' must be a key=value pair`);
    }
    switch (key) {
      case "type":
        return this.#setType(option, text);
      case "readonly":
      case "ro":
      case "readwrite":
      case "rw":
        return this.#boolean(option, text);
      case "required":
        return this.#onlyFor(option, "secret", "ssh") && this.#boolean(option, text);
      case "size":
        return (
          this.#onlyFor(option, "tmpfs") &&
          (isSize(text) || this.#error(value.span, `invalid value for ${key}: ${text}`, option))
        );
      case "sharing":
        return (
          sharingModes.includes(text.toLowerCase()) ||
          this.#error(
            value.span,
            withSuggestion(
              `unsupported sharing value ${quoted(text)}`,
              suggest(text, sharingModes),
            ),
            option,
          )
        );
      case "mode":
        return this.#number(option, text, 8);
      case "uid":
      case "gid":
        return this.#number(option, text, 10);
      default:
        return (
          mountKeys.includes(key) ||
          this.#error(
            option.keySpan,
            withSuggestion(
              `unexpected key '${key}' in '${option.field.text}'`,
              suggest(key, mountKeys),
            ),
          )
        );
    }
  }

  /** What can be said only when all options are known. */
  #whole(): void {
    const type = this.#type;
    const span = this.#mount.flag.value?.span ?? this.#mount.flag.span;
    const has = (key: string): boolean => {
      const option = this.#set.get(key);
      return option !== undefined && this.#text(option) !== "";
    };
    for (const key of ["mode", "uid", "gid"]) {
      const option = this.#set.get(key);
      if (option !== undefined && (type === "bind" || type === "tmpfs")) {
        this.#error(option.span, `${key} not allowed for "${type}" type mounts`);
      }
    }
    if (type === "secret") {
      if (has("from")) {
        this.#error(this.#spanOf("from"), "secret mount should not have a from");
      } else if (has("sharing")) {
        this.#error(this.#spanOf("sharing"), "secret mount should not define sharing");
      } else if (!has("source") && !has("target") && !has("id")) {
        this.#error(span, "invalid secret mount. one of source, target required");
      } else if (has("source") && has("id")) {
        this.#error(this.#spanOf("id"), "both source and id can't be set");
      }
    } else if (has("sharing") && type !== "cache") {
      this.#error(this.#spanOf("sharing"), `invalid cache sharing set for ${type} mount`);
    } else if (type === "ssh" && has("source")) {
      this.#error(this.#spanOf("source"), "ssh does not support source");
    }
    if (type !== "secret" && type !== "ssh" && this.#targetsRoot()) {
      this.#error(this.#spanOf("target"), 'invalid mount target "/"');
    }
  }

  #targetsRoot(): boolean {
    const option = this.#set.get("target");
    const target = option === undefined ? "" : this.#text(option);
    if (target.startsWith("/")) {
      return target === "/";
    }
    return this.#workdir !== undefined && joinPath(this.#workdir, target) === "/";
  }

  #setType(option: MountOption, text: string): boolean {
    const type = mountTypes.find((each) => each === text.toLowerCase());
    if (type === undefined) {
      return this.#error(
        option.value?.span ?? option.span,
        withSuggestion(`unsupported mount type ${quoted(text)}`, suggest(text, mountTypes)),
        option,
      );
    }
    this.#type = type;
    return true;
  }

  #onlyFor(option: MountOption, ...types: readonly MountType[]): boolean {
    return (
      types.includes(this.#type) ||
      this.#error(option.keySpan, `unexpected key '${option.key}' for mount type '${this.#type}'`)
    );
  }

  #boolean(option: MountOption, text: string): boolean {
    return (
      readBoolean(text) !== undefined ||
      this.#error(
        option.value?.span ?? option.span,
        `invalid value for ${option.key}: ${text}`,
        option,
      )
    );
  }

  #number(option: MountOption, text: string, base: 8 | 10): boolean {
    return (
      readUnsigned(text, base, maxUnsigned) !== undefined ||
      this.#error(
        option.value?.span ?? option.span,
        `invalid value ${text} for ${option.key}`,
        option,
      )
    );
  }

  #text({ value }: MountOption): string {
    return this.#expanded.get(value?.raw)?.expansion.text ?? "";
  }

  #spanOf(key: string): Span {
    return this.#set.get(key)?.span ?? this.#mount.flag.span;
  }

  /** Always false, so that it can end a condition. */
  #error(
    span: Span,
    message: string | { message: string; suggestion?: string },
    option?: MountOption,
  ): false {
    const uses = this.#expanded.get(option?.value?.raw)?.expansion.uses ?? [];
    this.#list.add("invalid-mount", span, message, uses.length > 0);
    return false;
  }
}

/** The first name of keys that have several. */
const mainKeys = new Map([
  ["src", "source"],
  ["dst", "target"],
  ["destination", "target"],
  ["ro", "readonly"],
  ["rw", "readwrite"],
]);
