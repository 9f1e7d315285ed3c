// How a connection is turned away when the server is full: an answer made beforehand (or none,
// under TLS), FIN, and a short wait for the peer to read it. Never more work than that, and never
// more than a few at a time: whoever comes in a flood is closed at once.

import type { Socket } from "node:net";
import type { Deadlines, Expirable } from "./deadlines.ts";

/** Turned away and not gone yet. */
const WAITING_MAX = 64;
const WAIT_MS = 1_000;

export class Refusals {
  readonly #deadlines: Deadlines;
  #waiting = 0;

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  refuse(socket: Socket, answer: Buffer | undefined): void {
    socket.on("error", ignored);
    if (answer === undefined || this.#waiting >= WAITING_MAX) {
      socket.destroy();
      return;
    }
    this.#waiting += 1;
    const limit: Expirable = {
      deadlineMs: this.#deadlines.clock.monotonicMs() + WAIT_MS,
      sending: false,
      look: () => socket.destroy(),
    };
    this.#deadlines.add(limit);
    socket.once("close", () => {
      this.#waiting -= 1;
      this.#deadlines.remove(limit);
    });
    // Reading on, and dropping: unread bytes would turn the close into a reset, and the answer
    // might be lost. When both sides have ended, Node closes the socket by itself.
    socket.resume();
    socket.end(answer);
  }
}

/** A peer that is refused may well hang up first; there is nothing to be done about it. */
function ignored(): void {}
