// Every key of `limits:` in ferrox.yml, one by one, on the real program: what a client sees when it
// bites, and that it is counted under its own name. The compiler holds that no key is forgotten.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import type { LimitName } from "../../src/base/limit-watch.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { LimitWords } from "../../src/config/schema-limits.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { createServer } from "../../src/server/server.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { siteOf, text } from "../server/support.ts";
import { scryptHash } from "../support/password-hash.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { repositoryRoot } from "../support/repository-root.ts";
import { slowReader } from "../support/slow-reader.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import {
  ask,
  connect,
  fetchRaw,
  type WireConnection,
  type WireTarget,
} from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";
import { WEBDAV_LIMIT_CASES } from "./dav-limit-cases.ts";

type Case = (t: Cleanup) => Promise<void>;

const BIG = Buffer.alloc(24 * 1024 * 1024, "big ");
const METRICS = "routes:\n  - { path: /metrics, metrics: true }\n  - { path: /, files: site }\n";

function limited(t: Cleanup, limits: string, more = ""): Promise<Program> {
  return startProgram(t, {
    config: configText(`limits: { ${limits} }\n${METRICS}${more}`),
    files: { "www/ok.txt": "ok\n" },
  });
}

async function withBigFile(t: Cleanup, limits: string): Promise<Program> {
  const program = await limited(t, limits);
  await writeFile(join(program.folder, "www", "big.bin"), BIG);
  return program;
}

/** Waits until the limit has been counted, and nothing else. */
async function counted(target: WireTarget, limit: LimitName): Promise<void> {
  const look = async () => {
    const page = (await fetchRaw(target, ask("/metrics"))).body.toString();
    const names = [...page.matchAll(/^ferrox_refusals_total\{limit="(\w+)"\} [1-9]/gm)];
    return names.map(([, name]) => name).join() === limit ? true : undefined;
  };
  await eventually(`${limit} being counted`, look, 15_000);
}

async function open(program: Program, bytes: string): Promise<WireConnection> {
  const connection = await connect(program);
  connection.send(bytes);
  return connection;
}

/** One request, its status, and the limit under which it is counted. */
function refused(limits: string, request: string, status: number, limit: LimitName): Case {
  return async (t) => {
    const program = await limited(t, limits);
    assert.equal((await fetchRaw(program, request)).status, status);
    await counted(program, limit);
  };
}

const post = (fields: Record<string, string>, body: string) =>
  ask("/ok.txt", fields, "POST") + body;
const CHUNKED = { "Transfer-Encoding": "chunked" };

