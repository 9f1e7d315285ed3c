// How the program starts, how it refuses to, and how it ends: what it says and its exit status.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import {
  configText,
  eventually,
  MAIN,
  PROJECT_ROOT,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const PAGE = { "www/index.html": "hello\n" };

test("it says where it listens, and does", async (t) => {
  const program = await startProgram(t, { files: PAGE });
  assert.match(program.stdout(), /http:\/\/127\.0\.0\.1:[1-9][0-9]*\b/);
  assert.equal((await fetchRaw(program, ask("/"))).body.toString(), "hello\n");
  assert.equal(program.stderr(), "");
});

test("without a terminal it says it in one line", async (t) => {
  const program = await startProgram(t);
  await program.stop();
  const lines = program.stdout().split("\n");
  assert.equal(lines.filter((line) => line.includes("http://")).length, 1);
  assert.equal(program.stdout().includes("\u001b"), false);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends it with status 0`, async (t) => {
    const program = await startProgram(t);
    program.signal(signal);
    assert.equal(await program.ended(), 0);
    assert.equal(program.stderr(), "");
  });
}

test("a signal in the very moment it says where it listens is heard", async (t) => {
  const codes = Array.from({ length: 8 }, () => {
    const child = spawn(process.execPath, [MAIN, "serve", PROJECT_ROOT, "-p", "0"]);
    t.after(() => void child.kill("SIGKILL"));
    child.stdout.once("data", () => child.kill("SIGTERM"));
    return new Promise((resolve) => child.once("close", resolve));
  });
  assert.deepEqual(await Promise.all(codes), Array(8).fill(0));
});

test("the folder of the logs is made", async (t) => {
  const program = await startProgram(t, { config: configText().replace("logs", "var/log/web") });
  assert.equal(await program.stop(), 0);
  const made = await readdir(`${program.folder}/var/log/web`);
  assert.deepEqual(made.sort(), ["access.log", "error.log"]);
});

test("a folder on the command line is served without any configuration", async (t) => {
  const program = await startProgram(t, {
    args: ["public", "-p", "0"],
    files: { "public/a.txt": "from public\n" },
  });
  assert.equal((await fetchRaw(program, ask("/a.txt"))).body.toString(), "from public\n");
});

test("a folder whose port is taken is served on the next free one, and it says so", async (t) => {
  const taken = await takePort(t);
  const program = await startProgram(t, { args: ["www", "--port", String(taken)], files: PAGE });
  assert.ok(program.port > taken, `${program.port} comes after ${taken}`);
  assert.match(program.stdout() + program.stderr(), new RegExp(`\\b${taken}\\b`));
  assert.equal((await fetchRaw(program, ask("/"))).status, 200);
});

test("a configured port that is taken is one line on stderr and status 1", async (t) => {
  const taken = await takePort(t);
  const config = configText().replace("http_port: 0", `http_port: ${taken}`);
  const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], {
    ...PAGE,
    "ferrox.yml": config,
  });
  assert.equal(ended.code, 1);
  assert.equal(oneLine(ended.stderr).includes(`${taken}`), true, ended.stderr);
  assert.doesNotMatch(ended.stdout, /http:\/\//);
});

test("a folder that does not exist is one line on stderr and status 1 or 2", async (t) => {
  const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], {
    "ferrox.yml": configText(),
  });
  assert.ok(ended.code === 1 || ended.code === 2, `status ${ended.code}`);
  assert.match(ended.stderr, /www/);
  assert.doesNotMatch(ended.stderr, /\n\s+at /);
});

const TWO_PROBLEMS = {
  "www/index.html": "hello\n",
  "ferrox.yml": configText("headers:\n  X-Number: 7\n").replace("index: true", "indx: true"),
};

test("a configuration with problems starts nothing: one line with the place, status 2", async (t) => {
  const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], TWO_PROBLEMS);
  assert.equal(ended.code, 2);
  assert.equal(ended.stdout, "");
  assert.match(oneLine(ended.stderr), /^ferrox\.yml:5:3: .*indx.*did you mean index.*1 more/);
  assert.deepEqual((await readdir(ended.folder)).sort(), ["ferrox.yml", "www"]);
});

test("check names every problem with its place, its line and a mark under it", async (t) => {
  const ended = await runProgram(t, ["check", "--config", "ferrox.yml"], TWO_PROBLEMS);
  assert.equal(ended.code, 2);
  const said = ended.stdout + ended.stderr;
  assert.match(said, /^ferrox\.yml:5:3: .*indx/m);
  assert.match(said, /^ferrox\.yml:10:13: /m);
  assert.match(said, /X-Number: 7\n.*\^/);
});

test("a configuration that is no YAML is named with its place", async (t) => {
  const ended = await runProgram(t, ["serve", "--config", "ferrox.yml"], {
    "ferrox.yml": 'server:\n  addr: "127.0.0.1\n',
  });
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^ferrox\.yml:[23]:[0-9]+: /m);
  assert.equal(ended.stdout, "");
});

test("a configuration that is not there is one line and status 2", async (t) => {
  const ended = await runProgram(t, ["serve", "--config", "nowhere.yml"]);
  assert.equal(ended.code, 2);
  assert.match(oneLine(ended.stderr), /nowhere\.yml/);
});

test("an unknown flag is status 2, with a guess at what was meant", async (t) => {
  const ended = await runProgram(t, ["serve", "--prot", "8080"]);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /did you mean .?--port/);
  assert.equal(ended.stdout, "");
});

test("an unknown command is status 2, with a guess at what was meant", async (t) => {
  const ended = await runProgram(t, ["sevre"]);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /did you mean .?serve/);
});

test("check says that a good file is good, and opens no port", async (t) => {
  const ended = await runProgram(t, ["check", "--config", "ferrox.yml"], {
    ...PAGE,
    "ferrox.yml": configText(),
  });
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /ferrox\.yml is fine/);
});

test("--version and --help answer on stdout with status 0", async (t) => {
  const version = await runProgram(t, ["--version"]);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /[0-9]+\.[0-9]+\.[0-9]+/);
  const help = await runProgram(t, ["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /serve/);
});

/** A port of 127.0.0.1 that somebody else listens on, with room above it. */
async function takePort(t: TestContext): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => other.close(resolve)));
  const address = other.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

function oneLine(text: string): string {
  assert.match(text, /^[^\n]+\n$/);
  return text;
}

test("a process that may hold only 64 descriptors comes up", async (t) => {
  const folder = await temporaryFolder(t, { "www/index.html": "here" });
  // A shell, to set the limit: Node would raise a soft one by itself.
  const command = 'ulimit -n 64 && exec "$0" "$1" serve www -p 0';
  const child = spawn("sh", ["-c", command, process.execPath, MAIN], { cwd: folder });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  for await (const piece of child.stdout) {
    said += String(piece);
    if (said.includes("http://")) break;
  }
  assert.match(said, /^Ferrox running on http:\/\/127\.0\.0\.1:\d+$/m);
});

/** A window with the program in it, which is closed by killing what shows it. */
async function inTerminal(t: TestContext, words: string): Promise<{ url: string; close(): void }> {
  const folder = await temporaryFolder(t, { ...PAGE, "ferrox.yml": configText() });
  const command = `exec "${process.execPath}" "${MAIN}" serve ${words}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: folder });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(piece);
    const url = /http:\/\/[a-z0-9.]+:\d+/.exec(said)?.[0];
    if (url !== undefined) return { url, close: () => void child.kill("SIGKILL") };
  }
  throw new Error(`it said only: ${said}`);
}

test("a folder that is served in passing is served no more when its window is closed", {
  skip: lacks("script") ?? false,
}, async (t) => {
  const { url, close } = await inTerminal(t, "www -p 0");
  assert.equal((await fetch(url)).status, 200);
  close();
  await eventually("the end of the server", () =>
    fetch(url).then(
      () => undefined,
      () => true,
    ),
  );
});
