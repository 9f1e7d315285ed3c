// The logrotate snippet, run by logrotate on the logs of the running program.

import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import {
  configText,
  eventually,
  PROJECT_ROOT,
  type Program,
  startProgram,
} from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const SNIPPET = readFileSync(join(PROJECT_ROOT, "packaging/logrotate/ferrox"), "utf8");

/** Of this machine, as the snippet's user of the real one. */
interface Owner {
  readonly user: string;
  readonly group: string;
}

async function ownName(): Promise<Owner> {
  const { stdout } = await runTool("id", ["-gn"]);
  return { user: userInfo().username, group: stdout.toString().trim() };
}

/** The snippet for a program in a folder of its own; nothing else in it is changed. */
async function rotate({ folder }: Program, { user, group }: Owner): Promise<void> {
  const path = join(folder, "logrotate.conf");
  const text = SNIPPET.replaceAll("/var/log/ferrox/", `${folder}/logs/`)
    .replaceAll("/run/ferrox/", `${folder}/`)
    .replace("su ferrox ferrox", `su ${user} ${group}`)
    .replace("create 0640 ferrox ferrox", `create 0640 ${user} ${group}`);
  assert.doesNotMatch(text.replace(/^#.*$/gm, ""), /\/(var|run)\//);
  writeFileSync(path, text, { mode: 0o644 });
  const { code, stderr } = await runTool("logrotate", [
    "--force",
    "--verbose",
    "--state",
    join(folder, "state"),
    path,
  ]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /^error:/m);
}

function withPidFile(server = ""): string {
  return configText("", server).replace(
    "  log_dir: logs\n",
    "  log_dir: logs\n  pid_file: ferrox.pid\n",
  );
}

async function rotatable(t: TestContext, config: string, owner: Owner): Promise<Program> {
  const program = await startProgram(t, { config });
  chmodSync(program.folder, 0o755);
  // As systemd makes it: what the umask of the tests says is nobody's business here.
  chmodSync(join(program.folder, "logs"), 0o750);
  assert.notEqual(owner.user, "");
  return program;
}

function linesOf(program: Program, name: string): number {
  const path = join(program.folder, "logs", name);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

for (const [what, server] of [
  ["one process", ""],
  ["workers", "  workers: 2\n"],
] as const) {
  test(`twice rotated under load, the log of ${what} has lost no line`, async (t) => {
    const reason = lacks("logrotate");
    if (reason !== undefined) return t.skip(reason);
    const owner = await ownName();
    const program = await rotatable(t, withPidFile(server), owner);
    let asked = 0;
    let isOver = false;
    const client = async () => {
      while (!isOver) {
        asked++;
        assert.equal((await fetchRaw(program, ask("/"))).status, 200);
      }
    };
    const clients = [client(), client()];
    for (let rotation = 1; rotation <= 2; rotation++) {
      const before = asked;
      await eventually("answers, and lines of them", async () =>
        asked > before + 50 && linesOf(program, "access.log") > 0 ? true : undefined,
      );
      await rotate(program, owner);
    }
    await eventually("lines in the newest file", async () =>
      linesOf(program, "access.log") > 0 ? true : undefined,
    );
    isOver = true;
    await Promise.all(clients);
    assert.equal(await program.stop(), 0);
    // The older one is compressed by now; the newest is not, for it was still being written.
    const { stdout } = await runTool("gzip", ["-dc", join(program.folder, "logs/access.log.2.gz")]);
    const oldest = stdout.toString().split("\n").length - 1;
    const [older, newest] = [linesOf(program, "access.log.1"), linesOf(program, "access.log")];
    assert.equal(oldest + older + newest, asked, `${oldest} + ${older} + ${newest}`);
    assert.ok(Math.min(oldest, older, newest) > 0, `${oldest} + ${older} + ${newest}`);
  });
}

test("a server that was started as root and is nobody goes on in the new file", async (t) => {
  if (process.geteuid?.() !== 0) return t.skip("only root can become somebody else");
  const reason = lacks("logrotate");
  if (reason !== undefined) return t.skip(reason);
  const owner = { user: "nobody", group: "nogroup" };
  const program = await rotatable(t, withPidFile("  user: nobody\n"), owner);
  await fetchRaw(program, ask("/?before"));
  await eventually("a line", async () => linesOf(program, "access.log") === 1 || undefined);
  await rotate(program, owner);
  await fetchRaw(program, ask("/?after"));
  await program.stop();
  const log = join(program.folder, "logs/access.log");
  assert.match(readFileSync(log, "utf8"), /after/);
  assert.doesNotMatch(readFileSync(log, "utf8"), /before/);
  assert.equal(statSync(log).uid, 65_534);
  assert.equal(statSync(log).mode & 0o777, 0o640);
});

test("without a server nothing is signalled and nothing fails", async (t) => {
  const reason = lacks("logrotate");
  if (reason !== undefined) return t.skip(reason);
  const owner = await ownName();
  const program = await rotatable(t, withPidFile(), owner);
  await fetchRaw(program, ask("/"));
  await program.stop();
  await rotate(program, owner);
  assert.equal(linesOf(program, "access.log.1"), 1);
  assert.equal(linesOf(program, "access.log"), 0);
});
