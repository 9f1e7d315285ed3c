// Much of everything: a file larger than memory should be asked to hold, and more idle clients
// than most sites ever see. Loopback only, and nothing is kept on disk: the file is a hole.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { configText, type Program, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, connect, fetchRaw, type WireConnection } from "../support/wire-client.ts";

const FIVE_GIB = 5 * 1024 ** 3;
const MIB = 1024 ** 2;

/** In memory where that can be had: elsewhere the kernel turns a hole into 5 GiB of page cache. */
const huge = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "ferrox-huge-"));
after(() => rm(huge, { recursive: true, force: true }));
await writeFile(join(huge, "small.txt"), "small\n");
await writeFile(join(huge, "huge.bin"), "");
await truncate(join(huge, "huge.bin"), FIVE_GIB);

test("5 GiB are downloaded while the server's memory stays flat", async (t) => {
  const program = await startProgram(t, { args: [huge, "-p", "0"] });
  await fetchRaw(program, ask("/small.txt"));
  const before = await memoryOf(program);
  let peak = before;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await memoryOf(program));
  }, 100);
  const { code, stdout } = await runTool("curl", [
    ...["--silent", "--max-time", "50", "--output", "/dev/null"],
    ...["--write-out", "%{http_code} %{size_download}", `${program.url}/huge.bin`],
  ]);
  clearInterval(watch);
  assert.equal(code, 0);
  assert.equal(stdout.toString(), `200 ${FIVE_GIB}`);
  const grown = Math.round((peak - before) / MIB);
  assert.ok(grown < 64, `memory grew by ${grown} MiB`);
});

test("the last bytes of 5 GiB can be asked for alone", async (t) => {
  const program = await startProgram(t, { args: [huge, "-p", "0"] });
  const answer = await fetchRaw(program, ask("/huge.bin", { Range: "bytes=-4" }));
  assert.equal(answer.status, 206);
  assert.equal(answer.fields.get("content-range"), "bytes 5368709116-5368709119/5368709120");
  assert.equal(answer.body.toString("hex"), "00000000");
});

test("thousands of idle connections stay open, the server still answers, one more is refused", async (t) => {
  const count = idleCount();
  t.diagnostic(`${count} connections`);
  const program = await startProgram(t, {
    // Nobody should time out while the others still arrive.
    config: configText(`limits: { connections: ${count}, head_timeout: 60s, keep_alive: 60s }\n`),
    files: { "www/small.txt": "small\n" },
  });
  const before = await memoryOf(program);
  const connections: WireConnection[] = [];
  t.after(() => {
    for (const connection of connections) connection.socket.destroy();
  });
  for (let opened = 0; opened < count; opened += 100) {
    const batch = Array.from({ length: 100 }, () => connect({ port: program.port }));
    connections.push(...(await Promise.all(batch)));
  }
  // Every hundredth is asked: if any had been dropped to make room, this finds it.
  for (let index = 0; index < count; index += 100) {
    const connection = connections[index];
    assert.ok(connection !== undefined);
    connection.send(ask("/small.txt"));
    assert.equal((await connection.response()).body.toString(), "small\n");
  }
  const late = await fetchRaw(program, ask("/small.txt")).catch(() => undefined);
  assert.ok(late === undefined || late.status === 503, "one more than the limit was served");
  const each = ((await memoryOf(program)) - before) / count;
  assert.ok(each < 32 * 1024, `${Math.round(each)} bytes for an idle connection`);
  for (const connection of connections) assert.equal(connection.socket.destroyed, false);
});

/** 10,000, unless this machine lets a process have too few descriptors for that. */
function idleCount(): number {
  const hard = execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim();
  return hard === "unlimited" || Number(hard) > 10_500 ? 10_000 : 2_000;
}

/** Resident memory of the program, in bytes. */
async function memoryOf(program: Program): Promise<number> {
  const status = await readFile(`/proc/${program.pid}/status`, "utf8").catch(() => "");
  const [, kib] = /^VmRSS:\s+([0-9]+) kB/m.exec(status) ?? [];
  if (kib !== undefined) return Number(kib) * 1024;
  const told = execFileSync("ps", ["-o", "rss=", "-p", String(program.pid)], { encoding: "utf8" });
  return Number(told) * 1024;
}
