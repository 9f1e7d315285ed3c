// Request heads: taken exactly when the grammar of RFC 9112 says so, the same however they are
// cut, and made of the very text that was sent.

import assert from "node:assert/strict";
import { parseHead, type RequestHead } from "../../../src/http1/head-parser.ts";
import { DEFAULT_HTTP1_LIMITS, type Http1Limits } from "../../../src/http1/limits.ts";
import { requestOf } from "../../../src/http1/request-head.ts";
import { headsOnTheWire } from "../corpus.ts";
import { type Material, mutated, pieces, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: headsOnTheWire(),
  words: [
    ...(["GET ", "HEAD ", "OPTIONS * ", "http://a/", " HTTP/1.1\r\n", " HTTP/1.0\r\n"] as const),
    ...["HTTP/2.0", "\r\n", "\r\n\r\n", "\n", "\r", "Host: a\r\n", "host:b:80\r\n", " folded\r\n"],
    ...["Content-Length: 5\r\n", "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n"],
    ...["Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "X : y\r\n"],
    ...["Expect: 100-continue\r\n", "Connection: close\r\n", ":\r\n", "X:\r\n", "X: \xff\t\r\n"],
  ],
  codeMax: 255,
};

/** Far beyond any input: the grammar alone decides. */
const WIDE: Http1Limits = {
  ...DEFAULT_HTTP1_LIMITS,
  requestLineBytesMax: 64 * 1024,
  headBytesMax: 64 * 1024,
  fieldCountMax: 10_000,
};
/** Small enough to be reached. */
const NARROW: Http1Limits = {
  ...DEFAULT_HTTP1_LIMITS,
  requestLineBytesMax: 40,
  headBytesMax: 60,
  fieldCountMax: 3,
};

// The end is always there: without it a fault in the last line need not have been looked for.
const inputOf = (seed: number) => `${mutated(randomOf(seed), MATERIAL)}\r\n\r\n`;

export const headTarget: FuzzTarget = {
  name: "head",
  shown: (seed) => JSON.stringify(inputOf(seed)),
  run(seed) {
    const text = inputOf(seed);
    const byTheBook = grammatical(text);
    const whole = verdict([text], WIDE);
    assert.equal(whole, byTheBook);
    const cut = pieces(text, randomOf(seed + 1));
    assert.equal(verdict(cut, WIDE), whole, `in pieces: ${JSON.stringify(cut)}`);
    assert.equal(verdict(cut, NARROW), verdict([text], NARROW), "in pieces, with narrow limits");
    meaning(text);
  },
};

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const HEAD = new RegExp(
  `^(?:\\r\\n){0,2}(${TOKEN} [\\x21-\\x7e\\x80-\\xff]+ HTTP/1\\.[0-9]\\r\\n` +
    `(?:${TOKEN}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*\\r\\n)`,
);

/** RFC 9112, sections 3 and 5, as one expression: the head in one form, or why there is none. */
function grammatical(text: string): string {
  // Up to two empty lines in front are forgiven, and then nothing has begun yet.
  if (/^(?:\r\n){0,2}$/.test(text)) return "incomplete";
  const head = HEAD.exec(text)?.[1];
  if (head === undefined) return "refused";
  return head.replace(/:[\t ]*([^\r]*?)[\t ]*\r\n/g, (line, value: string, at: number) =>
    head.lastIndexOf("\r\n", at) === -1 ? line : `: ${value}\r\n`,
  );
}

/** What the loop would come to: the head written anew from its offsets, or "refused". */
function verdict(said: readonly string[], limits: Http1Limits): string {
  let bytes = Buffer.alloc(0);
  for (const piece of said) {
    const scanned = bytes.length;
    bytes = Buffer.concat([bytes, Buffer.from(piece, "latin1")]);
    const parsed = parseHead(bytes, 0, scanned, limits);
    if (parsed.kind === "malformed") return "refused";
    if (parsed.kind === "head") return written(parsed);
  }
  return "incomplete";
}

function written(head: RequestHead): string {
  const { bytes, start, fields } = head;
  const text = (from: number, to: number) => bytes.toString("latin1", start + from, start + to);
  const line = `${text(0, head.methodEnd)} ${text(head.targetStart, head.targetEnd)}`;
  let all = `${line} HTTP/1.${head.minor}\r\n`;
  for (let slot = 0; slot < head.fieldCount * 4; slot += 4) {
    const [nameStart = 0, nameEnd = 0, valueStart = 0, valueEnd = 0] = fields.slice(slot, slot + 4);
    all += `${text(nameStart, nameEnd)}: ${text(valueStart, valueEnd)}\r\n`;
  }
  return `${all}\r\n`;
}

/** What is taken for a request says only one thing about where its body ends, and one host. */
function meaning(text: string): void {
  const head = parseHead(Buffer.from(text, "latin1"), 0, 0, WIDE);
  if (head.kind !== "head") return;
  const request = requestOf(head, WIDE);
  if ("status" in request) {
    assert.ok(request.status >= 400, `refused with ${request.status}`);
    return;
  }
  const all = [...request.fields];
  const named = (name: string) => all.filter(([one]) => one.toLowerCase() === name);
  assert.equal(all.length, head.fieldCount);
  assert.ok(named("content-length").length + named("transfer-encoding").length <= 1, "two lengths");
  assert.ok(named("host").length <= 1, "two hosts");
  assert.equal(request.framing.kind === "chunked", named("transfer-encoding").length === 1);
}
