// createApp joins everything: here it is looked at whole, over real sockets, from a YAML text.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { createApp } from "../src/app.ts";
import { systemClock } from "../src/base/clock.ts";
import { silentLogger } from "../src/base/logger.ts";
import { readConfig } from "../src/config/read-config.ts";
import type { Exchange } from "../src/http/service.ts";
import type { Server } from "../src/server/server.ts";
import { type Cleanup, tempFolder, writeTree } from "./support/temp-folder.ts";

interface Running {
  readonly server: Server;
  readonly exchanges: Exchange[];
  ask(text: string): Promise<string>;
}

async function running(t: Cleanup, yaml: string): Promise<Running> {
  const folder = tempFolder(t);
  writeTree(folder, {
    "index.html": "<p>home</p>",
    "error.html": "<h1>{{CODE}} {{MESSAGE}}</h1>",
  });
  const result = readConfig(yaml.replaceAll("FOLDER", folder), "ferrox.yml", { folder });
  assert.ok(result.kind === "config", JSON.stringify(result));
  const exchanges: Exchange[] = [];
  const record = (exchange: Exchange) => void exchanges.push(exchange);
  const ports = {
    clock: systemClock,
    log: silentLogger,
    exchanges: { record },
    tls: undefined,
    metrics: async () => "up 1\n",
    isReady: () => true,
  };
  const server = await createApp(result.config, ports);
  const [door] = await server.listen();
  const address = door?.address;
  assert.ok(address?.kind === "tcp");
  return { server, exchanges, ask: (text) => conversation(address.port, text) };
}

function conversation(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.on("data", (bytes) => {
      said += bytes.toString("latin1");
    });
    socket.once("close", () => resolve(said));
    socket.once("error", reject);
  });
}

const get = (path: string, host = "a") =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

const SITE = `
server: { addr: 127.0.0.1, http_port: 0 }
paths: { serve_dir: FOLDER, log_dir: FOLDER, errors_dir: FOLDER }
headers: { X-Frame-Options: DENY }
`;

test("the original's words make one site, with its headers on every answer", async (t) => {
  const { server, ask, exchanges } = await running(t, SITE);
  const home = await ask(get("/"));
  assert.match(home, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(home, /\r\nServer: Ferrox\r\n/);
  assert.match(home, /\r\nX-Frame-Options: DENY\r\n/);
  assert.match(home, /<p>home<\/p>$/);
  const missing = await ask(get("/missing"));
  assert.match(missing, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.match(missing, /\r\nX-Frame-Options: DENY\r\n/);
  assert.match(missing, /<h1>404 Not Found<\/h1>/);
  const broken = await ask("nonsense\r\n\r\n");
  assert.match(broken, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(broken, /\r\nX-Frame-Options: DENY\r\n/);
  assert.deepEqual(
    exchanges.map(({ response }) => response.status),
    [200, 404, 400],
  );
  await server.drain();
});

test("routes choose by host and path; a redirect keeps the query", async (t) => {
  const yaml = `
server: { addr: 127.0.0.1, http_port: 0 }
paths: { log_dir: FOLDER }
file_systems:
  site: { kind: disk, root: FOLDER }
  empty: { kind: memory }
routes:
  - { path: /, files: site }
  - { path: /old, redirect: /new, status: 308 }
  - { host: b.example, path: /, files: empty }
`;
  const { server, ask } = await running(t, yaml);
  assert.match(await ask(get("/")), /<p>home<\/p>$/);
  assert.match(await ask(get("/", "b.example")), /^HTTP\/1\.1 40[34]/);
  const moved = await ask(get("/old?a=b"));
  assert.match(moved, /^HTTP\/1\.1 308 Permanent Redirect\r\n[\s\S]*Location: \/new\?a=b\r\n/);
  await server.drain();
});
