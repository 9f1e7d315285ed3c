// node:http's parser (llhttp) as a stranger on the wire. The same bytes go to Ferrox and to a
// node:http server. What the grammar allows, both take, and for the same requests; what node:http
// refuses, Ferrox refuses. That Ferrox refuses more is meant, and listed in wire-spoilers.ts.
//
// Each conversation ends with a marker, a request of its own. Whether it is answered tells if the
// server still knew where it was: after a refusal nobody can, and the connection must end.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { type Program, startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { connect } from "../support/wire-client.ts";
import { ALLOWED, STRICTER } from "./wire-disputes.ts";
import { bytesOf, validRequest } from "./wire-grammar.ts";
import { REFUSED_BY_BOTH, TAKEN_BY_FERROX, TAKEN_BY_NODE } from "./wire-spoilers.ts";

const VALID_ROUNDS = 300;
// A conversation takes as long as a hundred heads take to parse.
const MUTATED_ROUNDS = Math.ceil(Number(process.env.FERROX_FUZZ_RUNS ?? 30_000) / 100);
const MARKER = "GET /marker.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const FILES = {
  "www/index.html": "home\n",
  "www/a.txt": "a\n",
  "www/marker.txt": "marker\n",
};

/** What node:http understood of the present conversation, in order. */
let understood: { readonly line: string; readonly body: string }[] = [];

const stranger = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A body that breaks off: its request is not counted as understood.
  request.on("error", () => {});
  request.on("end", () => {
    const { method, url, httpVersion } = request;
    const body = Buffer.concat(chunks).toString("latin1");
    understood.push({ line: `${method} ${url} HTTP/${httpVersion}`, body });
    response.end();
  });
});
// As we do, it is to answer a client that has finished sending but still listens.
Object.assign(stranger, { httpAllowHalfOpen: true });
const strangerPort = await new Promise<number>((resolve) => {
  stranger.listen(0, "127.0.0.1", () => {
    const address = stranger.address();
    resolve(typeof address === "object" && address !== null ? address.port : 0);
  });
});
after(async () => {
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
});

/** Sends all of it, finishes, and reads until the server has finished too. */
async function answersTo(port: number, bytes: string): Promise<string> {
  const connection = await connect({ port });
  connection.send(bytes);
  connection.end();
  return (await connection.rest()).toString("latin1");
}

interface Verdicts {
  /** Did it take what was sent, and find its way to the marker behind? */
  readonly ferrox: boolean;
  readonly node: boolean;
  /** Of Ferrox. */
  readonly statuses: readonly number[];
}

async function verdictsOn(program: Program, bytes: string): Promise<Verdicts> {
  understood = [];
  const answers = await answersTo(program.port, bytes + MARKER);
  await answersTo(strangerPort, bytes + MARKER);
  return {
    ferrox: answers.endsWith("\r\n\r\nmarker\n"),
    node: understood.length > 1 && understood.at(-1)?.line === "GET /marker.txt HTTP/1.1",
    statuses: [...answers.matchAll(/HTTP\/1\.1 ([0-9]{3}) /g)].map(([, status]) => Number(status)),
  };
}

test(`${VALID_ROUNDS} conversations in valid grammar are the same requests to both`, async (t) => {
  const program = await startProgram(t, { files: FILES });
  const random = randomFrom(9112);
  const lines: string[] = [];
  for (let round = 0; round < VALID_ROUNDS; round++) {
    const sent = Array.from({ length: 1 + random.below(3) }, () => validRequest(random));
    const bytes = sent.map(bytesOf).join("");
    const shown = `round ${round}: ${JSON.stringify(bytes)}`;
    const { statuses, ...taken } = await verdictsOn(program, bytes);
    assert.deepEqual(taken, { ferrox: true, node: true }, `${shown} ${statuses}`);
    assert.deepEqual(statuses, [...sent.map(({ status }) => status), 200], shown);
    const meant = sent.map((one) => ({
      line: `${one.method} ${one.target} ${one.version}`,
      body: one.body,
    }));
    assert.deepEqual(understood.slice(0, -1), meant, shown);
    lines.push(...understood.map(({ line }) => line));
  }
  // Ferrox's own account of what it was asked: its access log. It writes an absolute form as the
  // path and query that it comes to.
  await program.stop();
  const log = await program.accessLog();
  const logged = [...log.matchAll(/"([A-Z]+ [^"]+ HTTP\/1\.[01])"/g)].map(([, line]) => line);
  const expected = lines.map((line) => line.replace(/ http:\/\/[^/?]+\/?/i, " /"));
  assert.deepEqual(logged, expected);
});

