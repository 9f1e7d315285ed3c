import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { editUsersFile } from "../../src/cli/users-on-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("a new file is for its owner only, and nothing is left beside it", async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, "users");
  await editUsersFile(path, (text) => {
    assert.equal(text, undefined);
    return "one\n";
  });
  assert.equal(readFileSync(path, "utf8"), "one\n");
  assert.equal(modeOf(path), 0o600);
  assert.deepEqual(readdirSync(folder), ["users"]);
});

test("a file that is changed keeps its mode, and a link to it stays one", async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "real"), "one\n");
  chmodSync(join(folder, "real"), 0o640);
  symlinkSync("real", join(folder, "users"));
  await editUsersFile(join(folder, "users"), (text) => `${text}two\n`);
  assert.equal(readFileSync(join(folder, "real"), "utf8"), "one\ntwo\n");
  assert.equal(modeOf(join(folder, "real")), 0o640);
  assert.ok(lstatSync(join(folder, "users")).isSymbolicLink());
});

test("of many changes at the same time none is lost", async (t) => {
  const path = join(tempFolder(t), "users");
  const names = Array.from({ length: 20 }, (_, at) => `user${at}`);
  await Promise.all(names.map((name) => editUsersFile(path, (text = "") => `${text}${name}\n`)));
  assert.deepEqual(readFileSync(path, "utf8").trim().split("\n").sort(), names.sort());
});

test("a change that fails leaves all as it was, and the next one its turn", async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, "users");
  writeFileSync(path, "one\n");
  const failing = editUsersFile(path, () => {
    throw new Error("no");
  });
  await assert.rejects(failing, /no/);
  await editUsersFile(path, () => undefined);
  assert.equal(readFileSync(path, "utf8"), "one\n");
  assert.deepEqual(readdirSync(folder), ["users"]);
});

test("a lock that somebody left who died is not waited for", async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, "users");
  writeFileSync(`${path}.lock`, "");
  utimesSync(`${path}.lock`, 1, 1);
  await editUsersFile(path, () => "one\n");
  assert.deepEqual(readdirSync(folder), ["users"]);
});
