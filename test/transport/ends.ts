// Real connections over loopback for the tests of this folder: a stream as a listener makes it,
// and a client socket at the other end.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { type LimitWatch, nobodyWatches } from "../../src/base/limit-watch.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from "../../src/transport/limits.ts";
import { type ListenAddress, type Listener, listen } from "../../src/transport/listener.ts";
import { NO_PROXIES, type Proxies } from "../../src/transport/proxies.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import type { KeyPair } from "../../src/transport/tls-context.ts";
import { createTransport, type Transport } from "../../src/transport/transport.ts";
import { type ContractPeer, until } from "../contract/byte-stream.ts";
import { makeCertificate } from "../support/certificates.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { type Cleanup, tempFolder } from "../support/temp-folder.ts";

export interface Ground {
  readonly transport: Transport;
  readonly clock: FakeClock;
  readonly listener: Listener;
  readonly port: number;
  /** The streams accepted, in order. */
  readonly streams: SocketStream[];
  /** The next stream that nobody has asked for. */
  accepted(): Promise<SocketStream>;
}

export interface GroundOptions {
  readonly sharedRead?: "on" | "off";
  readonly limits?: Partial<TransportLimits>;
  readonly log?: Logger;
  readonly proxies?: Proxies;
  readonly limitWatch?: LimitWatch;
  readonly address?: ListenAddress;
  readonly refusal?: Buffer;
}

export const LOOPBACK: ListenAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

/** A listener on a free port; it and all its streams are closed when the test is over. */
export async function openGround(test: Cleanup, options: GroundOptions = {}): Promise<Ground> {
  const clock = fakeClock();
  const transport = await createTransport({
    clock,
    log: options.log ?? silentLogger,
    limits: { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits },
    sharedRead: options.sharedRead ?? "on",
    proxies: options.proxies ?? NO_PROXIES,
    limitWatch: options.limitWatch ?? nobodyWatches,
  });
  const streams: SocketStream[] = [];
  let given = 0;
  const listener = await listen(
    { address: options.address ?? LOOPBACK, transport, refusal: () => options.refusal },
    (stream) => streams.push(stream),
  );
  test.after(() => {
    listener.close();
    for (const stream of streams) stream.destroy();
  });
  return {
    transport,
    clock,
    listener,
    port: listener.address.kind === "tcp" ? listener.address.port : 0,
    streams,
    async accepted() {
      await until(() => streams.length > given, "a connection");
      const stream = streams[given];
      given += 1;
      if (stream === undefined) throw new Error("there is no such connection");
      return stream;
    },
  };
}

/** A plain client; half-open, so that it closes only when told to, or when the test is over. */
export async function dial(test: Cleanup, port: number, host = "127.0.0.1"): Promise<Socket> {
  const socket = connectTcp({ port, host, allowHalfOpen: true, noDelay: true });
  test.after(() => (TLS_OVER.get(socket) ?? socket).destroy());
  await once(socket, "connect");
  return socket;
}

/** Node 20 reads freed memory when the socket beneath TLS is destroyed before the one above. */
const TLS_OVER: WeakMap<Socket, TLSSocket> = new WeakMap();

/** Shakes hands over `wire`, which decides what happens after a half-close. */
export function dialTls(wire: Socket, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ socket: wire, rejectUnauthorized: false, ...options });
    TLS_OVER.set(wire, socket);
    socket.once("secureConnect", () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** A receiving kernel opens its window in steps: this is more than one. */
const TAKEN_BYTES = 1024 * 1024;

/** @param wire the plain socket beneath, when `socket` is TLS */
export function contractPeer(socket: Socket, wire: Socket = socket): ContractPeer {
  const pieces: Buffer[] = [];
  let closed = false;
  let paused = false;
  const close = () => {
    closed = true;
  };
  socket.on("data", (piece: Buffer) => {
    pieces.push(piece);
    if (paused) socket.pause();
  });
  socket.on("end", close).on("close", close).on("error", close);
  return {
    send: (bytes) => {
      socket.write(bytes);
    },
    end: () => {
      socket.end();
    },
    reset: () => {
      resetHandle(wire);
    },
    received: () => Buffer.concat(pieces),
    pause() {
      paused = true;
      socket.pause();
    },
    resume() {
      paused = false;
      socket.resume();
    },
    async take() {
      let taken = 0;
      while (taken < TAKEN_BYTES) {
        const before = pieces.length;
        socket.resume();
        await until(() => pieces.length > before, "something to take");
        taken += pieces.at(-1)?.length ?? 0;
      }
    },
    async sip() {
      const before = pieces.length;
      socket.resume();
      await until(() => pieces.length > before || closed, "something to sip");
    },
    get closed() {
      return closed;
    },
  };
}

/** A self-signed pair for localhost, and one for other.test. */
export async function testCertificates(
  test: Cleanup,
): Promise<{ readonly main: KeyPair; readonly other: KeyPair }> {
  const folder = tempFolder(test);
  const [main, other] = await Promise.all([
    makePair(folder, "localhost"),
    makePair(folder, "other.test"),
  ]);
  return { main, other };
}

async function makePair(folder: string, host: string): Promise<KeyPair> {
  const { cert, keyPath } = await makeCertificate(folder, host, [host]);
  return { cert: cert.toString(), key: await readFile(keyPath, "utf8") };
}

/**
 * RST and nothing else. Node's own resetAndDestroy() sends FIN first, and under TLS the RST may
 * come so much later that the other side has stopped looking.
 */
function resetHandle(socket: Socket): void {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null) return;
  const reset: unknown = Reflect.get(handle, "reset");
  if (typeof reset === "function") reset.call(handle, () => socket.destroy());
}
