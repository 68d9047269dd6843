/** What the `slipway` command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something was found that counts as an error. */
  problems: 1,
  /** The build ended without an image. */
  buildFailed: 1,
  /** The arguments make no sense, or a file cannot be read. */
  wrongUse: 2,
  /** No engine answers, or it does not let us in. */
  engineUnreachable: 3,
  /** As shells say it of a program that Ctrl+C ended. */
  cancelled: 130,
} as const;
