import assert from "node:assert/strict";
import { test } from "node:test";
import { nobodyWatches } from "../../src/base/limit-watch.ts";
import { parsePasswordHash } from "../../src/base/password-hash.ts";
import { credentialCheck } from "../../src/handlers/credential-check.ts";
import { guessBrake } from "../../src/handlers/guess-brake.ts";
import type { KnownUsers } from "../../src/handlers/users.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { STRANGER } from "../support/request.ts";

// bcrypt with the least of work: "pa:ss", and "other".
const PASS = "$2b$04$xpFa2ryndEcvKkaij2npcOZ0iCbIpyxDBsKf77qZc2z9ovTnrv0mO";
const OTHER = "$2b$04$ucwWORhp3rXEgWBEASCTEu9xpOEX2hBYBOP9K4oV5l/P2zAf0NXy.";

function knownUsers(users: Readonly<Record<string, string>>): KnownUsers {
  const hashes = new Map(
    Object.entries(users).map(([name, text]) => {
      const parsed = parsePasswordHash(text);
      assert.ok(parsed.kind === "hash");
      return [name, parsed.hash] as const;
    }),
  );
  return { hashOf: (name) => hashes.get(name), hashes: [...hashes.values()] };
}

function story(failuresMax = 10) {
  const clock = fakeClock();
  const world = { known: knownUsers({ alice: PASS }), checks: 0, refusesTurns: false };
  const brake = guessBrake({ failuresMax, windowMs: 60_000, clock, watch: nobodyWatches });
  const check = credentialCheck(
    { current: async () => world.known },
    {
      clock,
      brake,
      checks: {
        async inTurn(act) {
          if (world.refusesTurns) throw new Error("no turn");
          world.checks++;
          return act();
        },
      },
    },
  );
  const login = (user: string, password: string, address = "192.0.2.1") =>
    check({ user, password }, { ...STRANGER, address });
  return { world, clock, login };
}

const tooMany = (error: unknown) => error instanceof HttpError && error.status === 429;

test("the right password is right, and checked once in five minutes", async () => {
  const { world, clock, login } = story();
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(world.checks, 1);
  clock.advance(5 * 60 * 1000);
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(world.checks, 2);
});

test("fifty requests of one page wait for one check", async () => {
  const { world, login } = story();
  const all = await Promise.all(Array.from({ length: 50 }, () => login("alice", "pa:ss")));
  assert.deepEqual(new Set(all), new Set(["alice"]));
  assert.equal(world.checks, 1);
});

for (const [user, password] of [
  ["alice", "pa"],
  ["alice", "pa:ss "],
  ["alice", ""],
  ["Alice", "pa:ss"],
  ["alice:pa", "ss"], // the same text when it is joined again
  ["", "pa:ss"],
] as const) {
  test(`"${user}" with "${password}" is nobody, even when alice has just come in`, async () => {
    const { login } = story();
    assert.equal(await login("alice", "pa:ss"), "alice");
    assert.equal(await login(user, password), undefined);
  });
}

test("an unknown user costs a check, as a wrong password does", async () => {
  const { world, login } = story();
  assert.equal(await login("nobody", "pa:ss"), undefined);
  assert.equal(world.checks, 1);
  assert.equal(await login("alice", "wrong"), undefined);
  assert.equal(world.checks, 2);
  world.known = knownUsers({});
  assert.equal(await login("alice", "pa:ss"), undefined);
  assert.equal(world.checks, 3);
});

test("a change of the users ends what was remembered, right and wrong", async () => {
  const { world, login } = story();
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(await login("alice", "other"), undefined);
  world.known = knownUsers({ alice: OTHER });
  assert.equal(await login("alice", "pa:ss"), undefined);
  assert.equal(await login("alice", "other"), "alice");
});

test("whoever guesses must wait, and does not learn that he was right", async () => {
  const { world, clock, login } = story(2);
  assert.equal(await login("alice", "1"), undefined);
  assert.equal(await login("alice", "2"), undefined);
  await assert.rejects(login("alice", "3"), tooMany);
  await assert.rejects(login("alice", "pa:ss"), tooMany);
  assert.equal(world.checks, 2);
  assert.equal(await login("alice", "pa:ss", "192.0.2.2"), "alice");
  clock.advance(1000);
  assert.equal(await login("alice", "pa:ss"), "alice");
});

test("who is in stays in while somebody behind the same address guesses", async () => {
  const { login } = story(1);
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(await login("alice", "1"), undefined);
  await assert.rejects(login("alice", "2"), tooMany);
  assert.equal(await login("alice", "pa:ss"), "alice");
});

test("who is in helps nobody who guesses elsewhere", async () => {
  const { login } = story(1);
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(await login("alice", "1", "192.0.2.2"), undefined);
  await assert.rejects(login("alice", "pa:ss", "192.0.2.2"), tooMany);
});

test("nor for ever behind the same address", async () => {
  const { login } = story(1);
  assert.equal(await login("alice", "pa:ss"), "alice");
  assert.equal(await login("alice", "0"), undefined);
  for (let at = 1; at < 100; at++) await assert.rejects(login("alice", String(at)), tooMany);
  assert.equal(await login("alice", "pa:ss"), "alice");
  await assert.rejects(login("alice", "100"), tooMany);
  await assert.rejects(login("alice", "pa:ss"), tooMany);
});

test("many guesses at the same time are counted as many", async () => {
  const { world, login } = story(3);
  const guesses = Array.from({ length: 20 }, (_, at) => login("alice", String(at)));
  const outcomes = await Promise.allSettled(guesses);
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 3);
  assert.equal(world.checks, 3);
});

test("a check for which there was no turn is nobody's failure", async () => {
  const { world, login } = story(1);
  world.refusesTurns = true;
  await assert.rejects(login("alice", "pa:ss"), /no turn/);
  world.refusesTurns = false;
  assert.equal(await login("alice", "pa:ss"), "alice");
});
