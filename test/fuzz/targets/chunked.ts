// Chunked bodies: what comes out is what RFC 9112, section 7.1, says, the same however they are
// cut, and never more than the limits allow.

import assert from "node:assert/strict";
import { ChunkedDecoder } from "../../../src/http1/chunked-decoder.ts";
import { bodyLimitOf, DEFAULT_HTTP1_LIMITS, type Http1Limits } from "../../../src/http1/limits.ts";
import { type Material, mutated, pieces, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
    "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n",
    "A;name=value\r\n0123456789\r\n0;last\r\n\r\nrest",
    '3 ; a = "quoted; \\" text" ;b\r\nabc\r\n000\r\nTrailer: value\r\nX:\r\n\r\n',
    "0000000000000005\r\nhello\r\n0\r\nA: b\r\n\r\n",
    "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
  ],
  words: [
    ...(["\r\n", "\n", "\r", "0\r\n\r\n", "1\r\nx\r\n", ";a", ";a=b", ';a="b"', "0x1"] as const),
    ...["ffffffffffffffff", "1fffffffffffff", "100000000", "-1", "+1", " ", "\t", "5\r\nhello\r\n"],
    ...["X: y\r\n", "X : y\r\n", " folded\r\n", '"', '\\"', "00000000000000000000"],
  ],
  codeMax: 255,
};

const WIDE: Http1Limits = {
  ...DEFAULT_HTTP1_LIMITS,
  chunkLineBytesMax: 64 * 1024,
  chunkOverheadBytesMax: 1024 * 1024,
  bodyBytesMax: Number.MAX_SAFE_INTEGER,
};
const NARROW: Http1Limits = {
  ...DEFAULT_HTTP1_LIMITS,
  chunkLineBytesMax: 12,
  chunkOverheadBytesMax: 24,
  bodyBytesMax: 16,
};

const inputOf = (seed: number) => mutated(randomOf(seed), MATERIAL);

export const chunkedTarget: FuzzTarget = {
  name: "chunked",
  shown: (seed) => JSON.stringify(inputOf(seed)),
  run(seed) {
    const text = inputOf(seed);
    const cut = pieces(text, randomOf(seed + 1));
    const whole = decoded([text], WIDE);
    assert.equal(whole, byTheBook(text));
    assert.equal(decoded(cut, WIDE), whole, `in pieces: ${JSON.stringify(cut)}`);
    const narrow = decoded([text], NARROW);
    assert.equal(decoded(cut, NARROW), narrow, `narrow, in pieces: ${JSON.stringify(cut)}`);
    const { length } = /^body (.*)[|…]/s.exec(narrow)?.[1] ?? "";
    assert.ok(length <= NARROW.bodyBytesMax, `${length} bytes were let through`);
  },
};

/** "body …" while it goes on, "body |" and how much is left behind its end; or "refused". */
function decoded(said: readonly string[], limits: Http1Limits): string {
  const decoder = new ChunkedDecoder(limits, bodyLimitOf("POST", limits));
  let body = "";
  let left = said.reduce((sum, { length }) => sum + length, 0);
  for (const piece of said) {
    const bytes = Buffer.from(piece, "latin1");
    for (let at = 0; ; ) {
      const step = decoder.step(bytes, at);
      if (step.kind === "malformed") return "refused";
      if (step.kind === "more") break;
      if (step.kind === "end") return `body ${body}|${left - step.end}`;
      assert.ok(step.end > at && step.start >= at && step.end <= bytes.length, "a step backwards");
      body += bytes.toString("latin1", step.start, step.end);
      at = step.end;
    }
    left -= bytes.length;
  }
  return `body ${body}…`;
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const EXTENSION = `[\\t ]*;[\\t ]*${TOKEN}(?:[\\t ]*=[\\t ]*(?:${TOKEN}|${QUOTED}))?`;
const SIZE_LINE = new RegExp(`^([0-9A-Fa-f]{1,16})(?:${EXTENSION})*$`);
const TRAILER = new RegExp(`^${TOKEN}:[\\t\\x20-\\x7e\\x80-\\xff]*$`);

/** The same from a text that stands there whole, line after line. */
function byTheBook(text: string): string {
  const rest = { text, at: 0 };
  let body = "";
  for (;;) {
    const size = sizeOf(nextLine(rest));
    if (size === "cut") return `body ${body}…`;
    if (size === "none") return "refused";
    if (size === 0) return trailers(rest, body);
    body += text.slice(rest.at, rest.at + size);
    rest.at += size;
    const end = rest.at >= text.length ? "cut" : nextLine(rest);
    if (end === "cut") return `body ${body}…`;
    if (end === "bad" || end.line !== "") return "refused";
  }
}

interface Rest {
  readonly text: string;
  at: number;
}

type Line = { readonly line: string } | "cut" | "bad";

/** "cut": its end is not there. "bad": it does not end with CR LF. */
function nextLine(rest: Rest): Line {
  const end = rest.text.indexOf("\n", rest.at);
  if (end === -1) return "cut";
  const line = rest.text.slice(rest.at, end);
  rest.at = end + 1;
  return line.endsWith("\r") ? { line: line.slice(0, -1) } : "bad";
}

function sizeOf(line: Line): number | "cut" | "none" {
  if (line === "cut") return "cut";
  const digits = line === "bad" ? undefined : SIZE_LINE.exec(line.line)?.[1];
  // 13 digits are what a number holds exactly.
  if (digits === undefined || digits.replace(/^0+/, "").length > 13) return "none";
  return Number(`0x${digits}`);
}

function trailers(rest: Rest, body: string): string {
  for (;;) {
    const trailer = nextLine(rest);
    if (trailer === "cut") return `body ${body}…`;
    if (trailer === "bad") return "refused";
    if (trailer.line === "") return `body ${body}|${rest.text.length - rest.at}`;
    if (!TRAILER.test(trailer.line)) return "refused";
  }
}
