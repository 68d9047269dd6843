#!/usr/bin/env node
// Private Docker engines for people and for tests:
//   node client/test/engines/cli.mjs start 28 [FOLDER]    prints DOCKER_HOST=unix://…; kinds: 28, 28c, 20.10
//   node client/test/engines/cli.mjs halt FOLDER          ends it, keeps its data
//   node client/test/engines/cli.mjs resume FOLDER        starts it again at the same address
//   node client/test/engines/cli.mjs stop FOLDER          ends it and removes what it made; data in a FOLDER of yours stay
//   node client/test/engines/cli.mjs image HOST NAME…     makes the busybox image by these names on an engine
import { importBaseImage } from "./baseImage.mjs";
import { privateEngine, startEngine } from "./engine.mjs";

const [command = "", subject = "", ...rest] = process.argv.slice(2);
switch (command) {
  case "start": {
    const [folder] = rest;
    const kind = /** @type {import("./binaries.mjs").EngineKind} */ (subject);
    const engine = await startEngine(kind, {
      owned: false,
      ...(folder === undefined ? {} : { folder }),
    });
    await importBaseImage(engine.host);
    console.log(`DOCKER_HOST=${engine.host}\nFOLDER=${engine.folder}`);
    break;
  }
  case "halt":
  case "resume":
  case "stop":
    await privateEngine(subject)[command]();
    break;
  case "image":
    await importBaseImage(subject, rest);
    break;
  default:
    console.error(
      "usage: cli.mjs start KIND [FOLDER] | halt FOLDER | resume FOLDER | stop FOLDER | image HOST NAME…",
    );
    process.exitCode = 2;
}
