// What the wire stories cannot say: many requests, slow readers, connections that go away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { type PairClient, streamPair } from "../support/stream-pair.ts";
import { type StoryService, storyService, textResponse } from "./story-service.ts";

interface Conversation {
  readonly clock: FakeClock;
  readonly service: StoryService;
  readonly client: PairClient;
  readonly over: Promise<void>;
}

function conversation(
  limits: Partial<typeof DEFAULT_HTTP1_LIMITS> = {},
  highWaterBytes = 128 * 1024,
): Conversation {
  const clock = fakeClock();
  const service = storyService(clock);
  const { stream, client } = streamPair(clock, { rude: true, highWaterBytes });
  const over = stream.run(serveHttp1(stream, service, { ...DEFAULT_HTTP1_LIMITS, ...limits }));
  return { clock, service, client, over };
}

async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What one answer to AGAIN weighs. */
const AGAIN_BYTES =
  "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n\r\nagain\n"
    .length;
const AGAIN = "GET /again HTTP/1.1\r\nHost: a\r\n\r\n";

test("a burst of requests is answered in one write", () => {
  const { client, service } = conversation();
  client.send(AGAIN.repeat(16));
  assert.equal(service.exchanges.length, 16);
  assert.equal(client.bursts.length, 1);
});

test("a client that pipelines and never reads is not read from either", async () => {
  const { client, service } = conversation();
  client.pauseReading();
  for (let packet = 0; packet < 200; packet++) client.send(AGAIN.repeat(100));
  await turns();
  assert.ok(service.exchanges.length < 4_000, `${service.exchanges.length} answered`);
  client.resumeReading();
  await turns(50);
  assert.equal(service.exchanges.length, 20_000);
});

test("a reader that takes nothing is cut; one that moves slowly is not", async () => {
  const { client, clock, service, over } = conversation();
  client.pauseReading();
  client.send(AGAIN.repeat(2_000));
  await turns();
  for (let second = 0; second < 60; second++) {
    clock.advance(1_000);
    client.take(1);
    await turns(1);
  }
  assert.equal(client.closed, false);
  clock.advance(16_000);
  await over;
  assert.equal(client.closed, true);
  assert.ok(service.exchanges.length <= 2_000);
});

test("an answer that comes after the client has gone is let go of", async () => {
  const { client, service, over } = conversation();
  client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  await turns();
  client.reset();
  await over;
  let closed = 0;
  const source = { readAt: async () => 0, close: async () => void closed++ };
  const body = { kind: "range", source, start: 0, length: 5 } as const;
  service.release({ status: 200, fields: [], body });
  await turns();
  assert.equal(closed, 1);
});

test("a client that goes away in the middle of a body leaves a record and no open source", async () => {
  const { client, service, over } = conversation();
  client.pauseReading();
  client.send(AGAIN.repeat(3_000));
  client.send("GET /range HTTP/1.1\r\nHost: a\r\n\r\n");
  await turns();
  client.reset();
  await over;
  assert.equal(service.openSources, 0);
});

test("thousands of answers that come later, asked for in one breath, all come", async () => {
  const { client, service } = conversation();
  const one = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
  const all = one.repeat(4_000);
  for (let at = 0; at < all.length; at += 60_001) {
    client.send(all.slice(at, at + 60_001));
    await turns(3);
  }
  for (let turn = 0; turn < 500 && service.exchanges.length < 4_000; turn++) await turns(20);
  assert.equal(service.exchanges.length, 4_000);
  assert.ok(service.exchanges.every(({ response }) => response.status === 200));
});

test("a client that goes away while a head waits leaves no source open", async () => {
  // Room for one answer: the head of the next is one too many, and waits.
  const { client, service, over } = conversation({}, AGAIN_BYTES);
  client.pauseReading();
  client.send(`${AGAIN}GET /range HTTP/1.1\r\nHost: a\r\n\r\n`);
  await turns();
  assert.equal(service.openSources, 1);
  client.reset();
  await over;
  await turns();
  assert.equal(service.openSources, 0);
});

