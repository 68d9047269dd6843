import { request } from "node:http";

/**
 * One request to an engine behind a Unix socket.
 *
 * @param {string} host as in DOCKER_HOST: `unix:///path`
 * @param {string} method
 * @param {string} path
 * @param {{ body?: Buffer, timeout?: number }} [options]
 * @returns {Promise<{ status: number, text: string }>}
 */
export function askEngine(host, method, path, { body, timeout = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: host.replace(/^unix:\/\//, ""),
        method,
        path,
        timeout,
        headers:
          body === undefined
            ? {}
            : { "Content-Type": "application/x-tar", "Content-Length": body.length },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", reject);
      },
    );
    asked.on("timeout", () =>
      asked.destroy(new Error(`${method} ${path}: no answer from ${host}`)),
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/**
 * Whether an engine answers there.
 *
 * @param {string} host
 */
export async function engineAnswers(host) {
  try {
    return (await askEngine(host, "GET", "/_ping", { timeout: 5000 })).status === 200;
  } catch {
    return false;
  }
}
