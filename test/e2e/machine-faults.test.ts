// What the machine can do to a server: no descriptors left, a full disk, folders that may not be
// written or are gone, errors that nobody caught. The program goes on, says it once, and recovers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { insideEnv } from "../support/inside.ts";
import { ordinary } from "../support/ordinary.ts";
import { cpuMsOf, descriptorsOf } from "../support/process-figures.ts";
import { eventually, type Program, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw, type WireConnection } from "../support/wire-client.ts";

const FILES = { "www/index.html": "home\n", "www/small.txt": "small\n" };

async function statusOf(program: Program, path: string): Promise<number | undefined> {
  return (await fetchRaw(program, ask(path)).catch(() => undefined))?.status;
}

/** Asks until the answer has that status. */
function untilStatus(program: Program, path: string, status: number): Promise<true> {
  return eventually(`${status} for ${path}`, async () =>
    (await statusOf(program, path)) === status ? true : undefined,
  );
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

test("out of descriptors: newcomers are turned away, the processor rests, it is told once, and it recovers", async (t) => {
  const program = await startProgram(t, { files: FILES });
  await untilStatus(program, "/small.txt", 200);
  const guest = await connect(program);
  const room = (await descriptorsOf(program.pid)).length + 8;
  execFileSync("prlimit", ["--pid", String(program.pid), `--nofile=${room}:`]);
  const crowd = await Promise.all(Array.from({ length: 40 }, () => connect(program).catch(none)));
  const told = "no file descriptor is left";
  await eventually("the operator to be told", async () =>
    (await program.errorLog()).includes(told) ? true : undefined,
  );
  const usedBefore = await cpuMsOf(program.pid);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const usedMs = (await cpuMsOf(program.pid)) - usedBefore;
  assert.ok(usedMs < 300, `${usedMs} ms of CPU in 1.5 s of waiting`);
  // Whoever is in already is answered: with the file, or with a plain word that it cannot be had.
  guest.send(ask("/index.html"));
  const { status, fields } = await guest.response();
  assert.ok(status === 200 || status === 503, `${status}`);
  if (status === 503) assert.ok(fields.get("retry-after") !== undefined);
  for (const one of [guest, ...crowd]) one?.reset();
  await untilStatus(program, "/index.html", 200);
  await eventually("the end of it to be told", async () =>
    (await program.errorLog()).includes("there are file descriptors again") ? true : undefined,
  );
  assert.equal(count(await program.errorLog(), told), 1);
  assert.equal(await program.stop(), 0);
});

function none(): WireConnection | undefined {
  return undefined;
}

test("a full disk under the access log costs nobody an answer; lines come when there is room", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const log = join(program.folder, "logs", "access.log");
  await rm(log);
  await symlink("/dev/full", log);
  program.signal("SIGUSR2"); // opens the log anew
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let round = 0; round < 50; round += 1) {
    assert.equal(await statusOf(program, `/small.txt?${round}`), 200);
  }
  await eventually("the trouble to be told", async () =>
    /cannot write the log .*ENOSPC/.test(program.stderr()) ? true : undefined,
  );
  await rm(log);
  await eventually("the end of it", async () =>
    program.stderr().includes("is written again; lines lost: 0") ? true : undefined,
  );
  await program.stop();
  const lines = await program.accessLog();
  for (const round of [0, 49]) assert.equal(count(lines, `/small.txt?${round} `), 1);
  assert.equal(count(program.stderr(), "cannot write the log"), 1);
});

test("a disk that fills up for real: the line that was cut is finished, none is said twice", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const logs = join(program.folder, "logs");
  if (!mounted(logs)) {
    t.diagnostic("no tmpfs can be mounted here: /dev/full has to do");
    return;
  }
  try {
    program.signal("SIGUSR2");
    const filler = join(logs, "filler");
    execFileSync("sh", ["-c", 'head -c 40960 /dev/zero > "$0"', filler]);
    const asked = Array.from({ length: 400 }, (_, number) => number);
    for (const number of asked) assert.equal(await statusOf(program, `/small.txt?${number}`), 200);
    await eventually("the trouble to be told", async () =>
      /ENOSPC/.test(program.stderr()) ? true : undefined,
    );
    await rm(filler);
    await eventually("the end of it", async () =>
      program.stderr().includes("is written again") ? true : undefined,
    );
    await program.stop();
    const lines = await program.accessLog();
    const numbers = [...lines.matchAll(/^127\.0\.0\.1 .*\?([0-9]+) HTTP\/1\.1" 200 6 .*$/gm)];
    assert.deepEqual(
      numbers.map(([, number]) => Number(number)),
      asked,
    );
  } finally {
    execFileSync("umount", ["--lazy", logs]);
  }
});

/** 64 KiB of memory as a disk; false: this user may not mount. */
function mounted(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("logs that may not be written are told once; the site is served, and lines come later", async (t) => {
  const program = await startProgram(t, {
    ...ordinary,
    files: { ...FILES, "logs/keep.txt": "" },
  });
  const logs = join(program.folder, "logs");
  await rm(join(logs, "access.log"));
  await chmod(logs, 0o500);
  t.after(() => chmod(logs, 0o700).catch(() => {}));
  program.signal("SIGUSR2");
  await eventually("the trouble to be told", async () =>
    /cannot write the log .*EACCES/.test(program.stderr()) ? true : undefined,
  );
  assert.equal(await statusOf(program, "/small.txt?while"), 200);
  await chmod(logs, 0o700);
  await eventually(
    "the end of it",
    async () => (program.stderr().includes("access.log is written again") ? true : undefined),
    10_000,
  );
  assert.equal(await statusOf(program, "/small.txt?after"), 200);
  assert.equal(await program.stop(), 0);
  assert.match(await program.accessLog(), /small\.txt\?after/);
  assert.equal(count(program.stderr(), "cannot write the log"), 1);
});

test("a folder that is taken away is 404, and served again once it is back", async (t) => {
  const program = await startProgram(t, { files: FILES });
  const www = join(program.folder, "www");
  const away = join(program.folder, "away");
  await untilStatus(program, "/small.txt", 200);
  await rename(www, away);
  await untilStatus(program, "/small.txt", 404);
  await untilStatus(program, "/", 404);
  // An empty folder in its place is another folder.
  await mkdir(www);
  await untilStatus(program, "/small.txt", 404);
  await rm(www, { recursive: true });
  await rename(away, www);
  await untilStatus(program, "/small.txt", 200);
  await untilStatus(program, "/", 200);
  assert.equal(await program.stop(), 0);
});

test("an error that nobody caught is logged with its stack, and the program lives", async (t) => {
  const program = await startProgram(t, { files: FILES, env: insideEnv("inside.json") });
  for (const [signal, words] of [
    ["SIGCONT", "rejected for a test"],
    ["SIGURG", "thrown for a test"],
  ] as const) {
    program.signal(signal);
    const line = await eventually(words, async () =>
      (await program.errorLog()).split("\n").find((one) => one.includes(words)),
    );
    const record = JSON.parse(line);
    assert.equal(record.level, "error");
    assert.equal(record.msg, "an error that nobody caught");
    assert.match(record.err.stack, /inside\.js/);
    assert.equal(await statusOf(program, "/small.txt"), 200);
  }
  assert.equal(await program.stop(), 0);
});
