// Started as root, and nobody soon after. Skipped where the tests are not run as root.

import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { type TestContext, test } from "node:test";
import {
  configText,
  eventually,
  type Program,
  runProgram,
  startProgram,
} from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const NOBODY = 65_534;

function asNobody(more = "", log = "  log_dir: logs\n"): string {
  return configText(more, "  user: nobody\n").replace("  log_dir: logs\n", log);
}

async function startAsRoot(t: TestContext, config: string): Promise<Program | undefined> {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) {
    t.skip("only root on Linux can become somebody else and look");
    return undefined;
  }
  const program = await startProgram(t, {
    config,
    files: { "www/secret.txt": "for root alone\n" },
  });
  // Folders of tests are for their owner alone.
  chmodSync(program.folder, 0o755);
  chmodSync(`${program.folder}/www/secret.txt`, 0o600);
  return program;
}

function uidsOf(pid: number): string {
  return /^Uid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";
}

for (const [what, config] of [
  ["a server", asNobody()],
  ["a server of workers", asNobody().replace("server:\n", "server:\n  workers: 2\n")],
] as const) {
  test(`${what} is nobody, in every process, and reads what nobody may`, async (t) => {
    const program = await startAsRoot(t, config);
    if (program === undefined) return;
    const { pid } = program;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    const all = [pid, ...children.split(" ").filter(Boolean).map(Number)];
    for (const one of all) {
      assert.equal(uidsOf(one), [NOBODY, NOBODY, NOBODY, NOBODY].join("\t"));
    }
    assert.equal((await fetchRaw(program, ask("/"))).status, 200);
    assert.equal((await fetchRaw(program, ask("/secret.txt"))).status, 403);
    assert.equal(await program.stop(), 0);
  });
}

test("its logs are nobody's, and a rotation works", async (t) => {
  const program = await startAsRoot(t, asNobody());
  if (program === undefined) return;
  const logs = `${program.folder}/logs`;
  await fetchRaw(program, ask("/?before"));
  await eventually(
    "a line",
    async () => (await program.accessLog()).includes("before") || undefined,
  );
  renameSync(`${logs}/access.log`, `${logs}/access.log.1`);
  program.signal("SIGUSR2");
  await eventually("a new file", async () => readdirSync(logs).includes("access.log") || undefined);
  await fetchRaw(program, ask("/?after"));
  await program.stop();
  assert.match(readFileSync(`${logs}/access.log`, "utf8"), /after/);
  for (const name of ["access.log", "access.log.1", "error.log"]) {
    assert.equal(statSync(`${logs}/${name}`).uid, NOBODY, name);
  }
});

test("a pid file that nobody may remove is root's, and stale afterwards", async (t) => {
  const config = asNobody("", "  log_dir: logs\n  pid_file: a.pid\n");
  const program = await startAsRoot(t, config);
  if (program === undefined) return;
  const path = `${program.folder}/a.pid`;
  assert.equal(statSync(path).uid, 0);
  assert.equal(await program.stop(), 0);
  assert.equal(readFileSync(path, "utf8"), `${program.pid}\n`);
  const args = ["--config", `${program.folder}/ferrox.yml`];
  const next = await startProgram(t, { args });
  assert.equal(readFileSync(path, "utf8"), `${next.pid}\n`);
});

test("a user whom this machine does not know ends the start in one line", async (t) => {
  const config = configText("", "  user: nobody_such\n");
  const { code, stderr } = await runProgram(t, ["serve"], {
    "ferrox.yml": config,
    "www/index.html": "",
  });
  assert.equal(code, 1);
  assert.equal(stderr, "ferrox: server.user: this machine knows no user nobody_such\n");
});

test("root whom nobody told otherwise is warned, in the log", async (t) => {
  const program = await startAsRoot(t, configText());
  if (program === undefined) return;
  await program.stop();
  assert.match(await program.errorLog(), /"level":"warn".*running as root: set server\.user/);
  assert.equal(program.stderr(), "");
});
