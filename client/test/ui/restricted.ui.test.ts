import assert from "node:assert/strict";
import { workbenchTest } from "./harness.ts";

workbenchTest(
  "an untrusted workspace has its Dockerfiles checked, and nothing can be built from it",
  { workspaceTrust: true },
  async ({ page, openFile, screenshot }) => {
    await openFile("Dockerfile");
    await page.locator("#status\\.workspaceTrust").waitFor();
    await page.locator(".view-lines").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("\nRUNN echo\n");
    await page.locator(".squiggly-error").first().waitFor();
    await screenshot("restricted");

    await page.keyboard.press("F1");
    const palette = page.locator(".quick-input-widget");
    const rows = palette.locator(".quick-input-list .monaco-list-row");
    await palette.locator("input").fill(">Slipway: Image");
    await rows.filter({ hasText: "Slipway: Pull Image" }).first().waitFor();
    assert.equal(await rows.filter({ hasText: "Build Image" }).count(), 0);
  },
);
