// The names in a case's text, "{path}" and the like, and what stands for them at this server.
// A name that this server gives nothing for is no fault of it: the case is skipped, and says why.

import { formatDate, parseDate } from "../http/date.ts";
import { parseEntityTag } from "../http/entity-tag.ts";
import type { Step } from "./case.ts";
import type { Facts } from "./facts.ts";

export type Values = ReadonlyMap<string, string>;

/** Why a case cannot be asked when there is nothing for a name. */
export const WITHOUT: Readonly<Record<string, string>> = {
  "path-escaped": "no letter in the path to escape",
  etag: "no ETag here",
  "strong-etag": "no strong ETag here",
  opaque: "no ETag here",
  "last-modified": "no Last-Modified here",
  "last-modified-850": "no Last-Modified here",
  "last-modified-asctime": "no Last-Modified here",
  before: "no Last-Modified here",
  "coded-etag": "no coded answer with an ETag here",
  coded: "nothing is coded here",
  ranges: "no ranges here",
  stable: "two requests got two contents, or too short ones for parts",
  "half-close": "a half-closed connection is no matter of TLS",
};

const ALWAYS = [
  "host",
  "HOST",
  "scheme",
  "path",
  "missing",
  "missing-status",
  "canary",
  "canary-length",
  "canary-hex",
  "date",
  "size",
  "last",
];

/** All names there are. */
export const NAMES: readonly string[] = [...ALWAYS, ...Object.keys(WITHOUT)];

const NAME = /\{([A-Za-z0-9-]+)\}/g;

/** The first name that has no value; undefined: all have one. */
export function nameWithout(values: Values, texts: readonly string[]): string | undefined {
  for (const text of texts) {
    for (const [, name = ""] of text.matchAll(NAME)) {
      if (!values.has(name)) return name;
    }
  }
  return undefined;
}

export function filled(text: string, values: Values): string {
  return text.replace(NAME, (whole, name: string) => values.get(name) ?? whole);
}

export function filledStep(step: Step, values: Values): Step {
  if (typeof step === "string") return filled(step, values);
  if ("drip" in step) return { drip: filled(step.drip, values) };
  if ("flood" in step) return { flood: filled(step.flood, values), bytes: step.bytes };
  return step;
}

/** What a step says, for whoever looks for names in it. */
export function textOf(step: Step): string {
  if (typeof step === "string") return step;
  if ("drip" in step) return step.drip;
  return "flood" in step ? step.flood : "";
}

/** Where the server is, before anything is known about it. */
export interface Place {
  /** As in Host. */
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
}

/** A path that nobody has: what might change something is only ever asked of this one. */
export const MISSING = "/ferrox-probe/no-such-thing-7d1f";

export function placeValues({ host, path, isSecure }: Place): Map<string, string> {
  // What must never be run: a request hidden where a body is, or behind the end.
  const canary = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  return new Map([
    ["host", host],
    ["HOST", host.toUpperCase()],
    ["scheme", isSecure ? "https" : "http"],
    ["path", path],
    ["missing", MISSING],
    ["canary", canary],
    ["canary-length", String(canary.length)],
    ["canary-hex", canary.length.toString(16)],
  ]);
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function valuesOf(facts: Facts, nowMs: number): Values {
  const { place, whole, missing, coded, isStable, hasRanges } = facts;
  const values = placeValues(place);
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined) values.set(name, value);
  };
  set("missing-status", String(missing.status));
  set("size", String(whole.body.length));
  set("last", String(whole.body.length - 1));
  set("date", whole.fields.get("date") ?? formatDate(nowMs));
  set("path-escaped", escaped(place.path));
  const etag = whole.fields.get("etag");
  const tag = etag === undefined ? undefined : parseEntityTag(etag);
  set("etag", tag === undefined ? undefined : etag);
  set("opaque", tag?.opaque);
  set("strong-etag", tag?.weak === false ? etag : undefined);
  for (const [name, value] of dateValues(whole.fields.get("last-modified"), nowMs)) {
    set(name, value);
  }
  set("coded", coded?.fields.get("content-encoding"));
  set("coded-etag", coded?.fields.get("etag"));
  set("stable", isStable && whole.body.length >= PARTS_BYTES_MIN ? "yes" : undefined);
  set("ranges", hasRanges ? "yes" : undefined);
  set("half-close", place.isSecure ? undefined : "yes");
  return values;
}

/** Enough for two parts with something between them. */
const PARTS_BYTES_MIN = 12;

/** "/index.html" → "/index.htm%6C": the same path, by RFC 3986, section 6.2.2.2. */
function escaped(path: string): string | undefined {
  const last = /[A-Za-z](?=[^A-Za-z]*$)/.exec(path);
  if (last === null || path.includes("?")) return undefined;
  const hex = last[0].charCodeAt(0).toString(16).toUpperCase();
  return `${path.slice(0, last.index)}%${hex}${path.slice(last.index + 1)}`;
}

function dateValues(modified: string | undefined, nowMs: number): [string, string][] {
  const ms = modified === undefined ? undefined : parseDate(modified, nowMs);
  if (modified === undefined || ms === undefined) return [];
  // "Sun, 06 Nov 1994 08:49:37 GMT" in its two older forms (RFC 9110, section 5.6.7).
  const [day = "", date = "", month = "", year = "", time = ""] = formatDate(ms).split(/,? /);
  const longDay = LONG_DAYS.find((name) => name.startsWith(day)) ?? day;
  return [
    ["last-modified", modified],
    ["last-modified-850", `${longDay}, ${date}-${month}-${year.slice(2)} ${time} GMT`],
    ["last-modified-asctime", `${day} ${month} ${date.replace(/^0/, " ")} ${time} ${year}`],
    ["before", formatDate(ms - DAY_MS)],
  ];
}

const LONG_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
