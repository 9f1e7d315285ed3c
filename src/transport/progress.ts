// Does the peer still take bytes? Two witnesses: what the kernel has taken from us, looked at in
// every sweep, and, shortly before a connection would be given up, what the peer's side has
// acknowledged (kernel-queues.ts says why the first alone would wrong a slow reader).

import type { Socket } from "node:net";
import type { Peer } from "../base/peer.ts";
import type { KernelQueues } from "./kernel-queues.ts";
import { bytesTakenByKernel } from "./node-handle.ts";

export class Progress {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #queues: KernelQueues;
  #taken = -1;
  /** As last seen; undefined: not looked at since the kernel last took something. */
  #acknowledged: number | undefined;

  /** @param socket the one that the kernel knows: under TLS, the plain one beneath */
  constructor(socket: Socket, peer: Peer, queues: KernelQueues) {
    this.#socket = socket;
    this.#peer = peer;
    this.#queues = queues;
  }

  /** Whether the peer took something since the last look. */
  seen(nowMs: number, deadlineMs: number, windowMs: number): boolean {
    const taken = bytesTakenByKernel(this.#socket);
    if (taken !== this.#taken) {
      this.#taken = taken;
      this.#acknowledged = undefined;
      return true;
    }
    if (deadlineMs === Number.POSITIVE_INFINITY) return false;
    // Half-way once, to have something to compare with, and then at the end.
    const first = this.#acknowledged === undefined;
    if (nowMs < (first ? deadlineMs - windowMs / 2 : deadlineMs)) return false;
    const before = this.#acknowledged ?? Number.POSITIVE_INFINITY;
    this.#acknowledged = taken - this.#queues.unacknowledged(this.#peer, nowMs);
    return this.#acknowledged > before;
  }
}
