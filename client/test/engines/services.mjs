#!/usr/bin/env node
// What stands around an engine, for tests: each runs until this process's standard input ends, and tells in one
// line of JSON how it is reached.
//   node client/test/engines/services.mjs ssh DOCKER_HOST    an sshd on loopback, with the docker CLI behind it
//   node client/test/engines/services.mjs tls KIND           a private engine that asks for client certificates
//   node client/test/engines/services.mjs podman             a Podman of its own, started as a service
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withLock } from "../../scripts/setup/lock.mjs";
import { scratch } from "../../scripts/setup/paths.mjs";
import { run, waitUntil } from "../../scripts/setup/processes.mjs";
import { importBaseImage } from "./baseImage.mjs";
import { unpackDebianPackages } from "./debianPackages.mjs";
import { startEngine } from "./engine.mjs";
import { askEngine, engineAnswers } from "./engineApi.mjs";

/**
 * @typedef {object} Service
 * @property {Readonly<Record<string, string | number>>} address what a test needs to reach it
 * @property {() => Promise<void> | void} stop
 */

const unpacked = join(scratch, "engines", "services");

/** Programs, and the libraries that a small Debian lacks. */
const packages = `
  openssh-server openssh-client openssl docker.io
  podman conmon runc netavark libgpgme11 libassuan0 libsubid4
  libseccomp2 libdevmapper1.02.1 libglib2.0-0 libwrap0 libnsl2 libtirpc3
  libgssapi-krb5-2 libkrb5-3 libkrb5support0 libk5crypto3 libcom-err2
  libkeyutils1 libedit2 libbsd0 libmd0 libfido2-1 libcbor0.8 libssl3
`;

/** Unpacks the programs of the services, where they are not there yet. */
export async function installServices() {
  if (existsSync(unpacked)) return;
  await withLock("services", async () => {
    if (existsSync(unpacked)) return;
    const made = `${unpacked}-incomplete`;
    rmSync(made, { recursive: true, force: true });
    await unpackDebianPackages(made, { bookworm: packages.trim().split(/\s+/) });
    renameSync(join(made, "bookworm"), unpacked);
    rmSync(made, { recursive: true });
  });
}

const programs = join(unpacked, "usr", "bin");

/** The environment in which unpacked programs find their libraries. */
function environment() {
  const libraries = ["usr/lib", "lib"].flatMap((name) => {
    const folder = join(unpacked, name);
    const machines = readdirSync(folder).filter((each) => each.endsWith("-linux-gnu"));
    return machines.map((machine) => join(folder, machine));
  });
  return { ...process.env, LD_LIBRARY_PATH: libraries.join(":") };
}

/**
 * An ssh server with a host key and one user's key of its own. It lets that user in as the one that runs it;
 * the docker command over there reaches the given engine.
 *
 * @param {string} folder
 * @param {string} dockerHost
 * @returns {Promise<Service>}
 */
async function startSshServer(folder, dockerHost) {
  const env = environment();
  const port = await freePort();
  const key = (/** @type {string} */ name) =>
    run(join(programs, "ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)], {
      env,
    });
  await Promise.all([key("host_key"), key("user_key")]);
  const configuration = join(folder, "sshd_config");
  writeFileSync(
    configuration,
    [
      "ListenAddress 127.0.0.1",
      `Port ${port}`,
      `HostKey ${join(folder, "host_key")}`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "PasswordAuthentication no",
      "PermitRootLogin yes",
      `AuthorizedKeysFile ${join(folder, "user_key.pub")}`,
      `SetEnv PATH=${programs}:/usr/bin:/bin DOCKER_HOST=${dockerHost}`,
      "",
    ].join("\n"),
  );
  // sshd wants a user and a folder of its own, which the machine may not have; it gets them in its own namespace.
  writeFileSync(
    join(folder, "passwd"),
    "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n",
  );
  writeFileSync(join(folder, "shadow"), "root:*:19000:0:99999:7:::\n");
  const script = [
    `mount --bind "${join(folder, "passwd")}" /etc/passwd`,
    `mount --bind "${join(folder, "shadow")}" /etc/shadow`,
    "mount -t tmpfs tmpfs /run",
    "mkdir -m 755 /run/sshd",
    `exec "${join(unpacked, "usr/sbin/sshd")}" -D -e -f "${configuration}"`,
  ].join(" && ");
  const stop = startInNamespace(folder, "sshd", ["sh", "-c", script], env);
  await mustSay(join(folder, "sshd.log"), "Server listening");
  return {
    address: {
      host: "127.0.0.1",
      port,
      user: "root",
      key: join(folder, "user_key"),
      hostKey: readFileSync(join(folder, "host_key.pub"), "utf8").trim(),
      ssh: existsSync("/usr/bin/ssh") ? "/usr/bin/ssh" : join(programs, "ssh"),
    },
    stop,
  };
}

