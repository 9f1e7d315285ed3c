// Files that change under the server's hands: what was opened is what is sent, what is asked for
// next is what lies there then, and a length that was promised is kept or the connection ends.
// That a file may grow or be emptied meanwhile is told in weaknesses.test.ts (F-17).

import assert from "node:assert/strict";
import { chmod, mkdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { ordinary } from "../support/ordinary.ts";
import { descriptorsOf } from "../support/process-figures.ts";
import { eventually, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const SIZE = 12 * 1024 * 1024;
const program = await startProgram({ after }, { ...ordinary, files: { "www/ok.txt": "ok\n" } });
const www = join(program.folder, "www");

/** What has just changed may be remembered for a second. */
function untilStatus(path: string, status: number): Promise<true> {
  return eventually(`${status} for ${path}`, async () =>
    (await fetchRaw(program, ask(path))).status === status ? true : undefined,
  );
}

async function untilClosed(path: string): Promise<void> {
  await eventually(`the descriptor of ${path} to be given back`, async () =>
    (await descriptorsOf(program.pid)).some((open) => open.includes(path)) ? undefined : true,
  );
}

test("a file that is replaced while it is sent comes whole, and the next one is the new one", async () => {
  const place = join(www, "replaced.bin");
  await writeFile(place, Buffer.alloc(SIZE, "o"));
  const connection = await connect(program);
  connection.send(ask("/replaced.bin"));
  const { fields } = await connection.head();
  await writeFile(`${place}.new`, Buffer.alloc(SIZE + 1, "n"));
  await rename(`${place}.new`, place);
  const old = await connection.take(SIZE);
  assert.ok(
    old.every((byte) => byte === 0x6f),
    "bytes of the new file came in",
  );
  connection.send(ask("/replaced.bin"));
  const next = await connection.response();
  assert.equal(next.body.length, SIZE + 1);
  assert.ok(next.body.every((byte) => byte === 0x6e));
  assert.notEqual(next.fields.get("etag"), fields.get("etag"));
  connection.reset();
  await untilClosed("/replaced.bin");
});

test("a range of a file that becomes too short for it ends with the connection, and the log says so", async () => {
  const place = join(www, "cut.bin");
  await writeFile(place, Buffer.alloc(SIZE, "a"));
  const connection = await connect(program);
  connection.send(ask("/cut.bin", { Range: `bytes=100-${SIZE - 1}` }));
  assert.equal((await connection.head()).status, 206);
  await truncate(place, 1000);
  const rest = await connection.rest();
  assert.ok(rest.length < SIZE - 100, "more came than there was");
  assert.equal(
    rest.every((byte) => byte === 0x61),
    true,
    "something else came than the file",
  );
  await untilClosed("/cut.bin");
  const told = await eventually("its line in the access log", async () =>
    (await program.accessLog()).split("\n").find((line) => line.includes("GET /cut.bin")),
  );
  const bytes = Number(/ 206 ([0-9]+) /.exec(told)?.[1]);
  assert.ok(bytes < SIZE - 100, told);
  assert.equal((await fetchRaw(program, ask("/cut.bin"))).body.length, 1000);
});

test("a file that is deleted while it is sent comes whole, and is 404 then", async () => {
  const place = join(www, "deleted.bin");
  await writeFile(place, Buffer.alloc(SIZE, "d"));
  const connection = await connect(program);
  connection.send(ask("/deleted.bin"));
  await connection.head();
  await rm(place);
  assert.equal((await connection.take(SIZE)).length, SIZE);
  connection.send(ask("/deleted.bin"));
  assert.equal((await connection.response()).status, 404);
  connection.reset();
  await untilClosed("/deleted.bin");
});

test("a file that may no longer be read is 403, and is served again when it may", async () => {
  await untilStatus("/ok.txt", 200);
  await chmod(join(www, "ok.txt"), 0o000);
  await untilStatus("/ok.txt", 403);
  await chmod(join(www, "ok.txt"), 0o644);
  await untilStatus("/ok.txt", 200);
});

test("a file that becomes a folder is redirected to its slash, and a file again when it is one", async () => {
  const place = join(www, "thing");
  await writeFile(place, "a file\n");
  await untilStatus("/thing", 200);
  await rm(place);
  await mkdir(place);
  await writeFile(join(place, "index.html"), "a folder\n");
  await untilStatus("/thing", 301);
  assert.equal((await fetchRaw(program, ask("/thing/"))).body.toString(), "a folder\n");
  await rm(place, { recursive: true });
  await writeFile(place, "a file\n");
  await untilStatus("/thing", 200);
  await untilStatus("/thing/", 404);
});

test("a file that is a folder and a file by turns is never anything else", async () => {
  const place = join(www, "turns");
  const seen = new Set<number>();
  const connection = await connect(program);
  for (let turn = 0; turn < 60; turn += 1) {
    await rm(place, { recursive: true, force: true });
    connection.send(ask(`/turns?${turn}`));
    if (turn % 2 === 0) await writeFile(place, "a file\n");
    else await mkdir(place);
    connection.send(ask(`/turns?${turn}`));
    for (let answers = 0; answers < 2; answers += 1) seen.add((await connection.response()).status);
  }
  connection.reset();
  for (const status of seen) assert.ok([200, 301, 404].includes(status), `${status}`);
});
