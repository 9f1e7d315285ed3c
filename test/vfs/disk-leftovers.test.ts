import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { removeAllDrafts, removeStaleDrafts } from "../../src/vfs/disk-leftovers.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const OLD = `.ferrox-${"0".repeat(24)}.draft`;
const NEW = `.ferrox-${"f".repeat(24)}.draft`;

function folderWith(root: string) {
  return { path: root, close: () => undefined };
}

test("a folder that is gone is no matter", async (t) => {
  const root = tempFolder(t);
  await removeStaleDrafts(folderWith(join(root, "gone")), 0);
});

test("drafts of a day ago are removed, and nothing else", async (t) => {
  const root = tempFolder(t);
  writeTree(root, { [OLD]: "old", ".ferrox-other": "x", file: "f" });
  const dayMs = 24 * 60 * 60 * 1000;
  await removeStaleDrafts(folderWith(root), Date.now() + dayMs - 60_000);
  assert.deepEqual(readdirSync(root).sort(), [OLD, ".ferrox-other", "file"].sort());
  await removeStaleDrafts(folderWith(root), Date.now() + dayMs + 60_000);
  assert.deepEqual(readdirSync(root).sort(), [".ferrox-other", "file"]);
});

test("of a directory that holds something else too, no draft is removed", async (t) => {
  const root = tempFolder(t);
  writeTree(root, { [OLD]: "old", file: "f" });
  assert.equal(await removeAllDrafts(folderWith(root)), false);
  assert.deepEqual(readdirSync(root).sort(), [OLD, "file"]);
});

test("all drafts are removed where there is nothing else", async (t) => {
  const root = tempFolder(t);
  writeTree(root, { [OLD]: "old", [NEW]: "new" });
  assert.equal(await removeAllDrafts(folderWith(root)), true);
  assert.deepEqual(readdirSync(root), []);
});
