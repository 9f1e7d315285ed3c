// createApp joins everything: here it is looked at whole, over real sockets, from a YAML text.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type App, createApp } from "../src/app.ts";
import { type Clock, systemClock } from "../src/base/clock.ts";
import { silentLogger } from "../src/base/logger.ts";
import { readConfig } from "../src/config/read-config.ts";
import type { Exchange } from "../src/http/service.ts";
import { Metrics } from "../src/logging/metrics.ts";
import { fakeClock } from "./support/fake-clock.ts";
import { holdings, leaksSettled } from "./support/leaks.ts";
import { type Cleanup, tempFolder, writeTree } from "./support/temp-folder.ts";

interface Running {
  readonly server: App;
  readonly exchanges: Exchange[];
  readonly folder: string;
  /** How many requests were counted, by route and status. */
  counted(): Promise<Record<string, number>>;
  ask(text: string): Promise<string>;
  reload(yaml: string): Promise<unknown>;
}

async function running(t: Cleanup, yaml: string, clock: Clock = systemClock): Promise<Running> {
  const folder = tempFolder(t);
  writeTree(folder, {
    "index.html": "<p>home</p>",
    "error.html": "<h1>{{CODE}} {{MESSAGE}}</h1>",
  });
  const configFrom = (text: string) => {
    const result = readConfig(text.replaceAll("FOLDER", folder), "ferrox.yml", { folder });
    assert.ok(result.kind === "config", JSON.stringify(result));
    return result.config;
  };
  const exchanges: Exchange[] = [];
  const record = (exchange: Exchange) => void exchanges.push(exchange);
  const counters = new Metrics({ clock, version: "1", process: NO_FIGURES });
  const ports = {
    counters,
    clock,
    log: silentLogger,
    exchanges: { record },
    tls: undefined,
    metrics: async () => "up 1\n",
    isReady: () => true,
  };
  const server = await createApp(configFrom(yaml), ports);
  // When the test has failed before it could.
  t.after(() => server.cut());
  const [door] = await server.listen();
  const address = door?.address;
  assert.ok(address?.kind === "tcp");
  return {
    server,
    exchanges,
    folder,
    counted: async () => {
      const samples = (await counters.snapshot()).ferrox_requests_total ?? [];
      return Object.fromEntries(samples.map(({ labels, value }) => [labels.join(" "), value]));
    },
    ask: (text) => conversation(address.port, text),
    reload: (next) => server.reload(configFrom(next), undefined),
  };
}

const NO_FIGURES = {
  begin() {},
  figures: async () => ({
    nodeVersion: process.version,
    startedWallMs: 0,
    cpuSeconds: 0,
    residentBytes: 0,
    heapTotalBytes: 0,
    heapUsedBytes: 0,
    externalBytes: 0,
    descriptors: undefined,
    loopDelay: { mean: 0, p50: 0, p90: 0, p99: 0, max: 0 },
  }),
};

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

test("a reload brings other routes, headers, types and error pages, on the same port", async (t) => {
  const { server, ask, reload, folder } = await running(t, SITE);
  writeTree(folder, { "x.foo": "foo", "pages/404.html": "nothing at all" });
  assert.match(await ask(get("/x.foo")), /Content-Type: application\/octet-stream\r\n/);
  await reload(`
server: { addr: 127.0.0.1, http_port: 0 }
paths: { serve_dir: FOLDER, log_dir: FOLDER, errors_dir: FOLDER/pages }
headers: { X-Other: "1" }
media_types: { foo: text/x-foo }
`);
  const answer = await ask(get("/x.foo"));
  assert.match(answer, /Content-Type: text\/x-foo/);
  assert.match(answer, /X-Other: 1\r\n/);
  assert.doesNotMatch(answer, /X-Frame-Options/);
  assert.match(await ask(get("/missing")), /nothing at all/);
  await server.drain();
});

test("error pages that cannot be read leave everything as it was", async (t) => {
  const { server, ask, reload } = await running(t, SITE);
  const missing = SITE.replace("errors_dir: FOLDER", "errors_dir: FOLDER/nowhere");
  await assert.rejects(reload(missing.replace("DENY", "SAMEORIGIN")), { code: "not-found" });
  const home = await ask(get("/"));
  assert.match(home, /X-Frame-Options: DENY\r\n/);
  assert.match(await ask(get("/missing")), /<h1>404 Not Found<\/h1>/);
  await server.drain();
});

test("who has asked too often is not forgiven by a reload, unless the numbers change", async (t) => {
  const rate = (burst: number) => `${SITE}limits: { request_rate: 1, request_burst: ${burst} }\n`;
  const { server, ask, reload } = await running(t, rate(1), fakeClock());
  assert.match(await ask(get("/")), /^HTTP\/1\.1 200 /);
  assert.match(await ask(get("/")), /^HTTP\/1\.1 429 /);
  await reload(rate(1));
  assert.match(await ask(get("/")), /^HTTP\/1\.1 429 /);
  await reload(rate(2));
  assert.match(await ask(get("/")), /^HTTP\/1\.1 200 /);
  await server.drain();
});

test("two hundred reloads leave nothing behind: no descriptor, no timer, no memory", async (t) => {
  const { server, ask, reload } = await running(t, SITE);
  const again = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      await reload(SITE.replace("DENY", `"${count}"`));
      if (count % 10 === 0) await ask(get("/"));
    }
  };
  await again(20);
  const before = holdings();
  const heapBefore = heapUsed();
  await again(200);
  assert.deepEqual(await leaksSettled(before), []);
  const grown = heapUsed() - heapBefore;
  assert.ok(grown < 1024 * 1024, `${grown} bytes more`);
  await server.drain();
});

/** After everything nobody holds is gone. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  collect();
  return process.memoryUsage().heapUsed;
}

test("requests are counted only while a route tells the counts", async (t) => {
  const site = "server: {addr: 127.0.0.1, http_port: 0}\npaths: {serve_dir: FOLDER}\n";
  const told = `${site}routes: [{path: /, files: site}, {path: /m, metrics: true}]\n`;
  const untold = `${site}routes: [{path: /, files: site}]\n`;
  const { ask, counted, reload } = await running(t, untold);
  await ask(get("/"));
  assert.deepEqual(await counted(), {});
  await reload(told);
  await ask(get("/"));
  await ask(get("/nothing"));
  assert.deepEqual(await counted(), { "/ 200": 1, "/ 404": 1 });
  await reload(untold);
  await ask(get("/"));
  assert.deepEqual(await counted(), { "/ 200": 1, "/ 404": 1 });
});
