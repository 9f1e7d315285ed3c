// A descriptor to append bytes to: pino.destination (SonicBoom, in this very thread), with two of its
// traps avoided. Its own flush at exit is called off: it throws while the file is still being
// opened, and never ends on a full disk. And it is never reopened: after a reopen() that failed, the
// next one closes the old descriptor twice, and by then that number may belong to a visitor.

import { destination } from "pino";

type SonicBoom = ReturnType<typeof destination>;

export interface Destination extends Pick<SonicBoom, "on" | "once" | "destroy"> {
  /** "write" tells how many bytes were taken, "drain" that all were. */
  write(bytes: Buffer | string): boolean;
}

export function destinationOf(
  descriptor: number,
  when: "at once" | "in libuv's threads",
): Destination {
  const sync = when === "at once";
  const opened = destination({ dest: descriptor, sync, contentMode: "buffer" });
  if (!sync) opened.emit("close"); // takes it off pino's list of what to flush at exit
  return opened;
}
