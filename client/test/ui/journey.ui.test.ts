import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { EngineObjects } from "./engineObjects.ts";
import { workbenchTest } from "./harness.ts";

const objects = new EngineObjects();
// The DOM renderer draws the terminal at the page's scale without a graphics card.
const settings = { "terminal.integrated.gpuAcceleration": "off" };
const idle = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];

before(async () => {
  await objects.removeAll();
  await objects.service("harbor-coffee", "shop", {
    command: ["sh", "-c", "exec httpd -f -p 8099"],
    port: 8099,
  });
  await objects.service("harbor-coffee", "stock", { command: idle });
  await objects.service("harbor-coffee", "mail", { command: ["sh", "-c", "exit 3"] });
  await objects.container({ name: "preview", command: idle });
  await objects.pause("preview");
  await objects.container({
    name: "old-import",
    command: ["sh", "-c", "head -c 3000000 /dev/zero > /tmp/data"],
  });
});

after(() => objects.removeAll());

for (const theme of ["dark", "light"] as const) {
  workbenchTest(
    `from a look at the engine to a built image and a prune (${theme})`,
    { theme, scale: 2, settings },
    async (workbench) => {
      const { page, folder, openViewContainer, openFile, runCommand, screenshot } = workbench;
      await openFile("Dockerfile");
      await openViewContainer("Slipway");
      const rows = page.locator(".sidebar .monaco-list-row");
      const row = (text: string) => rows.filter({ hasText: text }).first();
      await row("harbor-coffee").waitFor();
      await row("mail").getByText("exited (3)").waitFor();
      await row("preview").getByText("paused").waitFor();
      await row("slipway/base:1.0").waitFor();
      await screenshot(`sidebar-${theme}`);

      await runCommand("Slipway: Build Image…");
      const input = page.locator(".quick-input-widget");
      await input.getByText("Whole Dockerfile").waitFor();
      await page.keyboard.press("Enter");
      await input.getByText("Name of the image").waitFor();
      await page.keyboard.press("Control+A");
      await page.keyboard.type(`harbor-coffee/shop:${theme}`);
      await page.keyboard.press("Enter");
      const toasts = page.locator(".notifications-toasts");
      const built = toasts.getByText(/Built harbor-coffee\/shop:\w+ in/);
      await built.waitFor({ timeout: 60_000 });
      await runCommand("Notifications: Clear All Notifications");
      await built.waitFor({ state: "hidden" });

      // A step that is not in the cache and takes a while, so that the build can be seen running.
      appendFileSync(join(folder, "scripts", "render.sh"), `\nsleep 3 # ${Date.now()}\n`);
      await runCommand("Slipway: Build Image Again");
      await toasts.getByText("Building harbor-coffee/shop").waitFor();
      await page.locator(".xterm-rows").getByText("render.sh").first().waitFor();
      await screenshot(`build-running-${theme}`);
      await built.waitFor({ timeout: 60_000 });
      await page.locator(".view-lines").getByText("cached").first().waitFor();
      await row(`harbor-coffee/shop:${theme}`).waitFor();
      await screenshot(`build-done-${theme}`);

      appendFileSync(join(folder, "pages", "index.html"), `\n<!-- ${Date.now()} -->\n`);
      await page.locator(".view-lines").getByText("index.html changed").first().waitFor();
      await screenshot(`forecast-${theme}`);

      await runCommand("Notifications: Clear All Notifications");
      await page.keyboard.press("Control+J");
      await page.locator(".view-lines").click();
      await page.keyboard.press("Control+End");
      await page.keyboard.insertText("\nRUNN echo\n");
      await page.locator(".squiggly-error").first().waitFor();
      await screenshot(`dockerfile-${theme}`);

      await runCommand("Slipway: Prune Stopped Containers");
      const dialog = page.locator(".monaco-dialog-box");
      await dialog.getByText("will be freed").waitFor();
      assert.match((await dialog.textContent()) ?? "", /old-import/);
      await screenshot(`prune-${theme}`);
      await dialog.getByText("Cancel").click();
      await row("old-import").waitFor();
    },
  );

  workbenchTest(
    `without an engine the sidebar says why and what to do (${theme})`,
    { theme, scale: 2, dockerHost: "unix:///tmp/slipway-no-such-engine.sock" },
    async ({ page, openViewContainer, screenshot }) => {
      await openViewContainer("Slipway");
      const welcome = page.locator(".sidebar .welcome-view-content").first();
      await welcome
        .getByText(/engine/)
        .first()
        .waitFor();
      await screenshot(`welcome-${theme}`);
    },
  );
}
