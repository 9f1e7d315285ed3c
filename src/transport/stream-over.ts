// Which way a stream gets its bytes: by 'data' events, or from the one buffer that all sockets of a
// kind read into.

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Accepted, SharedRead } from "./shared-read.ts";
import type { SharedTls } from "./shared-tls.ts";
import { SocketStream, type SocketStreamOptions } from "./socket-stream.ts";

/** Over any socket that nobody reads from yet, by 'data' events. */
export function streamOver(socket: Socket, options: SocketStreamOptions): SocketStream {
  const stream = new SocketStream(socket, options);
  readByEvents(socket, stream);
  return stream;
}

function readByEvents(socket: Socket, stream: SocketStream): void {
  socket.on("data", (bytes: Buffer) => {
    if (!stream.arrive(bytes, false)) socket.pause();
  });
  socket.resume(); // it may have been accepted with `pauseOnConnect`
}

/** Over what was accepted, if nobody reads from it yet; undefined: it is gone already. */
export function sharedStreamOver(
  accepted: Accepted,
  sharedRead: SharedRead,
  options: SocketStreamOptions,
): SocketStream | undefined {
  const socket = sharedRead.adopt(accepted, (lent) => stream.arrive(lent, true));
  if (socket === undefined) return undefined;
  const stream = new SocketStream(socket, options);
  return stream;
}

/** Over a TLS socket whose hands are shaken, and which nobody reads from yet. */
export function secureStreamOver(
  socket: TLSSocket,
  sharedTls: SharedTls | undefined,
  options: SocketStreamOptions,
): SocketStream {
  if (sharedTls === undefined) return streamOver(socket, options);
  const stream = new SocketStream(socket, { ...options, copiesAtOnce: true });
  const isAdopted = sharedTls.adopt(socket, (lent) => stream.arrive(lent, true));
  if (!isAdopted) readByEvents(socket, stream);
  return stream;
}
