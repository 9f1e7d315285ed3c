// A server that is right, as far as the probe must know one before it judges: what it gives for
// the path, for nothing, for a part, and coded.

import { gzipSync } from "node:zlib";
import { fieldsOf } from "../../src/http/fields.ts";
import type { Facts } from "../../src/probe/facts.ts";
import { MISSING } from "../../src/probe/filling.ts";
import type { Answer } from "../../src/probe/response-reader.ts";
import { answer, type Play } from "./played-server.ts";

export const CONTENT = "0123456789abcdefghij";

export const FIELDS: readonly string[] = [
  "Date: Fri, 02 Jan 2026 03:04:05 GMT",
  'ETag: "v1"',
  "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT",
  "Content-Type: text/plain",
  "Accept-Ranges: bytes",
  "Vary: Accept-Encoding",
];

export const goodServer: Play = (heard, sends) => {
  if (sends !== 1) return [];
  return [{ say: goodAnswer(heard) }, "finished"];
};

function goodAnswer(heard: string): string {
  if (heard.startsWith(`GET ${MISSING} `)) return answer(404, [FIELDS[0] ?? ""], "nothing here");
  if (heard.includes("Range: bytes=0-0")) {
    return answer(206, [...FIELDS, "Content-Range: bytes 0-0/20"], "0");
  }
  if (heard.includes("Accept-Encoding: gzip")) {
    const fields = FIELDS.map((field) => (field.startsWith("ETag") ? 'ETag: "v1-gz"' : field));
    const body = gzipSync(CONTENT).toString("latin1");
    return answer(200, [...fields, "Content-Encoding: gzip"], body);
  }
  return answer(200, FIELDS, CONTENT);
}

/** An Answer as the reader would give it. */
export function answerOf(
  status: number,
  fields: Readonly<Record<string, string>> = {},
  body: string | Buffer = "",
): Answer {
  return {
    version: "1.1",
    status,
    reason: "Some Reason",
    fields: fieldsOf(Object.entries(fields)),
    framing: "length",
    body: typeof body === "string" ? Buffer.from(body, "latin1") : body,
    interim: [],
  };
}

export const FACTS: Facts = {
  place: { host: "localhost:8080", path: "/a.txt", isSecure: false },
  whole: answerOf(
    200,
    {
      date: "Fri, 02 Jan 2026 03:04:05 GMT",
      etag: '"v1"',
      "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      "content-type": "text/plain",
      vary: "Accept-Encoding",
    },
    CONTENT,
  ),
  missing: answerOf(404),
  coded: answerOf(200, { "content-encoding": "gzip", etag: '"v1-gz"' }, gzipSync(CONTENT)),
  isStable: true,
  hasRanges: true,
};
