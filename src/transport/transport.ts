// What all listeners and connections of one server share: the one timer, the counts, the read
// buffer. Made once, before anything listens.

import type { Clock } from "../base/clock.ts";
import { type LimitWatch, nobodyWatches } from "../base/limit-watch.ts";
import type { Logger } from "../base/logger.ts";
import { ALONE } from "../base/shared-counts.ts";
import { Admission } from "./admission.ts";
import { Deadlines } from "./deadlines.ts";
import type { Fellows } from "./fellows.ts";
import { KernelQueues } from "./kernel-queues.ts";
import type { TransportLimits } from "./limits.ts";
import { NO_PROXIES, type Proxies } from "./proxies.ts";
import { openSharedRead, type SharedRead } from "./shared-read.ts";
import { openSharedTls, type SharedTls } from "./shared-tls.ts";
import type { SocketStreamOptions } from "./socket-stream.ts";

export interface Transport {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of what begins from now on: whoever is here keeps what he was admitted with. */
  readonly limits: TransportLimits;
  readonly deadlines: Deadlines;
  readonly kernelQueues: KernelQueues;
  readonly admission: Admission;
  readonly limitWatch: LimitWatch;
  readonly proxies: Proxies;
  /** undefined: plain sockets are read by 'data' events. */
  readonly sharedRead: SharedRead | undefined;
  /**
   * Resolves to undefined where those over TLS are read by events, too. Found out when the first
   * of them asks: it takes 18 ms, and not every server speaks TLS.
   */
  sharedTls(): Promise<SharedTls | undefined>;
  /** undefined: this process is alone, and binds its addresses itself. */
  readonly fellows: Fellows | undefined;
  /** Other limits and proxies for whoever comes next. Those who are here are counted on. */
  limitBy(limits: TransportLimits, proxies: Proxies): void;
}

export interface TransportOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: TransportLimits;
  /** "off" does without Node's private parts for reading. */
  readonly sharedRead: "on" | "off";
  /** Told when one of the limits bites. */
  readonly limitWatch?: LimitWatch;
  readonly proxies?: Proxies;
  readonly fellows?: Fellows | undefined;
}

export async function createTransport(options: TransportOptions): Promise<Transport> {
  const { clock, log, limitWatch = nobodyWatches, fellows } = options;
  const sharedRead = options.sharedRead === "on" ? await openSharedRead() : undefined;
  let sharedTls: Promise<SharedTls | undefined> | undefined;
  if (options.sharedRead === "on" && sharedRead === undefined) {
    log.info("core", "this Node does not share one read buffer: sockets are read by events");
  }
  let { limits, proxies = NO_PROXIES } = options;
  const others = fellows?.connections ?? ALONE;
  const admission = new Admission(limits, limitWatch, proxies, others);
  return {
    clock,
    log,
    get limits() {
      return limits;
    },
    deadlines: new Deadlines(clock),
    kernelQueues: new KernelQueues(),
    admission,
    limitWatch,
    get proxies() {
      return proxies;
    },
    sharedRead,
    sharedTls() {
      sharedTls ??= sharedRead === undefined ? Promise.resolve(undefined) : openSharedTls();
      return sharedTls;
    },
    fellows,
    limitBy(nextLimits, nextProxies) {
      limits = nextLimits;
      proxies = nextProxies;
      admission.limitBy(nextLimits, nextProxies);
    },
  };
}

/** What every stream takes from the transport. */
export function streamOptionsOf(
  transport: Transport,
): Pick<
  SocketStreamOptions,
  "deadlines" | "kernelQueues" | "lingerMs" | "sendRateMin" | "limitWatch"
> {
  const { deadlines, kernelQueues, limits, limitWatch } = transport;
  const { lingerMs, sendRateMin } = limits;
  return { deadlines, kernelQueues, lingerMs, sendRateMin, limitWatch };
}
