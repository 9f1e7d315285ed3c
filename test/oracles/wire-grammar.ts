// Requests as RFC 9112 allows them, and the ways to spoil one. Only text: who takes which is
// node-parser.test.ts's matter. A character is a byte (Latin-1).
//
// `Expect: 100-continue` is not among them: it asks for a dialogue, and here all is said at once.

import type { Random } from "../support/random.ts";

export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Field lines without their ends; Host is the first. */
  readonly fields: readonly string[];
  /** The body, packed as the fields say. */
  readonly packed: string;
  /** The body itself. */
  readonly body: string;
  /** What a site of files answers. */
  readonly status: number;
}

export function bytesOf(sent: Sent): string {
  const { method, target, version, fields, packed } = sent;
  const lines = [`${method} ${target} ${version}`, ...fields, "", ""];
  return lines.join("\r\n") + packed;
}

const METHODS = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const TARGETS = [
  ...["/", "/a.txt", "/a.txt?x=1&y=%zz", "/%61.txt", "//a.txt", "/./x/../a.txt"],
  ...["/?q=[]{}|^`", "http://a/a.txt", "HTTP://a:80/?b", "http://[::1]:8080/a.txt"],
] as const;
const HOSTS = [
  ...["Host: a", "host:a", "HOST:\ta:80 ", "hOst: 1.2.3.4:"],
  ...["Host: [::1]:8080", "Host: xn--a.example."],
] as const;
const FIELDS = [
  ...["Accept: text/html", "X:", "X: \t", "X: a\tb", "X: \xe9\xff", "x: y \t", "Cookie: a=b; c=d"],
  ...["!#$%&'*+-.^_`|~09aZ: v", "Connection: keep-alive", "connection: TE, keep-alive", "X:::"],
  ...['X: "quoted, \\" string"', "Accept-Encoding: gzip;q=0", "Range: lines=1-2", "TE: trailers"],
] as const;
const CODINGS = ["chunked", "Chunked", "CHUNKED"] as const;
const EXTENSIONS = ["", "", "", ";a", ";a=b", ';a="b;c"', ";a=b;c=d"] as const;
const TRAILERS = ["", "", "X: y\r\n", "A: b\r\nC:\r\n"] as const;

export function validRequest(random: Random): Sent {
  const method = random.pick(METHODS);
  const isStar = method === "OPTIONS" && random.below(3) === 0;
  const target = isStar ? "*" : random.pick(TARGETS);
  const isOld = random.below(10) === 0;
  const fields: string[] = [random.pick(HOSTS)];
  for (let count = random.below(4); count > 0; count--) fields.push(random.pick(FIELDS));
  if (isOld) fields.push("Connection: keep-alive");
  const { field, packed, body } = payload(random, isOld);
  if (field !== undefined) fields.push(field);
  const reads = method === "GET" || method === "HEAD";
  const status = reads ? 200 : method === "OPTIONS" ? 204 : 405;
  return { method, target, version: isOld ? "HTTP/1.0" : "HTTP/1.1", fields, packed, body, status };
}

interface Payload {
  readonly field: string | undefined;
  readonly packed: string;
  readonly body: string;
}

/** HTTP/1.0 knows no chunks. */
function payload(random: Random, isOld: boolean): Payload {
  const body = random.bytes(40).toString("latin1");
  const form = random.below(5);
  if (form > 2) return { field: undefined, packed: "", body: "" };
  if (form === 0 || isOld) {
    const zeros = random.pick(["", "", "0", "000"]);
    return {
      field: `Content-Length:${random.pick([" ", "", "\t"])}${zeros}${body.length}`,
      packed: body,
      body,
    };
  }
  const cut = random.below(body.length + 1);
  const pieces = [body.slice(0, cut), body.slice(cut)].filter((piece) => piece !== "");
  const chunks = pieces.map((piece) => `${sizeLine(random, piece.length)}\r\n${piece}\r\n`);
  const packed = `${chunks.join("")}${sizeLine(random, 0)}\r\n${random.pick(TRAILERS)}\r\n`;
  return { field: `Transfer-Encoding: ${random.pick(CODINGS)}`, packed, body };
}

function sizeLine(random: Random, size: number): string {
  const digits = size.toString(16);
  const shown = random.pick([digits, digits.toUpperCase(), `00${digits}`]);
  return shown + random.pick(EXTENSIONS);
}
