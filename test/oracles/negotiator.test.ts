// Accept-Encoding and Accept, over the wire, as the package negotiator reads them: which of four
// codings of one file is sent, and whether an application's page goes to whoever asks.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import type { Field } from "../../src/http/fields.ts";
import { configText, type Program, startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { conversationWith } from "./conversation.ts";
import { comparison, type Rule } from "./rules.ts";

const ROUNDS = 600;

interface Negotiator {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[];
  mediaTypes(available: readonly string[]): string[];
}
// Its published types are older than the package and know no options.
const Negotiator: new (request: { headers: Readonly<Record<string, string>> }) => Negotiator =
  createRequire(import.meta.url)("negotiator");

/** The elements of a list, in order; undefined: no field at all. */
type Asked = readonly string[] | undefined;

const SCRIPT = Buffer.from("export const answer = 42; // and again: 42, 42, 42\n".repeat(40));
const PAGE = "<!doctype html><title>application</title>\n";
const CODED = new Map([
  ["br", brotliCompressSync(SCRIPT)],
  // Node 20 cannot make it; a server that only passes it on need not either.
  ["zstd", Buffer.from("\x28\xb5\x2f\xfd, or so it says", "latin1")],
  ["gzip", gzipSync(SCRIPT)],
  ["identity", SCRIPT],
]);
const ORDER = ["br", "zstd", "gzip", "identity"] as const;

/** Rewrites the elements that are of this kind; undefined drops one. */
function eachElement(asked: Asked, change: (element: string) => string | undefined): Asked {
  if (asked === undefined) return asked;
  const changed = asked.map(change).filter((element) => element !== undefined);
  return changed.join() === asked.join() ? asked : changed;
}

/** What follows "q=", where it is there and in no quoted string. */
function weightOf(element: string): string | undefined {
  const unquoted = element.replace(/"[^"]*"/g, '""');
  return /;[\t ]*q[\t ]*=[\t ]*([^;]*)/i.exec(unquoted)?.[1]?.trim();
}

/** As we read weights: a little more than the grammar has, but nothing that is no number. */
function hasReadableWeight(element: string): boolean {
  const weight = weightOf(element);
  return weight === undefined || /^(?:[01](?:\.[0-9]*)?|\.[0-9]+)$/.test(weight);
}

const UNREADABLE_WEIGHT: Rule<Asked> = {
  why: "RFC 9110, 12.4.2: an element whose weight is no number from 0 to 1 cannot be read",
  read: (asked) =>
    eachElement(asked, (element) => (hasReadableWeight(element) ? element : undefined)),
};

const CODING_RULES: readonly Rule<Asked>[] = [
  UNREADABLE_WEIGHT,
  {
    why: "RFC 9110, 12.4.2: no weight is more than 1",
    read: (asked) => eachElement(asked, (element) => element.replace(/q=1\.[0-9]*/i, "q=1")),
  },
  {
    why: "RFC 9110, 8.4.1.3: x-gzip is gzip",
    read: (asked) => eachElement(asked, (element) => element.replace(/^x-gzip/i, "gzip")),
  },
  {
    why: "RFC 9110, 12.5.3: identity that nobody speaks of is the last choice, unless *;q=0",
    read: (asked) => {
      if (asked === undefined || asked.some((element) => /^identity/i.test(element))) return asked;
      const weights = asked.filter((element) => element.startsWith("*")).map(weightOf);
      const others = weights.map((weight) => Number(weight ?? "1"));
      const isForbidden = others.length > 0 && Math.max(...others) === 0;
      // A thousandth is the least that can be said; a tie goes to the coding.
      return [...asked, isForbidden ? "identity;q=0" : "identity;q=0.001"];
    },
  },
];

function codingByPackage(asked: Asked): string {
  const headers: Record<string, string> = {};
  if (asked !== undefined) headers["accept-encoding"] = asked.join(", ");
  const [best = "none"] = new Negotiator({ headers }).encodings(ORDER, { preferred: ORDER });
  return best;
}

const CODINGS = [
  "br",
  "gzip",
  "zstd",
  "identity",
  "*",
  "deflate",
  "GZIP",
  "x-gzip",
  "snappy",
] as const;
const Q = [
  ["", "", "", ";q=0", ";q=1", ";q=0.5", "; q=0.25", ";q=0.001", ";Q=0.7", ";q=1.000"],
  [";q=1.5", ";q=2", ";q=-1", ";q=x", ";q =0.5", ";q= 0.3", ";q=.2", ";q=0.12345"],
] as const;

function weighted(random: Random, names: readonly [string, ...string[]]): string {
  if (random.below(25) === 0) return "";
  return random.pick(names) + random.pick(random.below(6) === 0 ? Q[1] : Q[0]);
}

function elements(random: Random, names: readonly [string, ...string[]], most: number): Asked {
  if (random.below(30) === 0) return undefined;
  return Array.from({ length: random.below(most + 1) }, () => weighted(random, names));
}

function fieldOf(name: string, asked: Asked): readonly Field[] {
  return asked === undefined ? [] : [[name, asked.join(", ")]];
}

function decoded(coding: string, bytes: Buffer): Buffer {
  if (coding === "br") return brotliDecompressSync(bytes);
  return coding === "gzip" ? gunzipSync(bytes) : bytes;
}

const program: Program = await startProgram(
  { after },
  {
    config: configText("", "  index: true\n  router: spa\n"),
    files: {
      "www/index.html": PAGE,
      "www/app.js": SCRIPT,
      "www/app.js.br": CODED.get("br") ?? "",
      "www/app.js.zst": CODED.get("zstd") ?? "",
      "www/app.js.gz": CODED.get("gzip") ?? "",
    },
  },
);

test(`${ROUNDS} Accept-Encodings get the coding that negotiator prefers`, async () => {
  const conversation = conversationWith(program);
  after(async () => conversation.end());
  const { expected, assertRulesMattered } = comparison(codingByPackage, CODING_RULES);
  const random = randomFrom(1253);
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const asked = elements(random, CODINGS, 5);
    const fields = fieldOf("Accept-Encoding", asked);
    const answer = await conversation.ask({ path: "/app.js", fields });
    const shown = `round ${round}: ${asked?.join(", ") ?? "(absent)"}`;
    const coding =
      answer.status === 406 ? "none" : (answer.fields.get("content-encoding") ?? "identity");
    assert.equal(coding, expected(asked), shown);
    seen.add(coding);
    if (coding === "none") continue;
    assert.equal(answer.status, 200, shown);
    assert.equal(answer.fields.get("vary"), "Accept-Encoding", shown);
    assert.equal(answer.fields.get("content-type"), "text/javascript; charset=utf-8", shown);
    assert.ok(answer.body.equals(CODED.get(coding) ?? Buffer.alloc(0)), shown);
    if (coding !== "zstd") assert.ok(decoded(coding, answer.body).equals(SCRIPT), shown);
  }
  assert.deepEqual([...seen].sort(), ["br", "gzip", "identity", "none", "zstd"]);
  assertRulesMattered();
});

