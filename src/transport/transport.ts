// What all listeners and connections of one server share: the one timer, the counts, the read
// buffer. Made once, before anything listens.

import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { Admission } from "./admission.ts";
import { Deadlines } from "./deadlines.ts";
import { KernelQueues } from "./kernel-queues.ts";
import type { TransportLimits } from "./limits.ts";
import { openSharedRead, type SharedRead } from "./shared-read.ts";

export interface Transport {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: TransportLimits;
  readonly deadlines: Deadlines;
  readonly kernelQueues: KernelQueues;
  readonly admission: Admission;
  /** undefined: plain sockets are read by 'data' events. */
  readonly sharedRead: SharedRead | undefined;
}

export interface TransportOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: TransportLimits;
  /** "off" does without Node's private parts for reading. */
  readonly sharedRead: "on" | "off";
}

export async function createTransport(options: TransportOptions): Promise<Transport> {
  const { clock, log, limits } = options;
  const sharedRead = options.sharedRead === "on" ? await openSharedRead() : undefined;
  if (options.sharedRead === "on" && sharedRead === undefined) {
    log.info("core", "this Node does not share one read buffer: sockets are read by events");
  }
  return {
    clock,
    log,
    limits,
    deadlines: new Deadlines(clock),
    kernelQueues: new KernelQueues(),
    admission: new Admission(limits),
    sharedRead,
  };
}
