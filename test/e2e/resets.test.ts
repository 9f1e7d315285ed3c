// Clients that go away without a word (RST), at every stage of a conversation, ten thousand of
// them. Afterwards the program holds what it held before: no descriptor more, no socket, no timer,
// no promise.

import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { clientHello } from "../support/client-hello.ts";
import { type Inside, insideEnv } from "../support/inside.ts";
import { descriptorsOf } from "../support/process-figures.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const FILES = {
  "www/small.txt": "small\n",
  "www/text.txt": "words to be compressed\n".repeat(1000),
  "www/big.bin": Buffer.alloc(8 * 1024 * 1024, "0123456789"),
};
const env = insideEnv("inside.json");
// Node does not always tell that a write to a client gone from TLS has failed: then a deadline
// ends the connection, and nobody wants to wait ten seconds for that here.
const LIMITS =
  "limits: { head_timeout: 2s, keep_alive: 2s, handshake_timeout: 2s, body_idle: 2s }\n";
const open = await startProgram({ after }, { env, files: FILES, config: configText(LIMITS) });
const closed = await startProgram(
  { after },
  { env, files: FILES, config: configText(`${LIMITS}tls: { enabled: true, dev: true }\n`) },
);
const hello = await clientHello();

/** One client, from its connect to its end. */
type Stage = () => Promise<void>;

/** Connects, does its part, and is gone with RST. */
function plain(port: number, act: (socket: Socket, gone: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: "127.0.0.1", noDelay: true });
    const gone = () => void socket.resetAndDestroy();
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.once("connect", () => act(socket, gone));
    // Whatever was awaited did not come: that is for the assertions below to find.
    socket.setTimeout(5_000, gone);
  });
}

function secure(act: (tls: Socket, gone: () => void) => void): Promise<void> {
  return plain(closed.httpsPort, (raw, gone) => {
    const tls = connectTls({ socket: raw, servername: "localhost", rejectUnauthorized: false });
    tls.on("error", () => {});
    tls.once("secureConnect", () => act(tls, gone));
  });
}

function saying(bytes: string | Buffer, port: number): Stage {
  return () => plain(port, (socket, gone) => void socket.write(bytes, gone));
}

/** Says it, and is gone when the first byte of the answer comes. */
function hearing(bytes: string | Buffer, port: number): Stage {
  return () =>
    plain(port, (socket, gone) => {
      socket.once("data", gone);
      socket.write(bytes);
    });
}

/** An answer that takes a while, and is not remembered. */
const askMade = (number: number) => ask(`/text.txt?${number}`, { "Accept-Encoding": "br" });
let made = 0;

const upload = ask("/", { "Content-Length": "1000000" }, "POST");
const chunked = ask("/", { "Transfer-Encoding": "chunked" }, "POST");
const PLAIN_STAGES: Readonly<Record<string, Stage>> = {
  "before a byte": () => plain(open.port, (_socket, gone) => gone()),
  "in the middle of a head": saying("GET / HTTP/1.1\r\nHost: loc", open.port),
  "behind a head": saying(ask("/small.txt"), open.port),
  "in the middle of a request body": saying(upload + "x".repeat(1000), open.port),
  "in the middle of a chunk": saying(`${chunked}ff\r\nabc`, open.port),
  "at the first byte of an answer": hearing(ask("/small.txt"), open.port),
  "in the middle of a large answer": hearing(ask("/big.bin"), open.port),
  "while many answers are on their way": hearing(ask("/big.bin").repeat(20), open.port),
  "while requests are pipelined": saying(ask("/small.txt").repeat(50), open.port),
  "while an answer is made": () =>
    plain(open.port, (socket, gone) => void socket.write(askMade(made++), gone)),
};
const HANDSHAKE_STAGES: Readonly<Record<string, Stage>> = {
  "before the handshake": () => plain(closed.httpsPort, (_socket, gone) => gone()),
  "in the middle of a handshake": saying(hello.subarray(0, 100), closed.httpsPort),
  "when the server has said hello": hearing(hello, closed.httpsPort),
};
const SECURE_STAGES: Readonly<Record<string, Stage>> = {
  "when hands are shaken": () => secure((_tls, gone) => gone()),
  "in the middle of a TLS record": () =>
    secure((tls, gone) => {
      tls.write(ask("/small.txt"));
      setImmediate(gone);
    }),
  "in the middle of a large answer": () =>
    secure((tls, gone) => {
      tls.once("data", gone);
      tls.write(ask("/big.bin"));
    }),
  "while an answer is made": () => secure((tls, gone) => void tls.write(askMade(made++), gone)),
  "while requests are pipelined": () =>
    secure((tls, gone) => {
      tls.once("data", gone);
      tls.write(ask("/small.txt").repeat(50));
    }),
};

