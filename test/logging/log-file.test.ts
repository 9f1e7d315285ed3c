import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LogFile } from "../../src/logging/log-file.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { holdings, leaksSettled } from "../support/leaks.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "./until.ts";

interface Stage {
  readonly file: string;
  readonly clock: FakeClock;
  readonly log: LogFile;
  /** What the operator was told. */
  readonly told: string[];
  text(): string;
}

function stage(
  t: TestContext,
  options: { leave?: "batches" | "at once"; name?: string; before?: (file: string) => void } = {},
): Stage {
  const file = join(tempFolder(t), options.name ?? "access.log");
  options.before?.(file);
  const clock = fakeClock();
  const told: string[] = [];
  const log = new LogFile({
    dest: file,
    leave: options.leave ?? "batches",
    clock,
    onTrouble: (statement) => told.push(statement.replace(file, "FILE")),
  });
  return {
    file,
    clock,
    log,
    told,
    text: () => (existsSync(file) ? readFileSync(file, "utf8") : ""),
  };
}

test("a few lines wait for half a second and leave together", async (t) => {
  const { log, clock, file, text } = stage(t);
  await until(() => existsSync(file), "the file");
  log.write("one\n");
  clock.advance(499);
  log.write("two\n");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(text(), "");
  clock.advance(1);
  await until(() => text() === "one\ntwo\n", "both lines");
  await log.close();
});

test("64 KiB of lines do not wait for the clock", async (t) => {
  const { log, text } = stage(t);
  const line = `${"x".repeat(1023)}\n`;
  for (let i = 0; i < 80; i++) log.write(line);
  await until(() => text() === line.repeat(64), "the first 64 lines");
  await log.close();
  assert.equal(text(), line.repeat(80));
});

test("a line that is to leave at once needs no clock, and keeps its order", async (t) => {
  const { log, text } = stage(t, { leave: "at once" });
  for (let i = 1; i <= 3; i++) log.write(`${i}\n`);
  await until(() => text() === "1\n2\n3\n", "three lines");
  log.write("4\n");
  log.write("5\n");
  await until(() => text() === "1\n2\n3\n4\n5\n", "five lines");
  await log.close();
});

test("closing writes what waits, lets go of everything, and may be asked for twice", async (t) => {
  const before = holdings();
  const { log, clock, text, told } = stage(t);
  for (let i = 0; i < 5000; i++) log.write(`line ${i}\n`);
  await Promise.all([log.close(), log.close()]);
  assert.equal(text(), Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(""));
  assert.equal(clock.timers, 0);
  assert.deepEqual(await leaksSettled(before), []);
  assert.deepEqual(told, []);
});

test("what is there already stays", async (t) => {
  const { log, text } = stage(t, { before: (file) => writeFileSync(file, "old\n") });
  log.write("new\n");
  await log.close();
  assert.equal(text(), "old\nnew\n");
});

test("the folder is made, with those above it", async (t) => {
  const { log, text } = stage(t, { name: "var/log/ferrox/access.log" });
  log.write("hello\n");
  await log.close();
  assert.equal(text(), "hello\n");
});

test("after a rename lines go on into the old file until it is reopened", async (t) => {
  const before = holdings();
  const { log, clock, file, text, told } = stage(t);
  log.write("one\n");
  clock.advance(500);
  await until(() => text() === "one\n", "the first line");
  renameSync(file, `${file}.1`);
  log.write("two\n");
  clock.advance(500);
  await until(() => readFileSync(`${file}.1`, "utf8") === "one\ntwo\n", "the second line");
  log.reopen();
  await until(() => existsSync(file), "the new file");
  log.write("three\n");
  await log.close();
  assert.equal(text(), "three\n");
  assert.equal(readFileSync(`${file}.1`, "utf8"), "one\ntwo\n");
  assert.deepEqual(told, []);
  assert.deepEqual(await leaksSettled(before), []);
});

test("reopening in the middle of a flood loses no line", async (t) => {
  const before = holdings();
  const { log, file, text } = stage(t);
  const line = `${"y".repeat(999)}\n`;
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 100; i++) log.write(line);
    if (existsSync(file)) renameSync(file, `${file}.${round}`);
    log.reopen();
    log.reopen();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await log.close();
  let bytes = text().length;
  for (let round = 0; round < 10; round++) {
    const old = `${file}.${round}`;
    if (existsSync(old)) bytes += readFileSync(old).length;
  }
  assert.equal(bytes, 1_000_000);
  assert.deepEqual(await leaksSettled(before), []);
});

test("a truncated file goes on at its beginning", async (t) => {
  const { log, clock, file, text } = stage(t);
  log.write("a long first line\n");
  clock.advance(500);
  await until(() => text() !== "", "the first line");
  truncateSync(file, 0);
  log.write("second\n");
  await log.close();
  assert.equal(text(), "second\n");
});

