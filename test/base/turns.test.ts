import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../src/base/turns.ts";

test("nobody begins before the one before has ended", async () => {
  const turns = new Turns();
  const said: string[] = [];
  const speak = (name: string) => async () => {
    said.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    said.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all([turns.take(speak("a")), turns.take(speak("b"))]), ["a", "b"]);
  assert.deepEqual(said, ["a begins", "a ends", "b begins", "b ends"]);
});

test("a failure is its own, and the next goes on", async () => {
  const turns = new Turns();
  const failed = turns.take(() => Promise.reject(new Error("mine")));
  const fine = turns.take(async () => "fine");
  await assert.rejects(failed, new Error("mine"));
  assert.equal(await fine, "fine");
});
