import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { workbenchTest } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-docker-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A docker folder with three contexts, of which the private engine's is the current one. */
function dockerConfig(name: string): string {
  const place = join(folder, name);
  const { SLIPWAY_TEST_DOCKER_HOST: host = "" } = process.env;
  for (const [context, url] of [
    ["harbor", host],
    ["production", "ssh://deploy@production.invalid"],
    ["staging", "tcp://staging.invalid:2376"],
  ] as const) {
    const id = createHash("sha256").update(context).digest("hex");
    const meta = join(place, "contexts", "meta", id);
    mkdirSync(meta, { recursive: true });
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Name: context, Metadata: {}, Endpoints: { docker: { Host: url } } }),
    );
  }
  writeFileSync(join(place, "config.json"), JSON.stringify({ currentContext: "harbor" }));
  return place;
}

for (const theme of ["dark", "light"] as const) {
  const config = dockerConfig(theme);
  workbenchTest(
    `contexts are listed, one is used from the status bar, and what is wrong with it is explained (${theme})`,
    {
      theme,
      scale: 2,
      dockerHost: "",
      dockerConfig: config,
      settings: { "slipway.protectedContexts": ["production"] },
    },
    async ({ page, openViewContainer, screenshot }) => {
      await openViewContainer("Slipway");
      const header = (title: string) =>
        page.locator(".sidebar .pane-header", { has: page.getByText(title, { exact: true }) });
      const row = (text: string) =>
        page.locator(".sidebar .monaco-list-row").filter({ hasText: text }).first();
      await header("Contexts").waitFor();
      assert.equal(await header("Contexts").getAttribute("aria-expanded"), "false");
      await header("Images").click();
      await header("Contexts").click();
      await row("production").waitFor();
      assert.match(
        (await row("harbor").getAttribute("aria-label")) ?? "",
        /^Context harbor, current, unix:/,
      );
      assert.match(
        (await row("production").getAttribute("aria-label")) ?? "",
        /^Context production, protected, ssh:/,
      );
      const status = page.locator(".statusbar-item", { hasText: "harbor" });
      await status.waitFor();
      await row("staging").hover();
      await screenshot(`contexts-${theme}`);

      await status.click();
      const picker = page.locator(".quick-input-widget");
      await picker.getByText("staging", { exact: true }).first().waitFor();
      await screenshot(`contexts-pick-${theme}`);
      await picker.getByText("staging", { exact: true }).first().click();
      await page.getByText(/knows no host of the name/).waitFor();
      const { currentContext } = JSON.parse(readFileSync(join(config, "config.json"), "utf8")) as {
        currentContext: string;
      };
      assert.equal(currentContext, "staging");
      await page.locator(".statusbar-item", { hasText: "staging" }).waitFor();
      await screenshot(`contexts-away-${theme}`);
    },
  );
}
