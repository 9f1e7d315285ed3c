import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  isTemporary,
  keepSecret,
  makeFolder,
  PUBLIC,
  readIfThere,
  removeIfThere,
  SECRET,
  setAside,
  writeFirst,
  writeOver,
} from "../../src/transport/dev-folder.ts";
import { temporaryFolder, text } from "./openssl.ts";

const modeOf = (...path: string[]) => statSync(join(...path)).mode & 0o777;

test("a folder is made with all above it, for its owner only", async (t) => {
  const dir = temporaryFolder(t);
  await makeFolder(join(dir, "a", "b", "c"));
  assert.deepEqual([modeOf(dir, "a"), modeOf(dir, "a", "b", "c")], [0o700, 0o700]);
});

test("a folder that exists is left as it is", async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, "open"));
  chmodSync(join(dir, "open"), 0o755);
  await makeFolder(join(dir, "open"));
  assert.equal(modeOf(dir, "open"), 0o755);
});

test("where a file is in the way no folder is made", async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "file"), "");
  await assert.rejects(makeFolder(join(dir, "file")), { code: "EEXIST" });
  await assert.rejects(makeFolder(join(dir, "file", "below")), { code: "ENOTDIR" });
});

test("where nothing can be made it fails instead of trying for ever", {
  skip: process.platform !== "linux" && "needs /proc",
  timeout: 10_000,
}, async () => {
  await assert.rejects(makeFolder("/proc/ferrox/below"), { code: "ENOENT" });
});

test("of two that write first, the first stays", async (t) => {
  const dir = temporaryFolder(t);
  await writeFirst(dir, "key", "one", SECRET);
  await writeFirst(dir, "key", "two", SECRET);
  assert.equal(text(dir, "key"), "one");
});

test("of many that write first at once, all read the same afterwards", async (t) => {
  const dir = temporaryFolder(t);
  const seen = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await writeFirst(dir, "key", `by ${index}`, SECRET);
      return readIfThere(join(dir, "key"));
    }),
  );
  assert.equal(new Set(seen).size, 1);
  assert.deepEqual(readdirSync(dir), ["key"]);
});

test("writing over replaces the file, and nothing temporary is left", async (t) => {
  const dir = temporaryFolder(t);
  await writeOver(dir, "cert", "one", PUBLIC);
  await writeOver(dir, "cert", "two", PUBLIC);
  assert.equal(text(dir, "cert"), "two");
  assert.deepEqual(readdirSync(dir), ["cert"]);
});

test("secrets are born secret", async (t) => {
  const dir = temporaryFolder(t);
  await writeFirst(dir, "a", "", SECRET);
  await writeOver(dir, "b", "", SECRET);
  assert.deepEqual([modeOf(dir, "a"), modeOf(dir, "b")], [0o600, 0o600]);
});

test("a write that fails leaves nothing behind", async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, "taken"));
  await assert.rejects(writeOver(dir, "taken", "", PUBLIC), { code: "EISDIR" });
  assert.deepEqual(readdirSync(dir), ["taken"]);
});

test("a key others could read is taken away from their eyes", async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "key"), "", { mode: 0o644 });
  await keepSecret(join(dir, "key"));
  assert.equal(modeOf(dir, "key"), 0o600);
});

test("setting aside keeps the file under another name, and is content with none", async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "key"), "garbage");
  await setAside(dir, "key");
  await setAside(dir, "key");
  assert.equal(await readIfThere(join(dir, "key")), undefined);
  assert.equal(text(dir, "key.damaged"), "garbage");
});

test("removing what is not there is no error", async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "key"), "");
  await removeIfThere(dir, "key");
  await removeIfThere(dir, "key");
  assert.deepEqual(readdirSync(dir), []);
});

test("only a missing file is no file: other failures are told", async (t) => {
  await assert.rejects(readIfThere(temporaryFolder(t)), { code: "EISDIR" });
});

test("temporary paths are told apart", () => {
  assert.equal(isTemporary("/home/u/ferrox/.making-a1b2c3/key"), true);
  assert.equal(isTemporary("/home/u/ferrox/key"), false);
});
