import assert from "node:assert/strict";
import { test } from "node:test";
import { changesText, processesText } from "./containerReports.ts";
import { inEnglish } from "./localize.ts";

test("processes stand in columns", () => {
  assert.equal(
    processesText({
      titles: ["PID", "USER", "CMD"],
      rows: [
        ["1", "root", "nginx: master process"],
        ["1234", "nobody", "sh"],
      ],
    }),
    "PID   USER    CMD\n1     root    nginx: master process\n1234  nobody  sh\n",
  );
  assert.equal(processesText({ titles: [], rows: [] }), "\n");
});

test("changes are counted and listed", () => {
  assert.equal(
    changesText(
      [
        { kind: "changed", path: "/etc" },
        { kind: "added", path: "/etc/a" },
        { kind: "deleted", path: "/etc/b" },
      ],
      inEnglish,
    ),
    "1 added, 1 changed, 1 deleted\n\nC /etc\nA /etc/a\nD /etc/b\n",
  );
  assert.equal(changesText([], inEnglish), "0 added, 0 changed, 0 deleted\n");
});
