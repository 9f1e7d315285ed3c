import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openLogs } from "../../src/cli/open-logs.ts";
import { AT, exchange } from "../logging/exchanges.ts";
import { until } from "../logging/until.ts";
import { holdings, leaksSettled } from "../support/leaks.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("events go to error.log and no access log is made when it is off", async (t) => {
  const folder = tempFolder(t);
  const dir = join(folder, "logs");
  const said: string[] = [];
  const logs = openLogs({ dir, isOnStreams: false, access: "off", level: "info" }, (line) =>
    said.push(line),
  );
  logs.log.info("core", "hello", { port: 1 });
  await logs.close();
  const record: unknown = JSON.parse(readFileSync(join(dir, "error.log"), "utf8"));
  assert.ok(typeof record === "object" && record !== null);
  assert.deepEqual(
    { ...record, time: "" },
    { level: "info", time: "", concern: "core", port: 1, msg: "hello" },
  );
  assert.equal(existsSync(join(dir, "access.log")), false);
  assert.deepEqual(said, []);
});

const QUIET = { isOnStreams: false, access: "off", level: "info" } as const;

test("who holds the log writes to the new folder after a reload; lines of before are in the old one", async (t) => {
  const folder = tempFolder(t);
  const [before, after] = [join(folder, "before"), join(folder, "deep/after")];
  const logs = openLogs({ ...QUIET, dir: before, access: "json" }, assert.fail);
  const { log, exchanges } = logs;
  log.info("core", "one");
  exchanges.record(exchange(), AT);
  const prepared = logs.prepare({ ...QUIET, dir: after, access: "combined" });
  log.info("core", "two");
  prepared.use();
  log.info("core", "three");
  exchanges.record(exchange(), AT);
  await logs.close();
  const words = (path: string) =>
    readFileSync(path, "utf8")
      .match(/"msg":"\w+"/g)
      ?.map((it) => it.slice(7, -1));
  assert.deepEqual(words(join(before, "error.log")), ["one", "two"]);
  assert.deepEqual(words(join(after, "error.log")), ["three"]);
  assert.match(readFileSync(join(before, "access.log"), "utf8"), /^\{.*\}\n$/);
  assert.match(readFileSync(join(after, "access.log"), "utf8"), /^192\.0\.2\.7 - - .*\n$/);
});

test("another level counts from the next record on, in the same file", async (t) => {
  const dir = tempFolder(t);
  const logs = openLogs({ ...QUIET, dir, level: "error" }, assert.fail);
  logs.log.info("core", "unheard");
  logs.prepare({ ...QUIET, dir, level: "debug" }).use();
  logs.log.debug("core", "heard");
  await logs.close();
  assert.deepEqual(readFileSync(join(dir, "error.log"), "utf8").match(/"msg":"\w+"/g), [
    '"msg":"heard"',
  ]);
});

test("what stays is opened anew, as after a rotation", async (t) => {
  const dir = tempFolder(t);
  const logs = openLogs({ ...QUIET, dir }, assert.fail);
  logs.log.info("core", "one");
  const file = join(dir, "error.log");
  await until(() => existsSync(file) && readFileSync(file, "utf8").includes("one"), "a record");
  renameSync(join(dir, "error.log"), join(dir, "old"));
  logs.prepare({ ...QUIET, dir }).use();
  await until(() => existsSync(join(dir, "error.log")), "a new file");
  logs.log.info("core", "two");
  await logs.close();
  assert.match(readFileSync(join(dir, "error.log"), "utf8"), /"two"/);
  assert.doesNotMatch(readFileSync(join(dir, "old"), "utf8"), /"two"/);
});

test("logs that cannot be written are an error, and nothing has changed", async (t) => {
  const dir = tempFolder(t);
  const logs = openLogs({ ...QUIET, dir }, assert.fail);
  writeFileSync(join(dir, "file"), "");
  const bad = { ...QUIET, dir: join(dir, "file", "logs") };
  assert.throws(() => logs.prepare(bad), { code: "ENOTDIR" });
  logs.log.info("core", "still here");
  await logs.close();
  assert.match(readFileSync(join(dir, "error.log"), "utf8"), /still here/);
});

test("a log that is a pipe nobody reads from is an error, and is not waited for", async (t) => {
  const folder = tempFolder(t);
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  const logs = openLogs({ ...QUIET, dir: before }, assert.fail);
  mkdirSync(after);
  execFileSync("mkfifo", [join(after, "error.log")]);
  assert.throws(() => logs.prepare({ ...QUIET, dir: after }), { code: "ENXIO" });
  await logs.close();
});

test("what was prepared and is not used is closed", async (t) => {
  const folder = tempFolder(t);
  const logs = openLogs({ ...QUIET, dir: join(folder, "a") }, assert.fail);
  await until(() => existsSync(join(folder, "a/error.log")), "the log");
  const before = holdings();
  for (let count = 0; count < 20; count += 1) {
    logs.prepare({ ...QUIET, access: "json", dir: join(folder, "b") }).abandon();
  }
  assert.deepEqual(await leaksSettled(before), []);
  await logs.close();
});
