// How many bytes has the peer taken? Three witnesses, the nearest to the peer counts: what it has
// read (seen when it lives on this machine), what its kernel has acknowledged, and where neither can
// be seen, what our kernel has taken from us. kernel-queues.ts says why the last one alone would
// wrong a slow reader.

import type { Socket } from "node:net";
import type { Peer } from "../base/peer.ts";
import type { KernelQueues } from "./kernel-queues.ts";
import { bytesTakenByKernel } from "./node-handle.ts";

// A kernel far away opens its window again when a sixteenth of its buffer is free (Linux), and the
// buffer grows with what was read quickly, to 6 MiB unless set otherwise. Until then somebody who
// reads 10 kB/s cannot be told from somebody who has stopped; nor can we tell what was read.
const BUFFER_BYTES_MAX = 6 * 1024 * 1024;
const STEPS = 16;
const SLOW_READER_BYTES_PER_MS = 10;

export class Progress {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #queues: KernelQueues;
  #handed = 0;
  /** The kernel took enough at the last look too: somebody who keeps up. */
  #keepsUp = false;
  /** As last seen; undefined: never looked at. */
  #arrived: number | undefined;
  /** How long the peer may read without our seeing it. */
  graceMs = 0;

  /** @param socket the one that the kernel knows: under TLS, the plain one beneath */
  constructor(socket: Socket, peer: Peer, queues: KernelQueues) {
    this.#socket = socket;
    this.#peer = peer;
    this.#queues = queues;
  }

  /**
   * Bytes that the peer took since the last look.
   * @param enough as many make any account full: no need to know exactly
   * @returns undefined: it cannot be told yet, and will be counted at a later look
   */
  look(nowMs: number, enough: number): number | undefined {
    const handed = bytesTakenByKernel(this.#socket);
    const fresh = handed - this.#handed;
    const keepsUp = fresh >= enough;
    if (keepsUp && this.#keepsUp) {
      this.#handed = handed;
      return fresh;
    }
    this.#keepsUp = keepsUp;
    const underway = this.#queues.underway(this.#peer, nowMs);
    if (underway === undefined) return undefined;
    this.#handed = handed;
    const arrived = handed - underway.bytes;
    const before = this.#arrived;
    this.#arrived = arrived;
    const hidden = underway.isAll ? 0 : Math.min(arrived, BUFFER_BYTES_MAX) / STEPS;
    this.graceMs = Math.max(0, hidden / SLOW_READER_BYTES_PER_MS);
    return before === undefined ? fresh : Math.max(0, arrived - before);
  }
}
