import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { workbenchTest } from "./harness.ts";

for (const theme of ["dark", "light"] as const) {
  workbenchTest(
    `what the next build will do is told beside the text, above it, below it and in a view (${theme})`,
    { theme, scale: 2 },
    async ({ page, folder, openFile, openViewContainer, runCommand, screenshot }) => {
      await openFile("Dockerfile");
      await openViewContainer("Slipway");
      await runCommand("Slipway: Build Image…");
      const input = page.locator(".quick-input-widget");
      await input.getByText("Whole Dockerfile").waitFor();
      await page.keyboard.press("Enter");
      await input.getByText("Name of the image").waitFor();
      await page.keyboard.press("Control+A");
      await page.keyboard.type(`harbor-coffee/forecast:${theme}`);
      await page.keyboard.press("Enter");
      const lines = page.locator(".view-lines");
      await lines.getByText("cached").first().waitFor({ timeout: 60_000 });
      await runCommand("Notifications: Clear All Notifications");
      const status = page.locator(".statusbar-item", { hasText: "cached" });
      await status.getByText(/^ ?all \d+ cached/).waitFor();

      appendFileSync(join(folder, "pages", "index.html"), `\n<!-- ${Date.now()} -->\n`);
      await lines.getByText("index.html changed").first().waitFor();
      await status.getByText(/unknown/).waitFor();
      await page
        .locator(".codelens-decoration")
        .getByText(/of \d+ cached/)
        .first()
        .waitFor();

      // The status bar leads to the view.
      await status.locator("a").click();
      const rows = page.locator(".sidebar .monaco-list-row");
      await rows.getByText("deps").waitFor();
      if (await page.locator(".terminal-outer-container").isVisible()) {
        await page.keyboard.press("Control+J");
      }
      await screenshot(`forecast-view-${theme}`);
    },
  );
}
