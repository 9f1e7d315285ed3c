// A connection as the probe sees it, as a port: transport/dial.ts opens real ones, tests play
// servers. It is no ByteStream: the probe must see how the peer ended (FIN or RST), say its own
// last word while it still listens, and never wait for a peer that does not read.

/** What came: bytes, the end, or nothing in time. */
export type Received = Buffer | "finished" | "reset" | "silent";

export interface Wire {
  /** Handed to the system; nobody waits. */
  send(bytes: Uint8Array): void;
  /** Sent, but not yet taken by the system: the peer reads too slowly. */
  readonly backlogBytes: number;
  /** The next bytes, which are the caller's. After an end, the same end again. One at a time. */
  receive(withinMs: number): Promise<Received>;
  /** FIN; what comes back can still be received. */
  finish(): void;
  destroy(): void;
}

/** @throws when nobody is there */
export type Dial = () => Promise<Wire>;