const CASES: Readonly<Record<keyof LimitWords, Case>> = {
  request_line_bytes: refused(
    "request_line_bytes: 64B",
    ask(`/${"x".repeat(64)}`),
    414,
    "request_line_bytes",
  ),
  header_bytes: refused("header_bytes: 64B", ask("/", { X: "x".repeat(64) }), 431, "header_bytes"),
  header_count: refused(
    "header_count: 2",
    ask("/", { A: "1", B: "2", Connection: "close" }),
    431,
    "header_count",
  ),
  body_bytes: refused("body_bytes: 10B", post({ "Content-Length": "11" }, ""), 413, "body_bytes"),
  upload_bytes: refused(
    "body_bytes: 1B, upload_bytes: 10B",
    ask("/ok.txt", { "Content-Length": "11" }, "PUT"),
    413,
    "upload_bytes",
  ),
  chunk_line_bytes: refused(
    "chunk_line_bytes: 64B",
    post(CHUNKED, `1;${"x".repeat(64)}\r\na\r\n0\r\n\r\n`),
    400,
    "chunk_line_bytes",
  ),
  chunk_overhead_bytes: refused(
    "chunk_overhead_bytes: 1KiB",
    post(CHUNKED, `${`1;${"x".repeat(50)}\r\na\r\n`.repeat(30)}0\r\n\r\n`),
    413,
    "chunk_overhead_bytes",
  ),

  async drain_bytes(t) {
    const program = await limited(t, "drain_bytes: 10B");
    const connection = await open(program, post({ "Content-Length": "30" }, "0123456789"));
    const answer = await connection.response("POST");
    assert.deepEqual([answer.status, answer.fields.get("connection")], [405, "close"]);
    assert.equal(await connection.closed(), "fin");
    await counted(program, "drain_bytes");
  },

  async connections(t) {
    const program = await limited(t, "connections: 2");
    const held = [await open(program, ask("/ok.txt")), await open(program, ask("/ok.txt"))];
    for (const connection of held) assert.equal((await connection.response()).status, 200);
    const answer = await fetchRaw(program, ask("/ok.txt"));
    assert.deepEqual([answer.status, answer.fields.get("retry-after")], [503, "5"]);
    for (const connection of held) connection.reset();
    await counted(program, "connections");
  },

  async connections_per_ip(t) {
    const program = await limited(t, "connections_per_ip: 1");
    const held = await open(program, ask("/ok.txt"));
    assert.equal((await held.response()).status, 200);
    assert.equal((await fetchRaw(program, ask("/ok.txt"))).status, 503);
    held.reset();
    await eventually("room again", async () => {
      const { status } = await fetchRaw(program, ask("/ok.txt"));
      return status === 200 ? true : undefined;
    });
    // Each look is a connection from the same address, and the one before may not be gone yet.
    await eventually("a count", async () => {
      const { body } = await fetchRaw(program, ask("/metrics"));
      return /limit="connections_per_ip"\} [1-9]/.test(body.toString()) ? true : undefined;
    });
  },

  async head_timeout(t) {
    const program = await limited(t, "head_timeout: 1s");
    const connection = await open(program, "GET / HTTP/1.1\r\nHos");
    const dribble = setInterval(() => connection.send("x"), 300);
    assert.equal((await connection.response().finally(() => clearInterval(dribble))).status, 408);
    await counted(program, "head_timeout");
  },

  async keep_alive(t) {
    const program = await limited(t, "keep_alive: 1s");
    const connection = await open(program, ask("/ok.txt"));
    assert.equal((await connection.response()).status, 200);
    assert.equal(await connection.closed(), "fin");
    await counted(program, "keep_alive");
  },

  async handshake_timeout(t) {
    const program = await limited(
      t,
      "handshake_timeout: 1s",
      "tls: { enabled: true, dev: true }\n",
    );
    // The head of a ClientHello, and then nothing.
    const stalled = await connect({ port: program.httpsPort });
    stalled.send(Buffer.from("1603010200010001fc0303", "hex"));
    await stalled.closed();
    await counted(
      { port: program.httpsPort, tls: { rejectUnauthorized: false } },
      "handshake_timeout",
    );
  },

  async body_idle(t) {
    const program = await limited(t, "body_idle: 1s");
    const connection = await open(program, post({ "Content-Length": "20" }, "01234"));
    assert.equal((await connection.response("POST")).status, 405);
    assert.equal(await connection.closed(), "fin");
    await counted(program, "body_idle");
  },

  async linger(t) {
    const program = await limited(t, "linger: 1s");
    const socket = connectTcp({ port: program.port, host: "127.0.0.1", allowHalfOpen: true });
    t.after(async () => void socket.destroy());
    const ended = new Promise((resolve) => socket.resume().once("end", resolve));
    socket.on("error", () => {}).write("no request\r\n\r\n");
    await ended;
    await counted(program, "linger");
  },

  async drain(t) {
    const program = await withBigFile(t, "drain: 1s");
    const reader = await open(program, ask("/big.bin"));
    await reader.head();
    const startMs = performance.now();
    await program.stop();
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs >= 1_000 && tookMs < 6_000, `it took ${Math.round(tookMs)} ms to end`);
  },

  async drain_delay(t) {
    const program = await limited(t, "drain_delay: 2s");
    const startMs = performance.now();
    program.signal("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await fetchRaw(program, ask("/ok.txt"))).status, 200);
    await program.ended();
    assert.ok(performance.now() - startMs >= 2_000);
  },

  // Nobody among the program's own handlers reads a body to the end; here somebody does.
  async receive_rate(t) {
    const { port, hits } = await readingServer(t);
    const connection = await connect({ port });
    connection.send(post({ "Content-Length": "100" }, ""));
    const dribble = setInterval(() => connection.send("x"), 200);
    const startMs = performance.now();
    const answer = await connection.response("POST").finally(() => clearInterval(dribble));
    const tookMs = performance.now() - startMs;
    assert.equal(answer.status, 408);
    assert.ok(tookMs < 5_000, `it took ${Math.round(tookMs)} ms`);
    assert.equal(await connection.closed(), "fin");
    assert.deepEqual(hits, ["receive_rate"]);
  },

  async send_rate(t) {
    const program = await withBigFile(t, "body_idle: 2s, send_rate: 100kB");
    const request = ask("/big.bin");
    const reader = slowReader({ port: program.port, request, sipBytes: 100, everyMs: 100 });
    t.after(async () => reader.close());
    await counted(program, "send_rate");
  },

  async bandwidth(t) {
    const program = await limited(t, "bandwidth: 100kB");
    await writeFile(join(program.folder, "www", "some.bin"), BIG.subarray(0, 250_000));
    const startMs = performance.now();
    assert.equal((await fetchRaw(program, ask("/some.bin"))).body.length, 250_000);
    assert.ok(performance.now() - startMs >= 1_500);
  },

  async request_rate(t) {
    const program = await limited(t, "request_rate: 2, request_burst: 1");
    const connection = await open(program, ask("/ok.txt") + ask("/ok.txt"));
    assert.equal((await connection.response()).status, 200);
    const answer = await connection.response();
    assert.deepEqual([answer.status, answer.fields.get("retry-after")], [429, "1"]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    connection.send(ask("/ok.txt"));
    assert.equal((await connection.response()).status, 200);
    connection.reset();
    await eventually("a count", async () => {
      const { body } = await fetchRaw(program, ask("/metrics"));
      return /limit="request_rate"\} [1-9]/.test(body.toString()) ? true : undefined;
    });
  },

  async request_burst(t) {
    const program = await limited(t, "request_rate: 1, request_burst: 3");
    const connection = await open(program, ask("/ok.txt").repeat(5));
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++) statuses.push((await connection.response()).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    connection.reset();
  },

  async requests_per_connection(t) {
    const program = await limited(t, "requests_per_connection: 2");
    const connection = await open(program, ask("/ok.txt").repeat(3));
    assert.equal((await connection.response()).fields.get("connection"), undefined);
    assert.equal((await connection.response()).fields.get("connection"), "close");
    assert.equal(await connection.closed(), "fin");
    await counted(program, "requests_per_connection");
  },

  async archives(t) {
    const more = `  - { path: /all/, files: site, archives: true }\n`;
    const program = await limited(t, "archives: 1", more);
    await writeFile(join(program.folder, "www", "big.bin"), BIG);
    const reader = await open(program, ask("/all/?archive=tar"));
    assert.equal((await reader.head()).status, 200);
    const answer = await fetchRaw(program, ask("/all/?archive=tar"));
    assert.deepEqual([answer.status, answer.fields.get("retry-after")], [503, "5"]);
    reader.reset();
    await eventually("room again", async () => {
      const { status } = await fetchRaw(program, ask("/all/ok.txt?archive=tar"));
      return status === 200 ? true : undefined;
    });
  },

  async archive_entries(t) {
    const more = `  - { path: /all/, files: site, archives: true }\n`;
    const program = await limited(t, "archive_entries: 1", more);
    await writeFile(join(program.folder, "www", "second.txt"), "");
    const reader = await open(program, ask("/all/?archive=tar"));
    await assert.rejects(reader.response());
  },

  async form_files(t) {
    const box = "  - { path: /box/, files: box, index: true }\n";
    const memory = "file_systems:\n  box: { kind: memory, writable: true }\n";
    const program = await limited(t, "form_files: 1", box + memory);
    const part = (name: string) =>
      `--X\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n1\r\n`;
    const form = `${part("a")}${part("b")}--X--\r\n`;
    const fields = {
      "Content-Type": "multipart/form-data; boundary=X",
      "Content-Length": String(form.length),
      "Sec-Fetch-Site": "same-origin",
    };
    assert.equal((await fetchRaw(program, ask("/box/", fields, "POST") + form)).status, 413);
    assert.equal((await fetchRaw(program, ask("/box/a"))).status, 200);
    assert.equal((await fetchRaw(program, ask("/box/b"))).status, 404);
  },

  async listing_entries(t) {
    const program = await limited(t, "listing_entries: 2");
    await mkdir(join(program.folder, "www", "many"));
    for (const name of ["a", "b", "c"]) {
      await writeFile(join(program.folder, "www", "many", name), "");
    }
    const page = await fetchRaw(program, ask("/many/"));
    assert.match(page.body.toString(), /Only 2 entries are shown/);
  },

  async cache_bytes(t) {
    const program = await limited(t, "cache_bytes: 0B, cache_fresh: 1h");
    assert.deepEqual(await twice(program), ["ok\n", "changed\n"]);
  },

  async auth_failures(t) {
    const program = await guarded(t, "auth_failures: 2");
    assert.deepEqual(await guesses(program, ["1", "2", "3"]), ["401", "401", "429 1"]);
    await counted(program, "auth_failures");
  },

  async auth_window(t) {
    const program = await guarded(t, "auth_failures: 1, auth_window: 1s");
    assert.deepEqual(await guesses(program, ["1", "2"]), ["401", "429 1"]);
    const again = async () => ((await guesses(program, ["3"]))[0] === "401" ? true : undefined);
    await eventually("the wrong password being forgotten", again);
  },

  async auth_checks(t) {
    const program = await guarded(t, "auth_checks: 1, auth_failures: 1000");
    const passwords = Array.from({ length: 160 }, (_, at) => String(at));
    const answers = await Promise.all(passwords.map((one) => guesses(program, [one])));
    assert.deepEqual(new Set(answers.flat()), new Set(["401", "503 5"]));
    await counted(program, "auth_checks");
  },

  async cache_fresh(t) {
    const program = await limited(t, "cache_fresh: 1h");
    assert.deepEqual(await twice(program), ["ok\n", "ok\n"]);
  },

  async vfs_command_bytes(t) {
    const program = await lending(t, "vfs_command_bytes: 1KiB");
    assert.equal((await command(program, " ".repeat(1025))).status, 413);
    assert.equal((await command(program, " ".repeat(1024))).status, 400);
  },

  async vfs_read_bytes(t) {
    const program = await lending(t, "vfs_read_bytes: 1KiB");
    await writeFile(join(program.folder, "www", "big.bin"), BIG.subarray(0, 2000));
    const { body } = await command(program, '{"Read":{"path":"/big.bin","pos":0,"len":2000}}');
    assert.ok(body.toString().startsWith('{"Read":{"Ok":[1024,'));
  },

  async vfs_sessions(t) {
    const program = await lending(t, "vfs_sessions: 1");
    const Cookie = sessionOf(await command(program, LIST, ANN));
    assert.equal((await command(program, LIST, { Cookie })).status, 200);
    await command(program, LIST, ANN);
    assert.equal((await command(program, LIST, { Cookie })).status, 401);
  },

  async vfs_session_idle(t) {
    const program = await lending(t, "vfs_session_idle: 2s");
    const Cookie = sessionOf(await command(program, LIST, ANN));
    assert.equal((await command(program, LIST, { Cookie })).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal((await command(program, LIST, { Cookie })).status, 401);
  },

  ...WEBDAV_LIMIT_CASES,
};

const LIST = '{"ReadDir":{"path":""}}';
const ANN = { Authorization: `Basic ${Buffer.from("ann:secret").toString("base64")}` };

/** The site, lent over HTTPS. */
function lending(t: Cleanup, limits: string): Promise<Program> {
  const users = `{ ann: "${scryptHash("secret")}" }`;
  return limited(t, limits, `  - { path: /vfs, vfs_https: site, auth: { users: ${users} } }\n`);
}

function command(target: WireTarget, json: string, fields: Record<string, string> = ANN) {
  const length = { "Content-Length": String(json.length) };
  return fetchRaw(target, ask("/vfs", { ...fields, ...length }, "POST") + json, "POST");
}

function sessionOf({ fields }: WireResponse): string {
  return (fields.get("set-cookie") ?? "").split(";")[0] ?? "";
}

// bcrypt of "right", slow enough that some of many must wait.
const SLOW_HASH = "$2b$08$ZR1qm3otiONaBiMyvYAfFeauKs.r7VKncN1eZbX6rAKhwz7n1ZU2i";

function guarded(t: Cleanup, limits: string): Promise<Program> {
  const rule = `path: /ok.txt, users: { alice: "${SLOW_HASH}" }`;
  return limited(t, limits, `auth:\n  - { ${rule} }\n`);
}

/** The answers, one after the other, with their Retry-After. */
async function guesses(program: Program, passwords: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const password of passwords) {
    const Authorization = `Basic ${Buffer.from(`alice:${password}`).toString("base64")}`;
    const { status, fields } = await fetchRaw(program, ask("/ok.txt", { Authorization }));
    answers.push([status, fields.get("retry-after")].join(" ").trim());
  }
  return answers;
}

