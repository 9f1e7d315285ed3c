// One buffer to read into and one to write from for all TLS sockets, as shared-read.ts has it for
// plain ones. Two things hold in Node's C++ (TLSWrap) that nothing documented promises:
//
// - What OpenSSL has decrypted can be copied into memory of ours, which spares a Buffer for each
//   record, the 'data' event and what comes with it: 1.6 of the 14.2 us that a small answer costs.
// - What a write is given has been encrypted or copied when the call returns, whatever the kernel
//   takes. So outbox.ts joins bursts in memory that all streams share: another 1.4 us.
//
// Both are tried once, over loopback, before anybody relies on them; when they do not hold, TLS is
// read by 'data' events and written from memory of its own.

import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, TLSSocket } from "node:tls";
import { readInto } from "./node-handle.ts";
import { ignored, trialPort } from "./trial.ts";
import { viewsOf } from "./views.ts";

export interface SharedTls {
  /**
   * From now on the socket, whose hands are shaken, reads into the shared buffer. `receive` gets a
   * view, valid during the call; false: read no more until resume(). False is returned when this
   * Node cannot do it; then nothing has changed.
   *
   * Nobody may write nothing to the socket from inside `receive` while no other write is under
   * way: Node takes that as a reason to decrypt on, into the view that is being looked at.
   */
  adopt(socket: TLSSocket, receive: (lent: Buffer) => boolean): boolean;
}

/** As much as Node decrypts at once: a whole record. */
const BUFFER_BYTES = 16 * 1024;
const TRIAL_MS = 2_000;
/** More than Node gives the kernel at once (ten records), so that some of it stays behind. */
const TRIAL_BYTES = 512 * 1024;

/** undefined: this Node cannot do it. */
export async function openSharedTls(
  candidate: SharedTls = sharedTlsInto(Buffer.allocUnsafeSlow(BUFFER_BYTES)),
): Promise<SharedTls | undefined> {
  return (await works(candidate)) ? candidate : undefined;
}

export function sharedTlsInto(buffer: Buffer): SharedTls {
  const viewOf = viewsOf(buffer);
  return {
    adopt(socket, receive) {
      if (!readInto(socket, buffer, (length) => receive(viewOf(length)))) return false;
      // What came with the end of the handshake was decrypted into memory of its own. Asking for it
      // also starts reading anew, where that had stopped.
      const early: unknown = socket.read();
      if (Buffer.isBuffer(early) && !receive(early)) socket.pause();
      return true;
    },
  };
}

/** Bytes come in, reading stops and goes on, and what was written survives its memory. */
async function works(sharedTls: SharedTls): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const sockets: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), TRIAL_MS);
  });
  try {
    return await Promise.race([exchange(server, sharedTls, sockets), tooLate]);
  } catch {
    return false; // whatever it was: the other way does not need it
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** No certificate is at hand, and none is needed to find out how Node handles memory. */
const NAMELESS = {
  ciphers: "AECDH-AES128-SHA:ADH-AES128-GCM-SHA256:@SECLEVEL=0",
  maxVersion: "TLSv1.2",
} as const;

async function exchange(server: Server, sharedTls: SharedTls, sockets: Socket[]): Promise<boolean> {
  const port = await trialPort(server);
  const arrival = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const wire = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", ignored);
  sockets.push(wire);
  const client = connectTls({ ...NAMELESS, socket: wire, rejectUnauthorized: false });
  sockets.push(client.on("error", ignored));
  const beneath = await arrival;
  sockets.push(beneath.on("error", ignored));
  const secureContext = createSecureContext(NAMELESS);
  const socket = new TLSSocket(beneath, { isServer: true, secureContext });
  sockets.push(socket.on("error", ignored));
  await new Promise((resolve) => socket.once("secure", () => setImmediate(resolve)));
  const answer = Buffer.alloc(TRIAL_BYTES, "a");
  let seen = "";
  const isAdopted = sharedTls.adopt(socket, (lent) => {
    seen += lent.toString("latin1");
    if (seen === "ping") {
      setImmediate(() => socket.resume());
      client.write("pong");
      return false;
    }
    if (seen === "pingpong") {
      socket.write(answer);
      answer.fill("b");
      socket.end();
    }
    return true;
  });
  if (!isAdopted) return false;
  client.write("ping");
  return isAllOf(client, "a".charCodeAt(0));
}

async function isAllOf(client: Socket, byte: number): Promise<boolean> {
  let bytes = 0;
  for await (const piece of client) {
    if (!Buffer.isBuffer(piece) || piece.some((it) => it !== byte)) return false;
    bytes += piece.length;
  }
  return bytes === TRIAL_BYTES;
}
