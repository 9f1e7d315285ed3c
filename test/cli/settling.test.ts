// The way to a serving process, for whoever stays who they are; becoming another user cannot be
// taken back, and is told in test/e2e/privileges.test.ts.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { beginSettling, type Settling, type SettlingOptions } from "../../src/cli/settling.ts";
import type { Config } from "../../src/config/config.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { bornAt, fakeProcesses } from "../support/fake-processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

function configIn(folder: string, server = "{}"): Config {
  const text = `server: ${server}\npaths: { serve_dir: ., log_dir: logs, pid_file: a.pid }\n`;
  const read = readConfig(text, "ferrox.yml", { folder, overrides: [] });
  assert.ok(read.kind === "config", JSON.stringify(read));
  return read.config;
}

function begun(config: Config, options: Partial<SettlingOptions> = {}): Settling {
  const defaults = { say: assert.fail, isWorker: false, processes: fakeProcesses() };
  const settling = beginSettling(config, { ...defaults, ...options });
  assert.ok(typeof settling !== "string", String(settling));
  return settling;
}

test("the pid file comes when the doors are open, and what was logged before is written", async (t) => {
  const folder = tempFolder(t);
  const settling = begun(configIn(folder));
  settling.logs.log.info("core", "before");
  assert.equal(existsSync(join(folder, "a.pid")), false);
  const settled = settling.settle();
  assert.ok(typeof settled !== "string");
  assert.equal(readFileSync(join(folder, "a.pid"), "utf8"), "100\n");
  settled.pidFile?.remove();
  await settling.logs.close();
  assert.match(readFileSync(join(folder, "logs/error.log"), "utf8"), /"before"/);
});

test("a worker leaves the pid file to the process that started it", async (t) => {
  const folder = tempFolder(t);
  const settling = begun(configIn(folder), { isWorker: true });
  assert.deepEqual(settling.settle(), { pidFile: undefined });
  assert.equal(existsSync(join(folder, "a.pid")), false);
  await settling.logs.close();
});

test("a server that runs already ends it, and its file stays", async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "a.pid"), "7\n");
  const settling = begun(configIn(folder), { processes: fakeProcesses({ 7: bornAt(7) }) });
  assert.match(String(settling.settle()), /^ferrox is already running as process 7 /);
  await settling.abandon();
  assert.equal(readFileSync(join(folder, "a.pid"), "utf8"), "7\n");
});

test("what is given up says nothing of logs that could not be written", async (t) => {
  const folder = tempFolder(t);
  // A file where the folder should be: as unwritable as can be, for root too.
  writeFileSync(join(folder, "logs"), "");
  const said: string[] = [];
  const settling = begun(configIn(folder), { say: (statement) => void said.push(statement) });
  settling.logs.log.error("core", "never read");
  await settling.abandon();
  assert.deepEqual(said, []);
});

test("what is given up later takes the pid file with it", async (t) => {
  const folder = tempFolder(t);
  const settling = begun(configIn(folder));
  assert.ok(typeof settling.settle() !== "string");
  await settling.abandon();
  assert.equal(existsSync(join(folder, "a.pid")), false);
});

test("a user who does not exist ends it before anything is opened", (t) => {
  const folder = tempFolder(t);
  const config = configIn(folder, "{ user: nobody_such }");
  const said = beginSettling(config, { say: assert.fail, isWorker: false });
  assert.equal(said, "server.user: this machine knows no user nobody_such");
  assert.equal(existsSync(join(folder, "logs")), false);
});
