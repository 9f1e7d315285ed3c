// One read buffer for all plain sockets. Node makes a 64 KiB Buffer for every chunk it reads and
// cuts it to size afterwards: about a microsecond per request, a tenth of what a small answer
// costs. Reading all sockets into the same memory saves it, and is why chunks are BORROWED.
//
// It leans on parts of Node that are not promised (node-handle.ts). So it is tried once, with a
// real connection, before anybody relies on it; when it does not work the server reads by 'data'
// events, which costs speed and nothing else.

import { connect, createServer, type Server, Socket } from "node:net";
import {
  closeHandle,
  type Handle,
  remoteEndOf,
  socketReadingInto,
  takeAccepted,
  takeHandle,
} from "./node-handle.ts";
import { ignored, trialPort } from "./trial.ts";
import { viewsOf } from "./views.ts";

/** A handle, as it was accepted, or a socket accepted with `pauseOnConnect`. */
export type Accepted = Handle | Socket;

export interface SharedRead {
  /** Connections are taken as handles; else as sockets, of which the handles are taken out. */
  readonly takesHandles?: boolean;
  /**
   * Turns what was accepted into a socket that reads into the shared buffer; undefined: it is gone
   * already. `receive` gets a view, valid during the call; false:
   * read no more until resume().
   */
  adopt(accepted: Accepted, receive: (lent: Buffer) => boolean): Socket | undefined;
}

const BUFFER_BYTES = 64 * 1024;
const TRIAL_MS = 2_000;

/** undefined: this Node cannot do it. */
export async function openSharedRead(
  candidate: SharedRead = sharedReadInto(Buffer.allocUnsafeSlow(BUFFER_BYTES)),
): Promise<SharedRead | undefined> {
  if (await works(candidate, "handles")) return { ...candidate, takesHandles: true };
  return (await works(candidate, "sockets")) ? candidate : undefined;
}

export function sharedReadInto(buffer: Buffer): SharedRead {
  const viewOf = viewsOf(buffer);
  return {
    adopt(accepted, receive) {
      const handle = accepted instanceof Socket ? takeHandle(accepted) : accepted;
      if (handle === undefined) return undefined;
      return socketReadingInto(handle, buffer, (length) => receive(viewOf(length)));
    },
  };
}

/**
 * One exchange over loopback that needs everything we lean on: bytes come in, reading stops and
 * goes on, an answer leaves after the peer has half-closed.
 */
async function works(sharedRead: SharedRead, taken: Taken): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const sockets: Socket[] = [];
  const handles: Handle[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), TRIAL_MS);
  });
  try {
    return await Promise.race([exchange(server, { sharedRead, taken, sockets, handles }), tooLate]);
  } catch {
    return false; // whatever it was: the other way of reading does not need it
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    for (const handle of handles) closeHandle(handle); // what no socket was made of, too
    server.close();
  }
}

type Taken = "handles" | "sockets";

interface Trial {
  readonly sharedRead: SharedRead;
  readonly taken: Taken;
  readonly sockets: Socket[];
  readonly handles: Handle[];
}

async function exchange(server: Server, trial: Trial): Promise<boolean> {
  const { sharedRead, taken, sockets, handles } = trial;
  const port = await trialPort(server);
  const arrival = new Promise<Accepted>((resolve) => {
    if (taken === "sockets") server.once("connection", resolve);
    else if (!takeAccepted(server, resolve)) throw new Error("there is no such way");
  });
  const client = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", ignored);
  sockets.push(client);
  client.write("ping");
  const accepted = await arrival;
  if (accepted instanceof Socket) sockets.push(accepted);
  else handles.push(accepted);
  if (taken === "handles" && remoteEndOf(accepted) === undefined) return false;
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
