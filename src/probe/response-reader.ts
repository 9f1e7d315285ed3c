// Bytes that came back → answers, read to the letter of RFC 9112. What a polite client would
// forgive (a bare LF, two lengths, a body after 304) is a fault here, because the next client
// might read it another way. Pure: called again with all bytes whenever more have come.

import { type Field, type Fields, fieldsOf } from "../http/fields.ts";
import { readChunks } from "./response-chunks.ts";

/** How the end of a body was known. */
export type AnswerFraming = "none" | "length" | "chunked" | "close";

export interface Answer {
  readonly version: "1.0" | "1.1";
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
  readonly framing: AnswerFraming;
  readonly body: Buffer;
  /** Statuses of the interim answers in front of it. */
  readonly interim: readonly number[];
}

export interface Reading {
  /** Final answers that are whole. */
  readonly answers: readonly Answer[];
  /** Interim answers whose final one has not come yet. */
  readonly interim: readonly number[];
  /** Bytes behind the last whole answer: part of one. */
  readonly restBytes: number;
  /** Why the rest can be no answer. */
  readonly fault: string | undefined;
}

/**
 * @param methods what each answer was asked with; beyond them: GET
 * @param ended nothing more will come: the end of a body that only that can tell
 */
export function readAnswers(bytes: Buffer, methods: readonly string[], ended: boolean): Reading {
  const answers: Answer[] = [];
  let interim: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const part = readOne(bytes, at, methods[answers.length] ?? "GET", ended);
    if (part === undefined) break;
    if (typeof part === "string") {
      return { answers, interim, restBytes: bytes.length - at, fault: part };
    }
    at = part.end;
    if (part.answer.status < 200 && part.answer.status !== 101) {
      interim.push(part.answer.status);
      continue;
    }
    answers.push({ ...part.answer, interim });
    interim = [];
    // Another protocol from here on: not ours to read.
    if (part.answer.status === 101) return { answers, interim, restBytes: 0, fault: undefined };
  }
  return { answers, interim, restBytes: bytes.length - at, fault: undefined };
}

interface Part {
  readonly answer: Omit<Answer, "interim">;
  readonly end: number;
}

const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)$/;
/** Enough of a head to see that it is none, without waiting for an end that may never come. */
const BEGINNING = "HTTP/1.";
const HEAD_BYTES_MAX = 64 * 1024;

/** undefined: it is not whole yet. A text: why it is no answer. */
function readOne(
  bytes: Buffer,
  start: number,
  method: string,
  ended: boolean,
): Part | string | undefined {
  const begun = bytes.toString("latin1", start, start + BEGINNING.length);
  if (!BEGINNING.startsWith(begun) && begun !== BEGINNING) {
    return `bytes where an answer would begin: ${shown(bytes, start)}`;
  }
  const headEnd = bytes.indexOf("\r\n\r\n", start);
  if (headEnd === -1) {
    if (bytes.length - start > HEAD_BYTES_MAX) return "a head without an end";
    return bytes.includes("\n\n", start) ? "a head that ends with bare LF" : undefined;
  }
  const [statusLine = "", ...lines] = bytes.toString("latin1", start, headEnd).split("\r\n");
  const [, version, code, reason] = STATUS_LINE.exec(statusLine) ?? [];
  if (reason === undefined || (version !== "1.0" && version !== "1.1")) {
    return `no status line: ${JSON.stringify(statusLine)}`;
  }
  const fields = readFields(lines);
  if (typeof fields === "string") return fields;
  const status = Number(code);
  const framing = framingOf(fields, status, method, version);
  if (typeof framing === "string") return framing;
  const body = readBody(bytes, headEnd + 4, framing, ended);
  if (body === undefined || typeof body === "string") return body;
  const { bytes: content, end } = body;
  return { answer: { version, status, reason, fields, framing: framing.kind, body: content }, end };
}

const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Fields of which two lines would be two answers. */
const SINGLETONS = [
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
  "retry-after",
  "transfer-encoding",
];

/** A text: which line is no field. */
export function readFields(lines: readonly string[]): Fields | string {
  const list: Field[] = [];
  for (const line of lines) {
    const [, name, value] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return `no field: ${JSON.stringify(line)}`;
    list.push([name, value]);
  }
  const fields = fieldsOf(list);
  const twice = SINGLETONS.find((name) => fields.count(name) > 1);
  return twice === undefined ? fields : `${twice} ${fields.count(twice)} times`;
}

type Framing =
  | { readonly kind: "none" | "chunked" | "close" }
  | { readonly kind: "length"; readonly length: number };

/** RFC 9112, section 6.3, from the client's side. */
function framingOf(
  fields: Fields,
  status: number,
  method: string,
  version: "1.0" | "1.1",
): Framing | string {
  const coding = fields.get("transfer-encoding")?.toLowerCase();
  const length = fields.get("content-length");
  const fault = framingFault(coding, length, version);
  if (fault !== undefined) return fault;
  if (status < 200 || status === 204) {
    const isFramed = coding !== undefined || length !== undefined;
    return isFramed ? `${status} with a length or a coding` : { kind: "none" };
  }
  if (status === 304 || method === "HEAD") return { kind: "none" };
  if (coding !== undefined) return { kind: "chunked" };
  return length === undefined ? { kind: "close" } : { kind: "length", length: Number(length) };
}

function framingFault(
  coding: string | undefined,
  length: string | undefined,
  version: "1.0" | "1.1",
): string | undefined {
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length)) return `no length: ${length}`;
  if (coding === undefined) return undefined;
  if (length !== undefined) return "two framings at once";
  if (coding !== "chunked") return `a coding nobody asked for: ${coding}`;
  return version === "1.0" ? "Transfer-Encoding in HTTP/1.0" : undefined;
}

interface Body {
  readonly bytes: Buffer;
  readonly end: number;
}

function readBody(
  bytes: Buffer,
  start: number,
  framing: Framing,
  ended: boolean,
): Body | string | undefined {
  switch (framing.kind) {
    case "none":
      return { bytes: Buffer.alloc(0), end: start };
    case "length": {
      const end = start + framing.length;
      return end > bytes.length ? undefined : { bytes: bytes.subarray(start, end), end };
    }
    case "chunked":
      return readChunks(bytes, start);
    case "close":
      return ended ? { bytes: bytes.subarray(start), end: bytes.length } : undefined;
    default:
      return framing satisfies never;
  }
}

function shown(bytes: Buffer, start: number): string {
  return JSON.stringify(bytes.toString("latin1", start, start + 40));
}
