import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentTable } from "../../src/base/recent-table.ts";

/** What somebody would find who looks in both places. */
function found(table: RecentTable<string>, hash: number): (string | undefined)[] {
  return [table.first(hash), table.second(hash)].filter((value) => value !== undefined);
}

test("a hash recurs when it was seen before", () => {
  const table = new RecentTable<string>(8);
  assert.equal(table.recurs(0x1234), false);
  assert.equal(table.recurs(0x1234), true);
});

test("a hash that was seen long ago does not recur", () => {
  const table = new RecentTable<string>(8);
  table.recurs(1);
  for (let hash = 1000; hash < 1064; hash++) table.recurs(hash);
  assert.equal(table.recurs(1), false);
});

test("two things that share a place both find room", () => {
  const table = new RecentTable<string>(8);
  assert.ok(table.put(0, "one"));
  assert.ok(table.put(8, "other"));
  assert.deepEqual(found(table, 0).sort(), ["one", "other"]);
});

test("a neighbour in its own place is not driven out while there is room", () => {
  const table = new RecentTable<string>(8);
  table.put(0, "even");
  table.put(1, "odd");
  assert.deepEqual(found(table, 0), ["even", "odd"]);
});

test("of many that share two places, one in eight gets in", () => {
  const table = new RecentTable<string>(8);
  table.put(0, "one");
  table.put(8, "other");
  const letIn = Array.from({ length: 16 }, (_, index) => table.put(16, String(index)));
  assert.equal(letIn.filter((isIn) => isIn).length, 2);
  assert.equal(found(table, 0).length, 2);
});

test("negative hashes have places too", () => {
  const table = new RecentTable<string>(8);
  table.put(-3, "here");
  assert.equal(table.first(-3), "here");
  assert.equal(table.recurs(-3), false);
  assert.equal(table.recurs(-3), true);
});
