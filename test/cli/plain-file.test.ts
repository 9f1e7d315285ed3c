// Files in folders where anybody may have been before.

import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeInPlaceOf, openPlain, unlinkIfAllowed } from "../../src/cli/plain-file.ts";
import { asNobody } from "../support/as-nobody.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("a small regular file is opened, and one that is missing is absent", (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "file"), "12\n");
  const opened = openPlain(join(folder, "file"));
  assert.ok(opened.kind === "opened");
  assert.equal(readFileSync(opened.descriptor, "utf8"), "12\n");
  closeSync(opened.descriptor);
  assert.deepEqual(openPlain(join(folder, "none")), { kind: "absent" });
});

test("a link, a folder, and a file without end are refused", (t) => {
  const folder = tempFolder(t);
  symlinkSync("/etc/passwd", join(folder, "link"));
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "long"), Buffer.alloc(16 * 1024 + 1));
  const reasonOf = (name: string) => {
    const opened = openPlain(join(folder, name));
    return opened.kind === "refused" ? opened.reason : opened.kind;
  };
  assert.equal(reasonOf("link"), "is a symbolic link, which is not followed");
  assert.equal(reasonOf("folder"), "is no regular file");
  assert.equal(reasonOf("long"), "is too long");
});

test("a pipe that nobody writes into does not make anybody wait", async (t) => {
  const path = join(tempFolder(t), "pipe");
  assert.equal((await runTool("mkfifo", [path])).code, 0);
  assert.deepEqual(openPlain(path), { kind: "refused", reason: "is no regular file" });
});

test("a file that may not be read is refused in words", (t) => {
  const path = join(tempFolder(t), "secret");
  writeFileSync(path, "1", { mode: 0o000 });
  assert.deepEqual(
    asNobody(() => openPlain(path)),
    { kind: "refused", reason: "may not be read by this user" },
  );
});

test("what is made may be read by all, whatever the umask, and leaves nothing beside it", (t) => {
  const folder = tempFolder(t);
  const before = process.umask(0o077);
  t.after(() => void process.umask(before));
  closeSync(makeInPlaceOf(join(folder, "ferrox.pid"), "7\n"));
  assert.equal(statSync(join(folder, "ferrox.pid")).mode & 0o777, 0o644);
  assert.deepEqual(readdirSync(folder), ["ferrox.pid"]);
});

test("a link in its place is replaced, and what it led to is as it was", (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "victim"), "precious");
  symlinkSync("victim", join(folder, "ferrox.pid"));
  closeSync(makeInPlaceOf(join(folder, "ferrox.pid"), "7\n"));
  assert.equal(readFileSync(join(folder, "victim"), "utf8"), "precious");
  assert.equal(readFileSync(join(folder, "ferrox.pid"), "utf8"), "7\n");
});

test("where the name is taken by a folder, nothing is left behind", (t) => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, "ferrox.pid"));
  assert.throws(() => makeInPlaceOf(join(folder, "ferrox.pid"), "7\n"), { code: "EISDIR" });
  assert.deepEqual(readdirSync(folder), ["ferrox.pid"]);
});

test("a file that may not be removed stays, without a word", (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "file"), "");
  asNobody(() => unlinkIfAllowed(join(folder, "file")));
  // Who is nobody anyway owns the folder, and may.
  assert.equal(readdirSync(folder).length, process.geteuid?.() === 0 ? 1 : 0);
  unlinkIfAllowed(join(folder, "file"));
  unlinkIfAllowed(join(folder, "file"));
  assert.deepEqual(readdirSync(folder), []);
});