test("what both refuse is refused, and nothing behind it is looked at", async (t) => {
  const program = await startProgram(t, { files: FILES });
  for (const { rule, bytes } of REFUSED_BY_BOTH) {
    const { statuses, ...taken } = await verdictsOn(program, bytes);
    assert.deepEqual(taken, { ferrox: false, node: false }, `${rule} ${statuses}`);
    assert.equal(statuses.length, 1, rule);
  }
});

test("what node:http lets pass and a rule forbids is refused", async (t) => {
  const program = await startProgram(t, { files: FILES });
  let passed = 0;
  for (const { rule, bytes, status = 400 } of TAKEN_BY_NODE) {
    const { ferrox, node, statuses } = await verdictsOn(program, bytes);
    assert.deepEqual({ ferrox, statuses }, { ferrox: false, statuses: [status] }, rule);
    if (node) passed++;
  }
  // All of them with Node 20; a later one may have become as strict.
  assert.ok(passed > TAKEN_BY_NODE.length / 2, `only ${passed} are let pass`);
});

test("what node:http refuses, though a rule allows it, is answered", async (t) => {
  const program = await startProgram(t, { files: FILES });
  for (const { rule, bytes, status } of TAKEN_BY_FERROX) {
    const { ferrox, node, statuses } = await verdictsOn(program, bytes);
    assert.deepEqual({ ferrox, node }, { ferrox: true, node: false }, rule);
    assert.deepEqual(statuses, [status, 200], rule);
  }
});

/** One to three bytes changed, lost, doubled or added, anywhere. */
function mutated(bytes: string, random: Random): string {
  let text = bytes;
  for (let count = random.below(3); count >= 0; count--) {
    const at = random.below(text.length);
    const byte = random.pick(ODD_BYTES);
    const [kept, rest] = [text.slice(0, at), text.slice(at + 1)];
    const here = text[at] ?? "";
    text = kept + random.pick([byte, byte, "", here + here, here + byte]) + rest;
  }
  return text;
}

const ODD_BYTES = [
  "\0",
  "\t",
  "\n",
  "\r",
  " ",
  ":",
  ";",
  ",",
  "0",
  "1",
  "7",
  "a",
  "Z",
  "/",
  "#",
  "%",
  '"',
  "\x7f",
  "\xff",
] as const;

test(`of ${MUTATED_ROUNDS} mutated requests Ferrox takes none that node:http refuses, but by rule`, async (t) => {
  const program = await startProgram(t, { files: FILES });
  let [both, neither] = [0, 0];
  for (let seed = 1; seed <= MUTATED_ROUNDS; seed++) {
    const random = randomFrom(seed * 7919);
    const bytes = mutated(bytesOf(validRequest(random)), random);
    const { ferrox, node, statuses } = await verdictsOn(program, bytes);
    const shown = `seed ${seed}: ${JSON.stringify(bytes)} ${statuses} ${JSON.stringify({ ferrox, node })}`;
    if (ferrox === node) {
      if (node) both++;
      else neither++;
      continue;
    }
    const disputes = ferrox ? ALLOWED : STRICTER;
    assert.ok(
      disputes.some(({ holds }) => holds(bytes)),
      shown,
    );
  }
  assert.ok(both > MUTATED_ROUNDS / 20 && neither > MUTATED_ROUNDS / 20, `${both} and ${neither}`);
});
