// Any bytes, any cuts: never an exception, never a hang, and always a well-formed answer or
// silence. Seeded: a failure names the seed that repeats it. FERROX_FUZZ_RUNS raises the number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkedDecoder } from "../../src/http1/chunked-decoder.ts";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { parseHead } from "../../src/http1/head-parser.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { requestOf } from "../../src/http1/request-head.ts";
import { storyService } from "../http1/story-service.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { streamPair } from "../support/stream-pair.ts";

const RUNS = Number(process.env.FERROX_FUZZ_RUNS ?? 20_000);
const LIMITS = { ...DEFAULT_HTTP1_LIMITS, headBytesMax: 512, requestLineBytesMax: 256 };

const PIECES = [
  "GET / HTTP/1.1\r\n",
  "POST /echo HTTP/1.1\r\n",
  "HEAD /again HTTP/1.0\r\n",
  "GET http://a/late HTTP/1.1\r\n",
  "OPTIONS * HTTP/1.1\r\n",
  "Host: a\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 99999999999\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close\r\n",
  "Connection: keep-alive\r\n",
  "Expect: 100-continue\r\n",
  "X: \xff\xfe\r\n",
  "\r\n",
  "5\r\nhello\r\n",
  "0\r\n\r\n",
  "hello",
  "5;a=b\r\n",
  "\r",
  "\n",
  "\x00",
  " ",
  ":",
  "%",
] as const satisfies readonly [string, ...string[]];

function noise(random: Random): Buffer {
  let text = "";
  for (let piece = random.below(12); piece >= 0; piece--) text += random.pick(PIECES);
  const bytes = Buffer.from(text, "latin1");
  for (let change = random.below(4); change > 0; change--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes;
}

test(`${RUNS} mutated heads are parsed or refused`, () => {
  for (let seed = 0; seed < RUNS; seed++) {
    const bytes = noise(randomFrom(seed));
    const head = parseHead(bytes, 0, 0, LIMITS);
    if (head.kind === "head") {
      const request = requestOf(head, LIMITS);
      assert.ok("method" in request || request.status >= 400, `seed ${seed}`);
      if ("method" in request) assert.ok([...request.fields].length === head.fieldCount);
    }
  }
});

/** What a body comes to, "|" behind its end or "…" while it goes on; a status when refused. */
function decoded(pieces: readonly Buffer[]): string {
  const decoder = new ChunkedDecoder(LIMITS);
  let body = "";
  for (const bytes of pieces) {
    for (let at = 0; ; ) {
      const step = decoder.step(bytes, at);
      if (step.kind === "malformed") return `${step.status}`;
      if (step.kind === "more") break;
      if (step.kind === "end") return `${body}|`;
      assert.ok(step.end > at, "a step goes forward");
      body += bytes.toString("latin1", step.start, step.end);
      at = step.end;
    }
  }
  return `${body}…`;
}

test(`${RUNS} mutated chunked bodies are decoded or refused, the same however they are cut`, () => {
  for (let seed = 0; seed < RUNS; seed++) {
    const random = randomFrom(seed + 1_000_000);
    const bytes = Buffer.concat([Buffer.from("5\r\nhello\r\n"), noise(random)]);
    const cut = random.below(bytes.length);
    const cutInTwo = decoded([bytes.subarray(0, cut), bytes.subarray(cut)]);
    assert.equal(cutInTwo, decoded([bytes]), `seed ${seed}, cut ${cut}`);
  }
});

test(`${Math.ceil(RUNS / 10)} mutated conversations end in answers, and the connection ends`, async () => {
  for (let seed = 0; seed < RUNS / 10; seed++) {
    const random = randomFrom(seed + 2_000_000);
    const clock = fakeClock();
    const service = storyService(clock);
    const { stream, client } = streamPair(clock, { rude: seed % 2 === 0 });
    const over = stream.run(serveHttp1(stream, service, LIMITS));
    for (let chunk = random.below(4); chunk >= 0; chunk--) {
      if (!client.closed) client.send(noise(random));
    }
    await turns(4);
    if (!client.closed) client.end();
    await turns(4);
    clock.advance(60_000);
    await turns(2);
    clock.advance(60_000);
    await over;
    assert.ok(client.closed, `seed ${seed}: still open`);
    const answers = client.received().toString("latin1");
    assert.match(answers, /^(HTTP\/1\.1 [1-5][0-9]{2} |$)/, `seed ${seed}`);
    assert.equal(service.openSources, 0, `seed ${seed}: a source was left open`);
  }
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