/**
 * An engine on a TCP port of loopback that lets in nobody without a certificate of the authority in `ca.pem`.
 *
 * @param {string} folder
 * @param {string} kind
 * @returns {Promise<Service>}
 */
async function startTlsEngine(folder, kind) {
  await makeCertificates(folder);
  const port = await freePort();
  const engine = await startEngine(/** @type {import("./binaries.mjs").EngineKind} */ (kind), {
    flags: [
      `--host=tcp://127.0.0.1:${port}`,
      "--tlsverify",
      `--tlscacert=${join(folder, "ca.pem")}`,
      `--tlscert=${join(folder, "server.pem")}`,
      `--tlskey=${join(folder, "server-key.pem")}`,
    ],
  });
  await importBaseImage(engine.host);
  return { address: { port, folder, host: engine.host }, stop: () => engine.stop() };
}

/**
 * Makes two authorities, `ca` and `stranger`, each with a client's certificate, and the server's of the first.
 *
 * @param {string} folder
 */
async function makeCertificates(folder) {
  const env = environment();
  const openssl = existsSync("/usr/bin/openssl") ? "/usr/bin/openssl" : join(programs, "openssl");
  const at = (/** @type {string} */ name) => join(folder, name);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const authority of ["ca", "stranger"]) {
    const own = ["-keyout", at(`${authority}-key.pem`), "-out", at(`${authority}.pem`)];
    await run(
      openssl,
      ["req", "-x509", ...newKey, ...own, "-days", "2", "-subj", `/CN=${authority}`],
      {
        env,
      },
    );
  }
  const issued = [
    ["server", "ca", "extendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n"],
    ["client", "ca", "extendedKeyUsage=clientAuth\n"],
    ["stranger-client", "stranger", "extendedKeyUsage=clientAuth\n"],
  ];
  for (const [name = "", authority = "", extensions = ""] of issued) {
    writeFileSync(at(`${name}.ext`), extensions);
    const request = ["-keyout", at(`${name}-key.pem`), "-out", at(`${name}.csr`)];
    await run(openssl, ["req", ...newKey, ...request, "-subj", `/CN=${name}`], { env });
    const signedBy = ["-CA", at(`${authority}.pem`), "-CAkey", at(`${authority}-key.pem`)];
    const signed = [
      "-in",
      at(`${name}.csr`),
      "-out",
      at(`${name}.pem`),
      "-extfile",
      at(`${name}.ext`),
    ];
    await run(openssl, ["x509", "-req", ...signed, ...signedBy, "-CAcreateserial", "-days", "2"], {
      env,
    });
  }
}

/**
 * Podman as a service, with storage and configuration of its own.
 *
 * @param {string} folder
 * @returns {Promise<Service>}
 */
