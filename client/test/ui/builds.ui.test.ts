import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineObjects } from "./engineObjects.ts";
import { workbenchTest } from "./harness.ts";

const image = "ui-test/orchard:latest";

/** The step that waits runs until it is cancelled. */
function dockerfile(last: string, salt: string): string {
  return `FROM busybox:local AS tools
RUN echo "downloading tools ${salt}" && sleep 1 && head -c 2000000 /dev/zero > /tool

FROM busybox:local AS site
COPY pages /site/
RUN for page in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "page $page"; done

FROM busybox:local
COPY --from=tools /tool /usr/local/bin/tool
COPY --from=site /site /site
RUN ${last}
`;
}

for (const theme of ["dark", "light"] as const) {
  workbenchTest(
    `a build is watched, cancelled, repeated and compared in its view (${theme})`,
    {
      theme,
      scale: 2,
      size: { width: 1280, height: 1000 },
      settings: { "terminal.integrated.gpuAcceleration": "off" },
    },
    async ({ page, folder, openFile, openViewContainer, runCommand, screenshot }) => {
      const rows = page.locator(".sidebar .monaco-list-row");
      const row = (text: string) => rows.filter({ hasText: text }).first();
      const header = (title: string) =>
        page.locator(".sidebar .pane-header", { has: page.getByText(title, { exact: true }) });
      const toasts = page.locator(".notifications-toasts");
      const salt = `${theme} ${Date.now()}`;
      const write = (last: string): void =>
        writeFileSync(join(folder, "orchard.Dockerfile"), dockerfile(last, salt));
      write("echo ready; sleep 600");
      await openFile("orchard.Dockerfile");
      await openViewContainer("Slipway");
      await header("Containers").click();
      await header("Images").click();
      await header("Builds").click();
      await page
        .locator(".sidebar")
        .getByText("Nothing was built in this workspace yet.")
        .waitFor();

      await page.locator(".sidebar").getByRole("button", { name: "Build Image" }).last().click();
      const box = page.locator(".quick-input-widget");
      await box.getByText("Build Image: Target").waitFor();
      await page.keyboard.press("Enter");
      await box.getByText("Name of the image").waitFor();
      await page.keyboard.press("Control+A");
      await page.keyboard.type(image);
      await page.keyboard.press("Enter");
      await row("RUN echo ready; sleep 600")
        .getByText(/^\d+ s/)
        .waitFor();
      await toasts.getByText("RUN echo ready; sleep 600").waitFor();
      await screenshot(`builds-running-${theme}`);

      await row(image).hover();
      await row(image).getByRole("button", { name: "Cancel Build" }).click();
      await row("cancelled after").waitFor();

      write("echo ready; sleep 1");
      await openFile("orchard.Dockerfile");
      await row(image).hover();
      await row(image).getByRole("button", { name: "Repeat Build" }).click();
      await toasts.getByText(`Built ${image} in`).waitFor();
      await row("of 6 cached").waitFor();
      await row("critical path").waitFor();
      await screenshot(`builds-built-${theme}`);

      write("echo wrong >&2; exit 3");
      await runCommand("Slipway: Build Image Again");
      await row("exit code 3").waitFor();
      await page
        .locator(".editor-container .squiggly-error, .cdr.squiggly-error")
        .first()
        .waitFor();
      await screenshot(`builds-failed-${theme}`);
      await row("exit code 3").click();
      await page.locator(".monaco-list-row", { hasText: "wrong" }).first().waitFor();
      await row("exit code 3").hover();
      await row("exit code 3").getByRole("button", { name: "Show Build Output" }).click();
      await page.locator(".tab", { hasText: "output" }).waitFor();

      await runCommand("Slipway: Compare Builds");
      await box.getByText("Compare with the Build Before").waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".monaco-diff-editor").waitFor();
      await screenshot(`builds-compared-${theme}`);
      assert.match((await row(image).getAttribute("aria-label")) ?? "", /^Build of ui-test/);
      await new EngineObjects().removeImage(image);
    },
  );
}
