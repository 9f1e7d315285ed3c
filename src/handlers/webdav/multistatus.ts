// 207 (Multi-Status): one answer about several resources, or about several properties of one.
// RFC 4918, section 13. Strings in, bytes out; what the answers are is others' business.

import { NO_BODY, type Response } from "../../http/response.ts";
import { reasonPhrase } from "../../http/status.ts";
import { escapeText } from "./xml-write.ts";

export const XML_TYPE = "application/xml; charset=utf-8";
const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';

export interface PropStat {
  readonly status: number;
  /** Elements of properties, as XML. */
  readonly properties: readonly string[];
  /** A name of section 16: a condition that did not hold. */
  readonly condition?: string;
}

/** @param href percent-encoded, not escaped for XML */
export function propertiesXml(href: string, propStats: readonly PropStat[]): string {
  const parts = propStats.map(
    ({ status, properties, condition }) =>
      `<D:propstat><D:prop>${properties.join("")}</D:prop>${statusXml(status)}` +
      `${condition === undefined ? "" : errorXml(condition)}</D:propstat>`,
  );
  return `<D:response>${hrefXml(href)}${parts.join("")}</D:response>\n`;
}

/** Of a resource as a whole. */
export function statusOnlyXml(href: string, status: number, condition?: string): string {
  const why = condition === undefined ? "" : errorXml(condition);
  return `<D:response>${hrefXml(href)}${statusXml(status)}${why}</D:response>\n`;
}

export function hrefXml(href: string): string {
  return `<D:href>${escapeText(href)}</D:href>`;
}

function statusXml(status: number): string {
  return `<D:status>HTTP/1.1 ${status} ${reasonPhrase(status)}</D:status>`;
}

function errorXml(condition: string, content = ""): string {
  const inside =
    content === "" ? `<D:${condition}/>` : `<D:${condition}>${content}</D:${condition}>`;
  return `<D:error>${inside}</D:error>`;
}

const OPEN = `${HEAD}<D:multistatus xmlns:D="DAV:">\n`;
const CLOSE = "</D:multistatus>\n";

export function multistatus(responses: readonly string[]): Response {
  return document(207, OPEN + responses.join("") + CLOSE);
}

/** The responses leave as they come, some at a time: however many there are, few are in memory. */
export function streamedMultistatus(
  responses: AsyncIterable<string>,
  fields: Response["fields"] = [],
): Response {
  return {
    status: 207,
    fields: [["Content-Type", XML_TYPE], ...fields],
    body: { kind: "stream", chunks: gathered(responses), length: undefined },
  };
}

const CHUNK_CHARACTERS = 16 * 1024;

async function* gathered(responses: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, void> {
  let text = OPEN;
  for await (const response of responses) {
    text += response;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text + CLOSE);
}

/** A refusal that names a condition (RFC 4918, section 16). @param content XML inside it */
export function refusal(status: number, condition: string, content = ""): Response {
  const error = errorXml(condition, content).replace("<D:error>", '<D:error xmlns:D="DAV:">');
  return document(status, `${HEAD}${error}\n`);
}

/** @param text XML without its first line */
export function propDocument(status: number, text: string, fields: Response["fields"]): Response {
  return document(status, `${HEAD}<D:prop xmlns:D="DAV:">${text}</D:prop>\n`, fields);
}

function document(status: number, text: string, fields: Response["fields"] = []): Response {
  return {
    status,
    fields: [["Content-Type", XML_TYPE], ...fields],
    body: { kind: "bytes", bytes: Buffer.from(text) },
  };
}

export function emptyAnswer(status: number, fields: Response["fields"] = []): Response {
  return { status, fields, body: NO_BODY };
}
