import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { run } from "../../scripts/setup/processes.mjs";

/**
 * Downloads packages of Debian and unpacks them into a folder. Nothing is installed: the machine's own
 * package lists, sources and installed packages stay as they are.
 *
 * @param {string} folder where to unpack, one folder for each suite; made when missing
 * @param {Readonly<Record<string, readonly string[]>>} packages names of packages by suite
 */
export async function unpackDebianPackages(folder, packages) {
  const state = join(folder, "apt");
  for (const path of ["lists/partial", "cache/archives/partial", "parts"]) {
    mkdirSync(join(state, path), { recursive: true });
  }
  const suites = Object.keys(packages);
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const mirror = machineMirror();
  writeFileSync(
    join(state, "sources.list"),
    suites.map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`).join(""),
  );
  copyFileSync("/var/lib/dpkg/status", join(state, "status"));
  const settings = {
    "Dir::Etc::sourcelist": join(state, "sources.list"),
    "Dir::Etc::sourceparts": join(state, "parts"),
    "Dir::State::lists": join(state, "lists"),
    "Dir::State::status": join(state, "status"),
    "Dir::Cache": join(state, "cache"),
    // apt's own user cannot read a folder under /root.
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled": "false",
    "Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled": "false",
    "Acquire::Retries": "3",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await run("apt-get", ["-qq", ...options, "update"]);
  await Promise.all(
    suites.map(async (suite) => {
      const archives = join(state, suite);
      const unpacked = join(folder, suite);
      mkdirSync(archives);
      mkdirSync(unpacked, { recursive: true });
      const wanted = (packages[suite] ?? []).map((name) => `${name}/${suite}`);
      await run("apt-get", ["-qq", ...options, "download", ...wanted], { cwd: archives });
      await Promise.all(
        readdirSync(archives).map((archive) =>
          run("dpkg-deb", ["-x", join(archives, archive), unpacked]),
        ),
      );
    }),
  );
  rmSync(state, { recursive: true });
}

/** The mirror that the machine itself uses, in either format of apt's sources. */
function machineMirror() {
  const parts = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ];
  for (const file of files) {
    if (!existsSync(file)) continue;
    const uri = /^(?!#).*?(https?:\/\/\S+\/debian)\/?(?=\s|$)/m.exec(
      readFileSync(file, "utf8"),
    )?.[1];
    if (uri !== undefined) return uri;
  }
  return "http://deb.debian.org/debian";
}
