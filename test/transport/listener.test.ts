// Binding, accepting, turning away; and what happens when descriptors run out.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import { until } from "../contract/byte-stream.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { contractPeer, dial, type Ground, openGround } from "./ends.ts";
import { recordingLogger } from "./recording-logger.ts";

test("port 0 becomes a real port, and the peer is known", async (t) => {
  const ground = await openGround(t);
  assert.ok(ground.port > 0);
  assert.deepEqual(ground.listener.address, { kind: "tcp", host: "127.0.0.1", port: ground.port });
  const client = await dial(t, ground.port);
  const { peer } = await ground.accepted();
  assert.deepEqual(peer, {
    address: "127.0.0.1",
    port: client.localPort,
    localAddress: "127.0.0.1",
    localPort: ground.port,
    isLoopback: true,
  });
});

test("IPv6 is listened on", async (t) => {
  const ground = await openGround(t, { address: { kind: "tcp", host: "::1", port: 0 } });
  await dial(t, ground.port, "::1");
  assert.equal((await ground.accepted()).peer.address, "::1");
});

test("an IPv4 client of a listener for both families has an IPv4 address", async (t) => {
  const ground = await openGround(t, { address: { kind: "tcp", host: "::", port: 0 } });
  await dial(t, ground.port, "127.0.0.1");
  assert.equal((await ground.accepted()).peer.address, "127.0.0.1");
});

test("a port that is taken rejects with EADDRINUSE", async (t) => {
  const { listener } = await openGround(t);
  await assert.rejects(openGround(t, { address: listener.address }), { code: "EADDRINUSE" });
});

test("a Unix socket is served, and its file is gone after close()", async (t) => {
  const path = join(tempFolder(t), "server.sock");
  const ground = await openGround(t, { address: { kind: "unix", path } });
  const client = connect(path);
  t.after(() => client.destroy());
  const stream = await ground.accepted();
  assert.equal(stream.peer.address, "unix");
  void stream.run(answer(stream));
  client.write("?");
  const peer = contractPeer(client);
  await until(() => peer.received().toString() === "!", "the answer");
  assert.equal(existsSync(path), true);
  ground.listener.close();
  assert.equal(existsSync(path), false);
});

test("a Unix socket on which somebody answers rejects with EADDRINUSE", async (t) => {
  const address = { kind: "unix", path: join(tempFolder(t), "server.sock") } as const;
  await openGround(t, { address });
  await assert.rejects(openGround(t, { address }), { code: "EADDRINUSE" });
});

test("a closed listener accepts nobody, and its connections go on", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  ground.listener.close();
  await assert.rejects(dial(t, ground.port), { code: "ECONNREFUSED" });
  void stream.run(answer(stream));
  client.write("?");
  const peer = contractPeer(client);
  await until(() => peer.received().toString() === "!", "the answer");
});

test("a full server says so, and admits again when somebody has left", async (t) => {
  const refusal = Buffer.from("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n");
  const ground = await openGround(t, { limits: { connectionsMax: 1 }, refusal });
  await dial(t, ground.port);
  const first = await ground.accepted();
  const second = contractPeer(await dial(t, ground.port));
  second.send("GET / HTTP/1.1\r\n\r\n");
  await until(() => second.closed, "the refusal");
  assert.deepEqual(second.received(), refusal);
  first.destroy();
  await until(() => ground.transport.admission.open === 0, "room");
  await dial(t, ground.port);
  await ground.accepted();
});

test("without a refusal a full server closes silently", async (t) => {
  const ground = await openGround(t, { limits: { connectionsMax: 0 } });
  const peer = contractPeer(await dial(t, ground.port));
  await until(() => peer.closed, "the end");
  assert.equal(peer.received().length, 0);
  assert.equal(ground.streams.length, 0);
});

