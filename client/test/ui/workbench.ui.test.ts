import assert from "node:assert/strict";
import { workbenchTest } from "./harness.ts";

workbenchTest(
  "the sample's Dockerfile opens in its language",
  { theme: "light" },
  async ({ page, openFile, screenshot }) => {
    await openFile("Dockerfile");
    const language = page.locator("#status\\.editor\\.mode");
    await language.waitFor();
    assert.match((await language.textContent()) ?? "", /Docker/i);
    await screenshot("workbench-light");
  },
);
