// Whose number is it? And what stands in the way of writing ours.

import assert from "node:assert/strict";
import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { holderOf, type PidFile, writePidFile } from "../../src/cli/pid-file.ts";
import type { Processes } from "../../src/cli/processes.ts";
import { statusPathOf } from "../../src/cli/run-status.ts";
import { bornAt, fakeProcesses, OWN_PID } from "../support/fake-processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

function written(path: string, processes: Processes = fakeProcesses()): PidFile {
  const claim = writePidFile(path, processes, assert.ifError);
  assert.ok(claim.kind === "written", JSON.stringify(claim));
  return claim.file;
}

function refusal(path: string, processes: Processes = fakeProcesses()): string {
  const claim = writePidFile(path, processes, assert.ifError);
  assert.ok(claim.kind === "refused");
  return claim.message;
}

test("it holds the number and a line end, and is gone afterwards, status and all", (t) => {
  const folder = tempFolder(t);
  const path = join(folder, "ferrox.pid");
  const file = written(path);
  assert.equal(readFileSync(path, "utf8"), `${OWN_PID}\n`);
  assert.deepEqual(holderOf(path, fakeProcesses()), { kind: "running", pid: OWN_PID });
  file.remove();
  assert.deepEqual(readdirSync(folder), []);
});

test("the file of a living ferrox is refused, and left as it is", (t) => {
  const path = join(tempFolder(t), "ferrox.pid");
  writeFileSync(path, "7\n");
  const processes = fakeProcesses({ 7: bornAt(7) });
  assert.equal(refusal(path, processes), `ferrox is already running as process 7 (${path})`);
  assert.equal(readFileSync(path, "utf8"), "7\n");
});

for (const [text, what] of [
  ["7\n", "of a process that is gone"],
  ["", "that is empty"],
  [`${OWN_PID}\n`, "with our own number, as containers leave it"],
]) {
  test(`a file ${what} is replaced`, (t) => {
    const path = join(tempFolder(t), "ferrox.pid");
    writeFileSync(path, text ?? "");
    const file = written(path);
    assert.equal(readFileSync(path, "utf8"), `${OWN_PID}\n`);
    file.remove();
  });
}

test("a number that was given to another process is stale", (t) => {
  const path = join(tempFolder(t), "ferrox.pid");
  const before = fakeProcesses();
  written(path, { ...before, ownPid: 7, look: () => bornAt(1) });
  const processes = fakeProcesses({ 7: bornAt(2) });
  assert.deepEqual(holderOf(path, processes), { kind: "stale", pid: 7 });
  written(path, processes).remove();
});

for (const text of ["hello\n", "-1\n", "0\n", "7 8\n", "1e3\n", "99999999999\n"]) {
  test(`${JSON.stringify(text)} is no pid file, and is not written over`, (t) => {
    const path = join(tempFolder(t), "ferrox.pid");
    writeFileSync(path, text);
    assert.equal(refusal(path), `${path} is no pid file: it holds no process number`);
    assert.equal(readFileSync(path, "utf8"), text);
  });
}

test("a planted link is neither followed nor replaced", (t) => {
  const folder = tempFolder(t);
  const path = join(folder, "ferrox.pid");
  writeFileSync(join(folder, "victim"), "precious");
  symlinkSync("victim", path);
  assert.equal(refusal(path), `${path} is a symbolic link, which is not followed`);
  assert.equal(readFileSync(join(folder, "victim"), "utf8"), "precious");
});

test("a folder that is missing is told", (t) => {
  const path = join(tempFolder(t), "none", "ferrox.pid");
  assert.match(refusal(path), /^the pid file cannot be written: ENOENT/);
});

test("a file of somebody who does not own the process is not believed", (t) => {
  if (process.geteuid?.() !== 0) return t.skip("only root can give files away");
  const path = join(tempFolder(t), "ferrox.pid");
  writeFileSync(path, "7\n");
  chownSync(path, 65_534, 65_534);
  assert.deepEqual(holderOf(path, fakeProcesses({ 7: { birth: undefined, uid: 33 } })), {
    kind: "unusable",
    message: `${path} belongs to another user than process 7: it is not believed`,
  });
  const theirs = fakeProcesses({ 7: { birth: undefined, uid: 65_534 } });
  assert.deepEqual(holderOf(path, theirs), { kind: "running", pid: 7 });
});

test("the file of whoever has taken its place stays", (t) => {
  const path = join(tempFolder(t), "ferrox.pid");
  const file = written(path);
  writeFileSync(path, "7\n");
  file.remove();
  assert.equal(readFileSync(path, "utf8"), "7\n");
  assert.equal(existsSync(statusPathOf(path)), true);
});
