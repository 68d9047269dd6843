import assert from "node:assert/strict";
import { test } from "node:test";
import { toTraits } from "./toTraits.ts";

const docker = {
  Version: "28.5.2",
  Os: "linux",
  Arch: "amd64",
  Components: [{ Name: "Engine" }, { Name: "containerd" }],
};

test("Docker's own engine has BuildKit, with either image store", () => {
  const layers = { ID: "e5d0", DriverStatus: [["Backing Filesystem", "extfs"]] };
  assert.deepEqual(toTraits(docker, layers), {
    id: "e5d0",
    version: "28.5.2",
    operatingSystem: "linux",
    architecture: "amd64",
    hasBuildKit: true,
    containerdStore: false,
  });
  const snapshots = { DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] };
  assert.equal(toTraits(docker, snapshots).containerdStore, true);
});

test("Podman, an engine before BuildKit and one that says nothing have none", () => {
  const podman = { Version: "5.4.2", Components: [{ Name: "Podman Engine" }] };
  assert.equal(toTraits(podman, {}).hasBuildKit, false);
  assert.equal(toTraits({ ...podman, Version: "20.0.0" }, {}).hasBuildKit, false);
  assert.equal(toTraits({ Version: "18.06.0-ce" }, {}).hasBuildKit, false);
  assert.equal(toTraits({}, {}).hasBuildKit, false);
});
