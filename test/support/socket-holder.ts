// The program behind sockets that somebody else holds: see socket-holder.pl.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eventually, MAIN, PROJECT_ROOT } from "./program.ts";
import { type Cleanup, tempFolder } from "./temp-folder.ts";

const HOLDER = join(PROJECT_ROOT, "test/support/socket-holder.pl");

export interface Holder {
  readonly folder: string;
  /** One for each name; none for a Unix socket. */
  readonly ports: readonly number[];
  readonly path: string;
  /** Resolves to the number of the process, when it has said where it listens. */
  start(): Promise<number>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number>;
  /** What the program has said so far. */
  said(): string;
}

export interface HolderOptions {
  readonly where: "tcp" | "unix";
  /** As LISTEN_FDNAMES. */
  readonly names: string;
  /** Of ferrox.yml. */
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
}

export async function holdSockets(test: Cleanup, options: HolderOptions): Promise<Holder> {
  const folder = tempFolder(test);
  const path = join(folder, "held.sock");
  const files = { "www/index.html": "here\n", "ferrox.yml": options.config, ...options.files };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const where = options.where === "tcp" ? "tcp" : path;
  const command = [process.execPath, MAIN, "serve"];
  const child = spawn("perl", [HOLDER, where, options.names, ...command], {
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, "data"), NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  test.after(() => child.stdin.end()); // then it kills what it has started, and ends
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  await once(child, "spawn");
  const word = (pattern: RegExp, from: number) =>
    eventually(
      `${pattern} in:\n${said}`,
      async () => pattern.exec(said.slice(from))?.[1],
      15_000,
    ).catch((error: unknown) => {
      throw new Error(`the program said:\n${said}`, { cause: error });
    });
  const order = async (text: string, pattern: RegExp) => {
    const from = said.length;
    child.stdin.write(`${text}\n`);
    return { found: Number(await word(pattern, from)), from };
  };
  const ports = await word(/ports (.*)\n/, 0);
  return {
    folder,
    ports: ports.split(" ").filter(Boolean).map(Number),
    path,
    async start() {
      const { found, from } = await order("start", /started ([0-9]+)\n/);
      await word(/running on (.*)\n/, from);
      return found;
    },
    stop: async () => (await order("stop", /ended ([0-9]+)\n/)).found,
    said: () => said,
  };
}
