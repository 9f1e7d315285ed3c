// Whole conversations: any bytes in any pieces get well-formed answers or none, the connection
// comes to its end, nothing stays open, and how the bytes were cut changes nothing about which
// requests were seen.

import assert from "node:assert/strict";
import { serveHttp1 } from "../../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS, type Http1Limits } from "../../../src/http1/limits.ts";
import { readAnswers } from "../../../src/probe/response-reader.ts";
import { type StoryService, storyService } from "../../http1/story-service.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import type { Random } from "../../support/random.ts";
import { type PairClient, streamPair } from "../../support/stream-pair.ts";
import { headsOnTheWire, saidOnTheWire } from "../corpus.ts";
import { choicesOf, type Material, mutated, pieces, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const BODIES = [
  "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
  "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nGET /late HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /range HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /short HTTP/1.1\r\nHost: a\r\n\r\n",
  "HEAD /sized HTTP/1.1\r\nHost: a\r\n\r\n",
] as const;

const MATERIAL: Material = {
  corpus: choicesOf([...saidOnTheWire(), ...headsOnTheWire(), ...BODIES].filter((it) => it !== "")),
  words: [
    ...(["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n", "\n", "\r", "0\r\n\r\n", "5\r\n"] as const),
    ...["HEAD /range HTTP/1.1\r\nHost: a\r\n\r\n", "GET /gone HTTP/1.1\r\nHost: a\r\n\r\n"],
    ...["Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"],
    ...[
      "Connection: close\r\n",
      "Expect: 100-continue\r\n",
      "HTTP/1.0",
      "/late",
      "/stream",
      ...BODIES,
    ],
  ],
  codeMax: 255,
};

const LIMITS: Http1Limits = {
  ...DEFAULT_HTTP1_LIMITS,
  requestLineBytesMax: 64,
  headBytesMax: 256,
  fieldCountMax: 6,
  bodyBytesMax: 64,
  drainBytesMax: 32,
  chunkLineBytesMax: 64,
  chunkOverheadBytesMax: 128,
};

function inputOf(seed: number): string {
  const random = randomOf(seed);
  const count = 1 + random.below(3);
  return Array.from({ length: count }, () => mutated(random, MATERIAL)).join("");
}

export const connectionTarget: FuzzTarget = {
  name: "connection",
  shown: (seed) => JSON.stringify(inputOf(seed)),
  async run(seed) {
    const text = inputOf(seed);
    const random = randomOf(seed + 1);
    const cut = pieces(text, random);
    const whole = await conversation([text], random);
    const inPieces = await conversation(cut, random);
    // Where a connection ends may depend on what had arrived by then; what was asked may not.
    const [fewer, more] = whole.length < inPieces.length ? [whole, inPieces] : [inPieces, whole];
    assert.deepEqual(fewer, more.slice(0, fewer.length), `in pieces: ${JSON.stringify(cut)}`);
  },
};

/** Says all of it, waits for the end, judges what came. Gives the requests that were seen. */
async function conversation(said: readonly string[], random: Random): Promise<readonly string[]> {
  const clock = fakeClock();
  const service = storyService(clock);
  const { stream, client } = streamPair(clock, { rude: random.below(2) === 0 });
  const over = stream.run(serveHttp1(stream, service, LIMITS));
  for (const piece of said) {
    if (!client.closed) client.send(piece);
    if (random.below(2) === 0) await turns(2);
  }
  await turns(4);
  if (!client.closed) client.end();
  await settle(client, clock);
  await over;
  judge(client, service);
  assert.equal(service.openSources, 0, "a source was left open");
  assert.equal(clock.timers, 0, "a timer was left running");
  return service.exchanges.flatMap(({ request }) =>
    request === undefined
      ? []
      : [`${request.method} ${request.target.kind === "path" ? request.target.raw : "*"}`],
  );
}

/** Whatever it still waits for, time ends it: /never is the longest. */
async function settle(client: PairClient, clock: FakeClock): Promise<void> {
  for (let round = 0; round < 4 && !client.closed; round++) {
    await turns(4);
    clock.advance(60_000);
  }
  // An answer that never comes is waited for as long as the client waits.
  if (!client.closed) client.reset();
  await turns(2);
}

function judge(client: PairClient, { exchanges }: StoryService): void {
  const methods = exchanges.map(
    ({ request, firstLine }) => request?.method ?? (/^HEAD /.test(firstLine) ? "HEAD" : "GET"),
  );
  const reading = readAnswers(client.received(), methods, true);
  assert.equal(reading.fault, undefined);
  assert.deepEqual(
    reading.answers.map(({ status }) => status),
    exchanges.slice(0, reading.answers.length).map(({ response }) => response.status),
  );
  const unread = exchanges.slice(reading.answers.length);
  // At most one is not whole, the last: its end was not there to be sent.
  assert.ok(unread.length <= 1, `${unread.length} exchanges without an answer`);
  assert.equal(unread[0]?.complete ?? false, false, "an answer is missing");
  if (unread.length === 0) assert.equal(reading.restBytes, 0, "bytes behind the last answer");
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
