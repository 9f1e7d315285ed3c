// From an accepted connection to the driver that serves it. On a TLS port one byte decides: a
// handshake leads to the site, plain HTTP to the door's answer for those who forgot the "s".

import { TimeoutError } from "../base/timeout-error.ts";
import { unreachable } from "../base/unreachable.ts";
import { serveHttp1 } from "../http1/connection.ts";
import type { Http1Limits } from "../http1/limits.ts";
import { firstByte } from "../transport/first-byte.ts";
import type { SocketStream } from "../transport/socket-stream.ts";
import type { TlsContexts } from "../transport/tls-context.ts";
import { startTls } from "../transport/tls-server.ts";
import type { Transport } from "../transport/transport.ts";
import type { Connection } from "./connections.ts";
import { ConnectionService, type Site } from "./service.ts";

/** What stands behind a port. */
export interface House {
  readonly site: Site;
  readonly tls?: {
    readonly contexts: TlsContexts;
    /** For plain HTTP that arrives on this port. */
    readonly plainSite: Site;
  };
}

export interface Serving {
  readonly transport: Transport;
  readonly http1: Http1Limits;
}

/** Protocols offered in a handshake, the dearest first (RFC 7301). */
const PROTOCOLS = ["http/1.1"];

/** Resolves when the connection is over. Never rejects. */
export async function serveConnection(
  stream: SocketStream,
  house: House,
  connection: Connection,
  serving: Serving,
): Promise<void> {
  if (house.tls === undefined) return converse(stream, house.site, connection, serving);
  const { contexts, plainSite } = house.tls;
  // Until hands are shaken nothing has been asked, and the server may leave at any time.
  connection.idle = true;
  stream.expireAfter(serving.transport.limits.handshakeTimeoutMs);
  const first = await firstByte(stream);
  switch (first) {
    case "closed":
    case "timeout":
      return stream.destroy();
    case "plain":
      return converse(stream, plainSite, connection, serving);
    case "tls": {
      const { transport } = serving;
      const secured = await startTls(stream, { contexts, transport, protocols: PROTOCOLS });
      if (secured === undefined) return;
      connection.stream = secured;
      return converse(secured, house.site, connection, serving);
    }
    default:
      return unreachable(first);
  }
}

async function converse(
  stream: SocketStream,
  site: Site,
  connection: Connection,
  { http1 }: Serving,
): Promise<void> {
  const service = new ConnectionService(site, stream.peer, connection);
  try {
    await stream.run(serveHttp1(stream, service, http1));
  } catch (error) {
    report(error, stream, site);
  } finally {
    service.context.gone();
  }
}

/** That a peer goes away is no error of ours; anything else thrown by a driver is. */
function report(error: unknown, { peer }: SocketStream, { log }: Site): void {
  const details = { err: error, peer: peer.address };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const isTheirs = error instanceof TimeoutError || typeof code === "string";
  if (isTheirs) log.debug("core", "a connection broke off", details);
  else log.error("core", "a connection failed", details);
}
