import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveSlots } from "../../src/handlers/archive-slots.ts";

async function* two(): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from("1");
  yield Buffer.from("2");
}

function held(slots: ArchiveSlots, begin = two): AsyncIterator<Uint8Array> {
  const body = slots.held(begin);
  assert.ok(body !== undefined);
  return body[Symbol.asyncIterator]();
}

test("no more than so many at a time, and nothing is begun for the others", () => {
  const slots = new ArchiveSlots(1);
  held(slots);
  assert.equal(
    slots.held(() => assert.fail("begun")),
    undefined,
  );
  assert.equal(slots.taken, 1);
});

test("a place is free when the archive has been sent", async () => {
  const slots = new ArchiveSlots(1);
  const reader = held(slots);
  await reader.next();
  await reader.next();
  assert.equal(slots.taken, 1);
  assert.equal((await reader.next()).done, true);
  assert.equal(slots.taken, 0);
});

for (const [when, pulls] of [
  ["before its first piece", 0],
  ["in the middle", 1],
] as const) {
  test(`a place is free when the reader goes ${when}, once only`, async () => {
    const slots = new ArchiveSlots(2);
    held(slots);
    const reader = held(slots);
    for (let count = 0; count < pulls; count++) await reader.next();
    await reader.return?.();
    await reader.return?.();
    assert.equal(slots.taken, 1);
  });
}

test("a place is free when the archive fails", async () => {
  const slots = new ArchiveSlots(1);
  const reader = held(slots, async function* fail(): AsyncGenerator<Uint8Array, void, void> {
    yield Buffer.from("1");
    throw new Error("broken");
  });
  await reader.next();
  await assert.rejects(reader.next(), { message: "broken" });
  assert.equal(slots.taken, 0);
});
