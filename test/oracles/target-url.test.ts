// target.ts against the platform's own URL parser, which follows the WHATWG URL Standard and
// repairs what it can. Where we refuse instead, a rule says so beforehand, from the text alone;
// everything else must be understood, and mean the same: host, port, each segment, the query.
// Seeded; FERROX_FUZZ_RUNS raises the number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfText } from "../../src/base/surrogate-escape.ts";
import { parseTarget } from "../../src/http/target.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { type Cut, cutOf, OTHER_HOSTS, REFUSALS } from "./target-rules.ts";

const RUNS = Number(process.env.FERROX_FUZZ_RUNS ?? 2_000);

/** What the URL parser is asked: another host where it knows no such host. */
function urlOf({ authority, path, query }: Cut, host: string | undefined): URL {
  // After a name that begins with a dot, Node 20 forgets to resolve dots; escaped, it does not.
  const plain = path.replace(/\/\.(?=\.?[^./?%])/g, "/%2E");
  const isOther = host === undefined || OTHER_HOSTS.some(({ holds }) => holds(host));
  const port = isOther ? (/:[0-9]*$/.exec(authority)?.[0] ?? "") : "";
  const where = isOther ? `localhost${port}` : authority;
  return new URL(`http://${where}${plain}${query === undefined ? "" : `?${query}`}`);
}

/** The bytes each segment stands for, in hexadecimal. */
function segmentsOf(url: URL): readonly string[] {
  return url.pathname
    .replace(/\/{2,}/g, "/")
    .split("/")
    .map((segment) => decoded(segment).toString("hex"));
}

function decoded(text: string): Buffer {
  const latin1 = text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number(`0x${hex}`)),
  );
  return Buffer.from(latin1, "latin1");
}

function ourSegments(path: string): readonly string[] {
  return path
    .split("/")
    .map((segment) => bytesOfText(segment.replace(/\uDC2F/gu, "/")).toString("hex"));
}

const SEGMENTS = [
  ...[
    "",
    "",
    ".",
    "..",
    "%2e",
    ".%2E",
    "%2E%2e",
    "a",
    "b.c",
    ".hidden",
    "..x",
    "...",
    "x..",
    "a:b@c",
  ],
  ...[
    "%41",
    "%7e",
    "%2F",
    "..%2f",
    "%5C",
    "%25",
    "%2525",
    "gr%C3%BC%C3%9Fe",
    "%c0%af",
    "%ED%A0%80",
  ],
  ...["[1]", "^", "|", "~", "!$&'()*+,;=", "%F0%9F%90%AF", "%00", "%zz", "%", "%4"],
] as const;
const WRONG = [...' "<>\\^`{}|#\x7f\x00\t\xe9\xff'] as const;
const QUERIES = [
  "",
  "a=b",
  "a=%zz",
  "%",
  "a[]={}",
  "/..//?x",
  "'q'",
  "%00",
  "a b",
  "\\",
  "\xe9",
  '"',
  "#f",
  "`|^",
] as const;
const HOSTS = [
  ...[
    "a",
    "A.Example",
    "a.b:80",
    "a:",
    "a:0",
    "a:65535",
    "a:65536",
    "a:x",
    "",
    ":80",
    "a_b",
    "-a-",
  ],
  ...[
    "1.2.3.4",
    "1.2.3",
    "0x7f.1",
    "a.1",
    "256.1.1.1",
    "a!$&'()*+,;=b",
    "a%41b",
    "a%zz",
    "a b",
    "a\\b",
  ],
  ...[
    "[::1]",
    "[::1]:8080",
    "[::FFFF:1.2.3.4]",
    "[1:2:3:4:5:6:7:8]",
    "[1:2]",
    "[::1",
    "::1",
    "[::1]x",
  ],
  ...[
    "[v1.a:b]",
    "[::1%25lo]",
    "u@a",
    "u:p@a",
    "xn--a",
    "a..b",
    "a.",
    ".",
    "a^b",
    "a|b",
    "caf\xe9",
  ],
] as const;
const OTHERS = [
  "",
  "a",
  "*",
  "ftp://a/",
  "http:/a",
  "http:a",
  "//",
  "//a/b",
  "https:///a",
  "javascript:x",
] as const;