test("a folder removed behind our back comes back by itself", async (t) => {
  const { log, clock, file, text, told } = stage(t, { name: "logs/access.log" });
  log.write("one\n");
  clock.advance(500);
  await until(() => text() === "one\n", "the first line");
  rmSync(join(file, ".."), { recursive: true });
  log.write("lost with the folder\n");
  clock.advance(5000);
  await until(() => existsSync(file), "the folder and the file");
  await until(() => {
    log.write("two\n");
    clock.advance(500);
    return text().includes("two\n");
  }, "lines in the new file");
  await log.close();
  assert.deepEqual(told, []);
});

test("a file without lines is not opened again and again", async (t) => {
  const { log, clock, file } = stage(t);
  await until(() => existsSync(file), "the file");
  await new Promise((resolve) => setImmediate(resolve));
  rmSync(file);
  clock.advance(60_000);
  await log.close();
  assert.equal(existsSync(file), false);
});

test("a full disk is told once, and what fits in memory is written when there is room", async (t) => {
  const before = holdings();
  const { log, clock, file, text, told } = stage(t, {
    before: (path) => symlinkSync("/dev/full", path),
  });
  log.write("one\n");
  clock.advance(500);
  await until(() => told.length > 0, "the statement");
  for (let i = 0; i < 20; i++) {
    log.write(`${i}\n`);
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.deepEqual(told, [
    "cannot write the log FILE: ENOSPC: no space left on device, write; serving goes on",
  ]);
  rmSync(file);
  await until(() => {
    clock.advance(500);
    return told.length > 1;
  }, "the end of the trouble");
  assert.equal(told[1], "the log FILE is written again; lines lost: 0");
  assert.equal(text(), `one\n${Array.from({ length: 20 }, (_, i) => `${i}\n`).join("")}`);
  await log.close();
  assert.deepEqual(await leaksSettled(before), []);
});

test("memory is bounded while the disk is full; what is lost is counted", async (t) => {
  const { log, clock, file, text, told } = stage(t, {
    before: (path) => symlinkSync("/dev/full", path),
  });
  const line = `${"z".repeat(1023)}\n`;
  for (let i = 0; i < 5000; i++) log.write(line);
  await until(() => told.length > 0, "the statement");
  rmSync(file);
  await until(() => {
    clock.advance(500);
    return told.length > 1;
  }, "the end of the trouble");
  assert.equal(told.length, 2);
  assert.equal(told[1], "the log FILE is written again; lines lost: 904");
  assert.equal(text().length, 4096 * 1024);
  await log.close();
});

test("a disk that does not keep up costs lines, and nobody waits for it", async (t) => {
  const { log, told, file } = stage(t, {
    before: (path) => execFileSync("mkfifo", [path]),
  });
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const line = `${"w".repeat(1023)}\n`;
  for (let i = 0; i < 6000; i++) log.write(line);
  assert.deepEqual(told, [
    "cannot write the log FILE: lines come faster than they can be written; serving goes on",
  ]);
  let isClosed = false;
  const closed = log.close().then(() => {
    isClosed = true;
  });
  let bytes = 0;
  const piece = Buffer.alloc(1 << 20);
  await until(() => {
    bytes += readSome(reader, piece);
    return isClosed;
  }, "the reader to catch up");
  await closed;
  closeSync(reader);
  assert.equal(bytes, 4096 * 1024);
  assert.deepEqual(told.slice(1), ["the log FILE is written again; lines lost: 1904"]);
});

/** 0 when nothing is there yet. */
function readSome(fd: number, piece: Buffer): number {
  try {
    return readSync(fd, piece);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("EAGAIN")) return 0;
    throw error;
  }
}

test("a folder that cannot be made is told once; lines wait for it", async (t) => {
  let obstacle = "";
  const { log, clock, text, told } = stage(t, {
    name: "logs/access.log",
    before(path) {
      obstacle = join(path, "..");
      writeFileSync(obstacle, "a file where the folder should be");
    },
  });
  await until(() => told.length > 0, "the statement");
  log.write("one\n");
  for (let i = 0; i < 10; i++) {
    clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /^cannot write the log FILE: E\w+: .*; serving goes on$/);
  rmSync(obstacle);
  await until(() => {
    clock.advance(500);
    return told.length > 1;
  }, "the end of the trouble");
  await log.close();
  assert.equal(text(), "one\n");
});

test("a reopen that fails keeps the old file, and comes true later", async (t) => {
  const before = holdings();
  const { log, clock, file, text, told } = stage(t, { name: "logs/access.log" });
  log.write("one\n");
  clock.advance(500);
  await until(() => text() === "one\n", "the first line");
  const folder = join(file, "..");
  renameSync(folder, `${folder}.old`);
  writeFileSync(folder, "a file where the folder should be");
  log.reopen();
  await until(() => told.length === 1, "the statement");
  log.reopen();
  log.write("two\n");
  clock.advance(500);
  const old = join(`${folder}.old`, "access.log");
  await until(() => readFileSync(old, "utf8") === "one\ntwo\n", "the old file");
  rmSync(folder);
  log.write("three\n");
  await until(() => {
    clock.advance(5000);
    return told.length === 2;
  }, "the end of the trouble");
  log.write("four\n");
  await log.close();
  assert.equal(told[1], "the log FILE is written again; lines lost: 0");
  assert.equal(readFileSync(old, "utf8") + text(), "one\ntwo\nthree\nfour\n");
  assert.deepEqual(await leaksSettled(before), []);
});

