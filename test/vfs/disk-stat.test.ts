import assert from "node:assert/strict";
import { linkSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { statOf } from "../../src/vfs/disk-stat.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("a file has its size, its time and a version", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "hello" });
  utimesSync(join(folder, "a"), 1_700_000_000.25, 1_700_000_000.25);
  const stat = statOf(statSync(join(folder, "a"), { bigint: true }));
  assert.equal(stat?.kind, "file");
  assert.equal(stat.size, 5);
  assert.equal(stat.modifiedMs, 1_700_000_000_250);
  assert.match(stat.version ?? "", /^cwyvpeplk5mo\.5\.[0-9a-z]+$/);
});

test("times before 1970 are kept, and their version has unreserved characters only", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "hello" });
  // As a Date: a negative number would mean now.
  const date = new Date(-2_147_483_648_000);
  utimesSync(join(folder, "a"), date, date);
  const stat = statOf(statSync(join(folder, "a"), { bigint: true }));
  assert.equal(stat?.modifiedMs, -2_147_483_648_000);
  assert.match(stat.version ?? "", /^-[0-9a-z]+\.5\.[0-9a-z]+$/);
});

test("a change of the same size within the same second is another version", (t) => {
  const file = join(tempFolder(t), "a");
  const versionAt = (seconds: number, text: string) => {
    writeFileSync(file, text);
    utimesSync(file, seconds, seconds);
    return statOf(statSync(file, { bigint: true }))?.version;
  };
  assert.notEqual(versionAt(1_700_000_000.001, "aa"), versionAt(1_700_000_000.002, "bb"));
});

test("setting the old time again does not bring the old version back", (t) => {
  const file = join(tempFolder(t), "a");
  writeFileSync(file, "aa");
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  const before = statSync(file, { bigint: true });
  // The clock of a file system ticks every few milliseconds: change until it has ticked.
  do {
    writeFileSync(file, "bb");
    utimesSync(file, 1_700_000_000, 1_700_000_000);
  } while (statSync(file, { bigint: true }).ctimeNs === before.ctimeNs);
  assert.notEqual(statOf(statSync(file, { bigint: true }))?.version, statOf(before)?.version);
});

test("a version does not tell the inode", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "hello" });
  linkSync(join(folder, "a"), join(folder, "b"));
  const { version } = statOf(statSync(join(folder, "a"), { bigint: true })) ?? {};
  assert.equal(version?.split(".").length, 3);
  assert.equal(statOf(statSync(join(folder, "b"), { bigint: true }))?.version, version);
});

test("a directory has no size and promises nothing", (t) => {
  const stat = statOf(statSync(tempFolder(t), { bigint: true }));
  assert.deepEqual([stat?.kind, stat?.size, stat?.version], ["directory", 0, undefined]);
});

test("a device is neither file nor directory", () => {
  assert.equal(statOf(statSync("/dev/null", { bigint: true })), undefined);
});

test("the time is known to the nanosecond, which a number of milliseconds is not", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "hello", "b/": "" });
  for (const name of ["a", "b"]) {
    const stats = statSync(join(folder, name), { bigint: true });
    assert.equal(statOf(stats)?.modifiedNs, stats.mtimeNs);
  }
});