const TYPE_RULES: readonly Rule<Asked>[] = [
  UNREADABLE_WEIGHT,
  {
    why: "RFC 9110, appendix B.3: what follows the weight is no longer part of the range",
    read: (asked) => eachElement(asked, (element) => element.replace(/^([^"]*;q=[^;]*);.*/, "$1")),
  },
  {
    why: "RFC 9110, 12.5.1: parameters know no wildcard",
    read: (asked) => eachElement(asked, (element) => element.replace(/=\*/, "=star")),
  },
  {
    why: "RFC 9110, 12.5.1: a wildcard before a subtype is a type of that name",
    read: (asked) => eachElement(asked, (element) => element.replace(/^\*\/(?!\*)/, "star/")),
  },
  {
    why: "RFC 9110, 12.1: a bare * is what Java sends for */*, and meant as such",
    read: (asked) => eachElement(asked, (element) => element.replace(/^\*(?!\/)/, "*/*")),
  },
  {
    why: "RFC 9110, 12.5.1: a field without a media range says no more than an absent one",
    read: (asked) => (asked?.some((element) => element.includes("/")) ? asked : undefined),
  },
];

function acceptsHtmlByPackage(asked: Asked): boolean {
  const headers: Record<string, string> = {};
  if (asked !== undefined) headers.accept = asked.join(", ");
  return new Negotiator({ headers }).mediaTypes(["text/html"]).length > 0;
}

const TYPES = [
  "text/html",
  "TEXT/HTML",
  "text/*",
  "*/*",
  "*",
  "*/html",
  "image/png",
  "application/json",
  "text/html;level=1",
  "text/html;level=*",
  'application/x;title="a,b;q=1, text/html"',
  "text/html;q=0.4;ext=1",
  "html",
] as const;

test(`${ROUNDS} Accepts get the application's page when negotiator takes HTML for acceptable`, async () => {
  const conversation = conversationWith(program);
  after(async () => conversation.end());
  const { expected, assertRulesMattered } = comparison(acceptsHtmlByPackage, TYPE_RULES);
  const random = randomFrom(1251);
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const asked = elements(random, TYPES, 3);
    const answer = await conversation.ask({ path: "/users/42", fields: fieldOf("Accept", asked) });
    const shown = `round ${round}: ${asked?.join(", ") ?? "(absent)"}`;
    assert.equal(answer.status, expected(asked) ? 200 : 404, shown);
    if (answer.status === 200) assert.equal(answer.body.toString(), PAGE, shown);
    assert.equal(answer.fields.get("vary"), "Accept", shown);
    seen.add(answer.status);
  }
  assert.deepEqual([...seen].sort(), [200, 404]);
  assertRulesMattered();
});