test("closing on a full disk ends, and says what was lost", async (t) => {
  const before = holdings();
  const { log, told } = stage(t, { before: (path) => symlinkSync("/dev/full", path) });
  log.write("one\n");
  log.write("two\n");
  await log.close();
  assert.deepEqual(told, [
    "cannot write the log FILE: ENOSPC: no space left on device, write; serving goes on",
    "the log FILE has ended; lines lost: 2",
  ]);
  assert.deepEqual(await leaksSettled(before), []);
});

test("closing where there never was a folder ends too", async (t) => {
  const { log, told } = stage(t, {
    name: "logs/access.log",
    before: (path) => writeFileSync(join(path, ".."), ""),
  });
  log.write("one\n");
  await log.close();
  assert.equal(told.length, 2);
  assert.equal(told[1], "the log FILE has ended; lines lost: 1");
});

test("a flush writes before it returns, open or not, and again after closing", async (t) => {
  const { log, text, told } = stage(t, { name: "logs/access.log" });
  log.write("before it is open\n");
  log.flush();
  assert.equal(text(), "before it is open\n");
  await log.close();
  log.write("after it is closed\n");
  log.flush();
  assert.equal(text(), "before it is open\nafter it is closed\n");
  assert.deepEqual(told, []);
});

test("a flush on a full disk returns, and says so", async (t) => {
  const { log, told } = stage(t, { before: (path) => symlinkSync("/dev/full", path) });
  log.write("one\n");
  log.flush();
  assert.deepEqual(told, [
    "cannot write the log FILE: ENOSPC: no space left on device, write; serving goes on",
  ]);
  await log.close();
});

for (const [name, when] of [
  ["before the file is open", "log.write('last\\n'); log.flush(); process.exit(3);"],
  [
    "while a line is on its way",
    "setTimeout(() => { log.write('last\\n'); log.flush(); process.exit(3); }, 50);",
  ],
  [
    "on a full disk",
    "log.write('last\\n'); setTimeout(() => { log.flush(); process.exit(3); }, 50);",
  ],
] as const) {
  test(`a process that exits ${name} keeps its exit status and what it had to say`, async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "error.log");
    if (name === "on a full disk") symlinkSync("/dev/full", file);
    const module = new URL("../../src/logging/log-file.js", import.meta.url);
    const clock = new URL("../../src/base/clock.js", import.meta.url);
    const program = `
      import { LogFile } from ${JSON.stringify(module.href)};
      import { systemClock } from ${JSON.stringify(clock.href)};
      const log = new LogFile({ dest: process.argv[1], leave: "at once", clock: systemClock, onTrouble() {} });
      ${when}
    `;
    const args = ["--input-type=module", "--eval", program, file];
    const { code, stderr } = await runTool(process.execPath, args, "", 20_000);
    assert.equal(stderr, "");
    assert.equal(code, 3);
    if (name !== "on a full disk") assert.equal(readFileSync(file, "utf8"), "last\n");
  });
}

test("a log that opens when told gathers lines and makes nothing before, ticks or not", async (t) => {
  const file = join(tempFolder(t), "logs", "error.log");
  const clock = fakeClock();
  const log = new LogFile({
    dest: file,
    leave: "at once",
    opens: "when told",
    clock,
    onTrouble: assert.fail,
  });
  log.write("before\n");
  clock.advance(60_000);
  log.flush();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(existsSync(file), false);
  log.reopen();
  log.write("after\n");
  await log.close();
  assert.equal(readFileSync(file, "utf8"), "before\nafter\n");
});

test("a log that nobody told to open writes what it has when it is closed", async (t) => {
  const file = join(tempFolder(t), "error.log");
  const log = new LogFile({
    dest: file,
    leave: "at once",
    opens: "when told",
    clock: fakeClock(),
    onTrouble: assert.fail,
  });
  log.write("only\n");
  await log.close();
  assert.equal(readFileSync(file, "utf8"), "only\n");
});

test("a pipe that nobody reads from is trouble, and ends like any other", async (t) => {
  const { log, told } = stage(t, { before: (file) => execFileSync("mkfifo", [file]) });
  log.write("one\n");
  log.flush();
  await until(() => told.length > 0, "the trouble");
  await log.close();
  assert.match(told[0] ?? "", /^cannot write the log FILE: ENXIO: .*; serving goes on$/);
  assert.equal(told[1], "the log FILE has ended; lines lost: 1");
});
