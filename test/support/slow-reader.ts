// A client that reads its answer in sips of its own size and in its own time, down to the socket:
// what it has not asked for stays in the kernel.

import { connect, type Socket } from "node:net";

export interface SlowReader {
  /** Bytes read so far. */
  readonly bytes: number;
  /** How the other side ended it; undefined: not yet. */
  readonly ended: "fin" | "reset" | undefined;
  /** Reads on without a rest. */
  hurry(): void;
  close(): void;
}

export interface SlowReaderOptions {
  readonly port: number;
  readonly request: string;
  readonly sipBytes: number;
  readonly everyMs: number;
}

export function slowReader(options: SlowReaderOptions): SlowReader {
  const { port, request, sipBytes, everyMs } = options;
  let bytes = 0;
  let hurries = false;
  let ended: SlowReader["ended"];
  const socket: Socket = connect({
    port,
    host: "127.0.0.1",
    onread: {
      buffer: Buffer.alloc(sipBytes),
      callback(length) {
        bytes += length;
        return hurries;
      },
    },
  });
  socket.write(request);
  const timer = setInterval(() => socket.resume(), everyMs);
  const close = () => {
    clearInterval(timer);
    socket.destroy();
  };
  const end = (how: "fin" | "reset") => () => {
    ended ??= how;
    close();
  };
  socket.on("end", end("fin")).on("error", end("reset"));
  return {
    get bytes() {
      return bytes;
    },
    get ended() {
      return ended;
    },
    hurry() {
      hurries = true;
      socket.resume();
    },
    close,
  };
}
