// A client for tests that sends exactly the bytes it is given and reads answers strictly
// (wire-response.ts). It reads only when asked to, so a test can be the slow reader; every wait
// has an end, and says what it was waiting for.

import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import {
  readHead,
  readResponse,
  type WireHead,
  type WireReader,
  type WireResponse,
} from "./wire-response.ts";

export interface WireTarget {
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Present: speak TLS, with these options of node:tls. */
  readonly tls?: ConnectionOptions;
  /** Of every single wait. Default: 10 s. */
  readonly timeoutMs?: number;
}

/** How the peer ended the connection. */
export type WireEnd = "fin" | "reset";

export interface WireConnection {
  /** Text is sent as Latin-1: one byte a character. */
  send(bytes: Uint8Array | string): void;
  /** The next response, whole; an interim one (100) counts. */
  response(method?: string): Promise<WireResponse>;
  /** Only the head of the next response; its body stays to be taken or dropped. */
  head(method?: string): Promise<WireHead>;
  take(length: number): Promise<Buffer>;
  /** Like take(), but keeps nothing. */
  drop(length: number): Promise<void>;
  /** Everything until the peer ends the connection, either way. */
  rest(): Promise<Buffer>;
  /** Waits for the peer to end the connection; rejects when it sends anything more. */
  closed(): Promise<WireEnd>;
  /** Resolves after `ms` without a byte; rejects when one comes, or the end. */
  silence(ms: number): Promise<void>;
  /** Half close: nothing more will be sent (FIN), answers are still read. */
  end(): void;
  /** Gone at once, with RST on plain TCP. */
  reset(): void;
  readonly socket: Socket;
}

export async function connect(target: WireTarget): Promise<WireConnection> {
  const { port, host = "127.0.0.1", tls, timeoutMs = 10_000 } = target;
  const socket =
    tls === undefined
      ? connectTcp({ port, host, noDelay: true })
      : connectTls({ host, port, servername: "localhost", ...tls });
  // Waiting is what keeps a test alive (its timer does), never a forgotten connection.
  socket.unref();
  const inbox = new Inbox(socket, timeoutMs);
  await inbox.opened(tls === undefined ? "connect" : "secureConnect");
  return {
    socket,
    send: (bytes) => void socket.write(typeof bytes === "string" ? latin1(bytes) : bytes),
    response: (method = "GET") => readResponse(inbox, method),
    head: (method = "GET") => readHead(inbox, method),
    take: (length) => inbox.exactly(length),
    drop: (length) => inbox.drop(length),
    rest: () => inbox.rest(),
    closed: () => inbox.closed(),
    silence: (ms) => inbox.silence(ms),
    end: () => void socket.end(),
    reset: () => void (tls === undefined ? socket.resetAndDestroy() : socket.destroy()),
  };
}

/** One exchange on a connection of its own; the connection is gone afterwards. */
export async function fetchRaw(
  target: WireTarget,
  request: Uint8Array | string,
  method: string = methodOf(request),
): Promise<WireResponse> {
  const connection = await connect(target);
  try {
    connection.send(request);
    return await connection.response(method);
  } finally {
    connection.socket.destroy();
  }
}

