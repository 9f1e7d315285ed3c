import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyCache } from "../../src/base/counts.ts";
import { type Question, Recall } from "../../src/handlers/recall.ts";
import { parseTarget } from "../../src/http/target.ts";

function pathTarget(raw: string, isLasting: boolean): Question["target"] {
  const parsed = parseTarget(raw, "GET");
  assert.ok(parsed.kind === "target" && parsed.target.kind === "path");
  return isLasting ? { ...parsed.target, isLasting: true } : parsed.target;
}

interface Thing {
  readonly name: string;
}

const recallOf = (bytesMax = 10_000, stats = emptyCache()) =>
  new Recall<Thing>({ bytesMax, entriesMax: 100 }, stats);
const A = pathTarget("/a", true);
const question = (host = "h", asked = "gzip", target = A): Question => ({ target, host, asked });

for (const isLasting of [true, false]) {
  test(`what was put is found by the same question, the target ${isLasting ? "" : "not "}lasting`, () => {
    const recall = recallOf();
    const target = () => (isLasting ? A : pathTarget("/a", false));
    recall.put(question("h", "gzip", target()), { name: "one" }, 10);
    for (let round = 0; round < 3; round++) {
      assert.equal(recall.find(question("h", "gzip", target()))?.value?.name, "one");
    }
  });
}

test("another host, another coding, another target: never the same answer", () => {
  const recall = recallOf();
  const hosts = ["h", "g", "h:80", ""];
  const asked = ["gzip", "", "br", "gzip\n", "gzip, br"];
  for (const host of hosts) {
    for (const coding of asked)
      recall.put(question(host, coding), { name: `${host} ${coding}` }, 1);
  }
  // More of them than are kept beside a target, in turn, twice.
  for (let round = 0; round < 2; round++) {
    for (const host of hosts) {
      for (const coding of asked) {
        assert.equal(recall.find(question(host, coding))?.value?.name, `${host} ${coding}`);
      }
    }
  }
  assert.equal(recall.find(question("h", "gzip", pathTarget("/b", true))), undefined);
});

test("what was replaced, dropped or had to make way is not found beside its target either", () => {
  const recall = recallOf(1000);
  recall.put(question(), { name: "one" }, 10);
  recall.find(question());
  recall.put(question(), { name: "two" }, 10);
  assert.equal(recall.find(question())?.value?.name, "two");
  recall.drop(question());
  assert.equal(recall.find(question()), undefined);
  recall.put(question(), { name: "three" }, 10);
  const place = recall.find(question());
  recall.put(question("other"), { name: "heavy" }, 980);
  assert.equal(recall.find(question()), undefined);
  assert.equal(place?.value, undefined, "a place holds no content of its own");
});

test("what is found keeps its turn, however it was found", () => {
  const recall = recallOf(2600);
  const targets = ["/1", "/2", "/3"].map((raw) => pathTarget(raw, true));
  const ask = (index: number) => question("h", "", targets[index] ?? A);
  recall.put(ask(0), { name: "1" }, 1000);
  recall.put(ask(1), { name: "2" }, 1000);
  recall.find(ask(0)); // by its key
  recall.find(ask(1));
  recall.find(ask(0)); // beside its target
  recall.put(ask(2), { name: "3" }, 1000);
  assert.equal(recall.find(ask(1)), undefined);
  assert.equal(recall.find(ask(0))?.value?.name, "1");
});

test("an endless name is not kept", () => {
  const stats = emptyCache();
  const recall = recallOf(10_000, stats);
  const long = question("h", "x".repeat(2000));
  recall.put(long, { name: "x" }, 1);
  assert.equal(recall.find(long), undefined);
  assert.equal(stats.entries, 0);
});
