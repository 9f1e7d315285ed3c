// Every use of Node's private parts, in one place. Under each net.Socket lies a handle of libuv,
// `socket._handle`; nothing documented promises it, so each function here looks before it
// touches, and whoever calls it has another way when the answer is undefined.
// Looked at in Node 20, 22, 24 and 26; shared-read.ts tries the most daring part at start.

import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import type { TLSSocket } from "node:tls";

/** Something between a JavaScript socket and the kernel. */
export type Handle = object;

export function handleOf(socket: Socket): Handle | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  return typeof handle === "object" && handle !== null ? handle : undefined;
}

/**
 * Takes the handle out of a socket that has not begun to read (`pauseOnConnect`). The empty
 * socket is destroyed, which also makes its server count one connection less.
 */
export function takeHandle(socket: Socket): Handle | undefined {
  const handle = handleOf(socket);
  if (handle === undefined) return undefined;
  Reflect.set(socket, "_handle", null);
  socket.destroy();
  return handle;
}

/**
 * A socket over a handle that reads into `buffer`, always the same memory, instead of making a
 * Buffer for each chunk. `receive` is told how many bytes lie there, during the call only; false:
 * read no more until resume(). The documented `onread` option is for outgoing connections; that
 * it works together with `handle` is not documented.
 */
export function socketReadingInto(
  handle: Handle,
  buffer: Uint8Array,
  receive: (length: number) => boolean,
): Socket {
  const options: SocketConstructorOpts & { handle: Handle; onread: OnReadOpts } = {
    handle,
    allowHalfOpen: true,
    onread: { buffer, callback: receive },
  };
  return new Socket(options);
}

/**
 * How many bytes the kernel has taken so far. A write of 512 KiB counts as it goes, piece by
 * piece; the documented numbers change only when it is done.
 */
export function bytesTakenByKernel(socket: Socket): number {
  const handle = handleOf(socket);
  const given = handle && Reflect.get(handle, "bytesWritten");
  const queued = handle && Reflect.get(handle, "writeQueueSize");
  if (typeof given === "number" && typeof queued === "number") return given - queued;
  return socket.bytesWritten - socket.writableLength;
}

/** Why OpenSSL refused a handshake is told by this event alone; else the connection just closes. */
export const TLS_FAILURE_EVENT = "_tlsError";

/** The name that the client asked for (SNI); documented, but not known to every version's types. */
export function serverNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = Reflect.get(socket, "servername");
  return typeof name === "string" ? name : undefined;
}
