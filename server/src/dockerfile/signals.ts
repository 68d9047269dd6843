/** The signals that STOPSIGNAL knows by name, without `SIG`; the real-time signals follow the others. */
export const signalNames: readonly string[] = [
  ..."ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ".split(
    " ",
  ),
  "RTMIN",
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${14 - index}`),
  "RTMAX",
];

const names = new Set(signalNames);

/** A number other than 0, or a name in any case with or without `SIG`. */
export function isSignal(text: string): boolean {
  if (/^[+-]?[0-9]+$/.test(text)) {
    return Number(text) !== 0;
  }
  return names.has(text.toUpperCase().replace(/^SIG/, ""));
}
