import assert from "node:assert/strict";
import { after, before } from "node:test";
import { EngineObjects } from "./engineObjects.ts";
import { workbenchTest } from "./harness.ts";

const objects = new EngineObjects();
const idle = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];

before(async () => {
  await objects.removeAll();
  await objects.volume("orchard-data");
  await objects.volume("orchard-old");
  await objects.volume();
  await objects.network("orchard_default");
  await objects.network("orchard_spare");
  await objects.container({
    name: "orchard-db",
    command: ["sh", "-c", "head -c 3000000 /dev/zero > /data/pages; exec sleep 1000"],
    volumes: ["orchard-data:/data"],
    network: "orchard_default",
  });
  await objects.container({
    name: "orchard-backup",
    command: idle,
    volumes: ["orchard-data:/data"],
    network: "orchard_default",
    start: false,
  });
});

after(() => objects.removeAll());

for (const theme of ["dark", "light"] as const) {
  workbenchTest(
    `volumes and networks say what uses them, and removing asks with exact names (${theme})`,
    { theme, scale: 2, size: { width: 1280, height: 1000 } },
    async ({ page, openViewContainer, runCommand, screenshot }) => {
      await openViewContainer("Slipway");
      const header = (title: string) =>
        page.locator(".sidebar .pane-header", { has: page.getByText(title, { exact: true }) });
      const rows = page.locator(".sidebar .monaco-list-row");
      const row = (text: string) => rows.filter({ hasText: text }).first();
      await row("orchard-db").waitFor();
      assert.equal(await header("Volumes").getAttribute("aria-expanded"), "false");
      await header("Images").click();
      await header("Volumes").click();
      await header("Networks").click();
      await row("orchard-data").getByText("3 MB · in use by 2 containers").waitFor();
      await row("orchard-data").locator(".monaco-tl-twistie").click();
      await row("orchard_default").getByText("2 containers · bridge · local").waitFor();
      await row("orchard_default").locator(".monaco-tl-twistie").click();
      assert.match(
        (await row("orchard-data").getAttribute("aria-label")) ?? "",
        /^Volume orchard-data, driver local, 3 MB, in use by 2 containers/,
      );
      await row("host").getByText("built-in").waitFor();
      await screenshot(`volumes-${theme}`);

      await row("orchard-old").click({ button: "right" });
      const menu = page.locator(".context-view .monaco-menu");
      await menu.getByText("Remove Volume…").waitFor();
      await screenshot(`volumes-menu-${theme}`);
      await page.keyboard.press("Escape");
      await runCommand("Slipway: Prune Unused Networks");
      const dialog = page.locator(".monaco-dialog-box");
      await dialog.getByText("Remove 1 unused network?").waitFor();
      assert.match((await dialog.textContent()) ?? "", /orchard_spare/);
      await screenshot(`networks-prune-${theme}`);
      await dialog.getByText("Cancel").click();
      await row("orchard_spare").waitFor();
    },
  );
}