function target(random: Random): string {
  const form = random.below(20);
  if (form === 0) return random.pick(OTHERS);
  const [firstSegment, ...segments] = SEGMENTS;
  let path = "";
  for (let count = random.below(6); count >= 0; count--) {
    path += `/${random.pick([firstSegment, ...segments])}`;
  }
  if (random.below(12) === 0) path += WRONG[random.below(WRONG.length)] ?? "";
  const query = random.below(3) === 0 ? `?${QUERIES[random.below(QUERIES.length)] ?? ""}` : "";
  if (form > 6) return path + query;
  const scheme = random.pick(["http://", "http://", "HTTP://", "https://"]);
  const host = HOSTS[random.below(HOSTS.length)] ?? "";
  return scheme + host + (random.below(4) === 0 ? "" : path) + query;
}

/** Would the URL parser have taken it, in its own way? */
function isTakenByUrl(raw: string): boolean {
  return URL.canParse(raw, "http://localhost");
}

function isSameToUrl({ authority }: Cut, host: string): boolean {
  const url = `http://${authority}/`;
  return URL.canParse(url) && new URL(url).hostname === host;
}

/** Refused by this rule, or undefined. */
function refusalOf(raw: string, cut: Cut, shown: string): string | undefined {
  const refusal = REFUSALS.find(({ holds }) => holds(cut));
  if (refusal === undefined) return undefined;
  const { kind, ...rest } = parseTarget(raw, "GET");
  assert.equal(kind, "malformed", shown);
  assert.ok("status" in rest && rest.status === 400, shown);
  return refusal.why;
}

/** Understood as by the URL parser; gives the rule by which that parser knows no such host. */
function assertUnderstood(raw: string, cut: Cut, shown: string): string | undefined {
  const parsed = parseTarget(raw, "GET");
  assert.ok(parsed.kind === "target" && parsed.target.kind === "path", shown);
  const { target, authority } = parsed;
  const url = urlOf(cut, authority?.host);
  assert.deepEqual(ourSegments(target.path), segmentsOf(url), shown);
  assert.equal(target.query, cut.query ?? "", shown);
  assert.deepEqual(decoded(target.query), decoded(url.search.slice(1)), shown);
  if (authority === undefined) return undefined;
  const { host, port = 80 } = authority;
  assert.equal(port, url.port === "" ? 80 : Number(url.port), shown);
  const other = OTHER_HOSTS.find(({ holds }) => holds(host));
  if (other !== undefined) return isSameToUrl(cut, host) ? undefined : other.why;
  // An address may be written in many ways, of which the URL parser knows the shortest.
  assert.equal(new URL(`http://${host}`).hostname, url.hostname, shown);
  return undefined;
}

test(`${RUNS} targets mean what the platform's URL parser says, or are refused by a rule`, () => {
  const idle = new Set([...REFUSALS, ...OTHER_HOSTS].map(({ why }) => why));
  let understood = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const raw = target(randomFrom(seed * 7919));
    const shown = `seed ${seed}: ${JSON.stringify(raw)}`;
    const cut = cutOf(raw);
    const refusal = refusalOf(raw, cut, shown);
    if (refusal !== undefined) {
      if (isTakenByUrl(raw)) idle.delete(refusal);
      continue;
    }
    const other = assertUnderstood(raw, cut, shown);
    if (other !== undefined) idle.delete(other);
    understood++;
  }
  assert.ok(understood > RUNS / 4, `only ${understood} were understood`);
  assert.deepEqual([...idle], [], "rules that explain nothing");
});
