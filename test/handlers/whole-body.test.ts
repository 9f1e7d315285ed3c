import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeBody } from "../../src/handlers/whole-body.ts";
import type { IncomingBody } from "../../src/http/request.ts";

/** Pieces in one and the same buffer, as drivers lend them. */
function bodyOf(
  pieces: readonly string[],
  length: number | undefined,
): IncomingBody & { asked: number } {
  const lent = Buffer.alloc(16);
  const body = {
    asked: 0,
    length,
    async *[Symbol.asyncIterator]() {
      for (const piece of pieces) {
        body.asked++;
        yield lent.subarray(0, lent.write(piece));
        lent.fill("?");
      }
    },
  };
  return body;
}

test("pieces are copied before the next one is asked for", async () => {
  assert.equal((await wholeBody(bodyOf(["abc", "de", "f"], undefined), 6)).toString(), "abcdef");
});

test("a body that says it is too long is refused before anything is read", async () => {
  const body = bodyOf(["abcdefg"], 7);
  await assert.rejects(wholeBody(body, 6), { status: 413 });
  assert.equal(body.asked, 0);
});

test("a body that does not say so is refused as soon as it is too long", async () => {
  const body = bodyOf(["abcd", "efg", "more"], undefined);
  await assert.rejects(wholeBody(body, 6), { status: 413 });
  assert.equal(body.asked, 2);
});

test("a body of exactly the limit is read", async () => {
  assert.equal((await wholeBody(bodyOf(["abcdef"], 6), 6)).length, 6);
});