const AT_ONCE = 40;

async function crowd(count: number, stage: Stage): Promise<void> {
  let left = count;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await stage();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function everyStage(counts: readonly [number, number, number]): Promise<void> {
  const all = [PLAIN_STAGES, HANDSHAKE_STAGES, SECURE_STAGES];
  for (const [index, stages] of all.entries()) {
    for (const stage of Object.values(stages)) await crowd(counts[index] ?? 0, stage);
  }
}

interface Held extends Inside {
  readonly descriptors: number;
}

async function held({ pid, folder, signal }: Program): Promise<Held> {
  const file = join(folder, "inside.json");
  await rm(file, { force: true });
  signal("SIGWINCH");
  const text = await eventually("a look from inside", async () => {
    const found = await readFile(file, "utf8").catch(() => "");
    return found.endsWith("}") ? found : undefined;
  });
  return { ...JSON.parse(text), descriptors: (await descriptorsOf(pid)).length };
}

/** What is held once everything that was going to end has ended, as `isAtRest` can tell. */
async function heldAtRest(program: Program, isAtRest: (now: Held) => boolean): Promise<Held> {
  let last = await held(program);
  // Those that lingered go within two seconds, a deadline is looked at twice a second.
  for (let tries = 0; tries < 20 && !isAtRest(last); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    last = await held(program);
  }
  return last;
}

/** Promises come and go with logs and timers: a handful is no leak, one for each client is. */
const PROMISES_MORE_MAX = 100;

function differences(before: Held, now: Held): string[] {
  const found: string[] = [];
  if (now.descriptors > before.descriptors) {
    found.push(`${now.descriptors - before.descriptors} descriptors more`);
  }
  if (now.sockets > before.sockets) found.push(`${now.sockets - before.sockets} sockets more`);
  if (now.promises > before.promises + PROMISES_MORE_MAX) {
    found.push(`${now.promises - before.promises} promises more`);
  }
  for (const [name, count] of Object.entries(now.resources)) {
    const more = count - (before.resources[name] ?? 0);
    // A log may be written at this very moment.
    if (more > 0 && name !== "FSReqCallback") found.push(`${more} ${name} more`);
  }
  return found;
}

const isEmpty = ({ resources }: Held) => resources.TCPSocketWrap === undefined;

test("10,000 clients that reset at every stage leave nothing behind", {
  timeout: 120_000,
}, async (t) => {
  await everyStage([20, 20, 10]); // what is made once is made now
  const before = [await heldAtRest(open, isEmpty), await heldAtRest(closed, isEmpty)] as const;
  const started = performance.now();
  await everyStage([600, 900, 260]);
  t.diagnostic(`10,000 clients in ${Math.round(performance.now() - started)} ms`);
  for (const [index, program] of [open, closed].entries()) {
    const was = before[index] ?? before[0];
    const now = await heldAtRest(program, (it) => differences(was, it).length === 0);
    t.diagnostic(`before ${JSON.stringify(was)}, now ${JSON.stringify(now)}`);
    assert.deepEqual(differences(was, now), []);
  }
  const { httpsPort } = closed;
  const tls = { rejectUnauthorized: false };
  for (const target of [open, { port: httpsPort, tls }]) {
    const answer = await fetchRaw(target, ask("/small.txt"));
    assert.equal(answer.body.toString(), "small\n");
  }
});

test("an open connection would have been found", async () => {
  const before = await held(open);
  const guest = await connect(open);
  guest.send(ask("/small.txt"));
  await guest.response();
  const found = differences(before, await held(open));
  guest.reset();
  assert.deepEqual(found, ["1 descriptors more", "1 sockets more", "1 TCPSocketWrap more"]);
});

test("none of them was an error of the server, and none is still counted as a connection", async () => {
  for (const program of [open, closed]) {
    assert.equal(await program.stop(), 0);
    const records = (await program.errorLog())
      .trimEnd()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    assert.deepEqual(
      records.filter(({ level }) => level === "error"),
      [],
    );
    assert.equal(records.find(({ msg }) => msg === "stopping")?.connections, 0);
  }
});
