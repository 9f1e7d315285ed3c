// Opens what has the name of a log, for adding at its end; makes it, and its folder, when missing.
//
// Never waits: a pipe that nobody reads from would keep whoever opens it for as long as nobody
// does. One of libuv's few threads would stand still, or with the other function the whole server.

import { constants, mkdirSync, open, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

const { O_WRONLY, O_APPEND, O_CREAT } = constants;
// Windows has no such pipes.
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | (constants.O_NONBLOCK ?? 0);

/**
 * Resolves to a descriptor, which whoever asked closes; one that is open already is itself.
 * Rejects with the error of the file system; ENXIO: nobody would read.
 */
export async function openToAppend(log: string | number): Promise<number> {
  if (typeof log === "number") return log;
  await mkdir(dirname(log), { recursive: true });
  return openPromised(log, FLAGS);
}

/** @throws likewise */
export function openToAppendSync(log: string | number): number {
  if (typeof log === "number") return log;
  mkdirSync(dirname(log), { recursive: true });
  return openSync(log, FLAGS);
}

const openPromised = promisify<string, number, number>(open);
