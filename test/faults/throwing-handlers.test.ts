// Whatever a handler throws, rejects with or sends half of: the client gets a 500 or the end of
// the connection, the operator gets a line, and the next request is answered. A rejection that
// nobody awaits would fail the test that is running.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../../src/base/byte-source.ts";
import type { Handler } from "../../src/http/handler.ts";
import type { Body, Response } from "../../src/http/response.ts";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { readAnswers } from "../../src/probe/response-reader.ts";
import { ConnectionService } from "../../src/server/service.ts";
import { PEER, siteOf, text } from "../server/support.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { streamPair } from "../support/stream-pair.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

/** A conversation with a site whose "/" is answered by `handler`, and "/next" as it should be. */
function conversation(handler: Handler) {
  const site = siteOf((request, context) =>
    request.target.kind === "path" && request.target.path === "/next"
      ? text(200, "next\n")
      : handler(request, context),
  );
  const { stream, client } = streamPair(fakeClock());
  const service = new ConnectionService(site, PEER, { idle: false, draining: false });
  const over = stream.run(serveHttp1(stream, service, DEFAULT_HTTP1_LIMITS));
  const errors = () => site.said.filter(({ level }) => level === "error");
  return { site, client, over, errors };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

for (const [what, thrown] of [
  ["an Error", new Error("secret")],
  ["undefined", undefined],
  ["null", null],
  ["a text", "secret"],
  ["a number", 0],
  ["an object like an HttpError", { status: 200, reason: "secret", fields: [] }],
] as const) {
  for (const [when, handler] of [
    [
      "at once",
      () => {
        throw thrown;
      },
    ],
    [
      "later",
      async () => {
        await Promise.resolve();
        throw thrown;
      },
    ],
  ] as const satisfies readonly (readonly [string, Handler])[]) {
    test(`${what} thrown ${when} is a 500 that says nothing, logged; the connection goes on`, async () => {
      const { client, errors } = conversation(handler);
      client.send(GET + NEXT);
      await turns();
      const { answers, fault, restBytes } = readAnswers(client.received(), ["GET", "GET"], false);
      assert.deepEqual([fault, restBytes], [undefined, 0]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [500, 200],
      );
      assert.doesNotMatch(client.received().toString(), /secret/);
      assert.deepEqual(
        errors().map(({ message, details }) => [message, details?.err]),
        [["a handler failed", thrown]],
      );
      assert.equal(client.closed, false);
    });
  }
}

/** Three bytes, then what `fail` does. */
function failing(fail: () => never): Body {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("abc");
    fail();
  }
  return { kind: "stream", chunks: chunks(), length: undefined };
}

function failingSource(): Body {
  let reads = 0;
  const source: ByteSource = {
    async readAt(target) {
      if (reads++ > 0) throw new Error("EIO");
      return Buffer.from("abc").copy(target);
    },
    async close() {},
  };
  return { kind: "range", source, start: 0, length: 100_000 };
}

const throwing = (thrown: unknown) => () =>
  failing(() => {
    throw thrown;
  });

for (const [what, body] of [
  ["throws midway", throwing(new Error("midway"))],
  ["throws undefined midway", throwing(undefined)],
  ["throws null midway", throwing(null)],
  ["comes from a source that fails midway", failingSource],
] as const) {
  test(`a body that ${what} ends the connection inside it, and is logged`, async () => {
    const response = (): Response => ({ status: 200, fields: [], body: body() });
    const { client, over, errors, site } = conversation(response);
    client.send(GET + NEXT);
    await turns();
    await over;
    assert.equal(client.closed, true);
    const received = client.received().toString();
    assert.match(received, /abc/);
    assert.doesNotMatch(received, /\r\n0\r\n\r\n|next/, "the body was made to look whole");
    assert.equal(received.split("HTTP/1.1 ").length, 2, "a second head followed the first");
    assert.deepEqual(
      errors().map(({ message }) => message),
      ["a body could not be sent whole"],
    );
    assert.ok(errors()[0]?.details?.err instanceof Error);
    assert.deepEqual(
      site.recorded.map(({ exchange }) => exchange.complete),
      [false],
    );
  });
}

test("a body that cannot even be begun ends the connection, and is logged", async () => {
  const chunks: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      throw new Error("not today");
    },
  };
  const body: Body = { kind: "stream", chunks, length: 5 };
  const { client, over, errors } = conversation(() => ({ status: 200, fields: [], body }));
  client.send(GET);
  await turns();
  await over;
  assert.equal(client.closed, true);
  assert.equal(errors()[0]?.message, "a body could not be sent whole");
});

test("a handler that fails after its client has gone is logged, and hurts nobody", async () => {
  let fail: (reason: unknown) => void = () => {};
  const { client, over, errors } = conversation(
    () =>
      new Promise<Response>((_resolve, reject) => {
        fail = reject;
      }),
  );
  client.send(GET);
  client.reset();
  await over.catch(() => {});
  fail(undefined);
  await turns();
  assert.equal(errors()[0]?.message, "a handler failed");
});
