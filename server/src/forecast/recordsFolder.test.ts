import assert from "node:assert/strict";
import { test } from "node:test";
import { recordsFolder } from "./recordsFolder.ts";

test("records are where programs keep their state", () => {
  const folder = (platform: NodeJS.Platform, environment: Record<string, string> = {}): string =>
    recordsFolder({ platform, home: "/home/ann", environment });
  assert.equal(folder("linux"), "/home/ann/.local/state/slipway/records");
  assert.equal(folder("linux", { XDG_STATE_HOME: "/state" }), "/state/slipway/records");
  assert.equal(
    folder("linux", { XDG_STATE_HOME: "relative" }),
    "/home/ann/.local/state/slipway/records",
  );
  assert.equal(folder("darwin"), "/home/ann/Library/Application Support/Slipway/records");
  assert.match(folder("win32", { LOCALAPPDATA: "/local" }), /local.Slipway.records$/);
  assert.equal(folder("linux", { SLIPWAY_STATE_FOLDER: "/here" }), "/here/records");
});
