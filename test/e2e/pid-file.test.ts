// The pid file and the commands that live by it, with real processes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import {
  configText,
  eventually,
  MAIN,
  type Program,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const WITH_PID_FILE = configText("").replace(
  "log_dir: logs\n",
  "log_dir: logs\n  pid_file: a.pid\n",
);
const TWO_WORKERS = WITH_PID_FILE.replace("server:\n", "server:\n  workers: 2\n");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Another ferrox in the program's own folder. */
async function command({ folder }: Program, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  const [code]: [number | null] = await once(child, "close").then(([code]) => [code]);
  return { code, out, err };
}

/** So that a configuration that is reloaded does not move its door. */
function withPort(config: string, { port }: Program): string {
  return config.replace("http_port: 0", `http_port: ${port}`);
}

async function start(t: TestContext, config: string): Promise<Program> {
  const program = await startProgram(t, { config });
  await writeFile(`${program.folder}/ferrox.yml`, withPort(config, program));
  return program;
}

test("the file holds the number while the server runs, readable to all, and no longer", async (t) => {
  const program = await startProgram(t, { config: WITH_PID_FILE });
  const path = `${program.folder}/a.pid`;
  assert.equal(await readFile(path, "utf8"), `${program.pid}\n`);
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.equal(await program.stop(), 0);
  assert.equal(existsSync(path), false);
  assert.equal(existsSync(`${path}.status`), false);
});

test("asked to stop while its workers are still starting, it stops, and leaves nothing", async (t) => {
  const folder = await temporaryFolder(t, { "ferrox.yml": TWO_WORKERS, "www/ok.txt": "ok\n" });
  const child = spawn(process.execPath, [MAIN, "serve"], { cwd: folder, stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "close");
  // It is written when the doors are open, long before a worker is there.
  await eventually("a pid file", async () => (existsSync(`${folder}/a.pid`) ? true : undefined));
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  assert.equal(existsSync(`${folder}/a.pid`), false);
});

test("--pid-file says it for a folder served in passing", async (t) => {
  const args = ["www", "--port", "0", "--pid-file", "here.pid"];
  const program = await startProgram(t, { args });
  assert.equal(await readFile(`${program.folder}/here.pid`, "utf8"), `${program.pid}\n`);
  const stopped = await command(program, "stop", "--pid-file", "here.pid");
  assert.deepEqual(stopped, { code: 0, out: `stopped: process ${program.pid}\n`, err: "" });
  assert.equal(await program.ended(), 0);
});

test("a second server with the same file does not start", async (t) => {
  const program = await startProgram(t, { config: WITH_PID_FILE });
  const second = await command(program, "serve");
  const path = `${program.folder}/a.pid`;
  assert.equal(second.code, 1);
  assert.equal(
    second.err,
    `ferrox: ferrox is already running as process ${program.pid} (${path})\n`,
  );
  assert.equal(readFileSync(path, "utf8"), `${program.pid}\n`);
  assert.equal((await fetchRaw(program, ask("/"))).status, 200);
});

test("a server that was killed leaves a file that stops nobody", async (t) => {
  const program = await startProgram(t, { config: WITH_PID_FILE });
  program.signal("SIGKILL");
  await program.ended();
  const reload = await command(program, "reload");
  assert.equal(reload.code, 1);
  assert.match(reload.err, /^ferrox: no server is running: process [0-9]+ of .*a\.pid is gone\n$/);
  const args = ["--config", `${program.folder}/ferrox.yml`];
  const next = await startProgram(t, { args });
  assert.equal(readFileSync(`${program.folder}/a.pid`, "utf8"), `${next.pid}\n`);
  await next.stop();
});

test("a planted link is not followed", async (t) => {
  const program = await startProgram(t);
  writeFileSync(`${program.folder}/victim`, "precious");
  symlinkSync("victim", `${program.folder}/planted.pid`);
  const args = ["serve", "www", "-p", "0", "--pid-file", "planted.pid"];
  const { code, err } = await command(program, ...args);
  assert.equal(code, 1);
  assert.match(err, /planted\.pid is a symbolic link, which is not followed\n$/);
  assert.equal(readFileSync(`${program.folder}/victim`, "utf8"), "precious");
});

for (const [what, config] of [
  ["one process", WITH_PID_FILE],
  ["workers", TWO_WORKERS],
] as const) {
  test(`a reload of ${what} says what has changed, and why it was not done`, async (t) => {
    const program = await start(t, config);
    const file = `${program.folder}/ferrox.yml`;
    const text = readFileSync(file, "utf8");
    assert.equal((await command(program, "reload")).code, 0);
    await writeFile(file, `${text}headers: { X-New: here }\n`);
    const done = await command(program, "reload");
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /^reloaded: .*headers/);
    assert.equal((await fetchRaw(program, ask("/"))).fields.get("x-new"), "here");

    // Fine to read, and refused by the machine: another server is there.
    const other = await startProgram(t);
    await writeFile(file, text.replace(/http_port: .*/, `http_port: ${other.port}`));
    const refused = await command(program, "reload");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^ferrox: not reloaded, process [0-9]+ goes on as before: port/);

    await writeFile(file, `${text}hedaers: {}\n`);
    const wrong = await command(program, "reload");
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /hedaers/);
    assert.equal((await fetchRaw(program, ask("/"))).fields.get("x-new"), "here");
    // Nor would the configuration that is wrong now say where the pid file is.
    assert.equal((await command(program, "stop")).code, 2);
    assert.equal((await command(program, "stop", "--pid-file", "a.pid")).code, 0);
    assert.equal(await program.ended(), 0);
  });
}

test("stop waits for the answer under way", async (t) => {
  const program = await startProgram(t, {
    config: WITH_PID_FILE,
    files: { "www/large.bin": new Uint8Array(64 * 1024 * 1024) },
  });
  const response = await fetch(`${program.url}/large.bin`);
  const stopping = command(program, "stop");
  await eventually(
    "the drain",
    async () => /"stopping"/.test(await program.errorLog()) || undefined,
  );
  const bytes = await response.arrayBuffer();
  assert.equal(bytes.byteLength, 64 * 1024 * 1024);
  assert.equal((await stopping).code, 0);
});
