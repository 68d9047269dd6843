import { type MappedText, slice } from "../text/mappedText.ts";
import { splitCsv } from "./csv.ts";
import type { Flag, MountOption, MountType, RunMount, Word } from "./syntax.ts";
import { verbatimWord } from "./words.ts";

export const mountTypes: readonly MountType[] = ["bind", "cache", "tmpfs", "secret", "ssh"];

/** What `--mount` says. Broken CSV gives no options; the error is found when the mount is checked. */
export function readRunMount(flag: Flag, value: Word): RunMount {
  const fields = splitCsv(value.value);
  const options = "error" in fields ? [] : fields.map(option);
  let type: MountType = "bind";
  for (const { key, value: setting } of options) {
    const named = mountTypes.find((each) => each === setting?.value.text.toLowerCase());
    if (key === "type" && named !== undefined) {
      type = named;
    }
  }
  return { flag, type, options };
}

/** The value of an option under any of its names; the last one counts. */
export function mountOption(mount: RunMount, ...keys: readonly string[]): MountOption | undefined {
  return mount.options.findLast(({ key }) => keys.includes(key));
}

function option(field: MappedText): MountOption {
  const equals = field.text.indexOf("=");
  const key = slice(field, 0, equals === -1 ? field.text.length : equals);
  const parts = { span: field.span, field, key: key.text.toLowerCase(), keySpan: key.span };
  return equals === -1
    ? parts
    : { ...parts, value: verbatimWord(slice(field, equals + 1, field.text.length)) };
}
