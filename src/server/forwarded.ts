// Who stands behind a trusted proxy: `Forwarded` (RFC 7239) or `X-Forwarded-For`, read from the
// right. Each proxy adds the address that it saw at the end, so the last word is that of our own
// peer; every word is believed as far as it comes from somebody who is trusted, and the first who is
// not is the client. What stands further left anybody may have written.

import { trimText } from "../base/ascii.ts";
import { type AddressSet, parseIpAddress } from "../base/ip-address.ts";
import type { Peer } from "../base/peer.ts";
import type { Fields } from "../http/fields.ts";
import { onBehalfOf } from "../transport/peer-of.ts";
import { elementsFromRight, type Node, parseNode } from "./forwarded-element.ts";

type Scheme = NonNullable<Peer["forwardedScheme"]>;

interface Hop {
  /** undefined: nothing is said of an address. */
  readonly node: Node | undefined;
  /** What was spoken with that node. */
  readonly scheme: Scheme | undefined;
}

/** The peer of a request. @param peer of the connection; it is in `trusted` */
export function clientOf(peer: Peer, fields: Fields, trusted: AddressSet): Peer {
  const forwarded = fields.get("forwarded");
  const addresses = fields.get("x-forwarded-for");
  const schemes = fields.get("x-forwarded-proto");
  if (forwarded === undefined && addresses === undefined && schemes === undefined) return peer;
  if (forwarded === undefined) return walk(peer, listedHops(addresses, schemes), trusted);
  const client = walk(peer, forwardedHops(forwarded), trusted);
  if (addresses === undefined) return client;
  // Only one of the two is our proxy's. The other went through it as the client wrote it, and
  // nobody can tell which; so a second one must not choose whom a request is taken to be from.
  const other = walk(peer, listedHops(addresses, schemes), trusted);
  return other.address === client.address ? client : onBehalfOf(peer, NOBODY);
}

const NOBODY: Node = { address: "unknown", port: 0 };

/** @param hops the nearest first; undefined: cannot be read, and what was said before it counts */
function walk(peer: Peer, hops: Iterable<Hop | undefined>, trusted: AddressSet): Peer {
  let client: Node | undefined;
  let scheme: Scheme | undefined;
  for (const hop of hops) {
    if (hop === undefined) break;
    scheme = hop.scheme;
    if (hop.node === undefined) break;
    client = hop.node;
    if (!trusted.has(client.address)) break;
  }
  const known = client === undefined ? peer : onBehalfOf(peer, client);
  return scheme === undefined ? known : { ...known, forwardedScheme: scheme };
}

function* forwardedHops(list: string): Generator<Hop | undefined> {
  for (const element of elementsFromRight(list)) {
    const node = element?.for === undefined ? undefined : parseNode(element.for);
    const isBroken = element === undefined || (element.for !== undefined && node === undefined);
    yield isBroken ? undefined : { node, scheme: schemeOf(element.proto) };
  }
}

/**
 * `X-Forwarded-For`, and beside it `X-Forwarded-Proto`: as many words where each proxy adds one,
 * fewer where only the first one does.
 */
function* listedHops(
  addresses: string | undefined,
  schemes: string | undefined,
): Generator<Hop | undefined> {
  const nodes = addresses === undefined ? [""] : addresses.split(",").reverse();
  const words = schemes === undefined ? [] : schemes.split(",").reverse();
  for (const [at, text] of nodes.entries()) {
    const scheme = schemeOf(words[Math.min(at, words.length - 1)]);
    const node = addresses === undefined ? undefined : listedNode(trimText(text));
    yield addresses !== undefined && node === undefined ? undefined : { node, scheme };
  }
}

/** Unlike in `Forwarded`, an address of IPv6 needs no brackets here. */
function listedNode(text: string): Node | undefined {
  return parseIpAddress(text) === undefined ? parseNode(text) : { address: text, port: 0 };
}

function schemeOf(word: string | undefined): Scheme | undefined {
  const lower = word === undefined ? "" : trimText(word).toLowerCase();
  return lower === "https" || lower === "http" ? lower : undefined;
}
