import assert from "node:assert/strict";
import { test } from "node:test";
import { signedSessions } from "../../src/handlers/signed-sessions.ts";

const HERE = "192.0.2.1";
const KEY = Buffer.from("a key of some length that is kept in a file");

interface Changes {
  readonly stamp?: string;
  readonly key?: Buffer;
}

/** As each run of a program makes them anew. */
function runAt(nowSeconds: number, { stamp = "1", key = KEY }: Changes = {}) {
  const stampOf = async (user: string) => (user === "ann" ? stamp : undefined);
  return signedSessions({ key, nowSeconds, idleSeconds: 900, stampOf });
}

async function login(nowSeconds: number) {
  const run = runAt(nowSeconds);
  return run.authorise(await run.find([], HERE), "ann");
}

test("the next run knows who logged in", async () => {
  const session = await login(1000);
  assert.equal(session.isNew, true);
  const { id } = session;
  assert.deepEqual(await runAt(1059).find([id], HERE), { id, isNew: false, user: "ann" });
});

test("an id is renewed while it is used, and ends when it is not", async () => {
  const { id } = await login(1000);
  const renewed = await runAt(1800).find([id], HERE);
  assert.equal(renewed.user, "ann");
  assert.equal(renewed.isNew, true);
  assert.equal((await runAt(1901).find([id], HERE)).user, undefined);
  assert.equal((await runAt(2700).find([renewed.id], HERE)).user, "ann");
});

test("an id given to a stranger is known where it was given, and makes him nobody", async () => {
  const { id } = await runAt(1000).find([], HERE);
  assert.deepEqual(await runAt(1001).find([id], HERE), { id, isNew: false, user: undefined });
  assert.equal((await runAt(1001).find([id], "192.0.2.2")).isNew, true);
});

test("another password, or another key, ends all that was begun before", async () => {
  const { id } = await login(1000);
  assert.equal((await runAt(1001, { stamp: "2" }).find([id], HERE)).user, undefined);
  assert.equal((await runAt(1001, { key: Buffer.from("other") }).find([id], HERE)).user, undefined);
});

test("nobody can put another name into his id", async () => {
  const { id } = await runAt(1000).find([], HERE);
  const forged = Buffer.concat([Buffer.from(id, "base64"), Buffer.from("ann")]).toString("base64");
  assert.equal((await runAt(1001).find([forged], HERE)).user, undefined);
});

test("who is not known gets no session", async () => {
  const run = runAt(1000);
  assert.equal((await run.authorise(await run.find([], HERE), "bob")).user, undefined);
  assert.equal((await run.authorise(await run.find([], HERE), "")).user, undefined);
});
