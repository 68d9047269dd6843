import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type * as browserModule from "../host/browser.mjs";
import type * as hostModule from "../host/host.mjs";

export interface WorkbenchOptions {
  readonly theme?: "dark" | "light";
  /** User settings on top of the quiet ones of client/test/host/quietSettings.mjs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The workspace; a copy of the sample application unless given. It is used as it lies, not copied. */
  readonly folder?: string;
  /** What the extension finds as DOCKER_HOST: the suite's private engine unless given. */
  readonly dockerHost?: string;
  /** The docker command's folder; an empty one unless given. */
  readonly dockerConfig?: string;
  /** Opens the folder in Restricted Mode. */
  readonly workspaceTrust?: boolean;
  /** 1280 by 800 unless given, in pixels of the page. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Pixels of a screenshot for one of the page. */
  readonly scale?: number;
}

/** VS Code in headless Chromium, with Slipway in it. */
export interface Workbench {
  readonly page: Page;
  /** The workspace. */
  readonly folder: string;
  /** Runs a command by the beginning of what the palette shows, such as `Slipway: Build Image`. */
  readonly runCommand: (title: string) => Promise<void>;
  /** Opens a file of the workspace by its name and waits for its tab. */
  readonly openFile: (name: string) => Promise<void>;
  /** Shows a view container by its name in the activity bar. */
  readonly openViewContainer: (name: string) => Promise<void>;
  /** Keeps a picture as client/dist/screenshots/NAME.png. */
  readonly screenshot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

// The bundle of a test lies in client/dist/test/client/test/ui.
const root = process.env["SLIPWAY_ROOT"] ?? resolve(__dirname, "../../../../../..");
const screenshots = join(root, "client", "dist", "screenshots");
const themes = { dark: "Default Dark Modern", light: "Default Light Modern" };

/** A test in a workbench of its own, which is closed at the end; a failure leaves a picture. */
export function workbenchTest(
  name: string,
  options: WorkbenchOptions,
  body: (workbench: Workbench) => Promise<void>,
): void {
  test(name, { timeout: 120_000 }, async () => {
    const workbench = await openWorkbench(options);
    try {
      await body(workbench);
    } catch (error) {
      const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
      await workbench.screenshot(`failure-${slug}`);
      throw error;
    } finally {
      await workbench.close();
    }
  });
}

/** Opens VS Code on a workspace. Whoever opens it must close it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { startHost } = await load<typeof hostModule>("host.mjs");
  const { launchBrowser, newWorkbenchPage } = await load<typeof browserModule>("browser.mjs");
  const scratch = mkdtempSync(join(tmpdir(), "slipway-ui-"));
  const folder = options.folder ?? join(scratch, "harbor");
  if (options.folder === undefined)
    cpSync(join(root, "client", "sample"), folder, { recursive: true });
  const dockerHost = options.dockerHost ?? process.env["SLIPWAY_TEST_DOCKER_HOST"];
  const host = await startHost({
    folder,
    extensions: [process.env["SLIPWAY_TEST_VSIX"] ?? root],
    settings: { "workbench.colorTheme": themes[options.theme ?? "dark"], ...options.settings },
    workspaceTrust: options.workspaceTrust ?? false,
    env: {
      DOCKER_CONFIG: options.dockerConfig ?? join(scratch, "docker"),
      ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
    },
  });
  const browser = await launchBrowser();
  const close = async () => {
    await browser.close();
    await host.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const page = await newWorkbenchPage(browser, host.origin, {
      ...options.size,
      scale: options.scale ?? 1,
    });
    await page.goto(host.url());
    await page.locator(".monaco-workbench").waitFor();
    await page.locator(".activitybar .action-label").first().waitFor();
    return { page, folder, ...actions(page), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function actions(page: Page): Omit<Workbench, "page" | "folder" | "close"> {
  const input = page.locator(".quick-input-widget input");
  const rows = page.locator(".quick-input-list .monaco-list-row");
  return {
    async runCommand(title) {
      const row = rows.filter({ hasText: title }).first();
      // The palette lists what is there when it opens; a workbench that still loads may lack the command.
      for (let attempt = 1; ; attempt++) {
        await page.keyboard.press("F1");
        await input.fill(`>${title}`);
        try {
          await row.waitFor({ timeout: 10_000 });
          break;
        } catch (error) {
          if (attempt === 3) throw error;
          await page.keyboard.press("Escape");
        }
      }
      await page.keyboard.press("Enter");
    },
    async openFile(name) {
      await page.keyboard.press("Control+P");
      await input.fill(name);
      await rows.filter({ hasText: name }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    },
    async openViewContainer(name) {
      const action = page.locator(".activitybar .action-item", {
        has: page.locator(`[aria-label^="${name}"]`),
      });
      await action.first().waitFor();
      const shown = (await action.first().getAttribute("aria-expanded")) === "true";
      if (!shown) await action.first().click();
      await page.locator(".sidebar .pane-header").first().waitFor();
    },
    async screenshot(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    },
  };
}

/** These modules know their place on the disk, so they are not bundled. */
async function load<T>(name: string): Promise<T> {
  return import(pathToFileURL(join(root, "client", "test", "host", name)).href);
}
