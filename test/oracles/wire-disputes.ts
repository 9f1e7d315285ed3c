// Where Ferrox and node:http may part over a request that nobody wrote by hand: each dispute is
// recognised in the bytes, and has its rule.

import { isIPv6 } from "node:net";

export interface Dispute {
  readonly rule: string;
  readonly holds: (bytes: string) => boolean;
}

function requestLineOf(bytes: string): string {
  return /^(?:\r\n){0,2}([^\r\n]*)/.exec(bytes)?.[1] ?? "";
}

function targetOf(bytes: string): string {
  return requestLineOf(bytes)
    .replace(/^[^ ]* +/, "")
    .replace(/ +HTTP.*$/, "");
}

/** The values of these field lines. */
function valuesOf(bytes: string, name: string): readonly string[] {
  const [head = ""] = bytes.split("\r\n\r\n");
  return head
    .split("\r\n")
    .slice(1)
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).replace(/^[ \t]+|[ \t]+$/g, ""));
}

/** uri-host [ ":" port ] of RFC 9110, 7.2; addresses are judged by node:net. */
function isHost(text: string): boolean {
  const [all, literal, port = ""] =
    /^(?:\[([^\]%]*)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::([0-9]*))?$/i.exec(text) ?? [];
  return all !== undefined && (literal === undefined || isIPv6(literal)) && Number(port) < 65_536;
}

/** Lines that look like the size of a chunk with an extension. */
function extendedSizesOf(bytes: string): readonly string[] {
  const [, ...parts] = bytes.split("\r\n\r\n");
  const lines = parts.join("\r\n\r\n").split("\r\n");
  return lines.filter((line) => /^[0-9a-f]+[\t ]*;/i.test(line));
}

const EXTENDED_SIZE =
  /^[0-9a-f]+(?:[\t ]*;[\t ]*[\w!#$%&'*+.^`|~-]+(?:[\t ]*=[\t ]*(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))?)+$/i;

/** Ferrox refuses. */
export const STRICTER: readonly Dispute[] = [
  {
    rule: "RFC 9112, 3: method, target and version, with single spaces between",
    holds: (bytes) => !/^[^ ]+ [^ ]+ HTTP\/[0-9]\.[0-9]$/.test(requestLineOf(bytes)),
  },
  {
    rule: "RFC 9112, 2.2: only CR LF makes an empty line, and only before a request line",
    holds: (bytes) => /^\n|^\r(?!\n)|[\r\n]$/.test(bytes.replace(/(?:\r\n)+$/, "")),
  },
  {
    rule: "RFC 9112, 3.2: a target in a form that fits its method, without what no URI can hold",
    holds: (bytes) => {
      const target = targetOf(bytes);
      const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(target) ?? [];
      if (authority === undefined ? !/^(?:\/|\*$)/.test(target) : !isHost(authority)) return true;
      const [path = ""] = target.split("?");
      const isForeign = /[^!$%&'()*+,\-./\w:;=?@[\]^{|}`~\\]/.test(target);
      return isForeign || /%(?![0-9a-f]{2})|%00|[\\{}`]/i.test(path);
    },
  },
  {
    rule: "RFC 9112, 3.2: a path that leads above the root is not corrected",
    holds: (bytes) => /^\/+(?:\.\/+)*\.\.(?:\/|$)/.test(targetOf(bytes)),
  },
  {
    rule: "RFC 9112, 6.1: the one coding is chunked, and nothing stands beside it",
    holds: (bytes) => valuesOf(bytes, "transfer-encoding").some((value) => value.includes(",")),
  },
  {
    rule: "RFC 9112, 7.1.1: an extension has a name, and a value behind =",
    holds: (bytes) => extendedSizesOf(bytes).some((line) => !EXTENDED_SIZE.test(line)),
  },
  {
    rule: "RFC 9112, 3.2.4: the asterisk is for OPTIONS",
    holds: (bytes) => / \* /.test(requestLineOf(bytes)) && !bytes.includes("OPTIONS "),
  },
  {
    rule: "RFC 9112, 3.2: one Host, and it is a host",
    holds: (bytes) => {
      const [host = "", ...others] = valuesOf(bytes, "host");
      return others.length > 0 || !isHost(host);
    },
  },
];

/** Ferrox takes it. */
export const ALLOWED: readonly Dispute[] = [
  {
    rule: "RFC 9110, 9.1: a method nobody knows is 501, and the connection goes on",
    holds: (bytes) => !/^(?:\r\n){0,2}(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /.test(bytes),
  },
  {
    rule: "RFC 9110, 2.5: a higher minor version is read as 1.1",
    holds: (bytes) => / HTTP\/1\.[2-9]$/.test(requestLineOf(bytes)),
  },
  {
    rule: "RFC 9112, 7.1.1: bad whitespace around ; and = of an extension",
    holds: (bytes) => extendedSizesOf(bytes).some((line) => /[\t ]/.test(line)),
  },
  {
    rule: "RFC 9110, 5.6.3: the whitespace behind a value may be a tab",
    holds: (bytes) => /^(?:Content-Length|Transfer-Encoding):[^\r\n]*\t[ \t]*\r$/im.test(bytes),
  },
];
