import assert from "node:assert/strict";
import { test } from "node:test";
import { type Act, acted, actOf } from "../../src/handlers/form-acts.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../../src/vfs/memory.ts";
import type { VfsPath } from "../../src/vfs/path.ts";
import { walk } from "../../src/vfs/tree.ts";
import { pathOf } from "../support/request.ts";

for (const [form, act] of [
  ["create=new+folder", { kind: "create", name: "new folder" }],
  ["create=a%2Fb", "no-name"],
  ["create=", "no-name"],
  ["rename=a%2520b&to=c", { kind: "rename", from: "a b", to: "c" }],
  ["rename=a&to=..", "no-name"],
  ["rename=a", "no-name"],
  ["rename=..&to=b", "no-name"],
  ["delete=%25FF", { kind: "delete", name: "\udcff", version: "" }],
  ["delete=a&version=v1", { kind: "delete", name: "a", version: "v1" }],
  ["delete=a%2Fb", "no-name"],
  ["ask-delete=a.txt", { kind: "ask-delete", name: "a.txt" }],
  ["ask-rename=a.txt", { kind: "ask-rename", name: "a.txt" }],
  ["q=search", undefined],
  ["", undefined],
] as const) {
  test(`the form ${form} asks for ${JSON.stringify(act)}`, () => {
    assert.deepEqual(actOf(new URLSearchParams(form)), act);
  });
}

function site(): MemoryFileSystem {
  return memoryFileSystem({ "/in/a": "a", "/in/b": "b", "/in/sub/x": "x", "/in/sub/deep/y": "y" });
}

async function told(files: MemoryFileSystem, act: Act, closed = "/nothing"): Promise<string> {
  const { writer } = files;
  assert.ok(writer);
  const reports: string[] = [];
  const { name, what } = await acted(act, {
    fileSystem: files,
    writer,
    directory: pathOf("/in"),
    mayWrite: (path: VfsPath) => path !== closed,
    report: ({ code }) => reports.push(code),
  });
  return [name, what, ...reports.map((code) => `(${code})`)].join(" ");
}

async function paths(files: MemoryFileSystem): Promise<string> {
  const list: string[] = [];
  for await (const { path } of walk({ fileSystem: files, path: pathOf("/in") })) list.push(path);
  return list.sort().join(" ");
}

const WHOLE = "/in/a /in/b /in/sub /in/sub/deep /in/sub/deep/y /in/sub/x";

test("a directory is made, and not over anything", async () => {
  const files = site();
  assert.equal(await told(files, { kind: "create", name: "new" }), "new created");
  assert.equal((await files.stat(pathOf("/in/new"))).kind, "directory");
  assert.equal(await told(files, { kind: "create", name: "a" }), "a exists (exists)");
});

test("an entry gets another name, and never that of another entry", async () => {
  const files = site();
  assert.equal(await told(files, { kind: "rename", from: "a", to: "c" }), "c renamed");
  assert.equal(await told(files, { kind: "rename", from: "sub", to: "d" }), "d renamed");
  assert.equal(await told(files, { kind: "rename", from: "c", to: "b" }), "b exists (exists)");
  assert.equal(await told(files, { kind: "rename", from: "c", to: "c" }), "c renamed");
  assert.equal(
    await told(files, { kind: "rename", from: "no", to: "e" }),
    "no not-found (not-found)",
  );
  assert.equal(await paths(files), "/in/b /in/c /in/d /in/d/deep /in/d/deep/y /in/d/x");
});

test("a file goes, when it is the one that was seen", async () => {
  const files = site();
  const { version = "" } = await files.stat(pathOf("/in/a"));
  files.put(pathOf("/in/a"), Buffer.from("changed"), 5);
  assert.equal(await told(files, { kind: "delete", name: "a", version }), "a changed (changed)");
  assert.equal(await paths(files), WHOLE);
  assert.equal(await told(files, { kind: "delete", name: "a", version: "" }), "a deleted");
  assert.equal(
    await told(files, { kind: "delete", name: "a", version: "" }),
    "a not-found (not-found)",
  );
});

test("a directory goes with all that is in it", async () => {
  const files = site();
  assert.equal(await told(files, { kind: "delete", name: "sub", version: "" }), "sub deleted");
  assert.equal(await paths(files), "/in/a /in/b");
});

for (const [act, closed] of [
  [{ kind: "create", name: "new" }, "/in/new"],
  [{ kind: "rename", from: "a", to: "c" }, "/in/a"],
  [{ kind: "rename", from: "a", to: "c" }, "/in/c"],
  [{ kind: "rename", from: "sub", to: "d" }, "/in/sub/deep/y"],
  [{ kind: "delete", name: "a", version: "" }, "/in/a"],
  [{ kind: "delete", name: "sub", version: "" }, "/in/sub/deep/y"],
] as const) {
  test(`nothing of ${act.kind} happens where ${closed} is closed to the sender`, async () => {
    const files = site();
    assert.match(await told(files, act, closed), / denied \(denied\)$/);
    assert.equal(await paths(files), WHOLE);
  });
}
