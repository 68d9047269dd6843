import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry in memory that wants a password, with as much of the distribution API as push and pull use. */
export interface ImaginaryRegistry {
  /** `127.0.0.1:PORT`, which engines trust without TLS. */
  readonly host: string;
  close(): void;
}

export async function imaginaryRegistry(
  user: string,
  password: string,
): Promise<ImaginaryRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  const uploads = new Map<string, Buffer>();
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    const url = new URL(request.url ?? "", "http://registry");
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="test"' });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      return;
    }
    const send = (status: number, headers: Record<string, string>, bytes?: Buffer): void => {
      response.writeHead(status, bytes ? { ...headers, "Content-Length": bytes.length } : headers);
      response.end(request.method === "HEAD" ? undefined : bytes);
    };
    const [, repository = "", kind = "", name = ""] =
      /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/(.*)$/.exec(url.pathname) ?? [];
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (kind === "blobs/uploads") {
      const id = name === "" ? String(uploads.size) : name;
      const bytes = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body]);
      uploads.set(id, bytes);
      const digest = url.searchParams.get("digest");
      if (request.method === "PUT" && digest !== null) {
        blobs.set(digest, bytes);
      }
      send(request.method === "PUT" ? 201 : 202, {
        Location: `/v2/${repository}/blobs/uploads/${id}`,
        "Docker-Upload-UUID": id,
        Range: `0-${Math.max(0, bytes.length - 1)}`,
        ...(digest === null ? {} : { "Docker-Content-Digest": digest }),
      });
    } else if (kind === "blobs" && isRead && blobs.has(name)) {
      send(200, { "Docker-Content-Digest": name }, blobs.get(name));
    } else if (kind === "manifests" && request.method === "PUT") {
      const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
      const manifest = { bytes: body, type: request.headers["content-type"] ?? "" };
      manifests.set(`${repository}/${name}`, manifest).set(`${repository}/${digest}`, manifest);
      send(201, { "Docker-Content-Digest": digest });
    } else if (kind === "manifests" && isRead && manifests.has(`${repository}/${name}`)) {
      const { bytes, type } = manifests.get(`${repository}/${name}`) ?? {
        bytes: Buffer.alloc(0),
        type: "",
      };
      const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      send(200, { "Content-Type": type, "Docker-Content-Digest": digest }, bytes);
    } else if (url.pathname === "/v2/") {
      send(200, {}, Buffer.from("{}"));
    } else {
      send(
        404,
        {},
        Buffer.from('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}'),
      );
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