async function startPodman(folder) {
  const socket = join(folder, "podman.sock");
  const at = (/** @type {string} */ name) => join(folder, name);
  writeFileSync(
    at("containers.conf"),
    [
      "[containers]",
      // Podman's own network needs rules of the machine's firewall.
      'netns = "none"',
      "[engine]",
      `helper_binaries_dir = ["${join(unpacked, "usr/lib/podman")}"]`,
      `conmon_path = ["${join(programs, "conmon")}"]`,
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'runtime = "runc"',
      "[engine.runtimes]",
      `runc = ["${at("runc")}"]`,
      "",
    ].join("\n"),
  );
  writeFileSync(
    at("storage.conf"),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at("data")}"\nrunroot = "${at("run")}"\n`,
  );
  writeFileSync(at("policy.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');
  // conmon starts the runtime without an environment.
  const { LD_LIBRARY_PATH: libraries } = environment();
  const runtime = `LD_LIBRARY_PATH="${libraries}" exec "${join(programs, "runc")}" "$@"`;
  writeFileSync(at("runc"), `#!/bin/sh\n${runtime}\n`, { mode: 0o755 });
  const env = {
    ...environment(),
    CONTAINERS_CONF: at("containers.conf"),
    CONTAINERS_STORAGE_CONF: at("storage.conf"),
    XDG_RUNTIME_DIR: folder,
    TMPDIR: folder,
  };
  const command = [join(programs, "podman"), "--tmpdir", at("libpod"), "system", "service"];
  // Its lock files would be shared with the machine's own Podman.
  const script = `mount -t tmpfs tmpfs /dev/shm && mount -t tmpfs tmpfs /run && exec "$@"`;
  const stop = startInNamespace(
    folder,
    "podman",
    ["sh", "-c", script, "sh", ...command, "--time=0", `unix://${socket}`],
    env,
  );
  const host = `unix://${socket}`;
  if (!(await waitUntil(() => existsSync(socket) && engineAnswers(host), 30_000, 100))) {
    throw new Error(`Podman does not answer:\n${readFileSync(at("podman.log"), "utf8")}`);
  }
  await importBaseImage(host);
  // Podman 4 leaves out the tag that an import asks for.
  await askEngine(host, "POST", "/images/busybox:latest/tag?repo=busybox&tag=local");
  return { address: { host }, stop };
}

/**
 * Starts a program in mount and process namespaces of its own, so that ending it ends all that it started.
 *
 * @param {string} folder of its log
 * @param {string} name
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {() => Promise<void>} ends it
 */
function startInNamespace(folder, name, command, env) {
  const namespaces = ["--mount", "--propagation=private", "--pid", "--fork", "--kill-child"];
  const child = spawn("unshare", [...namespaces, "--mount-proc", ...command], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = join(folder, `${name}.log`);
  writeFileSync(log, "");
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ chunk) => writeFileSync(log, chunk, { flag: "a" }));
  }
  const ended = new Promise((resolve) => child.once("close", resolve));
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
}

/**
 * @param {string} log
 * @param {string} words
 */
async function mustSay(log, words) {
  if (!(await waitUntil(() => readFileSync(log, "utf8").includes(words), 20_000, 50))) {
    throw new Error(`The service did not start:\n${readFileSync(log, "utf8")}`);
  }
}

/** @returns {Promise<number>} a port of loopback that nobody listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** @param {readonly string[]} args */
async function serve([name = "", subject = ""]) {
  await installServices();
  const folder = mkdtempSync(join(tmpdir(), "slipway-service-"));
  mkdirSync(folder, { recursive: true });
  const starts = {
    ssh: () => startSshServer(folder, subject),
    tls: () => startTlsEngine(folder, subject),
    podman: () => startPodman(folder),
  };
  const start = starts[/** @type {keyof typeof starts} */ (name)];
  if (start === undefined) throw new Error(`There is no service "${name}".`);
  try {
    const service = await start();
    console.log(JSON.stringify(service.address));
    await new Promise((resolve) => process.stdin.resume().once("end", resolve));
    await service.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // A service that failed half-way may have left a child that would keep this process.
  serve(process.argv.slice(2)).then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
