import assert from "node:assert/strict";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openStatusFile, readStatus, statusPathOf } from "../../src/cli/run-status.ts";
import { tempFolder } from "../support/temp-folder.ts";

const WHO = { pid: 7, birth: "boot/1" };

function noTrouble(error: unknown): void {
  throw error;
}

test("a server that has just started has reloaded nothing", (t) => {
  const pidFile = join(tempFolder(t), "a.pid");
  assert.equal(readStatus(pidFile), undefined);
  const status = openStatusFile(pidFile, WHO, noTrouble);
  assert.deepEqual(readStatus(pidFile), { ...WHO, reloads: 0, outcome: "none", text: "" });
  status.remove();
  assert.equal(existsSync(statusPathOf(pidFile)), false);
});

test("each reload is counted, and a short text leaves nothing of a long one", (t) => {
  const pidFile = join(tempFolder(t), "a.pid");
  const status = openStatusFile(pidFile, WHO, noTrouble);
  t.after(() => status.remove());
  status.reloaded("failed", `ferrox.yml:3:1: ${"long ".repeat(1000)}`);
  assert.equal(readStatus(pidFile)?.text.length, 2000);
  status.reloaded("ok", "nothing has changed");
  assert.deepEqual(readStatus(pidFile), {
    ...WHO,
    reloads: 2,
    outcome: "ok",
    text: "nothing has changed",
  });
});

for (const text of [
  "",
  "{",
  "7\n",
  '{"pid":7}\n',
  '{"pid":7,"reloads":1,"outcome":"fine","text":""}\n',
]) {
  test(`${JSON.stringify(text)} is no status`, (t) => {
    const pidFile = join(tempFolder(t), "a.pid");
    writeFileSync(statusPathOf(pidFile), text);
    assert.equal(readStatus(pidFile), undefined);
  });
}

test("a status behind a link is not read", (t) => {
  const folder = tempFolder(t);
  const status = openStatusFile(join(folder, "real.pid"), WHO, noTrouble);
  t.after(() => status.remove());
  symlinkSync("real.pid.status", join(folder, "a.pid.status"));
  assert.equal(readStatus(join(folder, "a.pid")), undefined);
});
