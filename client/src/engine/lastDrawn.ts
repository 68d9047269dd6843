/** What a line of a terminal shows in the end: a progress bar returns to the start of its line and draws over it. */
export function lastDrawn(line: string): string {
  const shown = line.replace(/\r+$/, "");
  return shown.slice(shown.lastIndexOf("\r") + 1);
}
