// Where connections come from: binds an address, accepts, turns away what is too much. What is
// then said on a connection is not known here.

import { createServer, type Server, type Socket } from "node:net";
import type { Peer } from "../base/peer.ts";
import { watchDescriptors } from "./descriptor-watch.ts";
import { peerOf } from "./peer-of.ts";
import { Refusals } from "./refusal.ts";
import { type SocketStream, sharedStreamOver, streamOver } from "./socket-stream.ts";
import type { Transport } from "./transport.ts";
import { removeStaleSocket } from "./unix-socket.ts";

export type ListenAddress =
  /** Port 0: any free one. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

export interface ListenOptions {
  readonly address: ListenAddress;
  readonly transport: Transport;
  /** Sent to whoever is turned away because the server is full; undefined: closed silently. */
  readonly refusal: Buffer | undefined;
}

export interface Listener {
  /** As bound: with the port that was chosen. */
  readonly address: ListenAddress;
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
  const onUnixSocket = address.kind === "unix";
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
  server.on("connection", (socket) => {
    const peer = peerOf(socket, onUnixSocket);
    if (peer === undefined) socket.destroy();
    else if (!transport.admission.admit(peer.address)) refusals.refuse(socket, refusal);
    else welcome(socket, peer, transport, onConnection);
  });
  const bound = await bind(server, address);
  return keepListening(server, bound, transport);
}

function welcome(
  accepted: Socket,
  peer: Peer,
  transport: Transport,
  onConnection: (stream: SocketStream) => void,
): void {
  const { deadlines, kernelQueues, limits, admission, sharedRead } = transport;
  const options = {
    peer,
    deadlines,
    kernelQueues,
    lingerMs: limits.lingerMs,
    onClose: () => admission.release(peer.address),
  };
  const stream =
    sharedRead === undefined
      ? streamOver(accepted, options)
      : sharedStreamOver(accepted, sharedRead, options);
  if (stream === undefined) admission.release(peer.address);
  else onConnection(stream);
}

async function bind(server: Server, address: ListenAddress): Promise<ListenAddress> {
  if (address.kind === "unix") await removeStaleSocket(address.path);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(
      address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port },
      () => {
        server.removeListener("error", reject);
        resolve(boundTo(server, address));
      },
    );
  });
}

function boundTo(server: Server, asked: ListenAddress): ListenAddress {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return asked;
  return { kind: "tcp", host: bound.address, port: bound.port };
}

const REST_MS = 1_000;

/**
 * Accepting can fail for want of memory or descriptors, and then it would fail again at once and
 * for ever: so the listener rests for a second, and tries again until it works.
 */
function keepListening(server: Server, address: ListenAddress, transport: Transport): Listener {
  const { clock, log } = transport;
  const stopWatching = watchDescriptors(clock, log);
  let stopResting: (() => void) | undefined;
  let troubled = false;
  server.on("error", (error) => {
    if (!troubled) log.error("core", "connections cannot be accepted", { err: error });
    troubled = true;
    server.close();
    stopResting ??= clock.every(REST_MS, () => {
      if (!server.listening) server.listen(address);
    });
  });
  server.on("listening", () => {
    stopResting?.();
    stopResting = undefined;
  });
  server.on("connection", () => {
    troubled = false;
  });
  return {
    address,
    close() {
      stopWatching();
      stopResting?.();
      stopResting = undefined;
      server.close();
    },
  };
}
