// Hostile clients, each with its price: what it may cost the server in memory and in processor
// time, whatever it sends and for however long. Others are served meanwhile.
//
// Memory is the resident set of the program, which also moves by itself: the ceilings leave room
// for a garbage collector that has not come by yet, and are far below what was sent.

import assert from "node:assert/strict";
import { connect as connectTcp, type Socket } from "node:net";
import { after, test } from "node:test";
import { clientHello } from "../support/client-hello.ts";
import { cpuMsOf, memoryOf, peakOf } from "../support/process-figures.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const MIB = 1024 * 1024;
const FILES = {
  "www/small.txt": "small\n",
  "www/page.html": "x".repeat(60_000),
  "www/big.bin": Buffer.alloc(8 * MIB, "0123456789"),
};
const LIMITS = "limits: { head_timeout: 3s, handshake_timeout: 2s, body_idle: 3s, linger: 1s }\n";
const program = await startProgram({ after }, { files: FILES, config: configText(LIMITS) });

interface Hostile {
  readonly socket: Socket;
  /** How it was answered, as far as it has listened. */
  heard(): string;
  readonly closed: Promise<void>;
}

/** Connected; listens unless told otherwise, and takes no offence. */
function hostile(port: number = program.port, reads = true): Promise<Hostile> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: "127.0.0.1", noDelay: true });
    let heard = "";
    const closed = new Promise<void>((done) => socket.once("close", () => done()));
    socket.on("error", () => {});
    if (reads) {
      socket.on("data", (bytes: Buffer) => {
        if (heard.length < 4096) heard += bytes.toString("latin1");
      });
    }
    socket.once("connect", () => resolve({ socket, heard: () => heard, closed }));
  });
}

/** Sends the piece again and again, as fast as it is taken. Gives how many bytes it got rid of. */
async function pour({ socket, closed }: Hostile, piece: Buffer, bytesMax: number): Promise<number> {
  let sent = 0;
  let isOver = false;
  void closed.then(() => {
    isOver = true;
  });
  while (sent < bytesMax && !isOver && !socket.writableEnded) {
    if (socket.write(piece)) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.race([drained(socket), closed, after1s()]);
    if (socket.writableLength > 4 * MIB) break; // the server takes no more
    sent += piece.length;
  }
  return sent;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("drain", () => resolve()));
}

function after1s(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1_000).unref();
  });
}

/** The status of its first answer, once it is here. */
function answered(one: Hostile): Promise<number> {
  return eventually("an answer", async () => {
    const status = /^HTTP\/1\.1 ([0-9]{3}) /.exec(one.heard())?.[1];
    return status === undefined ? undefined : Number(status);
  });
}

/** An honest visitor is served, and promptly. */
async function othersAreServed(target: Program = program): Promise<void> {
  const started = performance.now();
  const answer = await fetchRaw(target, ask("/small.txt"));
  assert.equal(answer.body.toString(), "small\n");
  const took = performance.now() - started;
  assert.ok(took < 2_000, `an honest visitor waited ${Math.round(took)} ms`);
}

/** What `act` costs: memory at its peak and processor time. */
async function priceOf(act: () => Promise<void>): Promise<{ bytes: number; cpuMs: number }> {
  const cpuBefore = await cpuMsOf(program.pid);
  const bytes = await peakOf(() => memoryOf(program.pid), act);
  return { bytes, cpuMs: (await cpuMsOf(program.pid)) - cpuBefore };
}

function shown({ bytes, cpuMs }: { bytes: number; cpuMs: number }): string {
  return `${(bytes / MIB).toFixed(1)} MiB, ${cpuMs} ms of CPU`;
}

test("pipelining without ever reading: what waits for a client is bounded", async (t) => {
  const piece = Buffer.from(ask("/page.html").repeat(200));
  const crowd = await Promise.all(Array.from({ length: 20 }, () => hostile(program.port, false)));
  const sent: number[] = [];
  const price = await priceOf(async () => {
    sent.push(...(await Promise.all(crowd.map((one) => pour(one, piece, 32 * MIB)))));
    await othersAreServed();
  });
  for (const { socket } of crowd) socket.resetAndDestroy();
  // 20 × 200 answers of 60 kB would be 240 MB, if they were all made.
  t.diagnostic(`${shown(price)} for 20 clients`);
  assert.ok(price.bytes < 64 * MIB, shown(price));
  assert.ok(Math.max(...sent) < 32 * MIB, "the server went on taking requests");
});

