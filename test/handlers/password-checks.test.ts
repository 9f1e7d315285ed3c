import assert from "node:assert/strict";
import { test } from "node:test";
import type { LimitName } from "../../src/base/limit-watch.ts";
import { passwordChecks } from "../../src/handlers/password-checks.ts";
import { HttpError } from "../../src/http/http-error.ts";

/** A check that ends when it is told to. */
function slowCheck(name: string, started: string[]) {
  let finish = () => {};
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const check = async () => {
    started.push(name);
    await over;
    return name;
  };
  return { check, finish: () => finish() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("only so many run at a time; the others follow in the order in which they came", async () => {
  const checks = passwordChecks(2, { hit() {} });
  const started: string[] = [];
  const all = ["a", "b", "c", "d"].map((name) => slowCheck(name, started));
  const ends = all.map(({ check }) => checks.inTurn(check));
  await settled();
  assert.deepEqual(started, ["a", "b"]);
  all[1]?.finish();
  await settled();
  assert.deepEqual(started, ["a", "b", "c"]);
  for (const { finish } of all) finish();
  assert.deepEqual(await Promise.all(ends), ["a", "b", "c", "d"]);
});

test("a check that fails gives its turn away too", async () => {
  const checks = passwordChecks(1, { hit() {} });
  const failing = checks.inTurn(async () => {
    throw new Error("no memory");
  });
  const next = checks.inTurn(async () => "next");
  await assert.rejects(failing, /no memory/);
  assert.equal(await next, "next");
  assert.equal(await checks.inTurn(async () => "and on"), "and on");
});

test("when too many wait, the next one is told to come again, and it is counted", async () => {
  const hits: LimitName[] = [];
  const checks = passwordChecks(1, { hit: (limit) => hits.push(limit) });
  const slow = slowCheck("", []);
  const waiting = Array.from({ length: 65 }, () => checks.inTurn(slow.check));
  await assert.rejects(
    checks.inTurn(slow.check),
    (error) =>
      error instanceof HttpError && error.status === 503 && error.fields[0]?.[0] === "Retry-After",
  );
  assert.deepEqual(hits, ["auth_checks"]);
  slow.finish();
  await Promise.all(waiting);
  assert.equal(await checks.inTurn(async () => "free again"), "free again");
});
