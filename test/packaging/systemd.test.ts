// The units, held against systemd itself. It does not have to run for that; what a running one does
// with them is not tried here.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseCommandLine } from "../../src/cli/arguments.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { lacks } from "../support/have-tool.ts";
import { PROJECT_ROOT } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const FOLDER = join(PROJECT_ROOT, "packaging/systemd");
const SERVICE = readFileSync(join(FOLDER, "ferrox.service"), "utf8");
const SOCKET = readFileSync(join(FOLDER, "ferrox.socket"), "utf8");

/** The units in a folder of their own; the program is one that every machine has. */
function installed(t: TestContext): string {
  // Not below a folder that only its owner may enter: units are asked for by name.
  const folder = mkdtempSync(join(tmpdir(), "ferrox-units-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "ferrox.service"), SERVICE.replaceAll("/usr/bin/ferrox", "/bin/true"));
  writeFileSync(join(folder, "ferrox.socket"), SOCKET);
  return folder;
}

/** The last value of a key; the last one counts in units too. */
function settingOf(unit: string, key: string): string | undefined {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].at(-1)?.[1];
}

test("systemd finds nothing to say against the units", async (t) => {
  const reason = lacks("systemd-analyze");
  if (reason !== undefined) return t.skip(reason);
  const folder = installed(t);
  const units = ["ferrox.service", "ferrox.socket"].map((name) => join(folder, name));
  const { code, stdout, stderr } = await runTool("systemd-analyze", ["verify", ...units]);
  assert.equal(stderr + stdout.toString(), "");
  assert.equal(code, 0);
});

test("a misspelt key would have been found", async (t) => {
  const reason = lacks("systemd-analyze");
  if (reason !== undefined) return t.skip(reason);
  const path = join(installed(t), "ferrox.service");
  writeFileSync(path, readFileSync(path, "utf8").replace("NoNewPrivileges", "NoNewPriviledges"));
  const { stderr } = await runTool("systemd-analyze", ["verify", path]);
  assert.match(stderr, /Unknown key.* 'NoNewPriviledges'/);
});

test("the exposure that systemd counts is at most 2.0 of 10", async (t) => {
  const reason = lacks("systemd-analyze");
  if (reason !== undefined) return t.skip(reason);
  const path = join(installed(t), "ferrox.service");
  const args = ["security", "--offline=true", "--threshold=20", "--no-pager", path];
  const { code, stdout, stderr } = await runTool("systemd-analyze", args);
  if (/unrecognized option/.test(stderr)) return t.skip("this systemd cannot judge offline");
  assert.equal(code, 0, stdout.toString().split("\n").at(-2));
  assert.match(stdout.toString(), /Overall exposure level for ferrox\.service: 1\.[0-9] OK/);
});

test("its commands are ones that ferrox understands, and agree on the pid file", () => {
  const optionsOf = (key: string) => {
    const [program, ...words] = (settingOf(SERVICE, key) ?? "").split(" ");
    assert.equal(program, "/usr/bin/ferrox");
    const line = parseCommandLine(words);
    assert.ok(line.kind === "command", JSON.stringify(line));
    assert.ok(line.command.name === "serve" || line.command.name === "reload");
    const { file, pidFile } = line.command.options;
    return { name: line.command.name, file, pidFile };
  };
  const files = { file: "/etc/ferrox/ferrox.yml", pidFile: "/run/ferrox/ferrox.pid" };
  assert.deepEqual(optionsOf("ExecStart"), { name: "serve", ...files });
  assert.deepEqual(optionsOf("ExecReload"), { name: "reload", ...files });
  assert.equal(settingOf(SERVICE, "RuntimeDirectory"), "ferrox");
});

test("time to stop is longer than the drain of the configuration beside it", (t) => {
  const folder = tempFolder(t);
  const text = readFileSync(join(FOLDER, "ferrox.yml"), "utf8");
  writeTree(folder, { "www/": "", "ferrox.yml": text.replace("/var/www/html", "www") });
  const read = loadConfig({
    file: "ferrox.yml",
    cwd: folder,
    overrides: [{ section: "paths", word: "log_dir", value: "logs", origin: "test" }],
    judgeCertificate: () => ({ kind: "certificate", warnings: [] }),
    hintWhenMissing: undefined,
  });
  assert.ok(read.kind === "config", JSON.stringify(read));
  const { drainMs, drainDelayMs } = read.config.limits;
  const stopMs = Number(settingOf(SERVICE, "TimeoutStopSec")) * 1000;
  assert.ok(stopMs >= drainMs + drainDelayMs + 10_000, `${stopMs} ms`);
  // Where systemd lets it write, and nowhere else.
  assert.match(text, /^ {2}log_dir: \/var\/log\/ferrox$/m);
  assert.equal(settingOf(SERVICE, "LogsDirectory"), "ferrox");
});

test("the user of the unit is the one that sysusers makes", async (t) => {
  const path = join(FOLDER, "ferrox.sysusers");
  assert.match(readFileSync(path, "utf8"), /^u ferrox - /m);
  assert.equal(settingOf(SERVICE, "User"), "ferrox");
  const reason = lacks("systemd-sysusers");
  if (reason !== undefined) return t.skip(reason);
  const root = tempFolder(t);
  writeTree(root, { "etc/": "" });
  const { code, stderr } = await runTool("systemd-sysusers", [`--root=${root}`, path]);
  if (/not permitted|denied/i.test(stderr)) return t.skip(stderr.trim());
  assert.equal(code, 0, stderr);
  assert.match(readFileSync(join(root, "etc/passwd"), "utf8"), /^ferrox:x:[0-9]+:/m);
});