/** The bytes of a request without a body, as simple as they can be. */
export function ask(
  path: string,
  fields: Readonly<Record<string, string>> = {},
  method = "GET",
): string {
  const lines = Object.entries({ Host: "localhost", ...fields }).map(([n, v]) => `${n}: ${v}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function methodOf(request: Uint8Array | string): string {
  const text = typeof request === "string" ? request : Buffer.from(request).toString("latin1");
  return /^\S*/.exec(text)?.[0] ?? "GET";
}

function latin1(text: string): Buffer {
  if (/[^\0-\xff]/.test(text)) throw new Error("text beyond Latin-1: send bytes instead");
  return Buffer.from(text, "latin1");
}

/** What has arrived and was not yet asked for. Pulls from the socket only while somebody waits. */
class Inbox implements WireReader {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  #bytes: Buffer = Buffer.alloc(0);
  #ended: WireEnd | undefined;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on("readable", () => {
      this.#wake();
      // Lets an idle connection notice the peer's FIN, and answer it, although nobody reads.
      if (socket.readableLength === 0) socket.read(0);
    });
    socket.on("end", () => this.#finish("fin", undefined));
    socket.on("error", (error) => this.#finish("reset", error));
    socket.on("close", () => this.#finish("reset", undefined));
  }

  opened(event: "connect" | "secureConnect"): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#socket.destroy();
        reject(new Error(`no connection after ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#wake = () => {};
        act();
      };
      this.#wake = () => {
        if (this.#ended !== undefined) {
          settle(() => reject(this.#failure ?? new Error("closed while connecting")));
        }
      };
      this.#socket.once(event, () => settle(resolve));
    });
  }

  async line(): Promise<string> {
    for (let from = 0; ; ) {
      const end = this.#bytes.indexOf("\n", from);
      if (end > 0 && this.#bytes[end - 1] === 0x0d) {
        const line = (await this.exactly(end + 1)).toString("latin1", 0, end - 1);
        if (line.includes("\r")) throw new Error(`a bare CR in ${JSON.stringify(line)}`);
        return line;
      }
      if (end >= 0) throw new Error(`a bare LF after ${this.#shown()}`);
      from = this.#bytes.length;
      if (!(await this.#more("the end of a line"))) throw this.#early("a line");
    }
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    for (;;) {
      const part = this.#bytes.subarray(0, missing);
      this.#bytes = this.#bytes.subarray(part.length);
      missing -= part.length;
      parts.push(part);
      if (missing === 0) return Buffer.concat(parts);
      if (!(await this.#more(`${missing} more bytes`))) throw this.#early(`${missing} more bytes`);
    }
  }

  async drop(length: number): Promise<void> {
    let missing = length;
    for (;;) {
      const taken = Math.min(missing, this.#bytes.length);
      this.#bytes = this.#bytes.subarray(taken);
      missing -= taken;
      if (missing === 0) return;
      if (!(await this.#more(`${missing} more bytes`))) throw this.#early(`${missing} more bytes`);
    }
  }

  async rest(): Promise<Buffer> {
    const parts: Buffer[] = [];
    do {
      parts.push(this.#bytes);
      this.#bytes = Buffer.alloc(0);
    } while (await this.#more("the end of the connection"));
    return Buffer.concat(parts);
  }

  async closed(): Promise<WireEnd> {
    if (this.#bytes.length > 0 || (await this.#more("the end of the connection"))) {
      throw new Error(`bytes instead of the end: ${this.#shown()}`);
    }
    return this.#ended ?? "fin";
  }

  async silence(ms: number): Promise<void> {
    const waited = await this.#waitFor(ms);
    if (waited === "timeout" && this.#bytes.length === 0) return;
    throw new Error(`not silent: ${this.#ended ?? this.#shown()}`);
  }

  /** Waits for bytes; false when there will be none. */
  async #more(awaited: string): Promise<boolean> {
    const waited = await this.#waitFor(this.#timeoutMs);
    if (waited !== "timeout") return waited === "bytes";
    throw new Error(`waited ${this.#timeoutMs} ms for ${awaited}; so far: ${this.#shown()}`);
  }

  #waitFor(ms: number): Promise<"bytes" | "end" | "timeout"> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle("timeout"), ms);
      const settle = (outcome: "bytes" | "end" | "timeout") => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve(outcome);
      };
      this.#wake = () => {
        const chunk: Buffer | null = this.#socket.read();
        if (chunk !== null) {
          this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
          settle("bytes");
        } else if (this.#ended !== undefined) settle("end");
      };
      this.#wake();
    });
  }

  #finish(how: WireEnd, failure: Error | undefined): void {
    this.#ended ??= how;
    this.#failure ??= failure;
    this.#wake();
  }

  #early(missing: string): Error {
    const end = this.#ended === "fin" ? "finished" : "reset the connection";
    return new Error(`the peer ${end}, missing ${missing}; so far: ${this.#shown()}`);
  }

  #shown(): string {
    return JSON.stringify(this.#bytes.toString("latin1", 0, 200));
  }
}
