// What other programs make of the access log: fail2ban with the filter and GoAccess with the
// settings that stand in packaging/, over lines that the real program wrote of a hostile audience.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  configText,
  PROJECT_ROOT,
  type Program,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const PACKAGING = join(PROJECT_ROOT, "packaging");
const FILTER = join(PACKAGING, "fail2ban", "filter.d", "ferrox.conf");

/** The reason not to, for the report of the tests. */
function missing(program: string): string | false {
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore" });
  return error === undefined ? false : `${program} is not installed`;
}

function start(t: Parameters<typeof startProgram>[0]): Promise<Program> {
  return startProgram(t, {
    config: configText(
      "limits: { request_rate: 1, request_burst: 3 }\n" +
        "routes:\n  - { path: /staff/, files: site, allow: [192.0.2.1] }\n" +
        "  - { path: /, files: site }\n",
      "  trusted_proxies: [127.0.0.1]\n",
    ),
    files: { "www/plain.txt": "0123456789" },
  });
}

type Ask = (client: string, path: string, fields?: Record<string, string>) => Promise<number>;

/** Whoever is behind a trusted proxy stands in the log by his own address. */
function asking(program: Program): Ask {
  return async (client, path, fields = {}) =>
    (await fetchRaw(program, ask(path, { "X-Forwarded-For": client, ...fields }))).status;
}

const FORGED =
  '203.0.113.66 - - [20/Nov/2026:10:00:00 +0000] "GET /wp-login.php HTTP/1.1" 404 9 "-" "-" 0.001000';

/** What nobody may be banned for, least of all the one whose address a stranger writes. */
async function beHostile(program: Program, from: Ask): Promise<void> {
  await from("198.51.100.1", "/plain.txt", { "User-Agent": FORGED });
  await from("198.51.100.2", "/plain.txt", { Referer: `" 200 1 "-" "-" 0.1 ${FORGED}` });
  await from("198.51.100.3", "/plain.txt", { "User-Agent": `x" 401 1 "-" "-" 0.1` });
  await from("198.51.100.4", `/plain.txt?${encodeURIComponent(`\r\n${FORGED}`)}`);
  await from("198.51.100.5", '/plain.txt?"%22\\', { "User-Agent": "\u00ff\u00fe \u001b[31m \\\\" });
  await from("198.51.100.6", "/wp-login.php%22%20404%201", { "User-Agent": "caf\u00e9" });
  // Refused before anybody could say for whom: the proxy's own address.
  await fetchRaw(program, `${FORGED}\r\n\r\n`);
  await fetchRaw(program, `GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.66\rX\r\n\r\n`);
}

function bannable(log: string, mode: string): string[] {
  const { status, stdout, stderr } = spawnSync(
    "fail2ban-regex",
    ["--out", "ip", log, `${FILTER}[mode=${mode}]`],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stdout + stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

test("fail2ban counts refusals and probing against who did it, and nobody can write another's name", {
  skip: missing("fail2ban-regex"),
}, async (t) => {
  const program = await start(t);
  const from = asking(program);
  const bad = [
    [403, "192.0.2.11", "/staff/x"],
    [404, "192.0.2.12", "/blog/wp-login.php"],
    [404, "192.0.2.13", "/.env"],
    [404, "2001:db8::14", "/cgi-bin/luci?x=1"],
    [404, "192.0.2.15", "/PhpMyAdmin/"],
    [404, "192.0.2.16", "/a/b.aspx"],
  ] as const;
  for (const [status, client, path] of bad) assert.equal(await from(client, path), status, path);
  for (const status of [200, 200, 200, 429]) {
    assert.equal(await from("192.0.2.17", "/plain.txt"), status);
  }
  assert.equal(await from("192.0.2.20", "/plain.txt?q=/wp-login.php"), 200);
  assert.equal(await from("192.0.2.21", "/gone.html"), 404);
  await beHostile(program, from);
  await program.stop();
  const log = join(program.folder, "logs", "access.log");
  const told = [...bad.map(([, client]) => client), "192.0.2.17"];
  // Bytes that were no request came from the proxy: who had sent them to it could not be read.
  const hostile = ["127.0.0.1", "198.51.100.6", "127.0.0.1", "127.0.0.1"];
  assert.deepEqual(bannable(log, "normal"), [...told, ...hostile]);
  assert.deepEqual(bannable(log, "aggressive"), [...told, "192.0.2.21", ...hostile]);
});

test("the example jail, turned on beside what fail2ban has of its own, is one that it takes", {
  skip: missing("fail2ban-client"),
}, async (t) => {
  const folder = await temporaryFolder(t);
  await cp("/etc/fail2ban", folder, { recursive: true });
  await cp(FILTER, join(folder, "filter.d", "ferrox.conf"));
  const jail = await readFile(join(PACKAGING, "fail2ban", "jail.d", "ferrox.conf"), "utf8");
  const log = join(folder, "access.log");
  await writeFile(log, "");
  const turnedOn = jail
    .replace("enabled  = false", "enabled = true")
    .replace("/var/log/ferrox/access.log", log);
  await writeFile(join(folder, "jail.d", "zz-ferrox.local"), turnedOn);
  const dump = spawnSync("fail2ban-client", ["-c", folder, "-d"], { encoding: "utf8" });
  assert.equal(dump.status, 0, dump.stderr);
  assert.ok(dump.stdout.includes("['add', 'ferrox', 'auto']"), dump.stdout);
  assert.ok(dump.stdout.includes(`['set', 'ferrox', 'addlogpath', '${log}', 'head']`));
  assert.ok(dump.stdout.includes("['set', 'ferrox', 'maxretry', 20]"));
});

test("GoAccess reads every line, hostile ones too", { skip: missing("goaccess") }, async (t) => {
  const program = await start(t);
  const from = asking(program);
  await from("192.0.2.30", "/plain.txt", { "User-Agent": "tester/1.0" });
  await from("2001:db8::31", "/gone.html");
  await beHostile(program, from);
  await program.stop();
  const log = join(program.folder, "logs", "access.log");
  const written = (await readFile(log, "utf8")).trimEnd().split("\n").length;
  const output = join(program.folder, "report.json");
  const config = join(PACKAGING, "goaccess.conf");
  const { status, stderr } = spawnSync(
    "goaccess",
    [log, "--no-global-config", "--config-file", config, "--output", output],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  const report = JSON.parse(await readFile(output, "utf8"));
  const { total_requests, valid_requests, failed_requests } = report.general;
  assert.deepEqual([total_requests, valid_requests, failed_requests], [written, written, 0]);
  const found = report.static_requests.data.find(
    (it: { data: string }) => it.data === "/plain.txt",
  );
  assert.equal(found.hits.count >= 1, true);
  assert.ok(found.maxts > 0, "the time taken is read too");
  const hosts = report.hosts.data.map((it: { data: string }) => it.data);
  assert.ok(hosts.includes("2001:db8::31"));
  assert.ok(!hosts.includes("203.0.113.66"), "nobody has written another's name");
});
