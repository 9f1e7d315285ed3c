import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { createServer, type Door, type Server } from "../../src/server/server.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { siteOf, text } from "./support.ts";

const HERE = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;

interface Running {
  readonly server: Server;
  readonly port: number;
}

async function running(
  door: Partial<Door> & Pick<Door, "site">,
  more: { connectionsMax?: number; drainMs?: number } = {},
): Promise<Running> {
  const limits = {
    ...DEFAULT_TRANSPORT_LIMITS,
    lingerMs: 200,
    connectionsMax: more.connectionsMax ?? 100,
  };
  const ports = { clock: systemClock, log: silentLogger };
  const transport = await createTransport({ ...ports, limits, sharedRead: "on" });
  const server = createServer({
    doors: [{ address: HERE, ...door }],
    transport,
    http1: DEFAULT_HTTP1_LIMITS,
    drainMs: more.drainMs ?? 5_000,
  });
  const [opened] = await server.listen();
  assert.ok(opened?.address.kind === "tcp");
  return { server, port: opened.address.port };
}

/** Everything the server says until it closes. */
function allOf(socket: Socket): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    socket.on("data", (bytes) => {
      said += bytes.toString("latin1");
    });
    socket.once("close", () => resolve(said));
    socket.once("error", reject);
  });
}

const ASK = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

test("a door that is open answers, and tells its port", async () => {
  const site = siteOf(() => text(200, "hello"));
  const { server, port } = await running({ site });
  const socket = connect(port, "127.0.0.1");
  const said = allOf(socket);
  socket.end(ASK);
  assert.match(await said, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhello$/);
  assert.equal(site.recorded.length, 1);
  assert.equal(site.recorded[0]?.peer.address, "127.0.0.1");
  await server.drain();
  assert.equal(server.connectionCount, 0);
});

test("when one door cannot be opened, none stays open", async () => {
  const site = siteOf(() => text(200, ""));
  const taken = await running({ site });
  const ports = { clock: systemClock, log: silentLogger };
  const transport = await createTransport({
    ...ports,
    limits: DEFAULT_TRANSPORT_LIMITS,
    sharedRead: "off",
  });
  let firstPort = 0;
  const server = createServer({
    doors: [
      {
        address: HERE,
        site,
        opened: (address) => {
          firstPort = address.kind === "tcp" ? address.port : 0;
        },
      },
      { address: { ...HERE, port: taken.port }, site },
    ],
    transport,
    http1: DEFAULT_HTTP1_LIMITS,
    drainMs: 0,
  });
  await assert.rejects(server.listen(), { code: "EADDRINUSE" });
  assert.notEqual(firstPort, 0);
  await assert.rejects(allOf(connect(firstPort, "127.0.0.1")), { code: "ECONNREFUSED" });
  await taken.server.drain();
});

test("a full server says 503 and when to come back", async () => {
  const site = siteOf(() => text(200, "hello"));
  const { server, port } = await running({ site }, { connectionsMax: 1 });
  const first = connect(port, "127.0.0.1");
  first.write(ASK);
  await new Promise((resolve) => first.once("data", resolve));
  const second = connect(port, "127.0.0.1");
  const said = await allOf(second);
  assert.match(said, /^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*Retry-After: 5\r\n/);
  assert.match(said, /Content-Length: 20\r\n[\s\S]*\r\n\r\nThe server is full\.\n$/);
  first.destroy();
  await server.drain();
});

test("an answer under way is finished while draining; the next request is not taken", async () => {
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const site = siteOf(async () => {
    asked();
    await waiting;
    return text(200, "at last");
  });
  const { server, port } = await running({ site });
  const socket = connect(port, "127.0.0.1");
  const said = allOf(socket);
  socket.write(ASK);
  await isAsked;
  const drained = server.drain();
  await assert.rejects(allOf(connect(port, "127.0.0.1")), { code: "ECONNREFUSED" });
  release();
  const answer = await said;
  assert.match(answer, /Connection: close\r\n/);
  assert.match(answer, /at last$/);
  await drained;
});