/** The same file before and after it was changed. */
async function twice(program: Program): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (const content of ["changed\n", "changed again\n"]) {
    bodies.push((await fetchRaw(program, ask("/ok.txt"))).body.toString());
    await writeFile(join(program.folder, "www", "ok.txt"), content);
  }
  return bodies;
}

/** A server whose handler reads bodies: two seconds ahead, 500 bytes a second. */
async function readingServer(t: Cleanup): Promise<{ port: number; hits: readonly string[] }> {
  const hits: string[] = [];
  const limitWatch = { hit: (limit: LimitName) => void hits.push(limit) };
  const site = siteOf(async ({ body }) => {
    let length = 0;
    for await (const piece of body) length += piece.length;
    return text(200, `${length}\n`);
  });
  const server = createServer({
    doors: [
      {
        address: { kind: "tcp", host: "127.0.0.1", port: 0 },
        site: { ...site, clock: systemClock, limitWatch },
      },
    ],
    transport: await createTransport({
      clock: systemClock,
      log: silentLogger,
      limits: DEFAULT_TRANSPORT_LIMITS,
      sharedRead: "on",
    }),
    http1: { ...DEFAULT_HTTP1_LIMITS, bodyIdleMs: 2_000 },
    drainMs: 1_000,
  });
  const [door] = await server.listen();
  t.after(() => server.drain());
  assert.ok(door?.address.kind === "tcp");
  return { port: door.address.port, hits };
}

