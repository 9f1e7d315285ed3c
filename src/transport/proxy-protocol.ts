// What a proxy says first of all on a connection: whom it speaks for. HAProxy's PROXY protocol,
// version 1 (a line of text) and 2 (binary), as proxy-protocol.txt has it.
// Pure: bytes in, meaning out; whose header is believed is decided by whoever reads it.

import { isIPv4, isIPv6 } from "node:net";
import { crc32c } from "./crc32c.ts";

/** Who the proxy speaks for. */
export interface ProxyClient {
  /** IP address as text. */
  readonly address: string;
  readonly port: number;
}

export type ProxyHeader =
  | { readonly kind: "incomplete" }
  | {
      readonly kind: "header";
      /** Bytes of it; what follows is the connection's own. */
      readonly length: number;
      /** undefined: the proxy speaks for itself (a health check), or cannot say. */
      readonly client: ProxyClient | undefined;
    }
  | { readonly kind: "malformed"; readonly reason: string };

/** Section 2.1: the longest line there can be, its CRLF included. */
const V1_BYTES_MAX = 107;

/**
 * A whole header of version 2. The text asks receivers for 536; certificates and other extras of
 * load balancers want more, and nginx takes 4,096 too.
 */
const V2_BYTES_MAX = 4096;

const V1_START = Buffer.from("PROXY ", "latin1");
const V2_START = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** @param bytes all that has come so far */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, V1_START)) return parseLine(bytes);
  if (startsLike(bytes, V2_START)) return parseBinary(bytes);
  return malformed("no PROXY header");
}

/** As far as both go. */
function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

const INCOMPLETE: ProxyHeader = { kind: "incomplete" };

function malformed(reason: string): ProxyHeader {
  return { kind: "malformed", reason };
}

/** Section 2.1: "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n". */
function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_BYTES_MAX).indexOf("\r\n");
  if (end < 0)
    return bytes.length < V1_BYTES_MAX ? INCOMPLETE : malformed("a line that is too long");
  const length = end + 2;
  const line = bytes.toString("latin1", V1_START.length, end);
  // Whatever follows must be ignored, addresses included.
  if (line === "UNKNOWN" || line.startsWith("UNKNOWN "))
    return { kind: "header", length, client: undefined };
  const [family, address = "", to = "", port, toPort, ...more] = line.split(" ");
  const isAddress = family === "TCP4" ? isIPv4 : family === "TCP6" ? isPlainIpv6 : undefined;
  if (isAddress === undefined) return malformed("neither TCP4, TCP6 nor UNKNOWN");
  const from = portOf(port);
  if (!isAddress(address) || !isAddress(to) || more.length > 0) return malformed("wrong addresses");
  if (from === undefined || portOf(toPort) === undefined) return malformed("wrong ports");
  return { kind: "header", length, client: { address, port: from } };
}

function isPlainIpv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^(0|[1-9][0-9]{0,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 0xffff ? port : undefined;
}

const V2_FIXED_BYTES = 16;

/** Section 2.2: signature, version and command, family and protocol, length of the rest. */
function parseBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED_BYTES) return INCOMPLETE;
  const command = bytes.readUInt8(12);
  if (command !== LOCAL && command !== PROXY)
    return malformed("neither LOCAL nor PROXY of version 2");
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > V2_BYTES_MAX) return malformed("a header that is too long");
  if (bytes.length < length) return INCOMPLETE;
  // The proxy's own connection, a health check: nothing else in it counts.
  if (command === LOCAL) return { kind: "header", length, client: undefined };
  return parseAddresses(bytes.subarray(0, length));
}

const LOCAL = 0x20;
const PROXY = 0x21;

/** Bytes of both addresses and ports, by family: unspecified, IPv4, IPv6, Unix. */
const ADDRESS_BYTES = [0, 12, 36, 216] as const;
const STREAM = 1;
const DATAGRAM = 2;

function parseAddresses(header: Buffer): ProxyHeader {
  const family = header.readUInt8(13) >> 4;
  const protocol = header.readUInt8(13) & 0x0f;
  const addressBytes = ADDRESS_BYTES[family];
  if (addressBytes === undefined || protocol > DATAGRAM) return malformed("an unknown family");
  const extrasAt = V2_FIXED_BYTES + addressBytes;
  if (header.length < extrasAt) return malformed("addresses cut short");
  const fault = faultInExtras(header, extrasAt);
  if (fault !== undefined) return malformed(fault);
  const client = protocol === STREAM ? clientIn(header, family) : undefined;
  return { kind: "header", length: header.length, client };
}

/** A Unix socket's peer, or none at all, has no address that would mean anything here. */
function clientIn(header: Buffer, family: number): ProxyClient | undefined {
  if (family === 1) {
    return { address: header.subarray(16, 20).join("."), port: header.readUInt16BE(24) };
  }
  if (family === 2) {
    return { address: ipv6Text(header.subarray(16, 32)), port: header.readUInt16BE(48) };
  }
  return undefined;
}

/** In full: whoever shows it knows the short form. */
function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return groups.join(":");
}

const CHECKSUM = 0x03;

/** Section 2.2: type, length, value; all are skipped but the checksum, which must be right. */
function faultInExtras(header: Buffer, start: number): string | undefined {
  for (let at = start; at < header.length; ) {
    if (at + 3 > header.length) return "an extra cut short";
    const valueAt = at + 3;
    const end = valueAt + header.readUInt16BE(at + 1);
    if (end > header.length) return "an extra cut short";
    if (header[at] === CHECKSUM && !isRight(header, valueAt, end)) return "a wrong checksum";
    at = end;
  }
  return undefined;
}

/** Section 2.2.5: over the whole header, with zeros in the place of the sum itself. */
function isRight(header: Buffer, start: number, end: number): boolean {
  if (end - start !== 4) return false;
  const zeroed = Buffer.from(header).fill(0, start, end);
  return crc32c(zeroed) === header.readUInt32BE(start);
}
