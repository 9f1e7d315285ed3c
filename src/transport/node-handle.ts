// Every use of Node's private parts, in one place. Under each net.Socket lies a handle of libuv,
// `socket._handle`; nothing documented promises it, so each function here looks before it
// touches, and whoever calls it has another way when the answer is undefined.
// Looked at in Node 20, 22, 24 and 26; shared-read.ts tries the most daring part at start.

import net, { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";

/** DER of the certificate that a context serves; undefined: this Node does not say. */
export function certificateIn(context: SecureContext): Buffer | undefined {
  const native: unknown = Reflect.get(context, "context");
  if (typeof native !== "object" || native === null) return undefined;
  const tell: unknown = Reflect.get(native, "getCertificate");
  if (typeof tell !== "function") return undefined;
  const der: unknown = Reflect.apply(tell, native, []);
  return Buffer.isBuffer(der) ? der : undefined;
}

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
 * Gives what a server accepts from now on to `take`, as handles, before Node makes sockets of them:
 * ours are others, and making two costs as much as serving a small answer. False: this Node has no
 * such way. Lasts until the server listens anew.
 */
export function takeAccepted(server: Server, take: (handle: Handle) => void): boolean {
  const listening: unknown = Reflect.get(server, "_handle");
  if (typeof listening !== "object" || listening === null) return false;
  const usual: unknown = Reflect.get(listening, "onconnection");
  if (typeof usual !== "function") return false;
  Reflect.set(listening, "onconnection", (status: unknown, handle: unknown) => {
    // That accepting has failed, the server knows how to tell.
    if (typeof handle === "object" && handle !== null) take(handle);
    else usual.call(listening, status, handle);
  });
  return true;
}

/** Who is at the other end; undefined: nobody any more, or this Node does not say. */
export function remoteEndOf(handle: Handle): End | undefined {
  return endOf(handle, "getpeername");
}

/** Where it came in. */
export function localEndOf(handle: Handle): End | undefined {
  return endOf(handle, "getsockname");
}

interface End {
  readonly address: string;
  readonly port: number;
}

function endOf(handle: Handle, which: "getpeername" | "getsockname"): End | undefined {
  const facts = { address: "", port: 0 };
  const look: unknown = Reflect.get(handle, which);
  return typeof look === "function" && look.call(handle, facts) === 0 ? facts : undefined;
}

/** Small answers leave at once (TCP_NODELAY). */
export function sendAtOnce(handle: Handle): void {
  const set: unknown = Reflect.get(handle, "setNoDelay");
  if (typeof set === "function") set.call(handle, true);
}

/** A socket over a handle, as a server would have made it; nobody reads from it yet. */
export function socketOver(handle: Handle): Socket {
  const options: SocketConstructorOpts & { handle: Handle; pauseOnCreate: boolean } = {
    handle,
    allowHalfOpen: true,
    pauseOnCreate: true,
  };
  return new Socket(options);
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
 * The same for a socket that exists already, which for TLS is the only way: TLSSocket takes `onread`
 * for itself only where it dials. Before any byte is read after it, what was read waits in the
 * socket. False: this Node has no such way, and nothing was changed.
 */
export function readInto(
  socket: Socket,
  buffer: Uint8Array,
  receive: (length: number) => boolean,
): boolean {
  const handle = handleOf(socket);
  const use: unknown = handle && Reflect.get(handle, "useUserBuffer");
  const [place, callback, maker] = onReadSymbolsOf(socket);
  if (typeof use !== "function" || !place || !callback || !maker) return false;
  Reflect.set(socket, place, buffer);
  Reflect.set(socket, callback, receive);
  Reflect.set(socket, maker, null);
  use.call(handle, buffer);
  return true;
}

const ON_READ_SYMBOLS = ["kBuffer", "kBufferCb", "kBufferGen"] as const;
let onReadSymbols: readonly (symbol | undefined)[] | undefined;

/** Under which names a socket keeps what `onread` was given; the same for every socket. */
function onReadSymbolsOf(socket: Socket): readonly (symbol | undefined)[] {
  onReadSymbols ??= ON_READ_SYMBOLS.map((name) =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name),
  );
  return onReadSymbols;
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

/**
 * An address bound and not listened at, so that others may do that; a number: the system's error;
 * undefined: this Node has no such way. It is what node:cluster makes its shared handles with.
 */
export function boundHandle(
  name: string,
  port: number,
  family: number,
): Handle | number | undefined {
  const create: unknown = Reflect.get(net, "_createServerHandle");
  if (typeof create !== "function") return undefined;
  const made: unknown = create(name, port, family, undefined, 0);
  return typeof made === "number" || (typeof made === "object" && made !== null) ? made : undefined;
}

/** The same over a descriptor that somebody else has bound, and may listen at already. */
export function inheritedHandle(descriptor: number): Handle | number | undefined {
  const create: unknown = Reflect.get(net, "_createServerHandle");
  if (typeof create !== "function") return undefined;
  const made: unknown = create(null, null, null, descriptor, 0);
  return typeof made === "number" || (typeof made === "object" && made !== null) ? made : undefined;
}

/** Those of Unix sockets do not say where they are bound. */
export function isTcpHandle(handle: Handle): boolean {
  return typeof Reflect.get(handle, "getsockname") === "function";
}

/** Where a handle is bound; a number: the system's error, which bind itself may have kept back. */
export function boundAddressOf(
  handle: Handle,
): { kind: "tcp"; host: string; port: number } | number {
  const facts = { address: "", port: 0 };
  const look: unknown = Reflect.get(handle, "getsockname");
  const errno: unknown = typeof look === "function" ? look.call(handle, facts) : 0;
  if (typeof errno === "number" && errno !== 0) return errno;
  return { kind: "tcp", host: facts.address, port: facts.port };
}

/** The number of the socket under a server in this process. */
export function descriptorOf(server: Server): number | undefined {
  const handle: unknown = Reflect.get(server, "_handle");
  const descriptor: unknown =
    typeof handle === "object" && handle !== null ? Reflect.get(handle, "fd") : undefined;
  return typeof descriptor === "number" && descriptor >= 0 ? descriptor : undefined;
}

export function closeHandle(handle: Handle): void {
  const close: unknown = Reflect.get(handle, "close");
  if (typeof close === "function") close.call(handle);
}

/** Lets a server accept at a bound handle of either kind: listen() itself takes only those of TCP. */
export function listenAt(server: Server, handle: Handle): void {
  if (isTcpHandle(handle)) {
    server.listen(handle);
    return;
  }
  const listen: unknown = Reflect.get(server, "_listen2");
  if (typeof listen !== "function") throw new Error("this Node cannot share Unix sockets");
  Reflect.set(server, "_handle", handle);
  listen.call(server, null, -1, -1, 0, undefined, 0);
}
