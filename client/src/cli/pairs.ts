/** `KEY=VALUE`; what a bare `KEY` means is up to `otherwise`, `undefined` leaving it out. Throws where there is no name. */
export function pairs(
  option: string,
  texts: readonly string[],
  otherwise: (key: string) => string | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.flatMap((text) => {
      const equals = text.indexOf("=");
      const key = equals === -1 ? text : text.slice(0, equals);
      if (key === "") {
        throw new Error(`${option} “${text}” has no name before its value.`);
      }
      const value = equals === -1 ? otherwise(key) : text.slice(equals + 1);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}
