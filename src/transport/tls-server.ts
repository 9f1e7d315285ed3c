// Shakes hands: a plain stream on which a client has said ClientHello becomes a stream over TLS.
// Which certificate is shown is tls-context.ts's business; so are the versions and ciphers.

import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { Peer } from "../base/peer.ts";
import type { Expirable } from "./deadlines.ts";
import { serverNameOf, TLS_FAILURE_EVENT } from "./node-handle.ts";
import type { SharedTls } from "./shared-tls.ts";
import type { SocketStream } from "./socket-stream.ts";
import { secureStreamOver } from "./stream-over.ts";
import type { TlsContexts } from "./tls-context.ts";
import { streamOptionsOf, type Transport } from "./transport.ts";

export interface TlsOptions {
  readonly contexts: TlsContexts;
  readonly transport: Transport;
  /**
   * Protocols we speak, the dearest first (RFC 7301). A client that names only others is refused
   * with no_application_protocol; one that names none is taken to speak the last.
   */
  readonly protocols: readonly string[];
}

/**
 * Resolves when hands have been shaken; undefined: they were not, and the connection is gone. The
 * time for it ends at the stream's own deadline or after the handshake timeout, whichever is
 * first: so the whole way from accept on can be bounded by one deadline.
 */
export function startTls(
  plain: SocketStream,
  options: TlsOptions,
): Promise<SocketStream | undefined> {
  const { contexts, transport, protocols } = options;
  const { clock, limits } = transport;
  const deadlineMs = Math.min(plain.deadlineMs, clock.monotonicMs() + limits.handshakeTimeoutMs);
  const { peer, wirePeer } = plain;
  // From here on it belongs to the TLS socket, and only that one is destroyed: Node 20 reads freed
  // memory when the socket beneath goes first.
  let socket: TLSSocket | undefined;
  const beneath = plain.detach(() => socket?.destroy());
  if (beneath.destroyed) return Promise.resolve(undefined);
  socket = new TLSSocket(beneath, {
    isServer: true,
    // Until the client has named a host; asked anew each time, so that a reload is seen.
    secureContext: contexts.contextFor(undefined),
    SNICallback(serverName: string, done: (error: Error | null, context: SecureContext) => void) {
      done(null, contexts.contextFor(serverName));
    },
    ALPNProtocols: [...protocols],
  });
  return shakenHands(socket, { peer, wirePeer, beneath, deadlineMs, transport });
}

interface Handshake {
  readonly peer: Peer;
  readonly wirePeer: Peer;
  readonly beneath: Socket;
  readonly deadlineMs: number;
  readonly transport: Transport;
}

function shakenHands(socket: TLSSocket, handshake: Handshake): Promise<SocketStream | undefined> {
  const { peer, wirePeer, beneath, deadlineMs, transport } = handshake;
  const { deadlines, limitWatch, log } = transport;
  const shared = transport.sharedTls();
  return new Promise((resolve) => {
    let reason = "the client went away";
    const giveUp = (why: string) => {
      reason = why;
      socket.destroy();
    };
    const limit: Expirable = {
      deadlineMs,
      sending: false,
      look() {
        deadlines.remove(limit); // it closes in a later turn
        limitWatch.hit("handshake_timeout");
        giveUp("it took too long");
      },
    };
    const failed = () => {
      deadlines.remove(limit);
      log.debug("tls", "handshake failed", { address: peer.address, reason });
      resolve(undefined);
    };
    const because = (error: Error) => {
      reason = error.message;
    };
    // Half-open is for later: without an answer from the client there is no key to speak with.
    const ended = () => giveUp("the client ended it");
    deadlines.add(limit);
    socket.on("error", because).on(TLS_FAILURE_EVENT, because);
    socket.on("end", ended).on("close", failed);
    const shaken = (sharedTls: SharedTls | undefined) => {
      if (socket.destroyed) return; // then "close" says so
      deadlines.remove(limit);
      socket.off("error", because).off(TLS_FAILURE_EVENT, because);
      socket.off("end", ended).off("close", failed);
      resolve(
        secureStreamOver(socket, sharedTls, {
          ...streamOptionsOf(transport),
          peer: { ...peer, tls: tlsOf(socket) },
          wirePeer,
          beneath,
        }),
      );
    };
    // One turn later: while the ticket of TLS 1.3 is on its way, Node would send FIN in front of
    // close_notify.
    socket.once("secure", () => setImmediate(() => void shared.then(shaken)));
  });
}

/** The name is missing when a session of TLS 1.2 was resumed: Node does not keep it. */
function tlsOf(socket: TLSSocket): NonNullable<Peer["tls"]> {
  return {
    version: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().name,
    serverName: serverNameOf(socket)?.toLowerCase(),
    alpn: socket.alpnProtocol || undefined,
  };
}