test("whoever is not done when patience is over is cut", async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const site = siteOf((_, context) => {
    asked();
    return new Promise((resolve) => {
      context.signal.addEventListener("abort", () => resolve(text(200, "too late")));
    });
  });
  const { server, port } = await running({ site }, { drainMs: 50 });
  const socket = connect(port, "127.0.0.1");
  const gone = allOf(socket).catch((error: unknown) => error);
  socket.write(ASK);
  await isAsked;
  await server.drain();
  await gone;
  assert.equal(server.connectionCount, 0);
});

const PLAN = { http1: DEFAULT_HTTP1_LIMITS, drainMs: 5_000 };

test("after a reload the next request on an old connection meets the new site", async () => {
  const { server, port } = await running({ site: siteOf(() => text(200, "before")) });
  const socket = connect(port, "127.0.0.1");
  socket.write(ASK);
  assert.match(String(await new Promise((resolve) => socket.once("data", resolve))), /before$/);
  const site = siteOf(() => text(200, "after"));
  assert.deepEqual(await server.reload({ doors: [{ address: HERE, site }], ...PLAN }), [
    { address: { kind: "tcp", host: "127.0.0.1", port }, secure: false },
  ]);
  socket.write(ASK);
  assert.match(String(await new Promise((resolve) => socket.once("data", resolve))), /after$/);
  assert.equal(site.recorded.length, 1);
  socket.destroy();
  await server.drain();
});

test("when a door is gone its idle connections end, and an answer under way is finished", async () => {
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const site = siteOf(async () => {
    asked();
    await waiting;
    return text(200, "at last");
  });
  const { server, port } = await running({ site });
  const idle = connect(port, "127.0.0.1");
  const idleEnd = allOf(idle);
  await new Promise((resolve) => idle.once("connect", resolve));
  const busy = connect(port, "127.0.0.1");
  const said = allOf(busy);
  busy.write(ASK);
  await isAsked;
  const [door] = await server.reload({
    doors: [{ address: { ...HERE, port: 0 }, site: siteOf(() => text(200, "elsewhere")) }],
    ...PLAN,
  });
  // "Any free port" is the port it has: only another address closes the door.
  assert.ok(door?.address.kind === "tcp" && door.address.port === port);
  await server.reload({ doors: [], ...PLAN });
  assert.equal(await idleEnd, "");
  await assert.rejects(allOf(connect(port, "127.0.0.1")), { code: "ECONNREFUSED" });
  release();
  assert.match(await said, /Connection: close\r\n[\s\S]*at last$/);
  await server.drain();
});

test("new limits are those of connections that come from now on", async () => {
  const site = siteOf(() => text(200, "hello"));
  const { server, port } = await running({ site });
  const old = connect(port, "127.0.0.1");
  old.write(ASK);
  await new Promise((resolve) => old.once("data", resolve));
  const http1 = { ...DEFAULT_HTTP1_LIMITS, requestLineBytesMax: 10 };
  await server.reload({ doors: [{ address: HERE, site }], drainMs: 5_000, http1 });
  const long = "GET /0123456789 HTTP/1.1\r\nHost: a\r\n\r\n";
  old.write(long);
  const said = String(await new Promise((resolve) => old.once("data", resolve)));
  assert.match(said, /^HTTP\/1\.1 200 OK/);
  old.destroy();
  const young = connect(port, "127.0.0.1");
  young.end(long);
  assert.match(await allOf(young), /^HTTP\/1\.1 414 /);
  await server.drain();
});

test("before it stops accepting it waits as long as it was told; being cut ends that too", async () => {
  const site = siteOf(() => text(200, "hello"));
  const { server, port } = await running({ site });
  const doors = [{ address: HERE, site }];
  await server.reload({ doors, ...PLAN, drainDelayMs: 60_000 });
  const drained = server.drain();
  const late = connect(port, "127.0.0.1");
  late.end(ASK);
  assert.match(await allOf(late), /hello$/);
  server.cut();
  await drained;
  await assert.rejects(allOf(connect(port, "127.0.0.1")), { code: "ECONNREFUSED" });
});

test("nothing is reloaded after the end", async () => {
  const site = siteOf(() => text(200, "hello"));
  const { server } = await running({ site });
  await server.drain();
  await assert.rejects(server.reload({ doors: [{ address: HERE, site }], ...PLAN }), /closed/);
});
