import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Session,
  type SessionMemory,
  sessionMemory,
  sessionTable,
} from "../../src/handlers/vfs-sessions.ts";
import { fakeClock } from "../support/fake-clock.ts";

const MINUTE_MS = 60_000;
const HERE = "192.0.2.1";
const ELSEWHERE = "192.0.2.2";

function sessionsOf(changes: { countMax?: number; memory?: SessionMemory } = {}) {
  const clock = fakeClock();
  const stamps = new Map([
    ["ann", "1"],
    ["bob", "1"],
  ]);
  const memory = changes.memory ?? sessionMemory();
  const sessions = sessionTable({
    clock,
    idleMs: 15 * MINUTE_MS,
    countMax: changes.countMax ?? 10,
    stampOf: async (user) => stamps.get(user),
    memory,
  });
  const login = async (user: string): Promise<Session> =>
    sessions.authorise(await sessions.find([], HERE), user);
  return { clock, stamps, sessions, login, memory };
}

test("whoever shows nothing gets an id, and nothing is remembered of him", async () => {
  const { sessions, memory } = sessionsOf();
  for (let at = 0; at < 1000; at++) {
    const session = await sessions.find([], HERE);
    assert.equal(session.isNew, true);
    assert.equal(session.user, undefined);
  }
  assert.equal(memory.table.size, 0);
});

test("an id that was given is known when it comes back, and becomes the user's", async () => {
  const { sessions } = sessionsOf();
  const { id } = await sessions.find([], HERE);
  const known = await sessions.find([id], HERE);
  assert.deepEqual(known, { id, isNew: false, user: undefined });
  assert.deepEqual(await sessions.authorise(known, "ann"), { id, isNew: false, user: "ann" });
  assert.deepEqual(await sessions.find([id], ELSEWHERE), { id, isNew: false, user: "ann" });
});

test("nobody can be given an id that somebody else got", async () => {
  const { sessions } = sessionsOf();
  const { id } = await sessions.find([], ELSEWHERE);
  const session = await sessions.find([id], HERE);
  assert.equal(session.isNew, true);
  assert.notEqual(session.id, id);
});

test("an id that nobody gave is replaced", async () => {
  const { sessions } = sessionsOf();
  const session = await sessions.find(["A".repeat(40), "x"], HERE);
  assert.equal(session.isNew, true);
  assert.notEqual(session.id, "A".repeat(40));
});

test("of several ids the one that is somebody's counts", async () => {
  const { sessions, login } = sessionsOf();
  const { id } = await login("bob");
  assert.equal((await sessions.find(["x", id], HERE)).user, "bob");
});

test("a session ends a quarter of an hour after its last use", async () => {
  const { sessions, login, clock, memory } = sessionsOf();
  const { id } = await login("ann");
  clock.advance(14 * MINUTE_MS);
  assert.equal((await sessions.find([id], HERE)).user, "ann");
  clock.advance(15 * MINUTE_MS);
  assert.equal((await sessions.find([id], HERE)).user, "ann");
  clock.advance(15 * MINUTE_MS + 1);
  const after = await sessions.find([id], HERE);
  assert.equal(after.user, undefined);
  assert.equal(after.isNew, true);
  assert.equal(memory.table.size, 0);
});

test("anybody's request forgets the sessions that have ended", async () => {
  const { sessions, login, clock, memory } = sessionsOf();
  await login("ann");
  await login("bob");
  clock.advance(16 * MINUTE_MS);
  await sessions.find([], HERE);
  assert.equal(memory.table.size, 0);
});

test("an id that was never used for a login goes stale, too", async () => {
  const { sessions, clock } = sessionsOf();
  const { id } = await sessions.find([], HERE);
  clock.advance(15 * MINUTE_MS - 1000);
  assert.equal((await sessions.find([id], HERE)).isNew, false);
  clock.advance(1000);
  assert.equal((await sessions.find([id], HERE)).isNew, true);
});

test("with too many sessions the one unused for longest ends", async () => {
  const { sessions, login, memory } = sessionsOf({ countMax: 2 });
  const first = await login("ann");
  const second = await login("bob");
  await sessions.find([first.id], HERE);
  const third = await login("bob");
  assert.equal(memory.table.size, 2);
  assert.equal((await sessions.find([first.id], HERE)).user, "ann");
  assert.equal((await sessions.find([second.id], HERE)).user, undefined);
  assert.equal((await sessions.find([third.id], HERE)).user, "bob");
});

test("a session ends when its user's password changes, or he is gone", async () => {
  const { sessions, login, stamps } = sessionsOf();
  const ann = await login("ann");
  const bob = await login("bob");
  stamps.set("ann", "2");
  stamps.delete("bob");
  assert.equal((await sessions.find([ann.id], HERE)).user, undefined);
  assert.equal((await sessions.find([bob.id], HERE)).user, undefined);
  stamps.set("ann", "1");
  assert.equal((await sessions.find([ann.id], HERE)).user, undefined);
});

test("who is removed while his password is checked gets no session", async () => {
  const { sessions } = sessionsOf();
  const session = await sessions.authorise(await sessions.find([], HERE), "carl");
  assert.equal(session.user, undefined);
});

test("sessions go on when their settings change", async () => {
  const before = sessionsOf();
  const { id } = await before.login("ann");
  const after = sessionsOf({ memory: before.memory });
  assert.equal((await after.sessions.find([id], HERE)).user, "ann");
});
