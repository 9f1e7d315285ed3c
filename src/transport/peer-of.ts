// Who is at the other end of an accepted socket.

import { isIPv6, type Socket, SocketAddress } from "node:net";
import type { Peer } from "../base/peer.ts";
import { type Handle, localEndOf, remoteEndOf } from "./node-handle.ts";

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

/** The same for a handle that was accepted at a known place. */
export function peerOfHandle(
  handle: Handle,
  bound: { readonly host: string; readonly port: number },
): Peer | undefined {
  const remote = remoteEndOf(handle);
  if (remote === undefined) return undefined;
  // Bound to all addresses, only the connection itself knows at which one it came in.
  const local = isWildcard(bound.host) ? localEndOf(handle) : { address: bound.host };
  if (local === undefined) return undefined;
  const address = withoutMapping(remote.address);
  return {
    address,
    port: remote.port,
    localAddress: withoutMapping(local.address),
    localPort: bound.port,
    isLoopback: isLoopback(address),
  };
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * The same connection, as somebody whom its peer speaks for.
 * @param client an IP address in any spelling; or any other name, which is nobody's address
 */
export function onBehalfOf(peer: Peer, client: { address: string; port: number }): Peer {
  const address = withoutItsText(canonicalAddress(client.address));
  return { ...peer, address, port: client.port, isLoopback: isLoopback(address) };
}

/**
 * The same, copied. V8 keeps what was cut out of a longer text as a place in that text: whoever
 * remembers the address would hold a whole header with it.
 */
function withoutItsText(address: string): string {
  return Buffer.from(address, "latin1").toString("latin1");
}

/** One spelling for each address, as sockets show them. */
function canonicalAddress(text: string): string {
  if (!isIPv6(text) || text.includes("%")) return text;
  return withoutMapping(new SocketAddress({ address: text, family: "ipv6" }).address);
}

/** This machine and nobody else. @param address of a socket or a name server, not a name */
export function isLoopback(address: string): boolean {
  return withoutMapping(address).startsWith("127.") || address === "::1";
}

/** "::ffff:192.0.2.1", as a socket for both families shows an IPv4 peer, is 192.0.2.1. */
function withoutMapping(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
