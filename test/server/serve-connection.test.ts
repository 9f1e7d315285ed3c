// What stands behind a TLS door: hands shaken, plain HTTP answered, silence ended.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { createServer, type Server } from "../../src/server/server.ts";
import { devCertificate } from "../../src/transport/dev-certificate.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { tlsContexts } from "../../src/transport/tls-context.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { type Cleanup, tempFolder } from "../support/temp-folder.ts";
import { siteOf, text } from "./support.ts";

interface SecureServer {
  readonly server: Server;
  readonly port: number;
  readonly authority: string;
}

async function secureServer(t: Cleanup, handshakeTimeoutMs = 5_000): Promise<SecureServer> {
  const wish = { dir: tempFolder(t), names: [], nowMs: Date.now() };
  const made = await devCertificate(wish);
  assert.ok(made.kind === "certificate");
  const limits = { ...DEFAULT_TRANSPORT_LIMITS, handshakeTimeoutMs, lingerMs: 200 };
  const ports = { clock: systemClock, log: silentLogger };
  const transport = await createTransport({ ...ports, limits, sharedRead: "on" });
  const contexts = tlsContexts({ main: made, others: [] });
  const plainSite = siteOf(() => text(200, "you forgot the s"));
  const site = siteOf((_, { peer }) => text(200, `over ${peer.tls?.version}`));
  const server = createServer({
    doors: [
      {
        address: { kind: "tcp", host: "127.0.0.1", port: 0 },
        site,
        tls: { contexts, plainSite },
      },
    ],
    transport,
    http1: DEFAULT_HTTP1_LIMITS,
    drainMs: 1_000,
  });
  const [door] = await server.listen();
  assert.ok(door?.address.kind === "tcp" && door.secure);
  return { server, port: door.address.port, authority: made.authority.cert };
}

const ASK = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

function said(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = "";
    socket.on("data", (bytes: Buffer) => {
      all += bytes.toString("latin1");
    });
    socket.once("end", () => resolve(all));
    socket.once("error", reject);
  });
}

test("the same door speaks TLS, and answers plain HTTP with its other site", async (t) => {
  const { server, port, authority } = await secureServer(t);
  const secure = connectTls({ port, host: "127.0.0.1", servername: "localhost", ca: authority });
  secure.write(ASK);
  assert.match(await said(secure), /over TLSv1\.3$/);
  const plain = connect(port, "127.0.0.1");
  plain.write(ASK);
  assert.match(await said(plain), /you forgot the s$/);
  await server.drain();
  assert.equal(server.connectionCount, 0);
});

test("who says nothing on a TLS door is left after the handshake's time", async (t) => {
  const { server, port } = await secureServer(t, 200);
  const silent = connect(port, "127.0.0.1");
  assert.equal(await said(silent), "");
  await server.drain();
});

test("draining does not wait for hands that are not shaken", async (t) => {
  const { server, port } = await secureServer(t, 60_000);
  const silent = connect(port, "127.0.0.1");
  await new Promise((resolve) => silent.once("connect", resolve));
  while (server.connectionCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const gone = said(silent).catch(() => "");
  await server.drain();
  assert.equal(await gone, "");
});
