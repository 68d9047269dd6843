/** What hadolint does not ask ShellCheck for, and neither do we. */
export const excludedCodes: ReadonlySet<number> = new Set([
  // A sourced file that is not constant, or not there: both lie in the image.
  1090, 1091,
  // Ash is taken for dash.
  2187,
]);
