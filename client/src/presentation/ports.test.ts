import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { browsablePorts, browserUrl, formatPorts } from "./ports.ts";

const web = { ip: "0.0.0.0", publicPort: 8080, privatePort: 80, protocol: "tcp" };

suite("ports", () => {
  test("a port that is published for IPv4 and IPv6 is shown once", () => {
    assert.equal(formatPorts([web, { ...web, ip: "::" }]), "8080→80");
  });

  test("equal ports are shown as one number, other protocols are named, the rest is left out", () => {
    assert.equal(
      formatPorts([
        { privatePort: 9000, protocol: "tcp" },
        { publicPort: 443, privatePort: 443, protocol: "tcp" },
        { publicPort: 53, privatePort: 5353, protocol: "udp" },
      ]),
      "53→5353/udp, 443",
    );
  });

  test("only published TCP ports can be browsed", () => {
    assert.deepEqual(
      browsablePorts([
        { privatePort: 80, protocol: "tcp" },
        { publicPort: 53, privatePort: 53, protocol: "udp" },
        { ...web, publicPort: 9090 },
        web,
        { ...web, ip: "::" },
      ]).map((port) => port.publicPort),
      [8080, 9090],
    );
  });

  test("a port on every address is opened on the host of the engine", () => {
    assert.equal(browserUrl(web, "unix:///var/run/docker.sock"), "http://localhost:8080/");
    assert.equal(browserUrl(web, "tcp://10.0.0.7:2376"), "http://10.0.0.7:8080/");
    assert.equal(browserUrl(web, "tcp://[fd00::7]:2376"), "http://[fd00::7]:8080/");
    assert.equal(browserUrl(web, "ssh://me@builder"), "http://builder:8080/");
  });

  test("a port on one address is opened there, and TLS ports over https", () => {
    assert.equal(
      browserUrl({ ...web, ip: "127.0.0.1", privatePort: 443 }, "unix:///x"),
      "https://127.0.0.1:8080/",
    );
  });
});
