// Addresses to listen on and names to be known by, as far as they can be judged without asking
// the network: whether an address belongs to this machine only shows when it is bound.

import { parseAddressRange, parseIpAddress, UNIX } from "../base/ip-address.ts";
import { expected, fault, meant, type Reading } from "./reading.ts";
import { z } from "./zod.ts";

// sun_path holds 108 bytes with its final NUL on Linux, 104 on macOS and the BSDs.
const SOCKET_PATH_BYTES_MAX = 103;

const ADDRESS = 'an IP address, localhost or "unix:/path"';

/** IPv6 comes out without brackets, `localhost` in lower case. */
export function readAddress(value: unknown): Reading<string> {
  if (typeof value !== "string") return expected(ADDRESS, value);
  if (value.startsWith("unix:")) return readSocketPath(value);
  if (value.toLowerCase() === "localhost") return meant("localhost");
  const bare = withoutBrackets(value);
  if (isAddress(bare)) return meant(bare);
  return expected(ADDRESS, value, addressHint(value));
}

function readSocketPath(value: string): Reading<string> {
  const path = value.slice("unix:".length);
  if (!path.startsWith("/")) return expected('"unix:" and an absolute path', value);
  if (path.includes("\0")) return fault("a path cannot hold a NUL");
  const bytes = Buffer.byteLength(path);
  if (bytes <= SOCKET_PATH_BYTES_MAX) return meant(value);
  return fault(
    `the path of a Unix socket has at most ${SOCKET_PATH_BYTES_MAX} bytes, not ${bytes}`,
  );
}

function addressHint(value: string): string | undefined {
  if (value === "") return "0.0.0.0 listens on all of this machine, 127.0.0.1 on itself only";
  if (value === "*") return "0.0.0.0 listens on all IPv4 addresses, :: on IPv6 too";
  const [, host = ""] = /^(.+):[0-9]+$/.exec(value) ?? [];
  if (isAddress(withoutBrackets(host)) || host === "localhost") {
    return "the port is said by http_port and https_port";
  }
  // Four numbers that are no address: a slip, not a host name.
  if (/^[0-9.]+$/.test(value) || value.includes(":")) return undefined;
  return "a host name is not looked up; write the address it stands for";
}

/** Who is meant by an address, by a range of them (CIDR), or by `unix`. */
export function readAddressRange(value: unknown): Reading<string> {
  const what = "an address, a range such as 10.0.0.0/8, or unix";
  if (typeof value !== "string") return expected(what, value);
  if (value === UNIX || parseAddressRange(value) !== undefined) return meant(value);
  const [address = "", prefix] = value.split("/");
  const isBare = parseIpAddress(address) !== undefined;
  const hint =
    isBare && prefix !== undefined ? "the bits behind the prefix must be 0: 10.0.0.0/8" : undefined;
  return expected(what, value, hint);
}

const HOST_LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * A host as it stands in a URL, without port: lower case and without a final dot; an IPv6 address
 * in brackets.
 */
export function readHost(value: unknown): Reading<string> {
  if (typeof value !== "string" || value === "") return expected("a host name", value);
  const host = value.toLowerCase().replace(/(?<=.)\.$/, "");
  if (isIpv6(withoutBrackets(host))) return meant(`[${withoutBrackets(host)}]`);
  if (/:[0-9]*$/.test(host)) return expected("a host name", value, "without a port");
  if (host.includes("://")) return expected("a host name", value, "without http://");
  if (host.includes("*")) return expected("a host name", value, "wildcards match no route");
  return readHostName(host, value);
}

/** As readHost, but the first label may be "*": what a certificate may be chosen for. */
export function readHostPattern(value: unknown): Reading<string> {
  if (typeof value !== "string" || !value.startsWith("*.")) return readHost(value);
  const rest = readHost(value.slice(2));
  return rest.kind === "value" ? meant(`*.${rest.value}`) : rest;
}

function readHostName(host: string, value: string): Reading<string> {
  if (/[^\p{ASCII}]/u.test(host)) {
    return expected("a host name", value, 'beyond ASCII, write its "xn--" form');
  }
  const labels = host.split(".");
  const allDigits = labels.every((label) => /^[0-9]+$/.test(label));
  if (allDigits && !isIpv4(host)) return expected("a host name or an IP address", value);
  if (host.length > 253 || !labels.every((label) => HOST_LABEL.test(label))) {
    return expected("a host name", value);
  }
  return meant(host);
}

function withoutBrackets(address: string): string {
  return address.startsWith("[") && address.endsWith("]") ? address.slice(1, -1) : address;
}

const IPV4 = z.ipv4();
const IPV6 = z.ipv6();

function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  return IPV4.safeParse(text).success;
}

/** With or without a zone: "fe80::1%eth0" names the link that the address is for. */
function isIpv6(text: string): boolean {
  return IPV6.safeParse(text.replace(/%[A-Za-z0-9_.-]+$/, "")).success;
}
