// Which process is meant, and every way of not finding it.

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findRunning, refusedSignal } from "../../src/cli/running-server.ts";
import { runningStory, SERVER_PID } from "../support/running-story.ts";

const BY_CONFIG = { file: undefined, pidFile: undefined };

test("the configuration says where the pid file is", (t) => {
  const { io, processes, pidFile } = runningStory(t);
  const found = findRunning(BY_CONFIG, io, processes);
  assert.ok(found.kind === "found");
  assert.equal(found.pid, SERVER_PID);
  assert.equal(found.pidFile, pidFile);
  assert.equal(found.config?.pidFile, pidFile);
});

test("a pid file that is named is enough, whatever ferrox.yml lies here", (t) => {
  const { io, processes, pidFile } = runningStory(t, "what: is this\n");
  assert.deepEqual(findRunning({ file: undefined, pidFile: "ferrox.pid" }, io, processes), {
    kind: "found",
    pid: SERVER_PID,
    pidFile,
    config: undefined,
  });
});

test("a configuration that is named is judged although the pid file is named too", (t) => {
  const { io, processes } = runningStory(t, "what: is this\n");
  const which = { file: "ferrox.yml", pidFile: "ferrox.pid" };
  assert.deepEqual(findRunning(which, io, processes), { kind: "failed", code: 2 });
});

test("without a pid file anywhere it is said how to name one", (t) => {
  const { io, err, processes } = runningStory(t, "paths: { serve_dir: www }\n");
  assert.deepEqual(findRunning(BY_CONFIG, io, processes), { kind: "failed", code: 1 });
  assert.equal(err(), "ferrox: no pid file is known: set paths.pid_file, or say --pid-file FILE\n");
});

test("no file, a dead process and a file of something else are told apart", (t) => {
  const { io, err, folder, pidFile, processes } = runningStory(t);
  const failed = { kind: "failed", code: 1 };
  rmSync(pidFile);
  assert.deepEqual(findRunning(BY_CONFIG, io, processes), failed);
  writeFileSync(pidFile, "8\n");
  assert.deepEqual(findRunning(BY_CONFIG, io, processes), failed);
  writeFileSync(pidFile, "eight\n");
  assert.deepEqual(findRunning(BY_CONFIG, io, processes), failed);
  const path = join(folder, "ferrox.pid");
  assert.deepEqual(err().split("\n"), [
    `ferrox: no server is running: there is no process number in ${path}`,
    `ferrox: no server is running: process 8 of ${path} is gone`,
    `ferrox: ${path} is no pid file: it holds no process number`,
    "",
  ]);
});

test("a signal that is not allowed, or comes too late, is one line and status 1", (t) => {
  const { io, err } = runningStory(t);
  assert.equal(refusedSignal("sent", 7, io), undefined);
  assert.equal(refusedSignal("not permitted", 7, io), 1);
  assert.equal(refusedSignal("gone", 7, io), 1);
  assert.equal(
    err(),
    "ferrox: process 7 belongs to another user: this one may not signal it\n" +
      "ferrox: process 7 has just ended\n",
  );
});
