import assert from "node:assert/strict";
import { test } from "node:test";
import type { DroppedEntry, PageFile } from "../../../src/handlers/listing-script/browser.ts";
import {
  chosen,
  type Gathered,
  gatheredFrom,
} from "../../../src/handlers/listing-script/gather.ts";
import { pageFile } from "./page-file.ts";

function fileEntry(name: string, isReadable = true): DroppedEntry {
  return {
    isFile: true,
    name,
    file: (found, failed) => (isReadable ? found(pageFile(name)) : failed(new Error("gone"))),
    createReader: () => assert.fail("a file has no entries"),
  };
}

/** Gives its entries two at a time, as browsers give a hundred. */
function folderEntry(name: string, entries: readonly DroppedEntry[]): DroppedEntry {
  return {
    isFile: false,
    name,
    file: () => assert.fail("a folder is no file"),
    createReader() {
      const left = [...entries];
      return { readEntries: (found) => found(left.splice(0, 2)) };
    },
  };
}

function dropped(entries: readonly (DroppedEntry | null)[], files: readonly PageFile[] = []) {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return gatheredFrom({ types: ["Files"], files, items });
}

function told(gathered: readonly Gathered[]): string[] {
  return gathered.map(({ path, file }) => path.join("/") + (file === undefined ? "/" : ""));
}

test("a folder comes with all that is in it, however deep and however much", async () => {
  const many = ["1", "2", "3", "4", "5"].map((name) => fileEntry(name));
  const deep = folderEntry("photos", [folderEntry("empty", []), folderEntry("many", many)]);
  assert.deepEqual(told(await dropped([deep, fileEntry("a.txt")])), [
    "photos/",
    "photos/empty/",
    "photos/many/",
    "photos/many/1",
    "photos/many/2",
    "photos/many/3",
    "photos/many/4",
    "photos/many/5",
    "a.txt",
  ]);
});

test("what cannot be read keeps nothing else from coming", async () => {
  assert.deepEqual(told(await dropped([fileEntry("gone", false), fileEntry("b")])), ["b"]);
});

test("a picture that was pasted is a file without an entry", async () => {
  assert.deepEqual(told(await dropped([null], [pageFile("image.png")])), ["image.png"]);
});

test("files of a chosen folder know their paths", () => {
  const files = [pageFile("a", "", "dir/sub/a"), pageFile("b")];
  assert.deepEqual(told(chosen(files)), ["dir/sub/a", "b"]);
});
