// Where connections come from: binds an address, accepts, turns away what is too much. What is
// then said on a connection is not known here.

import { createServer, type Server, Socket } from "node:net";
import type { Peer } from "../base/peer.ts";
import { watchDescriptors } from "./descriptor-watch.ts";
import {
  closeHandle,
  descriptorOf,
  type Handle,
  listenAt,
  sendAtOnce,
  socketOver,
  takeAccepted,
} from "./node-handle.ts";
import { peerOf, peerOfHandle } from "./peer-of.ts";
import { Refusals } from "./refusal.ts";
import type { Accepted } from "./shared-read.ts";
import type { SocketStream } from "./socket-stream.ts";
import { sharedStreamOver, streamOver } from "./stream-over.ts";
import { streamOptionsOf, type Transport } from "./transport.ts";
import { nameOfSocket, removeStaleSocket } from "./unix-socket.ts";

export type BoundAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

export type ListenAddress =
  /** Port 0: any free one. */
  | BoundAddress
  /** Bound by somebody else, who gave us the descriptor. */
  | { readonly kind: "inherited"; readonly descriptor: number };

export interface ListenOptions {
  readonly address: ListenAddress;
  readonly transport: Transport;
  /** What to send to those who are turned away because the server is full; undefined: silence. */
  readonly refusal: (() => Buffer | undefined) | undefined;
}

export interface Listener {
  /** As bound: with the port that was chosen. */
  readonly address: BoundAddress;
  /** False after close(). */
  readonly isOpen: boolean;
  /** Accepts no more. Connections stay. */
  close(): void;
}

/** @throws the error of bind, with its code: EADDRINUSE, EACCES … */
export async function listen(
  options: ListenOptions,
  onConnection: (stream: SocketStream) => void,
): Promise<Listener> {
  const { address, transport, refusal } = options;
  const refusals = new Refusals(transport.deadlines);
  // Nobody can come in before it is bound, and then it is known.
  let onUnixSocket = false;
  const health: Health = { troubled: false };
  const receive = (accepted: Accepted, peer: Peer) => {
    health.troubled = false;
    if (transport.admission.admit(peer.address)) {
      welcome(accepted, peer, transport, onConnection);
    } else {
      const socket = accepted instanceof Socket ? accepted : socketOver(accepted);
      refusals.refuse(socket, refusal?.());
    }
  };
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
  server.on("connection", (socket) => {
    const peer = peerOf(socket, onUnixSocket);
    if (peer === undefined) socket.destroy();
    else receive(socket, peer);
  });
  const bound = await bind(server, address, transport);
  onUnixSocket = bound.kind === "unix";
  if (bound.kind === "tcp" && transport.sharedRead?.takesHandles === true) {
    acceptHandles(server, bound, receive);
  }
  return keepListening(server, { asked: address, bound, health }, transport);
}

/** Spares the socket that Node would make first: it costs as much as a small answer. */
function acceptHandles(
  server: Server,
  bound: { readonly host: string; readonly port: number },
  receive: (accepted: Accepted, peer: Peer) => void,
): void {
  const take = (handle: Handle) => {
    const peer = peerOfHandle(handle, bound);
    if (peer === undefined) {
      closeHandle(handle);
      return;
    }
    sendAtOnce(handle);
    receive(handle, peer);
  };
  takeAccepted(server, take);
  server.on("listening", () => takeAccepted(server, take)); // anew, after a rest
}

function welcome(
  accepted: Accepted,
  peer: Peer,
  transport: Transport,
  onConnection: (stream: SocketStream) => void,
): void {
  const { admission, sharedRead } = transport;
  let countedAs = peer.address;
  const options = {
    ...streamOptionsOf(transport),
    peer,
    onClose: () => admission.release(countedAs),
    readmit(address: string) {
      if (!admission.move(countedAs, address)) return false;
      countedAs = address;
      return true;
    },
  };
  const stream =
    sharedRead === undefined
      ? streamOver(accepted instanceof Socket ? accepted : socketOver(accepted), options)
      : sharedStreamOver(accepted, sharedRead, options);
  if (stream === undefined) admission.release(countedAs);
  else onConnection(stream);
}

async function bind(
  server: Server,
  address: ListenAddress,
  { fellows }: Transport,
): Promise<BoundAddress> {
  const handle = await fellows?.handleFor(address);
  if (handle === undefined && address.kind === "unix") await removeStaleSocket(address.path);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.removeListener("error", reject);
      resolve(boundTo(server, address));
    });
    if (handle === undefined) server.listen(placeOf(address));
    else listenAt(server, handle);
  });
}

function placeOf(
  address: ListenAddress,
): { path: string } | { host: string; port: number } | { fd: number } {
  switch (address.kind) {
    case "unix":
      return { path: address.path };
    case "inherited":
      return { fd: address.descriptor };
    default:
      return { host: address.host, port: address.port };
  }
}

function boundTo(server: Server, asked: ListenAddress): BoundAddress {
  const bound = server.address();
  if (bound !== null && typeof bound !== "string") {
    return { kind: "tcp", host: bound.address, port: bound.port };
  }
  // Node knows the name of no Unix socket that it has not bound itself.
  if (asked.kind === "inherited") {
    return { kind: "unix", path: nameOfSocket(descriptorOf(server) ?? asked.descriptor) };
  }
  if (asked.kind === "unix") return asked;
  throw new Error("a socket for TCP is bound to a path");
}

const REST_MS = 1_000;

interface Place {
  readonly asked: ListenAddress;
  readonly bound: BoundAddress;
  readonly health: Health;
}

/** Accepting has failed, was told, and has not worked since. */
interface Health {
  troubled: boolean;
}

/**
 * Accepting can fail for want of memory or descriptors, and then it would fail again at once and
 * for ever: so the listener rests for a second, and tries again until it works.
 */
function keepListening(
  server: Server,
  { asked, bound, health }: Place,
  transport: Transport,
): Listener {
  const { clock, log, fellows } = transport;
  const stopWatching = watchDescriptors(clock, log);
  let stopResting: (() => void) | undefined;
  let isOpen = true;
  /** What was bound is held by somebody else, who gives it again. */
  const listenAgain = async (): Promise<void> => {
    if (fellows === undefined) {
      server.listen(placeOf(bound));
      return;
    }
    const handle = await fellows.handleFor(asked);
    if (isOpen && !server.listening) listenAt(server, handle);
    else closeHandle(handle);
  };
  server.on("error", (error) => {
    if (!health.troubled) log.error("core", "connections cannot be accepted", { err: error });
    health.troubled = true;
    // Once closed it is lost to us. It may work hard until there is room again, and then goes on.
    if (asked.kind === "inherited" && fellows === undefined) return;
    server.close();
    stopResting ??= clock.every(REST_MS, () => {
      if (server.listening) return;
      listenAgain().catch((error: unknown) => server.emit("error", error));
    });
  });
  server.on("listening", () => {
    stopResting?.();
    stopResting = undefined;
  });
  return {
    address: bound,
    get isOpen() {
      return isOpen;
    },
    close() {
      isOpen = false;
      stopWatching();
      stopResting?.();
      stopResting = undefined;
      server.close();
    },
  };
}
