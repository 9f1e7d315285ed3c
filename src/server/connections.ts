// All open connections, so that the server can end them: idle ones at once, the others when their
// answer is out, and whoever is left when patience is. Somebody who has only just come in is not
// idle: his request is on its way, and so is given a moment. Else every restart would lose a few.

import type { ByteStream } from "../base/byte-stream.ts";
import { type ConnectionCounts, noConnections } from "../base/counts.ts";
import type { ConnectionState } from "./service.ts";

/** Where a connection came in. */
export interface Entrance {
  /** Whoever came in there leaves after his answer. */
  readonly isClosed: boolean;
}

/** For the first word of somebody who came in just before all were asked to leave. */
const FIRST_WORD_MS = 1_000;

export class Connection implements ConnectionState {
  /** Another one after a TLS handshake. */
  stream: ByteStream;
  readonly entrance: Entrance;
  readonly #all: Connections;
  #idle = false;
  #hasAsked = false;

  constructor(stream: ByteStream, entrance: Entrance, all: Connections) {
    this.stream = stream;
    this.entrance = entrance;
    this.#all = all;
  }

  get draining(): boolean {
    return this.#all.draining || this.entrance.isClosed;
  }

  get idle(): boolean {
    return this.#idle;
  }

  set idle(now: boolean) {
    if (now !== this.#idle) this.#all.counts.idle += now ? 1 : -1;
    this.#idle = now;
    if (!now) this.#hasAsked = true;
    if (!now || !this.draining) return;
    // Its last answer promised to go on, and may still be on its way.
    if (this.#hasAsked) void this.stream.finish();
    else this.stream.expireAfter(FIRST_WORD_MS);
  }

  /** It should leave, and nothing is under way. */
  dismiss(): void {
    if (this.#hasAsked) this.stream.destroy();
    else this.stream.expireAfter(FIRST_WORD_MS);
  }
}

export class Connections {
  /** Kept as connections come and go: nobody has to count them when asked. */
  readonly counts: ConnectionCounts;
  readonly #open = new Set<Connection>();
  #draining = false;
  #emptied: (() => void) | undefined;

  constructor(counts: ConnectionCounts = noConnections()) {
    this.counts = counts;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get count(): number {
    return this.#open.size;
  }

  add(stream: ByteStream, entrance: Entrance): Connection {
    const connection = new Connection(stream, entrance, this);
    this.#open.add(connection);
    this.counts.accepted += 1;
    this.counts.open += 1;
    return connection;
  }

  remove(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.counts.open -= 1;
    if (connection.idle) this.counts.idle -= 1;
    if (this.#open.size === 0) this.#emptied?.();
  }

  /** Idle connections end now, the others after their answer. Resolves when none is left. */
  drain(): Promise<void> {
    this.#draining = true;
    this.dismissIdle();
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied = resolve;
    });
  }

  /** Those who should leave and have nothing to wait for. */
  dismissIdle(): void {
    for (const connection of [...this.#open]) {
      if (connection.draining && connection.idle) connection.dismiss();
    }
  }

  /** Whoever is still here is cut. */
  cut(): void {
    for (const connection of [...this.#open]) connection.stream.destroy();
  }
}
