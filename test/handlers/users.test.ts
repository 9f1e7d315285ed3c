import assert from "node:assert/strict";
import { test } from "node:test";
import type { Details, Logger } from "../../src/base/logger.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { type UsersFile, usersOf } from "../../src/handlers/users.ts";
import { fakeClock } from "../support/fake-clock.ts";

const HASH = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";
const OTHER = "$2y$04$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";

function story(text: string) {
  const file = { text, version: "1", looks: 0, reads: 0, error: undefined as Error | undefined };
  const port: UsersFile = {
    async version() {
      file.looks++;
      if (file.error !== undefined) throw file.error;
      return file.version;
    },
    async text() {
      file.reads++;
      return file.text;
    },
  };
  const clock = fakeClock();
  const told: { message: string; details: Details | undefined }[] = [];
  const log: Logger = {
    ...silentLogger,
    error: (_concern, message, details) => told.push({ message, details }),
  };
  const source = { named: [["root", OTHER]] as const, diskPath: "/etc/users" };
  const users = usersOf(source, { clock, log, fileAt: () => port });
  const knows = async (name: string) => (await users.current()).hashOf(name) !== undefined;
  return { file, clock, told, users, knows };
}

test("users of the configuration and of the file are known; the configuration's word counts", async () => {
  const { users } = story(`alice:${HASH}\nroot:${HASH}\n`);
  const known = await users.current();
  assert.equal(known.hashes.length, 2);
  assert.deepEqual(known.hashOf("root"), { kind: "bcrypt", rounds: 4, text: OTHER });
  assert.equal(known.hashOf("nobody"), undefined);
});

test("the file is looked at once a second, and read when it has changed", async () => {
  const { file, clock, users, knows } = story(`alice:${HASH}\n`);
  const first = await users.current();
  assert.equal(await users.current(), first);
  assert.deepEqual([file.looks, file.reads], [1, 1]);
  clock.advance(1000);
  assert.equal(await users.current(), first);
  assert.deepEqual([file.looks, file.reads], [2, 1]);
  file.text = `bob:${HASH}\n`;
  file.version = "2";
  clock.advance(999);
  assert.equal(await knows("bob"), false);
  clock.advance(1);
  assert.equal(await knows("bob"), true);
  assert.equal(await knows("alice"), false);
});

test("all who come meanwhile wait for one look", async () => {
  const { file, users } = story(`alice:${HASH}\n`);
  await Promise.all([users.current(), users.current(), users.current()]);
  assert.deepEqual([file.looks, file.reads], [1, 1]);
});

test("a file that has become wrong changes nothing, and is told once, without what stands in it", async () => {
  const { file, clock, told, knows } = story(`alice:${HASH}\n`);
  assert.equal(await knows("alice"), true);
  file.text = "alice:secret\n";
  for (const version of ["2", "2", "3"]) {
    file.version = version;
    clock.advance(1000);
    assert.equal(await knows("alice"), true);
  }
  assert.deepEqual(told, [
    {
      message: "the users file /etc/users cannot be used; who was known still is",
      details: { reason: "line 1 has what is neither a hash of scrypt nor one of bcrypt" },
    },
  ]);
  file.text = `bob:${HASH}\n`;
  clock.advance(1000);
  assert.equal(await knows("alice"), false);
  assert.equal(await knows("bob"), true);
});

test("a file that is gone changes nothing either", async () => {
  const { file, clock, told, knows } = story(`alice:${HASH}\n`);
  assert.equal(await knows("alice"), true);
  file.error = new Error("gone");
  clock.advance(1000);
  assert.equal(await knows("alice"), true);
  assert.deepEqual(told[0]?.details, { err: file.error });
});
