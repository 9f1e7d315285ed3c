// A Unix socket leaves its file behind when a server dies, and bind refuses a name that exists.
// The file is removed only when it is a socket and nobody answers on it.

import { readFileSync, readlinkSync } from "node:fs";
import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { codeOf } from "../base/system-error.ts";

export async function removeStaleSocket(path: string): Promise<void> {
  const isSocket = await lstat(path).then(
    (stat) => stat.isSocket(),
    () => false, // not there, or not to be looked at: bind will say it better
  );
  if (isSocket && !(await isAnswered(path))) await unlink(path);
}

/** Only "nobody listens" makes a file stale; any other failure leaves the decision to bind. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error) => {
      resolve(codeOf(error) !== "ECONNREFUSED");
    });
  });
}

/**
 * Of a Unix socket that somebody else has bound, as Linux tells it: proc(5), /proc/net/unix. Where
 * it has no name, or the system does not say, its descriptor stands for it.
 */
export function nameOfSocket(descriptor: number): string {
  const unknown = `descriptor ${descriptor}`;
  try {
    const inode = /^socket:\[([0-9]+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
    const lines = readFileSync("/proc/net/unix", "utf8").split("\n");
    // Num RefCount Protocol Flags Type St Inode Path
    const fields = lines.map((line) => /^(?:\S+ +){6}([0-9]+) (\S.*)$/.exec(line));
    return fields.find((found) => found?.[1] === inode)?.[2] ?? unknown;
  } catch {
    return unknown; // no /proc here
  }
}
