/** What is wrong with the value of `--chmod`, in BuildKit's words. */
export function chmodError(mode: string): string | undefined {
  const notOctal = `invalid chmod parameter: '${mode}'. it should be octal string and between 0 and 07777`;
  if (/^[0-7]+$/.test(mode)) {
    return Number.parseInt(mode, 8) > 0o7777 ? notOctal : undefined;
  }
  if (/^[0-9]/.test(mode)) {
    return notOctal;
  }
  return isSymbolic(mode) ? undefined : "invalid syntax";
}

/** `u=rwX,go+r` and the like: who, one or more of an operation with permissions, and commas between. */
function isSymbolic(mode: string): boolean {
  return mode.split(",").every((clause) => /^[augo]*(?:[+=-][rwxXstugo]*)+$/.test(clause));
}
