// `ferrox ls`, `cat`, `put`, `rm` and `mkdir` as people use them: the real program on both ends, in
// pipes, at a terminal, and interrupted.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { scryptSync } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import { configText, eventually, MAIN, startProgram } from "../support/program.ts";

const program = await startProgram(
  { after },
  {
    config: configText(`tls: { enabled: true, dev: true }
file_systems:
  shared: { kind: disk, root: shared, writable: true }
routes:
  - { path: /vfs, vfs_https: shared, auth: { users_file: users } }
`),
    files: { users: `ann:${hashOf("secret")}\n`, "shared/a": "A\n", "here/x/y": "Y" },
  },
);
const URL_THERE = `https://ann@localhost:${program.httpsPort}/vfs`;
const shared = (name: string) => join(program.folder, "shared", name);

function hashOf(password: string): string {
  const salt = Buffer.alloc(16, 7);
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  const plain = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$scrypt$ln=10,r=8,p=1$${plain(salt)}$${plain(key)}`;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The authority is found where the server has put it: both are of the same user. */
function spawned(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = { FERROX_PASSWORD: "secret" },
): { readonly child: ChildProcess; readonly ended: Promise<Ended>; shown(): string } {
  const { FERROX_PASSWORD: _, ...around } = process.env;
  const child = spawn(command, words, {
    cwd: join(program.folder, "here"),
    env: { ...around, XDG_DATA_HOME: join(program.folder, "data"), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  after(() => void child.kill("SIGKILL"));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended, shown: () => out + err };
}

function ferrox(...words: string[]): Promise<Ended> {
  const { child, ended } = spawned(process.execPath, [MAIN, ...words]);
  child.stdin?.end();
  return ended;
}

const DONE = { code: 0, signal: null, err: "" };

describe("files on a server, from the command line", () => {
  test("are listed, printed, brought, and removed", async () => {
    assert.deepEqual(await ferrox("mkdir", "-p", URL_THERE, "/d/e"), { ...DONE, out: "" });
    assert.deepEqual(await ferrox("put", "-r", "x", URL_THERE, "/d/e"), { ...DONE, out: "" });
    assert.deepEqual(await ferrox("ls", "-R", URL_THERE, "/d"), {
      ...DONE,
      out: "e/\ne/x/\ne/x/y\n",
    });
    assert.deepEqual(await ferrox("cat", URL_THERE, "/a", "/d/e/x/y"), { ...DONE, out: "A\nY" });
    assert.deepEqual(await ferrox("rm", "-r", URL_THERE, "/d"), { ...DONE, out: "" });
    assert.deepEqual(await ferrox("ls", "-l", URL_THERE), { ...DONE, out: "-  2  a\n" });
  });

  test("a URL with the path in it is told how it is written", async () => {
    const { code, err } = await ferrox("ls", `${URL_THERE}/d`);
    assert.equal(code, 1);
    assert.match(
      err,
      /^ferrox ls: https:.* lends no file system \(the path there is a word of its own: URL PATH\)\n$/,
    );
  });

  test("a reader that goes away ends it without a word", async () => {
    await writeFile(shared("big"), Buffer.alloc(5_000_000, "x"));
    const line = `"$0" "$1" cat "$2" /big | head -c 5; echo "$\{PIPESTATUS[0]}"`;
    const { ended } = spawned("bash", ["-c", line, process.execPath, MAIN, URL_THERE]);
    assert.deepEqual(await ended, { ...DONE, out: "xxxxx0\n" });
  });

  test("what comes in is kept until it has ended: given up, it replaces nothing", async () => {
    const { child, ended } = spawned(process.execPath, [MAIN, "put", "-", URL_THERE, "/a"]);
    child.stdin?.write("half of it");
    // By then it has looked whether the file could be made, and waits for the other half.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill("SIGINT");
    const { signal, err } = await ended;
    assert.deepEqual([signal, err], ["SIGINT", "ferrox put: interrupted\n"]);
    assert.equal(await readFile(shared("a"), "utf8"), "A\n");
  });

  test("an upload that is interrupted says what it leaves behind", async () => {
    await writeFile(join(program.folder, "here/large"), Buffer.alloc(150_000_000, "x"));
    const { child, ended } = spawned(process.execPath, [MAIN, "put", "large", URL_THERE, "/large"]);
    await eventually("a part of the file", async () =>
      (await stat(shared("large")).catch(() => undefined))?.size ? true : undefined,
    );
    child.kill("SIGINT");
    const { signal, err } = await ended;
    assert.equal(signal, "SIGINT");
    assert.match(err, /^ferrox put: .*: interrupted; \/large: about \d+ bytes of it are there\n$/);
    const { size } = await stat(shared("large"));
    assert.ok(size > 0 && size < 150_000_000, `${size}`);
  });
});

describe("at a terminal", { skip: lacks("script") }, () => {
  /** Types each answer once its question stands there. */
  async function atTerminal(
    words: readonly string[],
    answers: readonly (readonly [question: string, keys: string])[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const line = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(" ");
    const script = ["-qefc", `stty cols 100; exec ${line}`, "/dev/null"];
    const { child, ended, shown } = spawned("script", script, env);
    for (const [question, keys] of answers) {
      await eventually(
        question,
        async () => (shown().includes(question) ? true : undefined),
        15_000,
      );
      child.stdin?.write(keys);
    }
    return ended;
  }

  test("the name and the password are asked for, and the password is not shown", async () => {
    const url = URL_THERE.replace("ann@", "");
    const { code, out } = await atTerminal(
      ["cat", url, "/a"],
      [
        ["User at ", "amn\x7f\x7fnn\r"],
        ["Password of ann at ", "secrex\x7ft\r"],
      ],
    );
    assert.equal(code, 0, out);
    assert.ok(out.includes("User at localhost:") && out.endsWith("A\r\n"), out);
    assert.ok(!out.includes("secre"), out);
  });

  test("Ctrl-C at the question ends it, and the terminal is as it was", async () => {
    const { out } = await atTerminal(["ls", URL_THERE], [["Password of ann at ", "sec\x03"]]);
    assert.match(out, /ferrox ls: no password was given\r\n$/);
  });

  test("a long upload shows how far it is, and takes that away at the end", async () => {
    await writeFile(join(program.folder, "here/long"), Buffer.alloc(100_000_000, "x"));
    const env = { FERROX_PASSWORD: "secret" };
    const { code, out } = await atTerminal(["put", "long", URL_THERE, "/long"], [], env);
    assert.equal(code, 0, out);
    assert.match(out, /\/long \[[#-]{20}\] +\d+% {2}[\d.]+ MB of 100 MB {2}[\d.]+ MB\/s/);
    assert.ok(out.endsWith("\r\x1b[K"), JSON.stringify(out.slice(-50)));
  });
});
