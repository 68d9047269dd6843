import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineObjects } from "./engineObjects.ts";
import { workbenchTest } from "./harness.ts";

const dockerfile = `FROM busybox:local AS build
ARG NODE_VERSION=22
ARG CHANNEL
RUN --mount=type=secret,id=npm-token true
FROM build
RUN echo $NODE_VERSION
`;

workbenchTest(
  "the options of a build are asked for one after another, and shown above its output",
  { scale: 2, settings: { "terminal.integrated.gpuAcceleration": "off" } },
  async ({ page, folder, openFile, runCommand, screenshot }) => {
    writeFileSync(join(folder, "options.Dockerfile"), dockerfile);
    await openFile("options.Dockerfile");
    await runCommand("Slipway: Build Image with Options");
    const box = page.locator(".quick-input-widget");
    await box.getByText("Build Image: Arguments (1/7)").waitFor();
    await page.keyboard.type("node");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: NODE_VERSION (1/7)").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("24");
    await page.keyboard.press("Enter");
    await box.getByText("24", { exact: true }).waitFor();
    await screenshot("build-options-arguments");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: Secrets (2/7)").waitFor();
    await screenshot("build-options-secrets");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: How (3/7)").waitFor();
    await screenshot("build-options-how");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: Platform (4/7)").waitFor();
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: Names (5/7)").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("ui-test/options");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: Network and Cache (6/7)").waitFor();
    await screenshot("build-options-network");
    await page.keyboard.press("Enter");
    await box.getByText("Build Image: Labels (7/7)").waitFor();
    await screenshot("build-options-labels");
    await page.keyboard.press("Enter");
    await page
      .locator(".notifications-toasts")
      .getByText("Built ui-test/options:latest in")
      .waitFor();
    await runCommand("Terminal: Scroll to Top");
    await page.locator(".terminal-wrapper").getByText("arguments NODE_VERSION=24").waitFor();
    await screenshot("build-options-terminal");
    await new EngineObjects().removeImage("ui-test/options:latest");
  },
);
