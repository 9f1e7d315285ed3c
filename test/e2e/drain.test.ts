// The end of the server while others are still busy with it: what is under way is finished, what
// is new is not begun, and nobody can hold it up for ever.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { configText, type Program, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw, type WireConnection } from "../support/wire-client.ts";

const SIZE = 64 * 1024 * 1024;
const FILES = { "www/big.bin": Buffer.alloc(SIZE, "0123456789"), "www/small.txt": "small\n" };

test("a download under way is finished after SIGTERM, then the status is 0", async (t) => {
  const { program, connection } = await downloading(t);
  program.signal("SIGTERM");
  await refused(program);
  await connection.drop(SIZE);
  assert.equal(await connection.closed(), "fin");
  assert.equal(await program.ended(), 0);
  assert.match(await program.accessLog(), new RegExp(`"GET /big\\.bin HTTP/1\\.1" 200 ${SIZE} `));
});

test("an idle connection does not hold up the end", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/small.txt"));
  assert.equal((await connection.response()).body.toString(), "small\n");
  const started = performance.now();
  assert.equal(await program.stop(), 0);
  assert.equal(await connection.closed(), "fin");
  assert.ok(performance.now() - started < 4_000, "it waited for an idle client");
});

test("a reader that takes nothing is given up once the drain is over", async (t) => {
  const { program } = await downloading(t, configText("limits: { drain: 1s }\n"));
  const started = performance.now();
  await program.stop();
  const took = performance.now() - started;
  assert.ok(took > 900 && took < 6_000, `it ended after ${took} ms`);
});

test("a second signal means now", async (t) => {
  const { program } = await downloading(t);
  program.signal("SIGTERM");
  await refused(program);
  const started = performance.now();
  program.signal("SIGTERM");
  await program.ended();
  assert.ok(performance.now() - started < 3_000, "the second signal was not heard");
});

/** A program with a large answer on its way to a client that has read only its head. */
async function downloading(
  t: TestContext,
  config: string = configText(),
): Promise<{ program: Program; connection: WireConnection }> {
  const program = await startProgram(t, { config, files: FILES });
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/big.bin"));
  assert.equal((await connection.head()).status, 200);
  return { program, connection };
}

/** Waits until nobody new is let in. */
async function refused(program: Program): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const outcome = await fetchRaw(program, ask("/small.txt")).catch(() => undefined);
    if (outcome === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail("new connections were still served");
}
