import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ListenAddress } from "../../src/transport/listener.ts";
import { listenAt } from "../../src/transport/node-handle.ts";
import { bindSharedDoor, type SharedDoor } from "../../src/transport/shared-door.ts";
import { tempFolder } from "../support/temp-folder.ts";

const ANY_PORT: ListenAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

async function bound(t: TestContext, wanted: ListenAddress): Promise<SharedDoor> {
  const door = await bindSharedDoor(wanted);
  assert.ok(door !== undefined, "this Node cannot share doors");
  t.after(() => door.close());
  return door;
}

/** Says hello to whoever comes to the door. */
async function greeter(t: TestContext, door: SharedDoor): Promise<Server> {
  const server = createServer((socket) => socket.end("hello"));
  t.after(() => server.close());
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
    listenAt(server, door.handle);
  });
  return server;
}

async function heard(place: { port: number; host: string } | { path: string }): Promise<string> {
  let text = "";
  for await (const piece of connect(place)) text += String(piece);
  return text;
}

for (const host of ["127.0.0.1", "::1", "localhost"]) {
  test(`somebody else can accept at a door bound at ${host}`, async (t) => {
    const door = await bound(t, { kind: "tcp", host, port: 0 });
    await greeter(t, door);
    assert.ok(door.port !== undefined && door.port > 0);
    assert.equal(await heard({ port: door.port, host }), "hello");
  });
}

test("so it is with a Unix socket, whose file goes with the door", async (t) => {
  const path = join(tempFolder(t), "door.sock");
  const door = await bound(t, { kind: "unix", path });
  await greeter(t, door);
  assert.equal(door.port, undefined);
  assert.equal(await heard({ path }), "hello");
  door.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(existsSync(path), false);
});

test("a port at which somebody listens is refused as listen() would", async (t) => {
  const first = await bound(t, ANY_PORT);
  await greeter(t, first);
  const port = first.port ?? 0;
  await assert.rejects(bindSharedDoor({ kind: "tcp", host: "127.0.0.1", port }), {
    code: "EADDRINUSE",
    syscall: "listen",
    port,
    address: "127.0.0.1",
  });
});

test("an address that is not ours is refused by its name", async () => {
  const wanted = { kind: "tcp", host: "192.0.2.1", port: 0 } as const;
  await assert.rejects(bindSharedDoor(wanted), { code: "EADDRNOTAVAIL", address: "192.0.2.1" });
});

test("a socket that somebody answers at is not taken away", async (t) => {
  const path = join(tempFolder(t), "door.sock");
  const server = createServer().listen({ path });
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  await assert.rejects(bindSharedDoor({ kind: "unix", path }), { code: "EADDRINUSE" });
});