for (const [what, head, piece, statuses] of [
  ["chunks of one byte", "chunked", "1\r\nx\r\n", [405, 413]],
  ["chunks of three bytes, as much packing as is allowed", "chunked", "3\r\nabc\r\n", [405, 413]],
  ["a chunk extension without an end", "chunked", `5;${"e".repeat(64 * 1024)}`, [400, 405]],
  ["trailers without an end", "chunked", "X: y\r\n", [400, 405, 413]],
  ["a body longer than it may be", "endless", "b".repeat(1024), [405, 413]],
] as const) {
  test(`${what}: answered early, and then not listened to for long`, async (t) => {
    const one = await hostile();
    const fields =
      head === "chunked" ? { "Transfer-Encoding": "chunked" } : { "Content-Length": "99000000" };
    const first = what.startsWith("trailers") ? "0\r\n" : "";
    const price = await priceOf(async () => {
      one.socket.write(ask("/small.txt", fields, "POST") + first);
      const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)), "latin1");
      await pour(one, block, 24 * MIB);
      await othersAreServed();
    });
    const status = await answered(one);
    one.socket.resetAndDestroy();
    t.diagnostic(`${status}; ${shown(price)}`);
    assert.ok((statuses as readonly number[]).includes(status), `${status}`);
    assert.ok(price.bytes < 32 * MIB, shown(price));
    assert.ok(price.cpuMs < 1_500, shown(price));
  });
}

for (const [what, start, piece, status] of [
  ["a request line without an end", "GET /", "a", 414],
  ["a field without an end", "GET / HTTP/1.1\r\nX: ", "a", 431],
  ["fields without an end", "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", 431],
  ["a method without an end", "", "G", 414],
  ["empty lines without an end", "", "\r\n", 400],
] as const) {
  test(`${what}: refused with ${status} at its limit, however much is sent`, async (t) => {
    const one = await hostile();
    const price = await priceOf(async () => {
      one.socket.write(start);
      const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)), "latin1");
      await pour(one, block, 24 * MIB);
      await othersAreServed();
    });
    assert.equal(await answered(one), status);
    await one.closed;
    t.diagnostic(shown(price));
    assert.ok(price.bytes < 32 * MIB, shown(price));
    assert.ok(price.cpuMs < 1_500, shown(price));
  });
}

test("hundreds of heads that dribble in: each ends with 408 in its time, nobody else notices", {
  timeout: 60_000,
}, async (t) => {
  const COUNT = 400;
  const crowd = await Promise.all(Array.from({ length: COUNT }, () => hostile()));
  const slow: number[] = [];
  const price = await priceOf(async () => {
    for (const { socket } of crowd) socket.write("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    for (let round = 0; round < 50; round += 1) {
      for (const { socket } of crowd) if (socket.writable) socket.write("a");
      const started = performance.now();
      await othersAreServed();
      slow.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  const longest = Math.max(...slow);
  t.diagnostic(`${shown(price)} for ${COUNT}; others waited ${Math.round(longest)} ms at most`);
  const late = crowd.filter((one) => !one.heard().startsWith("HTTP/1.1 408 "));
  assert.equal(late.length, 0, `${late.length} were not told 408`);
  await Promise.all(crowd.map(({ closed }) => closed));
  assert.ok(longest < 1_000, `an honest visitor waited ${Math.round(longest)} ms`);
  assert.ok(price.bytes < COUNT * 64 * 1024, shown(price));
});

test("handshakes that are begun and left: gone in their time, other clients shake hands", {
  timeout: 60_000,
}, async (t) => {
  const secure = await startProgram(t, {
    files: FILES,
    config: configText(`${LIMITS}tls: { enabled: true, dev: true }\n`),
  });
  const hello = await clientHello();
  const target = { port: secure.httpsPort, tls: { rejectUnauthorized: false } };
  await fetchRaw(target, ask("/small.txt"));
  const before = await memoryOf(secure.pid);
  const crowd = await Promise.all(
    Array.from({ length: 300 }, () => hostile(secure.httpsPort, false)),
  );
  for (const [index, { socket }] of crowd.entries()) {
    // Nothing at all, half a hello, a whole one and not a word more.
    if (index % 3 > 0) socket.write(index % 3 === 1 ? hello.subarray(0, 60) : hello);
  }
  const started = performance.now();
  const answer = await fetchRaw(target, ask("/small.txt"));
  const waited = performance.now() - started;
  assert.equal(answer.body.toString(), "small\n");
  assert.ok(waited < 2_000, `an honest visitor waited ${Math.round(waited)} ms`);
  const grown = (await memoryOf(secure.pid)) - before;
  t.diagnostic(`${(grown / MIB).toFixed(1)} MiB for 300; others waited ${Math.round(waited)} ms`);
  assert.ok(grown < 300 * 192 * 1024, `${(grown / MIB).toFixed(1)} MiB`);
  for (const { socket } of crowd) socket.resume();
  await Promise.all(crowd.map(({ closed }) => closed));
  const lasted = performance.now() - started;
  assert.ok(lasted < 6_000, `the last one was gone after ${Math.round(lasted)} ms`);
});

test("after all of them the program holds what it held, and is idle", async () => {
  await othersAreServed();
  const before = await cpuMsOf(program.pid);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const used = (await cpuMsOf(program.pid)) - before;
  assert.ok(used < 100, `${used} ms of CPU in a second of rest`);
  assert.equal(await program.stop(), 0);
  assert.doesNotMatch(await program.errorLog(), /"level":"error"/);
});