test("one address cannot have more than its share", async (t) => {
  const limits = { connectionsPerAddressMax: 1 };
  const ground = await openGround(t, { limits, address: { kind: "tcp", host: "::", port: 0 } });
  await dial(t, ground.port, "127.0.0.1");
  await ground.accepted();
  const second = contractPeer(await dial(t, ground.port, "127.0.0.1"));
  await until(() => second.closed, "the end of the second");
  await dial(t, ground.port, "::1");
  assert.equal((await ground.accepted()).peer.address, "::1");
});

test("a failing accept is said once, and the listener comes back on the same port", async (t) => {
  const { log, lines } = recordingLogger();
  const ground = await openGround(t, { log });
  const server = serverOn(ground);
  for (let times = 0; times < 3; times++) {
    server.emit("error", Object.assign(new Error("accept ENOBUFS"), { code: "ENOBUFS" }));
    assert.equal(server.listening, false);
    ground.clock.advance(1_000);
    await until(() => server.listening, "the listener coming back");
  }
  assert.deepEqual(lines, ["error core connections cannot be accepted"]);
  await dial(t, ground.port);
  await ground.accepted();
  server.emit("error", new Error("accept ENOBUFS"));
  assert.equal(lines.length, 2);
});

test("a listener that is closed while it rests stays closed", async (t) => {
  const ground = await openGround(t);
  const server = serverOn(ground);
  server.emit("error", new Error("accept ENOBUFS"));
  ground.listener.close();
  ground.clock.advance(5_000);
  assert.equal(server.listening, false);
  assert.equal(ground.clock.timers, 0);
});

test("out of descriptors it neither ends nor spins, says so once, and recovers", {
  timeout: 60_000,
  skip: process.platform === "win32" && "there is no ulimit",
}, async (t) => {
  const child = starving(64);
  t.after(() => child.kill());
  const said = linesOf(child);
  await until(() => said.length > 0, "the port");
  const port = Number(said[0]);
  const clients: Socket[] = [];
  for (let count = 0; count < 120; count++) clients.push(await dial(t, port));
  await until(() => said.some((line) => line.startsWith("error")), "the operator being told");
  const before = said.length;
  await until(() => said.length >= before + 3, "three reports");
  const busyMs = said
    .slice(before)
    .filter((line) => line.startsWith("cpu"))
    .map((line) => Number(line.slice(4)));
  assert.ok(
    busyMs.every((ms) => ms < 100),
    `CPU per 300 ms: ${busyMs}`,
  );
  for (const client of clients) client.destroy();
  await until(() => said.some((line) => line.startsWith("info")), "the end of the episode");
  const client = await dial(t, port);
  client.write("?");
  const peer = contractPeer(client);
  await until(() => peer.received().toString() === "!", "an answer again");
  assert.equal(said.filter((line) => line.startsWith("error")).length, 1);
  assert.equal(child.exitCode, null);
});

function* answer(stream: SocketStream): Loop {
  yield MORE;
  void stream.write([Buffer.from("!")]);
  yield MORE;
}

/** The net.Server beneath: a failing accept cannot be had on demand. */
function serverOn(ground: Ground): Server {
  const active: unknown = Reflect.get(process, "_getActiveHandles");
  assert.ok(typeof active === "function");
  const handles: unknown[] = active.call(process);
  for (const handle of handles) {
    if (isServer(handle) && portOf(handle) === ground.port) return handle;
  }
  throw new Error("the listener has no server");
}

function isServer(handle: unknown): handle is Server {
  return handle instanceof Object && handle.constructor.name === "Server";
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : undefined;
}

/** A server in a process that may open so many files. */
function starving(files: number): ChildProcess {
  const script = fileURLToPath(new URL("./starving-server.js", import.meta.url));
  return spawn("sh", ["-c", `ulimit -n ${files}; exec "$0" "$1"`, process.execPath, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function linesOf(child: ChildProcess): string[] {
  const lines: string[] = [];
  if (child.stdout === null) throw new Error("no output");
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  void once(child, "exit").then(() => lines.push("exit"));
  return lines;
}
