// Which way a stream gets its bytes: by 'data' events, or from the one buffer that all plain sockets
// read into.

import type { Socket } from "node:net";
import type { Accepted, SharedRead } from "./shared-read.ts";
import { SocketStream, type SocketStreamOptions } from "./socket-stream.ts";

/** Over any socket that nobody reads from yet, by 'data' events. */
export function streamOver(socket: Socket, options: SocketStreamOptions): SocketStream {
  const stream = new SocketStream(socket, options);
  socket.on("data", (bytes: Buffer) => {
    if (!stream.arrive(bytes, false)) socket.pause();
  });
  socket.resume(); // it may have been accepted with `pauseOnConnect`
  return stream;
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
