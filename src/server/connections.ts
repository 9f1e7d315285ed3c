// All open connections, so that the server can end them: idle ones at once, the others when their
// answer is out, and whoever is left when patience is.

import type { ByteStream } from "../base/byte-stream.ts";
import type { ConnectionState } from "./service.ts";

export class Connection implements ConnectionState {
  /** Another one after a TLS handshake. */
  stream: ByteStream;
  readonly #all: Connections;
  #idle = false;

  constructor(stream: ByteStream, all: Connections) {
    this.stream = stream;
    this.#all = all;
  }

  get draining(): boolean {
    return this.#all.draining;
  }

  get idle(): boolean {
    return this.#idle;
  }

  set idle(now: boolean) {
    this.#idle = now;
    // Its last answer promised to go on, and may still be on its way.
    if (now && this.draining) void this.stream.finish();
  }
}

export class Connections {
  readonly #open = new Set<Connection>();
  #draining = false;
  #emptied: (() => void) | undefined;

  get draining(): boolean {
    return this.#draining;
  }

  get count(): number {
    return this.#open.size;
  }

  add(stream: ByteStream): Connection {
    const connection = new Connection(stream, this);
    this.#open.add(connection);
    return connection;
  }

  remove(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#emptied?.();
  }

  /** Idle connections end now, the others after their answer. Resolves when none is left. */
  drain(): Promise<void> {
    this.#draining = true;
    for (const connection of [...this.#open]) {
      if (connection.idle) connection.stream.destroy();
    }
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied = resolve;
    });
  }

  /** Whoever is still here is cut. */
  cut(): void {
    for (const connection of [...this.#open]) connection.stream.destroy();
  }
}
