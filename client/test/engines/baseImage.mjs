import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { engineBinaries, installEngines } from "./binaries.mjs";
import { askEngine } from "./engineApi.mjs";

/** The image that the sample application builds on. */
export const baseImage = "slipway/base:1.0";

/**
 * Makes a small image on an engine without any registry: one static busybox, a link for each of its
 * commands, and the users `root`, `nobody` and `web` (1000). An image that is there already stays.
 *
 * @param {string} host as in DOCKER_HOST; a Unix socket
 * @param {readonly string[]} [names] names with a tag
 */
export async function importBaseImage(host, names = [baseImage, "busybox:local"]) {
  await installEngines([]);
  const archive = baseArchive();
  for (const name of names) {
    const [repository = name, tag = "latest"] = name.split(":");
    const query = new URLSearchParams({ fromSrc: "-", repo: repository, tag });
    for (const change of ["ENV PATH=/usr/local/bin:/bin", 'CMD ["/bin/sh"]'])
      query.append("changes", change);
    const present = await askEngine(host, "GET", `/images/${encodeURIComponent(name)}/json`);
    if (present.status === 200) continue;
    const { status, text } = await askEngine(host, "POST", `/images/create?${query.toString()}`, {
      body: archive,
    });
    if (status !== 200 || text.includes('"error"'))
      throw new Error(`${name} cannot be imported (${status}): ${text}`);
  }
}

function baseArchive() {
  const { busybox } = engineBinaries("28");
  const commands = spawnSync(busybox, ["--list"], { encoding: "utf8" }).stdout.split("\n");
  const links = commands.filter((command) => command !== "" && command !== "busybox");
  const users = [
    "root:x:0:0:root:/root:/bin/sh",
    "nobody:x:65534:65534::/:/bin/false",
    "web:x:1000:1000::/srv:/bin/sh",
  ];
  const groups = ["root:x:0:", "nobody:x:65534:", "web:x:1000:"];
  return Buffer.concat([
    ...[
      "bin/",
      "etc/",
      "root/",
      "srv/",
      "usr/",
      "usr/local/",
      "usr/local/bin/",
      "usr/bin/",
      "var/",
    ].map((path) => entry({ path, mode: 0o755 })),
    entry({ path: "tmp/", mode: 0o1777 }),
    entry({ path: "bin/busybox", mode: 0o755, content: readFileSync(busybox) }),
    ...links.map((link) => entry({ path: `bin/${link}`, mode: 0o777, target: "busybox" })),
    entry({ path: "usr/bin/env", mode: 0o777, target: "/bin/busybox" }),
    entry({ path: "etc/passwd", mode: 0o644, content: Buffer.from(`${users.join("\n")}\n`) }),
    entry({ path: "etc/group", mode: 0o644, content: Buffer.from(`${groups.join("\n")}\n`) }),
    Buffer.alloc(1024),
  ]);
}

/**
 * One file, folder (its path ends with a slash) or symbolic link of a tar archive (POSIX ustar). Times are
 * zero, so that the same content always gives the same image layer.
 *
 * @param {{ path: string, mode: number, content?: Buffer, target?: string }} file
 */
function entry({ path, mode, content = Buffer.alloc(0), target = "" }) {
  const header = Buffer.alloc(512);
  const kind = target !== "" ? "2" : path.endsWith("/") ? "5" : "0";
  header.write(path, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  // The checksum counts its own field as blanks.
  header.write(" ".repeat(8), 148);
  header.write(kind, 156);
  header.write(target, 157);
  header.write("ustar\u000000", 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/**
 * @param {number} value
 * @param {number} digits
 */
function octal(value, digits) {
  return value.toString(8).padStart(digits, "0");
}
