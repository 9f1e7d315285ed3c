import assert from "node:assert/strict";
import { test } from "node:test";
import { PathTurns } from "../../../src/vfs/https/path-turns.ts";
import { at } from "../../contract/file-system.ts";

test("those of one path take turns, those of others do not wait", async () => {
  const turns = new PathTurns();
  const said: string[] = [];
  let goOn = () => {};
  const first = turns.take(at("/a"), async () => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    said.push("a1");
  });
  const second = turns.take(at("/a"), async () => void said.push("a2"));
  await turns.take(at("/b"), async () => void said.push("b"));
  goOn();
  await Promise.all([first, second]);
  assert.deepEqual(said, ["b", "a1", "a2"]);
});

test("one that fails is told so, and lets the next one in", async () => {
  const turns = new PathTurns();
  const first = turns.take(at("/a"), () => Promise.reject(new Error("no")));
  const second = turns.take(at("/a"), async () => "yes");
  await assert.rejects(first, /^Error: no$/);
  assert.equal(await second, "yes");
  assert.equal(await turns.take(at("/a"), async () => "again"), "again");
});
