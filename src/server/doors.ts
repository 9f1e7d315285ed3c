// The doors of a server: opened together, exchanged together, closed together. An exchange opens
// what is new before anything else changes, so that an address that cannot be had changes nothing.
//
// A door is known by its address. One that stays open gets another house and loses nobody, even
// when TLS is turned on or off behind it.

import { codeOf } from "../base/system-error.ts";
import {
  type BoundAddress,
  type ListenAddress,
  type Listener,
  listen,
} from "../transport/listener.ts";
import type { SocketStream } from "../transport/socket-stream.ts";
import type { Transport } from "../transport/transport.ts";
import { Doorway, type House } from "./doorway.ts";

export interface Door extends House {
  readonly address: ListenAddress;
  /** Told once it is open, with the port that was chosen. */
  readonly opened?: (address: BoundAddress) => void;
}

export interface OpenDoor {
  readonly address: BoundAddress;
  readonly secure: boolean;
}

interface Entry {
  /** As it was asked for. */
  wanted: string;
  readonly doorway: Doorway;
  listener: Listener;
}

/**
 * For whoever comes when the server is full: made beforehand, so that turning away costs next to
 * nothing. No Date, for it is the same bytes each time (RFC 9110, section 6.6.1 allows that to a
 * server in trouble: "MAY send Date in 5xx").
 */
const FULL = Buffer.from(
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n" +
    "Content-Length: 20\r\nRetry-After: 5\r\nConnection: close\r\n\r\nThe server is full.\n",
);

export class Doors {
  readonly #transport: Transport;
  readonly #onConnection: (stream: SocketStream, doorway: Doorway) => void;
  #entries: readonly Entry[] = [];
  #isClosed = false;

  constructor(
    transport: Transport,
    onConnection: (stream: SocketStream, doorway: Doorway) => void,
  ) {
    this.#transport = transport;
    this.#onConnection = onConnection;
  }

  /** In the order they were asked for. */
  get open(): readonly OpenDoor[] {
    return this.#entries.map(({ listener, doorway }) => ({
      address: listener.address,
      secure: doorway.house.tls !== undefined,
    }));
  }

  /**
   * Opens these doors instead of those that are open, in this order, or changes nothing.
   * Resolves to the doorways that were closed for it.
   * @throws the error of bind, with its code: EADDRINUSE, EACCES …
   */
  async exchange(doors: readonly Door[]): Promise<readonly Doorway[]> {
    const leaving = new Set(this.#entries);
    const staying = doors.map((door) => take(leaving, door));
    const next: Entry[] = [];
    const fresh: Entry[] = [];
    try {
      for (const [at, door] of doors.entries()) {
        const entry = staying[at] ?? (await this.#newEntry(door, leaving));
        if (staying[at] === undefined) fresh.push(entry);
        if (this.#isClosed) throw new Error("the server is closed");
        next.push(entry);
        door.opened?.(entry.listener.address);
      }
    } catch (error) {
      for (const { listener } of fresh) listener.close();
      await this.#restore(leaving);
      throw error;
    }
    return this.#commit(doors, next, leaving);
  }

  /** For good: nothing is accepted any more, and an exchange under way comes to nothing. */
  close(): void {
    this.#isClosed = true;
    for (const { listener } of this.#entries) listener.close();
  }

  #commit(
    doors: readonly Door[],
    next: readonly Entry[],
    leaving: ReadonlySet<Entry>,
  ): readonly Doorway[] {
    for (const [at, door] of doors.entries()) {
      const entry = next[at];
      if (entry === undefined) continue;
      entry.wanted = nameOf(door);
      entry.doorway.house = door;
    }
    for (const { listener, doorway } of leaving) {
      doorway.isClosed = true;
      listener.close();
    }
    this.#entries = next;
    return [...leaving].map(({ doorway }) => doorway);
  }

  /**
   * "0.0.0.0:80" cannot be had while "127.0.0.1:80" is open. Then what is in the way, and would be
   * closed anyhow, is closed first; it is opened again when that was of no use.
   */
  async #newEntry(door: Door, leaving: ReadonlySet<Entry>): Promise<Entry> {
    const doorway = new Doorway(door);
    try {
      return { wanted: nameOf(door), doorway, listener: await this.#listen(door.address, doorway) };
    } catch (error) {
      const inTheWay = [...leaving].filter(({ listener }) => collide(listener, door, error));
      if (inTheWay.length === 0) throw error;
      for (const { listener } of inTheWay) listener.close();
      return { wanted: nameOf(door), doorway, listener: await this.#listen(door.address, doorway) };
    }
  }

  /** Those that had to make way are opened again. */
  async #restore(entries: ReadonlySet<Entry>): Promise<void> {
    for (const entry of entries) {
      const { listener, doorway } = entry;
      if (listener.isOpen || this.#isClosed) continue;
      try {
        entry.listener = await this.#listen(listener.address, doorway);
      } catch (error) {
        // Somebody else took it in that very moment.
        const details = { err: error, address: listener.address };
        this.#transport.log.error("core", "a door could not be opened again", details);
      }
    }
  }

  #listen(address: ListenAddress, doorway: Doorway): Promise<Listener> {
    // Whoever expects TLS could not read it.
    const refusal = () => (doorway.house.tls === undefined ? FULL : undefined);
    return listen({ address, transport: this.#transport, refusal }, (stream) =>
      this.#onConnection(stream, doorway),
    );
  }
}

/** The entry that goes on as this door, which is then taken out; undefined: it must be opened. */
function take(entries: Set<Entry>, door: Door): Entry | undefined {
  const wanted = nameOf(door);
  const all = [...entries];
  const found =
    all.find((entry) => entry.wanted === wanted) ??
    // Whoever asked for any port may now have written down the one that was chosen.
    all.find(({ listener }) => nameOf({ ...door, address: listener.address }) === wanted);
  if (found !== undefined) entries.delete(found);
  return found;
}

/** Two doors at "any free port" are told apart by what is spoken there. */
function nameOf({ address, tls }: Pick<Door, "address" | "tls">): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  if (address.kind === "inherited") return `descriptor ${address.descriptor}`;
  const { host, port } = address;
  const what = port === 0 ? `any, ${tls === undefined ? "plain" : "secure"}` : port;
  return `${host}:${what}`;
}

function collide({ address }: Listener, door: Door, error: unknown): boolean {
  const isTaken = codeOf(error) === "EADDRINUSE";
  const wanted = door.address;
  return isTaken && address.kind === "tcp" && wanted.kind === "tcp" && address.port === wanted.port;
}
