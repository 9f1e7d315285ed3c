import assert from "node:assert/strict";
import { test } from "node:test";
import { type Locking, LockTable, type WantedLock } from "../../../src/handlers/webdav/locks.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { pathOf } from "../../support/request.ts";

const BOUNDS = { locksMax: 100, locksPerUserMax: 100 };

function wanted(path: string, changes: Partial<WantedLock> = {}): WantedLock {
  return {
    root: pathOf(path),
    kind: "file",
    depth: "0",
    scope: "exclusive",
    ownerXml: "",
    user: undefined,
    holder: "user a",
    timeoutMs: 60_000,
    ...changes,
  };
}

function tokenOf(locking: Locking): string {
  assert.ok(locking.kind === "locked", locking.kind);
  return locking.lock.token;
}

const tokensOf = (table: LockTable, path: string) =>
  table.covering(pathOf(path)).map(({ token }) => token);

test("a lock covers its own path, and with infinity all below; a brother never", () => {
  const table = new LockTable(fakeClock());
  const one = tokenOf(table.add(wanted("/a", { depth: "infinity" }), BOUNDS));
  const two = tokenOf(table.add(wanted("/b"), BOUNDS));
  assert.deepEqual(tokensOf(table, "/a"), [one]);
  assert.deepEqual(tokensOf(table, "/a/x/y"), [one]);
  assert.deepEqual(tokensOf(table, "/ab"), []);
  assert.deepEqual(tokensOf(table, "/b"), [two]);
  assert.deepEqual(tokensOf(table, "/b/x"), []);
  assert.deepEqual(tokensOf(table, "/"), []);
});

test("tokens are urn:uuid, and no two are the same", () => {
  const table = new LockTable(fakeClock());
  const one = tokenOf(table.add(wanted("/a"), BOUNDS));
  const two = tokenOf(table.add(wanted("/b"), BOUNDS));
  assert.match(one, /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.notEqual(one, two);
});

for (const [first, second, kind] of [
  [wanted("/a"), wanted("/a"), "conflict"],
  [wanted("/a", { scope: "shared" }), wanted("/a", { scope: "shared" }), "locked"],
  [wanted("/a", { scope: "shared" }), wanted("/a"), "conflict"],
  [wanted("/a"), wanted("/a", { scope: "shared" }), "conflict"],
  [wanted("/a", { depth: "infinity" }), wanted("/a/b"), "conflict"],
  [wanted("/a"), wanted("/a/b"), "locked"],
  [wanted("/a/b"), wanted("/a"), "locked"],
  [wanted("/a/b"), wanted("/a", { depth: "infinity" }), "conflict"],
  [
    wanted("/a/b", { scope: "shared" }),
    wanted("/", { depth: "infinity", scope: "shared" }),
    "locked",
  ],
  [wanted("/a"), wanted("/b"), "locked"],
] as const) {
  const shown = ({ root, scope, depth }: WantedLock) => `${scope} on ${root}, ${depth}`;
  test(`${shown(second)}, beside ${shown(first)}: ${kind}`, () => {
    const table = new LockTable(fakeClock());
    table.add(first, BOUNDS);
    assert.equal(table.add(second, BOUNDS).kind, kind);
  });
}

test("a lock ends with its time, and can be made to last", () => {
  const clock = fakeClock();
  const table = new LockTable(clock);
  const token = tokenOf(table.add(wanted("/a"), BOUNDS));
  clock.advance(59_000);
  assert.equal(
    table
      .covering(pathOf("/a"))
      .map((lock) => table.secondsLeft(lock))
      .join(),
    "1",
  );
  table.refresh(token, 10_000);
  clock.advance(9_999);
  assert.deepEqual(tokensOf(table, "/a"), [token]);
  clock.advance(1);
  assert.deepEqual(tokensOf(table, "/a"), []);
  assert.deepEqual(table.below(pathOf("/")), []);
  assert.equal(table.refresh(token, 10_000), undefined);
  assert.equal(table.add(wanted("/a"), BOUNDS).kind, "locked");
});

test("a wall clock that jumps ends no lock", () => {
  const clock = fakeClock();
  const table = new LockTable(clock);
  tokenOf(table.add(wanted("/a"), BOUNDS));
  clock.setWall(4_000_000_000_000);
  assert.equal(tokensOf(table, "/a").length, 1);
});

test("there is room for so many locks, and for so many of one user", () => {
  const clock = fakeClock();
  const table = new LockTable(clock);
  const bounds = { locksMax: 3, locksPerUserMax: 2 };
  table.add(wanted("/a"), bounds);
  table.add(wanted("/b"), bounds);
  assert.deepEqual(table.add(wanted("/c"), bounds), { kind: "full", of: "user" });
  assert.equal(table.add(wanted("/c", { holder: "user b" }), bounds).kind, "locked");
  assert.deepEqual(table.add(wanted("/d", { holder: "user c" }), bounds), {
    kind: "full",
    of: "server",
  });
  clock.advance(60_000);
  assert.equal(table.add(wanted("/d"), bounds).kind, "locked");
  assert.equal(table.size, 1);
});

test("what is removed takes its locks and those below along, and no others", () => {
  const table = new LockTable(fakeClock());
  for (const path of ["/a", "/a/b", "/a/b/c", "/ab"]) table.add(wanted(path), BOUNDS);
  table.dropBelow(pathOf("/a/b"));
  assert.deepEqual(
    table.below(pathOf("/")).map(({ root }) => root),
    ["/a", "/a/b", "/ab"],
  );
  table.dropTree(pathOf("/a"));
  assert.deepEqual(
    table.below(pathOf("/")).map(({ root }) => root),
    ["/ab"],
  );
});

test("nobody gets a lock on what is being changed, until the change is over", () => {
  const table = new LockTable(fakeClock());
  const end = table.begin([{ path: pathOf("/a/b"), isDeep: false }]);
  const also = table.begin([{ path: pathOf("/d"), isDeep: true }]);
  assert.equal(table.add(wanted("/a/b"), BOUNDS).kind, "busy");
  assert.equal(table.add(wanted("/a", { depth: "infinity" }), BOUNDS).kind, "busy");
  assert.equal(table.add(wanted("/d/e/f"), BOUNDS).kind, "busy");
  assert.equal(table.add(wanted("/a"), BOUNDS).kind, "locked");
  end();
  also();
  assert.equal(table.add(wanted("/a/b"), BOUNDS).kind, "locked");
  assert.equal(table.add(wanted("/d/e/f"), BOUNDS).kind, "locked");
});
