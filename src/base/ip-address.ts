// IP addresses and ranges of them (CIDR, RFC 4632) as numbers, so that they can be compared: who is
// trusted, who may ask, who shares a limit. IPv4 is taken as the IPv4-mapped IPv6 address that it
// also is (RFC 4291, section 2.5.5.2), so there is one form and no case distinction later.

/** Eight groups of 16 bits. */
export type IpAddress = readonly number[];

/** undefined: not an IP address. A zone ("%eth0") is not part of it. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return [0, 0, 0, 0, 0, 0xffff, ...v4];
  return parseIpv6(text.replace(/%[^%]*$/, ""));
}

/** Two groups. Four decimal numbers without leading zeros, which other readers take for octal. */
function parseIpv4(text: string): readonly number[] | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (found === null) return undefined;
  const parts = found.slice(1);
  if (parts.some((part) => (part.length > 1 && part.startsWith("0")) || Number(part) > 255)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** RFC 4291, section 2.2: "::" once, for one group of zeros or more; the end may be IPv4. */
function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, at) => parseGroups(half, at === halves.length - 1));
  const [head, tail = []] = groups;
  if (head === undefined || groups.includes(undefined)) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const zeros = 8 - head.length - tail.length;
  return zeros < 1 ? undefined : [...head, ...new Array<number>(zeros).fill(0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const words = text.split(":");
  const groups: number[] = [];
  for (const [at, word] of words.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(word)) {
      groups.push(Number.parseInt(word, 16));
      continue;
    }
    const v4 = mayEndInIpv4 && at === words.length - 1 ? parseIpv4(word) : undefined;
    if (v4 === undefined) return undefined;
    groups.push(...v4);
  }
  return groups;
}

export interface AddressRange {
  readonly first: IpAddress;
  /** How many bits of `first` count, of all 128. */
  readonly bits: number;
}

/**
 * "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". undefined: none of these, or bits are set behind the
 * prefix ("10.1.2.3/8"): then it is not clear what was meant.
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [base = "", prefix, ...more] = text.split("/");
  const first = parseIpAddress(base);
  if (first === undefined || more.length > 0 || base.includes("%")) return undefined;
  if (prefix === undefined) return { first, bits: 128 };
  const isV4 = !base.includes(":");
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > (isV4 ? 32 : 128)) return undefined;
  const bits = Number(prefix) + (isV4 ? 96 : 0);
  const isClean = first.every((group, at) => (group & ~maskOf(bits, at) & 0xffff) === 0);
  return isClean ? { first, bits } : undefined;
}

/** Of the group at this place, the bits that count. */
function maskOf(bits: number, at: number): number {
  const here = Math.min(16, Math.max(0, bits - 16 * at));
  return (0xffff << (16 - here)) & 0xffff;
}

export interface AddressSet {
  /** @param address as in Peer.address: an IP address, or "unix" */
  has(address: string): boolean;
}

/** What peers on a Unix socket are called; it may stand among the ranges. */
export const UNIX = "unix";

/** @param ranges as parseAddressRange reads them, or "unix"; anything else holds nobody */
export function addressSet(ranges: readonly string[]): AddressSet {
  const hasUnix = ranges.includes(UNIX);
  const parsed = ranges.flatMap((range) => parseAddressRange(range) ?? []);
  return {
    has(address) {
      if (address === UNIX) return hasUnix;
      if (parsed.length === 0) return false;
      const ip = parseIpAddress(address);
      return ip !== undefined && parsed.some((range) => holds(range, ip));
    },
  };
}

function holds({ first, bits }: AddressRange, ip: IpAddress): boolean {
  return first.every((group, at) => ((group ^ (ip[at] ?? 0)) & maskOf(bits, at)) === 0);
}

/**
 * Who shares a limit with this address. Of IPv6 that is the first 64 bits: one subscriber has all
 * addresses behind them (RFC 6177), and a limit for each alone would limit nobody.
 */
export function limitKeyOf(address: string): string {
  if (!address.includes(":")) return address;
  const ip = parseIpAddress(address);
  return ip === undefined ? address : `${ip.slice(0, 4).map(hex).join(":")}::/64`;
}

function hex(group: number): string {
  return group.toString(16);
}
