import assert from "node:assert/strict";
import { test } from "node:test";
import type { Target } from "../../src/http/target.ts";
import { parseHead } from "../../src/http1/head-parser.ts";
import { targetOf } from "../../src/http1/known-targets.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";

function target(raw: string, method = "GET"): Target {
  const bytes = Buffer.from(`${method} ${raw} HTTP/1.1\r\nHost: a\r\n\r\n`, "latin1");
  const head = parseHead(bytes, 0, 0, DEFAULT_HTTP1_LIMITS);
  assert.ok(head.kind === "head");
  const parsed = targetOf(head, method);
  // The chunk was borrowed: whatever was kept of it must not have been its memory.
  bytes.fill("?");
  assert.ok(parsed.kind === "target");
  return parsed.target;
}

function isLasting(of: Target): boolean {
  return of.kind === "path" && of.isLasting === true;
}

test("a target that comes again is the same value from the second time on", () => {
  const first = target("/again?x=1");
  const second = target("/again?x=1");
  assert.equal(isLasting(first), false);
  assert.equal(isLasting(second), true);
  assert.equal(target("/again?x=1"), second);
  assert.equal(target("/again?x=1", "HEAD"), second);
  const expected = { kind: "path", raw: "/again?x=1", path: "/again", query: "x=1" };
  assert.deepEqual(second, { ...expected, isLasting: true });
});

test("of what comes once, hardly any is kept", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `/once/${index}`);
  const kept = names.filter((name) => isLasting(target(name)));
  assert.ok(kept.length < 20, `${kept.length} were kept`);
});

test("ten thousand targets find room, and none is taken for another", () => {
  const name = (index: number) => `/many/f${index}.txt`;
  for (let round = 0; round < 3; round++) {
    let known = 0;
    for (let index = 0; index < 10_000; index++) {
      const seen = target(name(index));
      assert.ok(seen.kind === "path" && seen.raw === name(index) && seen.path === name(index));
      if (isLasting(seen)) known++;
    }
    if (round === 2) assert.ok(known > 9000, `${known} were known`);
  }
});

test("targets whose hashes collide are told apart by their bytes", () => {
  const [one, other] = collision();
  for (let round = 0; round < 20; round++) {
    const [a, b] = [target(one), target(other)];
    assert.ok(a.kind === "path" && b.kind === "path");
    assert.deepEqual([a.raw, b.raw], [one, other]);
  }
});

/** Two targets with one hash, by the birthday of 32 bits. */
function collision(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; ; index++) {
    const raw = `/c/${index.toString(36)}`;
    const head = parseHead(Buffer.from(`GET ${raw} HTTP/1.1\r\n\r\n`), 0, 0, DEFAULT_HTTP1_LIMITS);
    assert.ok(head.kind === "head");
    const before = seen.get(head.targetHash);
    if (before !== undefined) return [before, raw];
    seen.set(head.targetHash, raw);
  }
}

test("a target too long to be worth it is parsed each time", () => {
  const long = `/${"x".repeat(300)}`;
  for (let round = 0; round < 3; round++) assert.equal(isLasting(target(long)), false);
});

test("the absolute form says more than its target, and is parsed each time", () => {
  for (let round = 0; round < 3; round++) {
    assert.equal(isLasting(target("http://example.org/abs")), false);
  }
});

test("to OPTIONS a known target means what it means to OPTIONS", () => {
  for (let round = 0; round < 3; round++) target("/opt");
  assert.equal(isLasting(target("/opt", "OPTIONS")), false);
  assert.deepEqual(target("*", "OPTIONS"), { kind: "asterisk" });
});
