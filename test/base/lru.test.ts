import assert from "node:assert/strict";
import { test } from "node:test";
import { Lru } from "../../src/base/lru.ts";
import { randomFrom } from "../support/random.ts";

test("what was not asked for longest goes first", () => {
  const lru = new Lru<string, number>({ entriesMax: 3, bytesMax: 100 });
  lru.set("a", 1, 1);
  lru.set("b", 2, 1);
  lru.set("c", 3, 1);
  assert.equal(lru.get("a"), 1);
  lru.set("d", 4, 1);
  assert.equal(lru.get("b"), undefined);
  assert.deepEqual([lru.get("a"), lru.get("c"), lru.get("d")], [1, 3, 4]);
});

test("a heavy entry pushes out as many as it needs", () => {
  const lru = new Lru<string, number>({ entriesMax: 10, bytesMax: 10 });
  lru.set("a", 1, 4);
  lru.set("b", 2, 4);
  lru.set("c", 3, 2);
  assert.equal(lru.bytes, 10);
  assert.equal(lru.set("d", 4, 7), true);
  assert.deepEqual(
    [lru.get("a"), lru.get("b"), lru.get("c"), lru.get("d")],
    [undefined, undefined, 3, 4],
  );
  assert.equal(lru.bytes, 9);
});

test("an entry heavier than the bound is not kept, and nothing makes room for it", () => {
  const lru = new Lru<string, number>({ entriesMax: 10, bytesMax: 10 });
  lru.set("a", 1, 4);
  assert.equal(lru.set("b", 2, 11), false);
  assert.equal(lru.get("b"), undefined);
  assert.equal(lru.get("a"), 1);
});

test("replacing by something too heavy forgets the old value: it is no longer right", () => {
  const lru = new Lru<string, number>({ entriesMax: 10, bytesMax: 10 });
  lru.set("a", 1, 4);
  lru.set("a", 2, 11);
  assert.equal(lru.get("a"), undefined);
  assert.equal(lru.bytes, 0);
});

test("replacing counts the new weight only", () => {
  const lru = new Lru<string, number>({ entriesMax: 10, bytesMax: 10 });
  lru.set("a", 1, 4);
  lru.set("a", 2, 6);
  assert.deepEqual([lru.get("a"), lru.bytes, lru.size], [2, 6, 1]);
});

test("with a bound of nothing, nothing is kept", () => {
  const none = new Lru<string, number>({ entriesMax: 0, bytesMax: 10 });
  assert.equal(none.set("a", 1, 0), false);
  const weightless = new Lru<string, number>({ entriesMax: 5, bytesMax: 0 });
  assert.equal(weightless.set("a", 1, 1), false);
  assert.equal(none.size + weightless.size, 0);
});

test("after clear() it is as new", () => {
  const lru = new Lru<string, number>({ entriesMax: 2, bytesMax: 10 });
  lru.set("a", 1, 1);
  lru.set("b", 2, 1);
  lru.clear();
  assert.deepEqual([lru.size, lru.bytes, lru.get("a")], [0, 0, undefined]);
  lru.set("c", 3, 1);
  lru.set("d", 4, 1);
  lru.set("e", 5, 1);
  assert.deepEqual([lru.get("c"), lru.get("d"), lru.get("e")], [undefined, 4, 5]);
});

/** The same, as slow and simple as it gets: an array, newest last. */
class Model {
  entries: { key: number; value: number; bytes: number }[] = [];

  get(key: number): number | undefined {
    const entry = this.entries.find((other) => other.key === key);
    if (entry === undefined) return undefined;
    this.entries = [...this.entries.filter((other) => other !== entry), entry];
    return entry.value;
  }

  set(key: number, value: number, bytes: number): void {
    this.delete(key);
    if (bytes > 50) return;
    this.entries.push({ key, value, bytes });
    while (this.entries.length > 8 || this.bytes() > 50) this.entries.shift();
  }

  delete(key: number): void {
    this.entries = this.entries.filter((other) => other.key !== key);
  }

  bytes(): number {
    return this.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  }
}

test("any sequence of calls leaves what a plain list would leave", () => {
  const random = randomFrom(7);
  const lru = new Lru<number, number>({ entriesMax: 8, bytesMax: 50 });
  const model = new Model();
  for (let step = 0; step < 20_000; step++) {
    const key = random.below(14);
    const act = random.below(4);
    if (act === 0) assert.equal(lru.get(key), model.get(key), `step ${step}`);
    else if (act === 1)
      assert.equal(
        lru.delete(key),
        model.entries.some((e) => e.key === key),
      );
    if (act === 1) model.delete(key);
    if (act > 1) {
      const bytes = random.below(60);
      lru.set(key, step, bytes);
      model.set(key, step, bytes);
    }
    assert.deepEqual([lru.size, lru.bytes], [model.entries.length, model.bytes()], `step ${step}`);
  }
});

test("a place finds its value without the key, and keeps its turn", () => {
  const lru = new Lru<string, number>({ entriesMax: 2, bytesMax: 100 });
  lru.set("a", 1, 1);
  lru.set("b", 2, 1);
  const a = lru.placeOf("a");
  assert.ok(a);
  assert.equal(lru.at(a), 1);
  lru.set("c", 3, 1);
  assert.equal(lru.get("b"), undefined);
  assert.equal(lru.at(a), 1);
});

test("a place of what has gone holds nothing, however it went", () => {
  for (const end of ["deleted", "replaced", "cleared", "pushed out"] as const) {
    const lru = new Lru<string, object>({ entriesMax: 1, bytesMax: 100 });
    lru.set("a", {}, 1);
    const place = lru.placeOf("a");
    assert.ok(place?.value);
    if (end === "deleted") lru.delete("a");
    if (end === "replaced") lru.set("a", {}, 1);
    if (end === "cleared") lru.clear();
    if (end === "pushed out") lru.set("b", {}, 1);
    assert.equal(lru.at(place), undefined, end);
    assert.equal(place.value, undefined, end);
    assert.deepEqual([place.newer, place.older], [undefined, undefined], end);
    assert.equal(lru.placeOf("none"), undefined);
  }
});
