// The words of `Forwarded` (RFC 7239, section 4) and of `X-Forwarded-For`: nodes, and elements of
// parameters. Only reads them; whom to believe is forwarded.ts's business.

import { BACKSLASH, COMMA, DQUOTE, trimText } from "../base/ascii.ts";
import { parseIpAddress } from "../base/ip-address.ts";

export interface Node {
  /** An IP address; or "unknown", or "_name" where a proxy hides it: nobody's address. */
  readonly address: string;
  /** 0: not told. */
  readonly port: number;
}

/** An obfuscated name becomes a key of limits and a word of logs: it must not be a novel. */
const NAME = /^(?:unknown|_[A-Za-z0-9._-]{1,63})$/i;

/** Section 6: an address, in brackets if of IPv6, or a name; a port, perhaps. */
export function parseNode(text: string): Node | undefined {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}|_[A-Za-z0-9._-]+))?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const [, v6, other = "", portText = "0"] = found;
  const address = v6 ?? other;
  const isV6 = v6?.includes(":") ?? false;
  const isAddress = parseIpAddress(address) !== undefined && isV6 === (v6 !== undefined);
  if (!isAddress && (v6 !== undefined || !NAME.test(address))) return undefined;
  const port = portText.startsWith("_") ? 0 : Number(portText);
  return port > 0xffff ? undefined : { address, port };
}

export interface Element {
  readonly for: string | undefined;
  readonly proto: string | undefined;
}

/**
 * The elements of a list, the last one first; undefined for one that cannot be read, and then no
 * more. From the right, because what a client has written stands further left and must not spoil
 * what the proxies have added: a quotation mark without its twin, for one.
 */
export function* elementsFromRight(list: string): Generator<Element | undefined> {
  for (let end = list.length; ; ) {
    const comma = commaBefore(list, end);
    if (comma === undefined) return yield undefined;
    const text = trimText(list.slice(comma + 1, end));
    // Empty elements are allowed in every list (RFC 9110, section 5.6.1).
    if (text !== "") {
      const element = parseElement(text);
      yield element;
      if (element === undefined) return;
    }
    if (comma < 0) return;
    end = comma;
  }
}

/** The last comma that stands in no quotation; -1: there is none; undefined: a mark stands alone. */
function commaBefore(list: string, end: number): number | undefined {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const code = list.charCodeAt(at);
    if (code === DQUOTE && !(isQuoted && isEscaped(list, at))) isQuoted = !isQuoted;
    else if (code === COMMA && !isQuoted) return at;
  }
  return isQuoted ? undefined : -1;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (from > 0 && text.charCodeAt(from - 1) === BACKSLASH) from--;
  return (at - from) % 2 === 1;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PAIR = new RegExp(
  `[\\t ]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[\\t ]*(?:;|$)`,
  "y",
);

function parseElement(text: string): Element | undefined {
  const parameters = new Map<string, string>();
  for (let at = 0; at < text.length; at = PAIR.lastIndex) {
    PAIR.lastIndex = at;
    const found = PAIR.exec(text);
    if (found === null) return undefined;
    const [, name = "", token, quoted = ""] = found;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(key, token ?? quoted.replace(/\\(.)/g, "$1"));
  }
  return { for: parameters.get("for"), proto: parameters.get("proto") };
}
