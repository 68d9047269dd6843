/** Is the path that of an archive which ADD unpacks, judged by its name? */
export function isArchive(path: string): boolean {
  return /\.(?:tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/.test(path);
}
