import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import { parsePasswordHash } from "../../src/base/password-hash.ts";
import { isBcryptOf } from "../../src/handlers/bcrypt.ts";

// Of "pa:ss", as cheap and as dear as they may be.
const CHEAP = "$2b$04$xpFa2ryndEcvKkaij2npcOZ0iCbIpyxDBsKf77qZc2z9ovTnrv0mO";
const DEAR = "$2b$12$dKAVEUR5SNi8M3Elk3M1Nuk0AzkmGaa0OgBndq70gS6Mnlb5fVZOO";

function check(text: string, password: string): Promise<boolean> {
  const parsed = parsePasswordHash(text);
  assert.ok(parsed.kind === "hash" && parsed.hash.kind === "bcrypt");
  return isBcryptOf(parsed.hash, password);
}

for (const [what, text] of [
  ["cheap", CHEAP],
  ["dear", DEAR],
] as const) {
  test(`a ${what} hash fits its password, and no other`, async () => {
    assert.equal(await check(text, "pa:ss"), true);
    assert.equal(await check(text, "pa:s"), false);
  });
}

test("while dear ones are checked, the loop goes on", async () => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await Promise.all([check(DEAR, "1"), check(DEAR, "2")]);
  delay.disable();
  // On the loop all of it comes in pieces of 100 ms.
  assert.ok(delay.percentile(50) < 50e6, `${delay.percentile(50) / 1e6} ms`);
});

test("a hash that the library does not understand is an error, and no answer", async () => {
  const text = DEAR.replace("$12$", "$99$");
  await assert.rejects(isBcryptOf({ kind: "bcrypt", rounds: 12, text }, "pa:ss"));
});
