// Outgoing connections: the smallest thing that can speak and listen, plain or over TLS. Not a
// ByteStream: whoever checks a server must see how it ends a connection (FIN or RST), and must be
// able to go on listening after its own last word.

import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

export interface DialOptions {
  /** Addresses, not names: see addressesOf(). The first one that answers is used. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Present: speak TLS. */
  readonly tls?: {
    /** Whom the certificate must be for; also sent as SNI, unless it is an address. */
    readonly name: string;
    /** Any certificate will do. */
    readonly insecure: boolean;
  };
  readonly timeoutMs: number;
}

/** What came: bytes, the peer's end, or nothing in time. */
export type DialReceived = Buffer | "finished" | "reset" | "silent";

export interface Dialed {
  /** Handed to the system; nobody waits. */
  send(bytes: Uint8Array): void;
  /** Sent, but not yet taken by the system. */
  readonly backlogBytes: number;
  /** The next bytes. After the peer's end, the same end again. One at a time. */
  receive(withinMs: number): Promise<DialReceived>;
  /** FIN; what comes back can still be received. */
  finish(): void;
  destroy(): void;
}

/** Every address that a name stands for. @throws when it is no name this machine knows */
export async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

/** @throws when nobody answers there, or not with an acceptable certificate */
export async function dial(options: DialOptions): Promise<Dialed> {
  let failure: unknown = new Error("no address");
  for (const address of options.addresses) {
    try {
      return new Line(await connected(address, options));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connected(host: string, options: DialOptions): Promise<Socket> {
  const { port, tls, timeoutMs } = options;
  // Half open: the peer's FIN must not make us say ours.
  const plain = { host, port, noDelay: true, allowHalfOpen: true };
  const socket = tls === undefined ? connectTcp(plain) : connectTls({ ...plain, ...secured(tls) });
  await opened(socket, tls === undefined ? "connect" : "secureConnect", timeoutMs);
  return socket;
}

function secured({ name, insecure }: NonNullable<DialOptions["tls"]>): ConnectionOptions {
  return {
    rejectUnauthorized: !insecure,
    ALPNProtocols: ["http/1.1"],
    // Whom the certificate is checked against; an address is never sent as SNI (RFC 6066).
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
}

function opened(socket: Socket, event: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    socket.once("error", fail);
    socket.once("close", () => fail(new Error("closed while connecting")));
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeListener("error", fail);
      resolve();
    });
  });
}

/** Past it the peer is not read any more until somebody has taken what is here. */
const QUEUE_BYTES_MAX = 1024 * 1024;

class Line implements Dialed {
  readonly #socket: Socket;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #end: "finished" | "reset" | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#arrive(bytes));
    socket.on("end", () => this.#finished("finished"));
    socket.on("error", () => this.#finished("reset"));
    socket.on("close", (hadError) => this.#finished(hadError ? "reset" : "finished"));
  }

  get backlogBytes(): number {
    return this.#socket.writableLength;
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  receive(withinMs: number): Promise<DialReceived> {
    const here = this.#next();
    if (here !== undefined) return Promise.resolve(here);
    return new Promise((resolve) => {
      const settle = (received: DialReceived) => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve(received);
      };
      const timer = setTimeout(() => settle("silent"), withinMs);
      this.#wake = () => {
        const next = this.#next();
        if (next !== undefined) settle(next);
      };
    });
  }

  finish(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #next(): Buffer | "finished" | "reset" | undefined {
    if (this.#queue.length === 0) return this.#end;
    const bytes = Buffer.concat(this.#queue);
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#socket.resume();
    return bytes;
  }

  #arrive(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > QUEUE_BYTES_MAX) this.#socket.pause();
    this.#wake();
  }

  #finished(how: "finished" | "reset"): void {
    this.#end ??= how;
    this.#wake();
  }
}
