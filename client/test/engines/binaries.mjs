import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "../../scripts/setup/processes.mjs";
import { withLock } from "../../scripts/setup/lock.mjs";
import { scratch } from "../../scripts/setup/paths.mjs";
import { unpackDebianPackages } from "./debianPackages.mjs";

/**
 * The engines that can be started.
 * - `28`: Docker 28 with the graph drivers' image store
 * - `28c`: the same with containerd's image store, which Docker 29 has by default
 * - `20.10`: the oldest Docker that Slipway supports
 *
 * @typedef {"28" | "28c" | "20.10"} EngineKind
 */

/** @type {readonly EngineKind[]} */
export const engineKinds = ["28", "28c", "20.10"];

/** @type {Partial<Record<NodeJS.Architecture, string>>} */
const architectures = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };
const architecture = architectures[process.arch];

/** Programs that serve every engine. sid's own runc wants a newer libc than Debian 12 has. */
const shared = ["busybox-static", "runc", "tini", "libseccomp2", "libdevmapper1.02.1"];

/** Where each release's packages come from, and where its programs are kept. */
const newest = { suite: "sid", folder: join(scratch, "engines", "docker-28") };
const oldest = { suite: "bookworm", folder: join(scratch, "engines", "docker-20.10") };
const tools = join(scratch, "engines", "tools");

/**
 * Why no private engine can run here, as the end of the sentence "because …"; `undefined` when one can.
 *
 * @returns {string | undefined}
 */
export function whyNoPrivateEngine() {
  if (process.platform !== "linux") return "a private engine runs on Linux only";
  if (process.getuid?.() !== 0) return "a private engine needs root";
  if (architecture === undefined) return `there is no private engine for ${process.arch}`;
  const programs = ["/usr/bin/apt-get", "/usr/bin/dpkg-deb", "/usr/bin/unshare"];
  const missing = programs.find((program) => !existsSync(program));
  if (missing !== undefined)
    return `a private engine is made from Debian's packages, and ${missing} is missing`;
  return undefined;
}

/**
 * Makes sure that the programs of the engines are there; downloads what is missing. Several processes may
 * do so at once.
 *
 * @param {readonly EngineKind[]} kinds
 */
export async function installEngines(kinds) {
  const missing = () => {
    const wanted = [...new Set(kinds.map(releaseOf))].filter(({ folder }) => !existsSync(folder));
    return { wanted, toolsWanted: !existsSync(tools) };
  };
  const { wanted, toolsWanted } = missing();
  if (wanted.length > 0 || toolsWanted) await withLock("engines", () => install(missing()));
}

/** @param {{ wanted: readonly (typeof newest)[], toolsWanted: boolean }} missing */
async function install({ wanted, toolsWanted }) {
  if (wanted.length === 0 && !toolsWanted) return;
  if (!existsSync("/usr/bin/apt-get")) {
    throw new Error(
      "Engines and their base image are made from Debian's packages, so this needs a Debian.",
    );
  }
  const unpacked = join(scratch, "engines", "unpacked");
  // An installation that was cut off has left it.
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const sids = wanted.filter(({ suite }) => suite === "sid");
  const docker = ["docker.io", "containerd"];
  const stable = [...(wanted.length > sids.length ? docker : []), ...(toolsWanted ? shared : [])];
  await unpackDebianPackages(unpacked, {
    ...(stable.length > 0 ? { bookworm: stable } : {}),
    ...(sids.length > 0 ? { sid: docker } : {}),
  });
  for (const { suite, folder } of wanted) {
    collect(folder, join(unpacked, suite), [
      "usr/sbin/dockerd",
      "usr/sbin/docker-proxy",
      "usr/bin/containerd",
      "usr/bin/containerd-shim-runc-v2",
    ]);
  }
  if (toolsWanted) {
    collect(tools, join(unpacked, "bookworm"), [
      "bin/busybox",
      "usr/sbin/runc",
      "usr/bin/tini-static",
      `usr/lib/${architecture}/libseccomp.so.2`,
      `lib/${architecture}/libdevmapper.so.1.02.1`,
    ]);
  }
  rmSync(unpacked, { recursive: true });
}

/**
 * The folders to look for an engine's programs and libraries in.
 *
 * @param {EngineKind} kind
 */
export function engineBinaries(kind) {
  return { programs: releaseOf(kind).folder, tools, busybox: join(tools, "busybox") };
}

/**
 * Whether a program can be started at all, for a package of sid may want a newer libc one day.
 *
 * @param {EngineKind} kind
 */
export async function engineVersion(kind) {
  const { programs, tools } = engineBinaries(kind);
  const env = { ...process.env, LD_LIBRARY_PATH: tools };
  return (await attempt(join(programs, "dockerd"), ["--version"], { env })).output.trim();
}

/** @param {EngineKind} kind */
function releaseOf(kind) {
  return kind === "20.10" ? oldest : newest;
}

/**
 * Moves files into one flat folder, which appears at once and complete.
 *
 * @param {string} folder
 * @param {string} from
 * @param {readonly string[]} files
 */
function collect(folder, from, files) {
  const made = `${folder}-incomplete`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made);
  for (const file of files) {
    const name = file.slice(file.lastIndexOf("/") + 1);
    renameSync(realpathSync(join(from, file)), join(made, name));
  }
  // Docker looks for tini by this name.
  if (existsSync(join(made, "tini-static"))) symlinkSync("tini-static", join(made, "docker-init"));
  renameSync(made, folder);
}
