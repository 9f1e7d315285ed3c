// A server that `ferrox reload` and `ferrox stop` may find: its folder, its pid file, its process.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import { openStatusFile, type StatusFile } from "../../src/cli/run-status.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";
import { bornAt, type FakeProcesses, fakeProcesses } from "./fake-processes.ts";
import { type Cleanup, tempFolder, writeTree } from "./temp-folder.ts";

export interface Story {
  readonly io: Io;
  readonly folder: string;
  readonly pidFile: string;
  readonly processes: FakeProcesses;
  readonly clock: FakeClock;
  readonly status: StatusFile;
  out(): string;
  err(): string;
}

export const SERVER_PID = 7;
const CONFIG = "paths: { serve_dir: www, pid_file: ferrox.pid }\n";

/** Process 7 runs in a folder with a good ferrox.yml, and its pid file says so. */
export function runningStory(test: Cleanup, config: string = CONFIG): Story {
  const folder = tempFolder(test);
  writeTree(folder, { "www/": "", "ferrox.yml": config });
  const pidFile = join(folder, "ferrox.pid");
  writeFileSync(pidFile, `${SERVER_PID}\n`);
  const processes = fakeProcesses({ [SERVER_PID]: bornAt(1) });
  const status = openStatusFile(pidFile, { pid: SERVER_PID, birth: "boot/1" }, (error: unknown) => {
    throw error;
  });
  test.after(() => status.remove());
  let out = "";
  let err = "";
  const io: Io = {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    env: {},
    platform: "linux",
    home: folder,
    cwd: folder,
    nowMs: 0,
    isTerminal: false,
    columns: 80,
  };
  return {
    io,
    folder,
    pidFile,
    processes,
    clock: fakeClock(),
    status,
    out: () => out,
    err: () => err,
  };
}
