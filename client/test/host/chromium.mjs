import { existsSync } from "node:fs";

/** Where a Chromium is on this machine; `undefined` when there is none. */
export function findChromium() {
  return [
    process.env["CHROMIUM_PATH"],
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => path !== undefined && existsSync(path));
}
