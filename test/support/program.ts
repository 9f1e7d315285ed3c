// The built program as a user starts it: a process of its own, on free ports, in a folder of its
// own. Whatever happens to the test, the process is ended and the folder removed.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of the build that runs this test: `<root>/build…/src/cli/main.js`. */
export const MAIN: string = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
export const PROJECT_ROOT: string = fileURLToPath(new URL("../../../", import.meta.url));

const START_MS = 15_000;
const STOP_MS = 20_000;

/** Where clean-up is registered: a TestContext, or `{ after }` of node:test for a whole file. */
export interface Cleanup {
  after(act: () => Promise<void>): void;
}

/** Files by path; a text is written as UTF-8. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface ProgramOptions {
  /** After `serve`. Default: `--config ferrox.yml`. */
  readonly args?: readonly string[];
  /** Text of `ferrox.yml` in the program's folder. Default: configText(). */
  readonly config?: string;
  /** In the program's folder; the site is "www/…". */
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts it: `["setpriv", …]`. */
  readonly launcher?: readonly string[];
}

export interface Program {
  /** "http://127.0.0.1:PORT", no slash at the end; "" and 0 when it does not listen there. */
  readonly url: string;
  readonly port: number;
  /** The same for https. */
  readonly httpsUrl: string;
  readonly httpsPort: number;
  readonly pid: number;
  readonly folder: string;
  stdout(): string;
  stderr(): string;
  /** The text of a file in its folder, "" when there is none. */
  accessLog(): Promise<string>;
  errorLog(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code once the process has ended by itself; null: by a signal. */
  ended(): Promise<number | null>;
  /** SIGTERM, then ended(). */
  stop(): Promise<number | null>;
}

/** A site in "www" on free ports. `more` is YAML at the top level, `server` inside `server:`. */
export function configText(more = "", server = "  index: true\n"): string {
  return (
    `server:\n  addr: 127.0.0.1\n  http_port: 0\n  https_port: 0\n${server}` +
    `paths:\n  serve_dir: www\n  log_dir: logs\n${more}`
  );
}

/** A folder under the system's temporary one, removed at the end. */
export async function temporaryFolder(cleanup: Cleanup, files: Files = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ferrox-e2e-"));
  cleanup.after(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

export async function startProgram(
  cleanup: Cleanup,
  options: ProgramOptions = {},
): Promise<Program> {
  const { args = ["--config", "ferrox.yml"], config = configText() } = options;
  const files = { "www/index.html": "<!doctype html><title>site</title>", ...options.files };
  const running = await spawnProgram(
    cleanup,
    ["serve", ...args],
    { ...files, "ferrox.yml": config },
    options,
  );
  const { folder } = running;
  const { http, https } = await addresses(running);
  const ended = () => within(STOP_MS, running.exit, `the end of the program${running.shown()}`);
  const fileText = (name: string) => readFile(join(folder, "logs", name), "utf8").catch(absent);
  return {
    url: http,
    port: portOf(http),
    httpsUrl: https,
    httpsPort: portOf(https),
    pid: running.pid,
    folder,
    stdout: running.stdout,
    stderr: running.stderr,
    accessLog: () => fileText("access.log"),
    errorLog: () => fileText("error.log"),
    signal: (name) => void running.child.kill(name),
    ended,
    stop() {
      running.child.kill("SIGTERM");
      return ended();
    },
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

/** Runs the program until it ends by itself, in a folder with `files`. */
export async function runProgram(
  cleanup: Cleanup,
  args: readonly string[],
  files: Files = {},
): Promise<Ended> {
  const running = await spawnProgram(cleanup, args, files);
  const code = await within(START_MS, running.exit, `the end of the program${running.shown()}`);
  return { code, stdout: running.stdout(), stderr: running.stderr(), folder: running.folder };
}

/** Asks again and again, for what another process does in its own time. */
export async function eventually<T>(
  awaited: string,
  look: () => Promise<T | undefined>,
  timeoutMs = 5_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${awaited}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly pid: number;
  readonly exit: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  /** What it has said, for messages. */
  shown(): string;
}

async function spawnProgram(
  cleanup: Cleanup,
  args: readonly string[],
  files: Files,
  { env = {}, launcher = [] }: Pick<ProgramOptions, "env" | "launcher"> = {},
): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "ferrox-e2e-"));
  await writeFiles(folder, files);
  const [command = "", ...words] = [...launcher, process.execPath, MAIN, ...args];
  const child = spawn(command, words, {
    cwd: folder,
    // Keys and certificates of the program land in the folder too, never in the user's own.
    env: {
      ...process.env,
      HOME: folder,
      XDG_DATA_HOME: join(folder, "data"),
      NO_COLOR: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.ok(child.pid !== undefined, "the program could not be started");
  // Two nets: the second for a test file that ends before its clean-up runs.
  process.once("exit", () => child.kill("SIGKILL"));
  cleanup.after(async () => {
    await kill(child);
    await rm(folder, { recursive: true, force: true });
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return {
    child,
    folder,
    pid: child.pid,
    // "close" comes after both outputs have ended: nothing it said is missed.
    exit: new Promise((resolve) => child.once("close", resolve)),
    stdout: () => out,
    stderr: () => err,
    shown: () => `\n--- stdout\n${out}\n--- stderr\n${err}`,
  };
}

/** Waits for the lines that say where it listens: they come together. */
async function addresses(running: Running): Promise<{ http: string; https: string }> {
  const found = (scheme: string) =>
    new RegExp(`\\b${scheme}://[^\\s/]+:[0-9]+(?=\\s)`).exec(running.stdout())?.[0] ?? "";
  const ready = eventually(
    "the program's address",
    async () => {
      const urls = { http: found("http"), https: found("https") };
      return urls.http + urls.https === "" ? undefined : urls;
    },
    START_MS,
  );
  const ended = running.exit.then((code) => {
    throw new Error(`it ended with ${code} instead of starting`);
  });
  try {
    return await Promise.race([ready, ended]);
  } catch (error) {
    ready.catch(() => {});
    throw new Error(`the program did not start${running.shown()}`, { cause: error });
  } finally {
    ended.catch(() => {});
  }
}

function portOf(url: string): number {
  return url === "" ? 0 : Number(url.slice(url.lastIndexOf(":") + 1));
}

/** The end of a clean-up: nothing is left running, however the test went. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function within<T>(ms: number, promise: Promise<T>, awaited: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${awaited}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code !== "ENOENT") throw error;
  return "";
}