describe("each limit of ferrox.yml has its answer", { concurrency: 3 }, () => {
  for (const [name, run] of Object.entries(CASES)) test(name, { timeout: 60_000 }, run);
});

test("the table above is that of the schema", () => {
  const schema = readFileSync(join(repositoryRoot(), "ferrox.schema.json"), "utf8");
  const section = /"limits": \{[\s\S]*?"properties": (\{[\s\S]*?\n {6}\})/.exec(schema)?.[1];
  assert.ok(section !== undefined);
  assert.deepEqual(Object.keys(JSON.parse(section)).sort(), Object.keys(CASES).sort());
});

test("a reader of 10 kB/s is waited for, however rarely its kernel says so", async (t) => {
  const program = await withBigFile(t, "body_idle: 3s");
  const request = ask("/big.bin");
  const reader = slowReader({ port: program.port, request, sipBytes: 1_000, everyMs: 100 });
  t.after(() => reader.close());
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  assert.equal(reader.ended, undefined);
  assert.ok(reader.bytes > 60_000 && reader.bytes < 200_000, `${reader.bytes} bytes`);
});

test("a reader that takes a byte now and then is cut, and what waits for it is let go", async (t) => {
  const program = await withBigFile(t, "body_idle: 2s");
  const request = ask("/big.bin");
  const reader = slowReader({ port: program.port, request, sipBytes: 1, everyMs: 700 });
  t.after(() => reader.close());
  await counted(program, "send_rate");
  assert.ok(reader.bytes < 20, `${reader.bytes} bytes`);
  // Reset, not finished: of the megabytes that our kernel held, none comes any more.
  reader.hurry();
  await eventually("the end", async () => reader.ended);
  assert.equal(reader.ended, "reset");
  assert.ok(reader.bytes < 1_000_000, `${reader.bytes} bytes`);
});