test("HEAD waits for a slow reader like any other request", async () => {
  const { client, service } = conversation();
  client.pauseReading();
  for (let packet = 0; packet < 100; packet++) {
    client.send("HEAD /range HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100));
    await turns(1);
  }
  await turns(200);
  assert.ok(service.exchanges.length < 4_000, `${service.exchanges.length} answered`);
  client.resumeReading();
});

test("the last request a connection may make is told so", () => {
  const { client, service } = conversation({ requestsMax: 2 });
  client.send(AGAIN.repeat(3));
  assert.equal(service.exchanges.length, 2);
  assert.match(client.received().toString(), /Connection: close\r\n[^\r]*\r\nagain\n$/);
});

test("a draining server ends the connection with the answer under way", async () => {
  const { client, service } = conversation();
  client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  service.draining = true;
  service.release(textResponse(200, "last\n"));
  await turns();
  assert.match(client.received().toString(), /Connection: close\r\n/);
  assert.equal(client.finished, true);
});

test("the server is told when a connection is idle", async () => {
  const { client, service } = conversation();
  assert.equal(service.isIdle, true);
  client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(service.isIdle, false);
  service.release(textResponse(200, "x"));
  await turns();
  assert.equal(service.isIdle, true);
});

test("every exchange has a duration and the bytes that were sent", async () => {
  const { client, service, clock } = conversation();
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  clock.advance(250);
  service.release(textResponse(200, "12345"));
  await turns();
  client.send("nonsense\r\n");
  const seen = service.exchanges.map(({ bodyBytes, durationMs, complete, firstLine }) => ({
    bodyBytes,
    durationMs,
    complete,
    firstLine,
  }));
  assert.deepEqual(seen, [
    { bodyBytes: 0, durationMs: 0, complete: true, firstLine: "" },
    { bodyBytes: 5, durationMs: 250, complete: true, firstLine: "" },
    { bodyBytes: 46, durationMs: 0, complete: true, firstLine: "nonsense" },
  ]);
});

for (const [path, text] of [
  ["/", "hello\n"], // bytes, encoded for this answer
  ["/again", "again\n"], // bytes that were encoded before
] as const) {
  test(`bytes of ${path} do not pass by the bandwidth`, async () => {
    const clock = fakeClock();
    const { stream, client } = streamPair(clock);
    const service = storyService(clock);
    const limits = { ...DEFAULT_HTTP1_LIMITS, bandwidthMax: 4 };
    void stream.run(serveHttp1(stream, service, limits));
    client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const bodies: string[] = [];
    for (let quarter = 0; quarter < 6; quarter++) {
      await turns();
      bodies.push(client.received().toString().split("\r\n\r\n")[1] ?? "");
      clock.advance(250);
    }
    assert.deepEqual(
      bodies,
      [1, 2, 3, 4, 5, 6].map((count) => text.slice(0, count)),
    );
    assert.deepEqual(
      service.exchanges.map(({ bodyBytes, complete }) => [bodyBytes, complete]),
      [[6, true]],
    );
    client.send("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.match(client.received().toString(), /HTTP\/1\.1 204 /, "the connection goes on");
  });
}

const CLOSE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

for (const [what, sent, isLeft] of [
  ["that has said close", CLOSE, true],
  ["of HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", true],
  ["that sends more all the same", CLOSE + AGAIN, false],
  ["whose body was not read", CLOSE.replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\n"), false],
  ["that is refused", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false],
] as const) {
  test(`a client ${what} is ${isLeft ? "not waited for" : "given time to read its answer"}`, () => {
    const clock = fakeClock();
    const { stream, client } = streamPair(clock);
    let left = 0;
    stream.leave = () => {
      left++;
      return stream.finish();
    };
    void stream.run(serveHttp1(stream, storyService(clock), DEFAULT_HTTP1_LIMITS));
    client.send(sent);
    assert.equal(client.finished, true);
    assert.equal(left, isLeft ? 1 : 0);
  });
}
