import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import { pathOf } from "../support/request.ts";
import { tempFolder } from "../support/temp-folder.ts";

const FILE = pathOf("/a/b/c.txt");
const FOLDER = pathOf("/a/b");

/** @param laterMs how much later than the files it is, for the file system */
function house(t: TestContext, laterMs = 60_000) {
  const folder = tempFolder(t);
  const root = join(folder, "root");
  mkdirSync(join(root, "a", "b"), { recursive: true });
  writeFileSync(join(root, "a", "b", "c.txt"), "one");
  const clock = { ...systemClock, wallMs: () => Date.now() + laterMs };
  const files = diskFileSystem({ root, symlinks: "inside", dotfiles: false, clock });
  /** In a turn of its own, as folders are looked at once in each. */
  const look = async (what: "file" | "names", path = what === "file" ? FILE : FOLDER) => {
    await nextTurn();
    return what === "file" ? files.glance?.(path) : files.glanceAtNames?.(path);
  };
  return { folder, root, at: (...names: string[]) => join(root, ...names), look, files };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10)); // and a tick of the kernel's clock
}

test("what has not changed looks the same, file, folder and names", async (t) => {
  const { look } = house(t);
  for (const [what, path] of [
    ["file", FILE],
    ["file", FOLDER],
    ["file", pathOf("/")],
    ["names", FOLDER],
    ["names", pathOf("/")],
  ] as const) {
    const before = await look(what, path);
    const after = await look(what, path);
    assert.ok(before && after, `${what} ${path}`);
    assert.ok(before.isSame(after), `${what} ${path}`);
  }
});

type House = ReturnType<typeof house>;

const CHANGES: readonly (readonly [string, (house: House) => void])[] = [
  ["written", ({ at }) => writeFileSync(at("a", "b", "c.txt"), "two")],
  ["touched", ({ at }) => utimesSync(at("a", "b", "c.txt"), 1, 1)],
  ["locked", ({ at }) => chmodSync(at("a", "b", "c.txt"), 0o600)],
  [
    "put in the place of another",
    ({ at }) => {
      writeFileSync(at("new"), "one");
      renameSync(at("new"), at("a", "b", "c.txt"));
    },
  ],
  ["behind a locked folder", ({ at }) => chmodSync(at("a"), 0o700)],
  [
    "in a folder of the same name",
    ({ at }) => {
      renameSync(at("a"), at("old"));
      mkdirSync(at("a", "b"), { recursive: true });
      renameSync(at("old", "b", "c.txt"), at("a", "b", "c.txt"));
    },
  ],
];

for (const [what, change] of CHANGES) {
  test(`a file looks different once it is ${what}`, async (t) => {
    const building = house(t);
    const before = await building.look("file");
    change(building);
    const after = await building.look("file");
    assert.ok(before && after);
    assert.equal(before.isSame(after), false);
  });
}

test("of what is not there, of links and of what lies behind them nothing is told", async (t) => {
  const { look, at, folder } = house(t);
  assert.equal(await look("file", pathOf("/none")), undefined);
  assert.equal(await look("file", pathOf("/none/none")), undefined);
  assert.equal(await look("names", pathOf("/none")), undefined);
  assert.equal(await look("names", FILE), undefined);
  assert.equal(await look("file", pathOf("/a/b/c.txt/d")), undefined);
  symlinkSync("c.txt", at("a", "b", "link"));
  assert.equal(await look("file", pathOf("/a/b/link")), undefined);
  // The folder was moved out, and its old place leads to it: every file is as it was.
  renameSync(at("a"), join(folder, "a"));
  symlinkSync(join(folder, "a"), at("a"));
  assert.equal(await look("file"), undefined);
  assert.equal(await look("names"), undefined);
});

test("names look different once one came or went, and the same when a file is written", async (t) => {
  const { look, at } = house(t);
  const first = await look("names");
  writeFileSync(at("a", "b", "c.txt"), "two");
  const second = await look("names");
  assert.ok(first && second);
  assert.ok(first.isSame(second));
  writeFileSync(at("a", "b", "c.txt.gz"), "");
  const third = await look("names");
  assert.ok(third);
  assert.equal(second.isSame(third), false);
  rmSync(at("a", "b", "c.txt.gz"));
  const fourth = await look("names");
  assert.ok(fourth);
  assert.equal(third.isSame(fourth), false);
});

test("of a folder that has just changed nothing is told: more may come within the same tick", async (t) => {
  const { look } = house(t, 0);
  assert.equal(await look("names"), undefined);
  assert.ok(await look("file"));
});

test("hidden names are not told of", async (t) => {
  const { look, at } = house(t);
  writeFileSync(at(".secret"), "");
  assert.equal(await look("file", pathOf("/.secret")), undefined);
});

test("without a clock nothing is told", (t) => {
  const root = tempFolder(t);
  const files = diskFileSystem({ root, symlinks: "inside", dotfiles: false });
  assert.equal(files.glance?.(pathOf("/")), undefined);
  assert.equal(files.glanceAtNames?.(pathOf("/")), undefined);
});
