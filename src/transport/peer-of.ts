// Who is at the other end of an accepted socket.

import type { Socket } from "node:net";
import type { Peer } from "../base/peer.ts";

const UNIX_PEER: Peer = Object.freeze({
  address: "unix",
  port: 0,
  localAddress: "unix",
  localPort: 0,
  isLoopback: true,
});

/** undefined: gone before we could look. */
export function peerOf(socket: Socket, onUnixSocket: boolean): Peer | undefined {
  if (onUnixSocket) return UNIX_PEER;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  const address = withoutMapping(remoteAddress);
  return {
    address,
    port: remotePort,
    localAddress: withoutMapping(localAddress),
    localPort,
    isLoopback: isLoopback(address),
  };
}

/** This machine and nobody else. @param address of a socket or a name server, not a name */
export function isLoopback(address: string): boolean {
  return withoutMapping(address).startsWith("127.") || address === "::1";
}

/** "::ffff:192.0.2.1", as a socket for both families shows an IPv4 peer, is 192.0.2.1. */
function withoutMapping(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
