// From an accepted connection to the driver that serves it. On a TLS port one byte decides: a
// handshake leads to the site, plain HTTP to the door's answer for those who forgot the "s".

import { codeOf } from "../base/system-error.ts";
import { TimeoutError } from "../base/timeout-error.ts";
import { unreachable } from "../base/unreachable.ts";
import { serveHttp1 } from "../http1/connection.ts";
import type { Http1Limits } from "../http1/limits.ts";
import { firstByte } from "../transport/first-byte.ts";
import { proxiedPeer } from "../transport/proxied-peer.ts";
import type { SocketStream } from "../transport/socket-stream.ts";
import { startTls } from "../transport/tls-server.ts";
import type { Transport } from "../transport/transport.ts";
import type { Connection } from "./connections.ts";
import type { Doorway } from "./doorway.ts";
import { ConnectionService, type SiteHolder } from "./service.ts";

export interface Serving {
  readonly transport: Transport;
  readonly http1: Http1Limits;
}

/** Protocols offered in a handshake, the dearest first (RFC 7301). */
const PROTOCOLS = ["http/1.1"];

/**
 * Resolves when the connection is over. Never rejects: nobody could do anything about it.
 *
 * Nothing on the way of plain connections is an async function: each one that waits for the end
 * keeps 400 bytes, and ten thousand idle connections wait for nothing else.
 */
export function serveConnection(
  stream: SocketStream,
  doorway: Doorway,
  connection: Connection,
  serving: Serving,
): Promise<void> {
  const failed = (error: unknown) => {
    report(error, stream, serving);
    connection.stream.destroy();
  };
  try {
    return welcome(stream, doorway, connection, serving).catch(failed);
  } catch (error) {
    failed(error);
    return Promise.resolve();
  }
}

function welcome(
  stream: SocketStream,
  doorway: Doorway,
  connection: Connection,
  serving: Serving,
): Promise<void> {
  const { sendHeader, trusted } = serving.transport.proxies;
  const isProxied = sendHeader && trusted.has(stream.peer.address);
  if (doorway.house.tls === undefined && !isProxied) {
    return converse(stream, doorway.plain, connection, serving);
  }
  return prepared({ stream, doorway, connection, serving, isProxied });
}

interface Arrival {
  readonly stream: SocketStream;
  readonly doorway: Doorway;
  readonly connection: Connection;
  readonly serving: Serving;
  readonly isProxied: boolean;
}

/** What must be heard before a request can be: who it is from, and under which key. */
async function prepared(arrival: Arrival): Promise<void> {
  const { stream, doorway, connection, serving, isProxied } = arrival;
  const { transport } = serving;
  const { tls } = doorway.house;
  // Until hands are shaken nothing has been asked, and the server may leave at any time.
  connection.idle = true;
  stream.expireAfter(transport.limits.handshakeTimeoutMs);
  if (isProxied && !(await isIntroduced(stream, serving))) return stream.destroy();
  if (tls === undefined) return converse(stream, doorway.plain, connection, serving);
  const first = await firstByte(stream);
  switch (first) {
    case "timeout":
      transport.limitWatch.hit("handshake_timeout");
      return stream.destroy();
    case "closed":
      return stream.destroy();
    case "plain":
      return converse(stream, doorway.plain, connection, serving);
    case "tls": {
      const secured = await startTls(stream, {
        contexts: tls.contexts,
        transport,
        protocols: PROTOCOLS,
      });
      if (secured === undefined) return;
      connection.stream = secured;
      return converse(secured, doorway.secure, connection, serving);
    }
    default:
      return unreachable(first);
  }
}

/** Whether the proxy has said whom it speaks for, and he is welcome. */
async function isIntroduced(stream: SocketStream, { transport }: Serving): Promise<boolean> {
  const outcome = await proxiedPeer(stream);
  if (outcome.kind === "known") return true;
  if (outcome.kind === "timeout") transport.limitWatch.hit("handshake_timeout");
  const reason = outcome.kind === "timeout" ? "it took too long" : outcome.reason;
  transport.log.debug("core", "no PROXY header", { address: stream.wirePeer.address, reason });
  return false;
}

function converse(
  stream: SocketStream,
  holder: SiteHolder,
  connection: Connection,
  { http1 }: Serving,
): Promise<void> {
  const service = new ConnectionService(holder, stream.peer, connection);
  const over = stream.run(serveHttp1(stream, service, http1));
  return over.finally(() => service.context.gone());
}

/** That a peer goes away is no error of ours; anything else thrown by a driver is. */
function report(error: unknown, { peer }: SocketStream, { transport }: Serving): void {
  const { log } = transport;
  const details = { err: error, peer: peer.address };
  const isTheirs = error instanceof TimeoutError || codeOf(error) !== undefined;
  if (isTheirs) log.debug("core", "a connection broke off", details);
  else log.error("core", "a connection failed", details);
}
