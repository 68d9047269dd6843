import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

/**
 * @typedef {import("playwright-core").Browser} Browser
 * @typedef {import("playwright-core").Page} Page
 */

/** @returns {Promise<Browser>} */
export function launchBrowser() {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(
      "There is no Chromium here; set CHROMIUM_PATH (on Debian: apt-get install chromium).",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
    ],
  });
}

/**
 * A page with a browser storage of its own, which refuses every request that leaves the host.
 *
 * @param {Browser} browser
 * @param {string} origin the host's
 * @param {{ width?: number, height?: number, scale?: number }} [size]
 * @returns {Promise<Page>}
 */
export async function newWorkbenchPage(
  browser,
  origin,
  { width = 1280, height = 800, scale = 1 } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    reducedMotion: "reduce",
  });
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.origin !== origin,
    (route) => route.abort(),
  );
  return context.newPage();
}
