// One read buffer for all plain sockets. Node makes a 64 KiB Buffer for every chunk it reads and
// cuts it to size afterwards: about a microsecond per request, a tenth of what a small answer
// costs. Reading all sockets into the same memory saves it, and is why chunks are BORROWED.
//
// It leans on parts of Node that are not promised (node-handle.ts). So it is tried once, with a
// real connection, before anybody relies on it; when it does not work the server reads by 'data'
// events, which costs speed and nothing else.

import { connect, createServer, type Server, type Socket } from "node:net";
import { socketReadingInto, takeHandle } from "./node-handle.ts";

export interface SharedRead {
  /**
   * Turns a socket that was accepted with `pauseOnConnect` into one that reads into the shared
   * buffer; undefined: it is gone already. `receive` gets a view, valid during the call; false:
   * read no more until resume().
   */
  adopt(accepted: Socket, receive: (lent: Buffer) => boolean): Socket | undefined;
}

const BUFFER_BYTES = 64 * 1024;
const TRIAL_MS = 2_000;

/** undefined: this Node cannot do it. */
export async function openSharedRead(
  candidate: SharedRead = sharedReadInto(Buffer.allocUnsafeSlow(BUFFER_BYTES)),
): Promise<SharedRead | undefined> {
  return (await works(candidate)) ? candidate : undefined;
}

export function sharedReadInto(buffer: Buffer): SharedRead {
  return {
    adopt(accepted, receive) {
      const handle = takeHandle(accepted);
      if (handle === undefined) return undefined;
      return socketReadingInto(handle, buffer, (length) => receive(buffer.subarray(0, length)));
    },
  };
}

/**
 * One exchange over loopback that needs everything we lean on: bytes come in, reading stops and
 * goes on, an answer leaves after the peer has half-closed.
 */
async function works(sharedRead: SharedRead): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const sockets: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), TRIAL_MS);
  });
  try {
    return await Promise.race([exchange(server, sharedRead, sockets), tooLate]);
  } catch {
    return false; // whatever it was: the other way of reading does not need it
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function exchange(
  server: Server,
  sharedRead: SharedRead,
  sockets: Socket[],
): Promise<boolean> {
  const port = await portOf(server);
  const arrival = new Promise<Socket>((resolve) => {
    server.once("connection", resolve);
  });
  const client = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", ignored);
  sockets.push(client);
  client.write("ping");
  const accepted = await arrival;
  sockets.push(accepted);
  const socket = sharedRead.adopt(accepted, (lent) => {
    seen += lent.toString("latin1");
    if (seen !== "ping") return true;
    setImmediate(() => socket?.resume());
    client.end("pong");
    return false;
  });
  if (socket === undefined) return false;
  let seen = "";
  sockets.push(socket);
  socket.on("error", ignored).on("end", () => socket.end(seen));
  return (await textOf(client)) === "pingpong";
}

async function textOf(client: Socket): Promise<string> {
  let text = "";
  for await (const piece of client) text += String(piece);
  return text;
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}

/** Whatever fails in the trial, the exchange does not come to its end, and that is the answer. */
function ignored(): void {}
