// One exchange as one line of the access log. Pure.
//
// "combined" is Apache's format, with who has logged in in the third place, and the time taken at the
// end, in seconds:
//   192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 512 "-" "curl/8.5" 0.000123
// GoAccess reads it as COMBINED, and the time too when it is told
//   --log-format='%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T' --date-format=%d/%b/%Y --time-format=%T
//
// What a visitor sent cannot forge a line, end a quotation or reach a terminal: every byte that is
// not printable ASCII, and " and \, stand as \xHH (in JSON \u00HH).

import type { Peer } from "../base/peer.ts";
import type { Fields } from "../http/fields.ts";
import type { Circumstances, Exchange } from "../http/service.ts";

export type AccessLine = (
  exchange: Exchange,
  circumstances: Circumstances,
  wallMs: number,
) => string;

export const combinedLine: AccessLine = (exchange, { peer, access }, wallMs) => {
  const { response, bodyBytes, durationMs, request } = exchange;
  const status = `${response.status} ${bodyBytes === 0 ? "-" : bodyBytes}`;
  const visitor = request === undefined ? NO_VISITOR : visitorOf(request.fields);
  const begun =
    access?.user === undefined
      ? beginningOf(peer, wallMs)
      : namedBeginning(peer, access.user, wallMs);
  const asked = `${begun}${requestLine(exchange)}" `;
  return `${asked}${status}${visitor}${secondsText(durationMs)}\n`;
};

/** Whose line, and when: the same for all of a visitor's lines of one second. */
const beginnings = new Map<string, string>();
let beginningsOf: Second | undefined;
const BEGINNINGS_MAX = 1024;

export function beginningOf({ address }: Peer, wallMs: number): string {
  const second = secondOf(wallMs);
  if (second !== beginningsOf || beginnings.size === BEGINNINGS_MAX) {
    beginnings.clear();
    beginningsOf = second;
  }
  const known = beginnings.get(address);
  if (known !== undefined) return known;
  const text = flat(`${address} - - [${second.combined}] "`);
  beginnings.set(address, text);
  return text;
}

/** Who has said who he is, and was believed. A space would begin the next word. */
function namedBeginning({ address }: Peer, user: string, wallMs: number): string {
  const bytes = Buffer.from(user, "utf8").toString("latin1");
  const name = escaped(bytes).replaceAll(" ", "\\x20");
  return `${address} - ${name} [${secondOf(wallMs).combined}] "`;
}

/** Where from and with what. */
export function visitorOf(fields: Fields): string {
  return ` "${quoted(fields.get("referer"))}" "${quoted(fields.get("user-agent"))}" `;
}

const NO_VISITOR = ' "-" "-" ';

/** V8 keeps a text that was put together as a tree, until it is looked into. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Shaped as pino's records are, so that one tool reads both logs. */
export const jsonLine: AccessLine = (
  exchange,
  { peer, route, requestId, limit, access },
  wallMs,
) => {
  const { response, bodyBytes, complete, durationMs } = exchange;
  const id = known("id", requestId);
  const met = known("route", route) + known("limit", limit);
  return (
    `{"level":"info","time":"${isoTime(wallMs)}","msg":"exchange",` +
    `"req":{${id}${requestJson(exchange)}},${met}` +
    `"res":{"status":${response.status},"bytes":${bodyBytes},"complete":${complete}},` +
    `"remote":{"ip":${json(peer.address)},"port":${peer.port}${optional("user", access?.user)}},${tlsJson(peer)}` +
    `"ms":${Math.round(durationMs * 1000) / 1000}}\n`
  );
};

function requestLine({ request, firstLine }: Exchange): string {
  if (request === undefined) return quoted(firstLine);
  const target = request.target.kind === "path" ? escaped(request.target.raw) : "*";
  return `${escaped(request.method)} ${target} ${VERSIONS[request.version]}`;
}

const VERSIONS = { "1.0": "HTTP/1.0", "1.1": "HTTP/1.1", "2": "HTTP/2.0" } as const;

function requestJson({ request, firstLine }: Exchange): string {
  if (request === undefined) return `"line":${json(firstLine)}`;
  const { method, target, version, host, fields } = request;
  const url = target.kind === "path" ? target.raw : "*";
  return (
    `"method":${json(method)},"url":${json(url)},"httpVersion":"${version}","host":${json(host)}` +
    `${optional("referer", fields.get("referer"))}` +
    `${optional("userAgent", fields.get("user-agent"))}`
  );
}

function tlsJson({ tls }: Peer): string {
  if (tls === undefined) return "";
  const { version, cipher, serverName, alpn } = tls;
  return (
    `"tls":{"version":${json(version)},"cipher":${json(cipher)}` +
    `${optional("serverName", serverName)}${optional("alpn", alpn)}},`
  );
}

/** With the comma behind it; nothing for "". */
function known(name: string, value: string): string {
  return value === "" ? "" : `"${name}":${json(value)},`;
}

function optional(name: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":${json(value)}`;
}

/** Between quotation marks; "-" for what is absent or empty. */
function quoted(text: string | undefined): string {
  return text === undefined || text === "" ? "-" : escaped(text);
}

function escaped(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_ALL, hexOf) : text;
}

function json(text: string): string {
  return UNSAFE.test(text) ? `"${text.replace(UNSAFE_ALL, unicodeOf)}"` : `"${text}"`;
}

/** Anything but printable ASCII; and the two that mean something between quotation marks. */
const UNSAFE = /[^ !#-[\]-~]/;
const UNSAFE_ALL = /[^ !#-[\]-~]/g;

/** One character is one byte (Latin-1); what is none, should it ever come, stands as its UTF-8. */
function hexOf(character: string): string {
  const bytes = Buffer.from(character, character.charCodeAt(0) < 0x100 ? "latin1" : "utf8");
  return bytes.toString("hex").replace(/../g, "\\x$&");
}

function unicodeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** As nginx prints $request_time, with microseconds. */
function secondsText(durationMs: number): string {
  const micros = Math.round(durationMs * 1000);
  const known = BELOW_A_MILLISECOND[micros];
  if (known !== undefined) return known;
  const seconds = Math.floor(micros / 1_000_000);
  // A leading 1 keeps the zeros of the fraction.
  return `${seconds}.${String(1_000_000 + (micros % 1_000_000)).slice(1)}`;
}

const BELOW_A_MILLISECOND = Array.from(
  { length: 1000 },
  (_, micros) => `0.000${String(1000 + micros).slice(1)}`,
);

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

interface Second {
  readonly number: number;
  readonly combined: string;
  readonly iso: string;
}

let current: Second = secondNamed(0);

/** Thousands of lines share a second: its text is made once. */
function secondOf(wallMs: number): Second {
  const number = Math.floor(wallMs / 1000);
  if (number !== current.number) current = secondNamed(number);
  return current;
}

/** Always UTC, so that no hour comes twice. */
function secondNamed(number: number): Second {
  const iso = new Date(number * 1000).toISOString().slice(0, 19);
  const [year, month, day] = iso.slice(0, 10).split("-");
  const name = MONTHS[Number(month) - 1];
  return { number, iso, combined: `${day}/${name}/${year}:${iso.slice(11)} +0000` };
}

function isoTime(wallMs: number): string {
  const millis = Math.floor(wallMs) % 1000;
  return `${secondOf(wallMs).iso}.${String(1000 + millis).slice(1)}Z`;
}
