import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError } from "../../src/http/http-error.ts";
import { parseHead } from "../../src/http1/head-parser.ts";
import { BodyReader } from "../../src/http1/incoming-body.ts";
import { DEFAULT_HTTP1_LIMITS, type Http1Limits } from "../../src/http1/limits.ts";
import { requestOf } from "../../src/http1/request-head.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { type PairClient, streamPair } from "../support/stream-pair.ts";

interface Setting {
  readonly reader: BodyReader;
  readonly client: PairClient;
  readonly clock: FakeClock;
}

/** A reader whose head has been read; `here` arrived together with it. */
function setting(fields: string, here = "", changes: Partial<Http1Limits> = {}): Setting {
  const bytes = Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${here}`, "latin1");
  const head = parseHead(bytes, 0, 0, DEFAULT_HTTP1_LIMITS);
  assert.ok(head.kind === "head");
  const request = requestOf(head, DEFAULT_HTTP1_LIMITS);
  assert.ok("method" in request);
  const clock = fakeClock();
  const { stream, client } = streamPair(clock, { rude: true });
  const place = { bytes, at: head.length };
  const limits = { ...DEFAULT_HTTP1_LIMITS, ...changes };
  const means = { stream, limits, service: { clock } };
  return { reader: new BodyReader(request, means, place), client, clock };
}

async function all(reader: BodyReader): Promise<string> {
  let text = "";
  for await (const piece of reader) text += piece.toString("latin1");
  return text;
}

const later = () => new Promise((resolve) => setImmediate(resolve));

test("a body that came with its head is read at once; what follows is left", async () => {
  const { reader } = setting("Content-Length: 5", "helloGET /");
  assert.equal(reader.length, 5);
  assert.equal(await all(reader), "hello");
  assert.equal(reader.rest().toString(), "GET /");
});

test("a body in pieces is read as they come, from a stream that takes back what it lends", async () => {
  const { reader, client } = setting("Transfer-Encoding: chunked", "3\r\nabc");
  assert.equal(reader.length, undefined);
  const read = all(reader);
  await later();
  client.send("\r\n3\r\nde");
  await later();
  client.send("f\r\n0\r\n\r\nNEXT");
  assert.equal(await read, "abcdef");
  assert.equal(reader.rest().toString(), "NEXT");
});

test("100 Continue is written once, when reading has to wait", async () => {
  const { reader, client } = setting("Content-Length: 4\r\nExpect: 100-continue");
  assert.equal(client.received().length, 0);
  const read = all(reader);
  await later();
  assert.equal(client.received().toString(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ab");
  await later();
  client.send("cd");
  assert.equal(await read, "abcd");
  assert.equal(client.received().toString(), "HTTP/1.1 100 Continue\r\n\r\n");
});

test("a body that was sent without waiting needs no 100 Continue", async () => {
  const { reader, client } = setting("Content-Length: 2\r\nExpect: 100-continue", "ab");
  assert.equal(await all(reader), "ab");
  assert.equal(client.received().length, 0);
});

test("a client that finishes early is a bad request, and stays one when skipped", async () => {
  const { reader, client } = setting("Content-Length: 5", "he");
  const read = all(reader);
  client.end();
  await assert.rejects(read, (error) => error instanceof HttpError && error.status === 400);
  assert.deepEqual(reader.skip(), {
    kind: "malformed",
    status: 400,
    reason: "the body ended before its length was reached",
  });
});

test("a client that stalls is told 408", async () => {
  const { reader, clock } = setting("Content-Length: 5", "he");
  const read = all(reader);
  await later();
  clock.advance(DEFAULT_HTTP1_LIMITS.bodyIdleMs + 1_000);
  await assert.rejects(read, (error) => error instanceof HttpError && error.status === 408);
});

test("broken chunks are a bad request", async () => {
  const { reader } = setting("Transfer-Encoding: chunked", "zz\r\n");
  await assert.rejects(all(reader), (error) => error instanceof HttpError && error.status === 400);
});

test("a body can be read only once", async () => {
  const { reader } = setting("Content-Length: 2", "ab");
  await all(reader);
  await assert.rejects(all(reader), /only once/);
});

test("skipping uses what is here and says whether more must come", () => {
  const { reader } = setting("Content-Length: 5", "he");
  assert.equal(reader.skip(), "more");
  assert.equal(reader.consumed, 2);
  reader.feed(Buffer.from("lloNEXT"));
  assert.equal(reader.skip(), "end");
  assert.equal(reader.rest().toString(), "NEXT");
});

test("a client that dribbles has its window and what its bytes are worth, no more", async () => {
  const { reader, client, clock } = setting("Content-Length: 500000");
  const read = all(reader);
  let over = false;
  const outcome = read.catch((error: unknown) => {
    over = true;
    return error;
  });
  let seconds = 0;
  for (; !over && seconds < 100; seconds++) {
    await later();
    clock.advance(1_000);
    await later();
    if (!over) client.send("x");
  }
  const error = await outcome;
  assert.ok(error instanceof HttpError && error.status === 408);
  assert.equal(error.reason, "the body arrives too slowly");
  // Fifteen of them, and half a second for the sweep.
  assert.ok(seconds >= 15 && seconds <= 17, `${seconds} seconds`);
  assert.deepEqual(reader.skip(), {
    kind: "malformed",
    status: 408,
    reason: "the body arrives too slowly",
    limit: "receive_rate",
  });
});

test("a client that keeps the rate is read to the end, however long that takes", async () => {
  const { reader, client, clock } = setting("Content-Length: 6000");
  const read = all(reader);
  for (let times = 0; times < 10; times++) {
    await later();
    clock.advance(1_200);
    client.send("x".repeat(600));
  }
  assert.equal((await read).length, 6_000);
});

test("time that the handler takes is not the client's", async () => {
  const { reader, client, clock } = setting("Content-Length: 40");
  const seen: string[] = [];
  const read = (async () => {
    for await (const piece of reader) {
      seen.push(piece.toString());
      clock.advance(14_000);
    }
  })();
  for (let times = 0; times < 4; times++) {
    await later();
    client.send("y".repeat(10));
  }
  await read;
  assert.equal(seen.length, 4);
});

test("without a rate any progress will do", async () => {
  const { reader, client, clock } = setting("Content-Length: 5", "", { receiveRateMin: 0 });
  const read = all(reader);
  for (let times = 0; times < 5; times++) {
    await later();
    clock.advance(14_000);
    client.send("x");
  }
  assert.equal(await read, "xxxxx");
});
