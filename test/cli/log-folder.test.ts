// What is made and given away before the logs of another user are opened, and what is left alone.

import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { prepareLogFolder } from "../../src/cli/log-folder.ts";
import { tempFolder } from "../support/temp-folder.ts";

const ACCOUNT = { uid: 54_321, gid: 54_322, name: undefined };
const NAMES = ["error.log", "access.log"];

/** Only root can give anything away. undefined: the test is skipped. */
function folderOf(t: TestContext): string | undefined {
  if (process.geteuid?.() === 0) return join(tempFolder(t), "logs");
  t.skip("only root can give files to another user");
  return undefined;
}

function ownersOf(path: string): string {
  const { uid, gid, mode } = statSync(path);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
}

test("a folder that is missing is made and given, and files are left to the user", (t) => {
  const folder = folderOf(t);
  if (folder === undefined) return;
  prepareLogFolder(join(folder, "web"), NAMES, ACCOUNT);
  assert.equal(ownersOf(join(folder, "web")), "54321:54322 755");
  assert.equal(ownersOf(folder), "0:0 755");
  assert.deepEqual(readdirSync(join(folder, "web")), []);
});

test("in a folder of root, files are made and given; others' files are not touched", (t) => {
  const folder = folderOf(t);
  if (folder === undefined) return;
  mkdirSync(folder);
  writeFileSync(join(folder, "error.log"), "old\n", { mode: 0o600 });
  writeFileSync(join(folder, "other.log"), "");
  prepareLogFolder(folder, NAMES, ACCOUNT);
  assert.equal(ownersOf(folder), "0:0 755");
  assert.equal(ownersOf(join(folder, "error.log")), "54321:54322 600");
  assert.equal(ownersOf(join(folder, "access.log")), "54321:54322 640");
  assert.equal(ownersOf(join(folder, "other.log")), "0:0 644");
});

test("links, second names and files of somebody else are not given away", (t) => {
  const folder = folderOf(t);
  if (folder === undefined) return;
  mkdirSync(folder);
  const victim = `${folder}-victim`;
  writeFileSync(victim, "");
  symlinkSync(victim, join(folder, "access.log"));
  linkSync(victim, join(folder, "error.log"));
  writeFileSync(join(folder, "third.log"), "");
  chownSync(join(folder, "third.log"), 1000, 1000);
  prepareLogFolder(folder, [...NAMES, "third.log"], ACCOUNT);
  assert.equal(ownersOf(victim), "0:0 644");
  assert.equal(ownersOf(join(folder, "third.log")), "1000:1000 644");
});

for (const [what, change] of [
  ["that others may write to", (folder: string) => chmodSync(folder, 0o777)],
  ["of another user", (folder: string) => chownSync(folder, 54_321, 54_322)],
] as const) {
  test(`in a folder ${what} nothing is touched`, (t) => {
    const folder = folderOf(t);
    if (folder === undefined) return;
    mkdirSync(folder);
    writeFileSync(join(folder, "error.log"), "");
    change(folder);
    prepareLogFolder(folder, NAMES, ACCOUNT);
    assert.deepEqual(readdirSync(folder), ["error.log"]);
    assert.equal(ownersOf(join(folder, "error.log")), "0:0 644");
  });
}
