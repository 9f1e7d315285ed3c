// Reads the PROXY header in front of everything else on a connection, TLS included, and makes the
// stream's peer the one that the proxy speaks for. Who must send one is decided by whoever calls;
// so is the time that it may take, by the stream's deadline.

import { TimeoutError } from "../base/timeout-error.ts";
import { onBehalfOf } from "./peer-of.ts";
import { type ProxyHeader, parseProxyHeader } from "./proxy-protocol.ts";
import type { SocketStream } from "./socket-stream.ts";

export type ProxiedPeer =
  | { readonly kind: "known" }
  /** The deadline passed. */
  | { readonly kind: "timeout" }
  /** Nobody to go on with, and why. */
  | { readonly kind: "refused"; readonly reason: string };

/** Waits for the header; what follows it is unread again. */
export async function proxiedPeer(stream: SocketStream): Promise<ProxiedPeer> {
  let bytes = Buffer.alloc(0);
  try {
    for (;;) {
      const arrived = await stream.read();
      if (arrived === null) return refused("the proxy went away");
      bytes = Buffer.concat([bytes, arrived]);
      const header = parseProxyHeader(bytes);
      if (header.kind === "incomplete") continue;
      if (header.kind === "malformed") return refused(header.reason);
      stream.unread(bytes.subarray(header.length));
      return introduced(stream, header);
    }
  } catch (error) {
    if (error instanceof TimeoutError) return { kind: "timeout" };
    return refused("the proxy went away");
  }
}

function introduced(
  stream: SocketStream,
  { client }: Extract<ProxyHeader, { kind: "header" }>,
): ProxiedPeer {
  if (client === undefined || stream.speaksFor(onBehalfOf(stream.peer, client))) {
    return { kind: "known" };
  }
  return refused(`${client.address} has too many connections`);
}

function refused(reason: string): ProxiedPeer {
  return { kind: "refused", reason };
}
