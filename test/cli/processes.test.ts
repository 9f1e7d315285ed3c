// Real processes: this one, one that has ended, and one that nobody has buried yet.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { realProcesses } from "../../src/cli/processes.ts";
import { eventually } from "../support/program.ts";

test("this process is there, and its birth does not change", () => {
  const facts = realProcesses.look(process.pid);
  assert.ok(facts !== undefined);
  assert.deepEqual(realProcesses.look(process.pid), facts);
  if (existsSync("/proc/self/stat")) {
    assert.match(facts.birth ?? "", /^[0-9a-f-]{36}\/[0-9]+$/);
    assert.equal(facts.uid, process.getuid?.());
  }
});

test("a process that has ended is gone, and so is a signal to it", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid } = child;
  assert.ok(pid !== undefined);
  await once(child, "exit");
  assert.equal(realProcesses.look(pid), undefined);
  assert.equal(realProcesses.signal(pid, "SIGTERM"), "gone");
});

test("a process whose name holds brackets and spaces is read right", async (t) => {
  if (!existsSync("/proc/self/stat")) return t.skip("no /proc here");
  const child = spawn(process.execPath, [
    "-e",
    "process.title = ') Z 1 ('; console.log('on'); setInterval(() => {}, 1000)",
  ]);
  t.after(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  assert.match(realProcesses.look(child.pid ?? 0)?.birth ?? "", /\/[0-9]{2,}$/);
});

test("what is left of a process that its parent does not bury is no process", async (t) => {
  if (!existsSync("/proc/self/stat")) return t.skip("no /proc here");
  const script = "sleep 0 & echo $!; exec sleep 30";
  const parent = spawn("sh", ["-c", script]);
  t.after(() => void parent.kill("SIGKILL"));
  const [text]: Buffer[] = await once(parent.stdout, "data");
  const pid = Number(String(text));
  await eventually("its end", async () => realProcesses.look(pid) === undefined || undefined);
  assert.equal(existsSync(`/proc/${pid}`), true);
});

test("a signal arrives", async () => {
  const child = spawn(process.execPath, [
    "-e",
    "process.on('SIGHUP', () => process.exit(7)); console.log('on'); setInterval(() => {}, 1000)",
  ]);
  await once(child.stdout, "data");
  assert.equal(realProcesses.signal(child.pid ?? 0, "SIGHUP"), "sent");
  assert.deepEqual(await once(child, "exit"), [7, null]);
});
