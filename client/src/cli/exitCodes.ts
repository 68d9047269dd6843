/** What the `slipway` command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something was found that counts as an error. */
  problems: 1,
  /** The arguments make no sense, or a file cannot be read. */
  wrongUse: 2,
} as const;
