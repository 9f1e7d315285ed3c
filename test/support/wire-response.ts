// A response as it stood on the wire, read without mercy. RFC 9112.
// Whatever a polite client would forgive (a bare LF, two lengths, a body after 304) throws here:
// the tests hold the server to the letter. How bytes arrive is wire-client.ts's business.

import { type Field, type Fields, fieldsOf } from "../../src/http/fields.ts";

/** Bytes in order, waited for. Every method rejects when the peer has finished too early. */
export interface WireReader {
  /** Up to the next CRLF, which is taken and left out. Latin-1. */
  line(): Promise<string>;
  exactly(length: number): Promise<Buffer>;
  /** Everything until the peer has finished. */
  rest(): Promise<Buffer>;
}

/** How the end of a body is known; "none": this response can have no body. */
export type WireFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

export interface WireHead {
  readonly version: "1.0" | "1.1";
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
  readonly framing: WireFraming;
}

export interface WireResponse extends WireHead {
  readonly body: Buffer;
  readonly trailers: Fields;
}

const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const CHUNK_LINE = /^([0-9A-Fa-f]{1,13})(?:[ \t]*;[\t\x20-\x7e]*)?$/;

/** Fields of which two lines would be two answers. */
const SINGLETONS = [
  "accept-ranges",
  "connection",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
  "server",
  "transfer-encoding",
];

/** One whole response; 1xx count as responses of their own. `method` is what was asked with. */
export async function readResponse(reader: WireReader, method: string): Promise<WireResponse> {
  const head = await readHead(reader, method);
  const { body, trailers } = await readBody(reader, head.framing);
  return { ...head, body, trailers };
}

export async function readHead(reader: WireReader, method: string): Promise<WireHead> {
  const line = await reader.line();
  const [, version, code, reason] = STATUS_LINE.exec(line) ?? [];
  if ((version !== "1.0" && version !== "1.1") || code === undefined || reason === undefined) {
    throw new Error(`no status line: ${JSON.stringify(line)}`);
  }
  const status = Number(code);
  const fields = await readFields(reader);
  return { version, status, reason, fields, framing: framingOf(fields, status, method) };
}

async function readFields(reader: WireReader): Promise<Fields> {
  const list: Field[] = [];
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const [, name, value] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined || !FIELD_VALUE.test(value)) {
      throw new Error(`no field line: ${JSON.stringify(line)}`);
    }
    list.push([name, value]);
  }
  const fields = fieldsOf(list);
  for (const name of SINGLETONS) {
    if (fields.count(name) > 1) throw new Error(`${name} was sent ${fields.count(name)} times`);
  }
  return fields;
}

/** RFC 9112, section 6.3, from the client's side. */
function framingOf(fields: Fields, status: number, method: string): WireFraming {
  const coding = fields.get("transfer-encoding");
  const length = fields.get("content-length");
  if (coding !== undefined && length !== undefined) throw new Error("two framings at once");
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length)) {
    throw new Error(`no length: ${JSON.stringify(length)}`);
  }
  if (coding !== undefined && coding !== "chunked") throw new Error(`unknown coding: ${coding}`);
  if (status < 200 || status === 204) {
    if (coding !== undefined || length !== undefined) throw new Error(`${status} with framing`);
    return { kind: "none" };
  }
  if (status === 304 || method === "HEAD") return { kind: "none" };
  if (coding !== undefined) return { kind: "chunked" };
  if (length !== undefined) return { kind: "length", length: Number(length) };
  return { kind: "close" };
}

async function readBody(
  reader: WireReader,
  framing: WireFraming,
): Promise<{ body: Buffer; trailers: Fields }> {
  const trailers = fieldsOf([]);
  switch (framing.kind) {
    case "none":
      return { body: Buffer.alloc(0), trailers };
    case "length":
      return { body: await reader.exactly(framing.length), trailers };
    case "chunked":
      return readChunks(reader);
    case "close":
      return { body: await reader.rest(), trailers };
    default:
      return framing satisfies never;
  }
}

async function readChunks(reader: WireReader): Promise<{ body: Buffer; trailers: Fields }> {
  const chunks: Buffer[] = [];
  for (;;) {
    const line = await reader.line();
    const [, digits] = CHUNK_LINE.exec(line) ?? [];
    if (digits === undefined) throw new Error(`no chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(digits, 16);
    if (size === 0) return { body: Buffer.concat(chunks), trailers: await readFields(reader) };
    chunks.push(await reader.exactly(size));
    const end = await reader.line();
    if (end !== "") throw new Error(`a chunk runs past its size: ${JSON.stringify(end)}`);
  }
}
