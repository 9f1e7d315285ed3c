import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { entriesOf, type Listing } from "../../src/vfs/disk-listing.ts";
import type { Stat } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { at, rejects } from "../contract/file-system.ts";
import { openDescriptors } from "../support/leaks.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const LINKED: Stat = { kind: "file", size: 99, modifiedMs: undefined, version: undefined };

function listing(folder: string, other: Partial<Listing> = {}): Listing {
  return {
    path: at("/dir"),
    folder,
    isShown: () => true,
    statLink: async () => LINKED,
    ...other,
  };
}

async function namesOf(what: Listing): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of entriesOf(what)) names.push(name);
  return names.sort();
}

test("where a symlink leads is asked of whoever knows, by its path", async (t) => {
  const folder = tempFolder(t);
  symlinkSync("nowhere", join(folder, "link"));
  const asked: string[] = [];
  const statLink = async (path: string) => {
    asked.push(path);
    return LINKED;
  };
  const entries = [];
  for await (const entry of entriesOf(listing(folder, { statLink }))) entries.push(entry);
  assert.deepEqual(entries, [{ name: "link", stat: LINKED, isLink: true }]);
  assert.deepEqual(asked, ["/dir/link"]);
});

test("a symlink that may not be followed is left out, the others stay", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a", "b/": "" });
  symlinkSync("/etc/passwd", join(folder, "link"));
  const statLink = () => Promise.reject(new FsError("not-found", "/dir/link not found"));
  assert.deepEqual(await namesOf(listing(folder, { statLink })), ["a", "b"]);
});

test("a mistake of our own is not taken for a bad entry", async (t) => {
  const folder = tempFolder(t);
  symlinkSync("x", join(folder, "link"));
  const statLink = () => Promise.reject(new TypeError("our own bug"));
  const before = openDescriptors();
  await assert.rejects(namesOf(listing(folder, { statLink })), /our own bug/);
  assert.equal(openDescriptors(), before);
});

test("an entry that vanishes between its name and its stat is left out", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { stays: "s", goes: "g" });
  // Asked between the reading of names and the stat of each: the moment at which it goes.
  const isShown = () => {
    rmSync(join(folder, "goes"), { force: true });
    return true;
  };
  assert.deepEqual(await namesOf(listing(folder, { isShown })), ["stays"]);
});

test("names that are not shown are not even looked at", async (t) => {
  const folder = tempFolder(t);
  symlinkSync("x", join(folder, "hidden"));
  const statLink = () => Promise.reject(new Error("looked at"));
  const isShown = () => false;
  assert.deepEqual(await namesOf(listing(folder, { isShown, statLink })), []);
});

for (const count of [0, 1, 31, 32, 33, 64, 100]) {
  test(`${count} entries are ${count} entries`, async (t) => {
    const folder = tempFolder(t);
    for (let index = 0; index < count; index++) writeFileSync(join(folder, `f${index}`), "");
    assert.equal(new Set(await namesOf(listing(folder))).size, count);
  });
}

test("a listing left early closes its folder", async (t) => {
  const folder = tempFolder(t);
  for (let index = 0; index < 100; index++) mkdirSync(join(folder, `d${index}`));
  const before = openDescriptors();
  for await (const { stat } of entriesOf(listing(folder))) {
    assert.equal(stat.kind, "directory");
    break;
  }
  assert.equal(openDescriptors(), before);
});

test("a folder that is not there is not found", async (t) => {
  await rejects(namesOf(listing(join(tempFolder(t), "nothing"))), "not-found");
});
