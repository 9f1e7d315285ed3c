// Which bytes of a file an answer brings: one part (Content-Range), several (multipart/byteranges)
// or all of them. Strict, as wire-response.ts is. RFC 9110, sections 14.4 and 14.6; RFC 2046, 5.1.

import assert from "node:assert/strict";
import type { WireResponse } from "../support/wire-response.ts";

export interface Part {
  /** First and last position, as in "bytes 0-4/11". */
  readonly first: number;
  readonly last: number;
  /** Of the whole file. */
  readonly size: number;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const CONTENT_RANGE = /^bytes (0|[1-9][0-9]*)-(0|[1-9][0-9]*)\/(0|[1-9][0-9]*)$/;
const PART_HEAD = /^Content-Type: ([^\r\n]+)\r\nContent-Range: ([^\r\n]+)\r\n\r\n/;

/** Of a 206, in the order they came. */
export function partsOf(answer: WireResponse): readonly Part[] {
  assert.equal(answer.status, 206);
  const mediaType = answer.fields.get("content-type") ?? "";
  const range = answer.fields.get("content-range");
  const [, boundary] =
    /^multipart\/byteranges; boundary=([0-9A-Za-z]{1,70})$/.exec(mediaType) ?? [];
  if (boundary === undefined) return [partOf(range ?? "", mediaType, answer.body)];
  assert.equal(range, undefined, "Content-Range beside several parts");
  return splitParts(answer.body, boundary);
}

function splitParts(body: Buffer, boundary: string): readonly Part[] {
  // Latin-1 keeps every byte, so that positions in the text are positions in the body.
  const text = body.toString("latin1");
  const begin = `--${boundary}\r\n`;
  const end = `\r\n--${boundary}--\r\n`;
  assert.ok(text.startsWith(begin) && text.endsWith(end), "a body of parts, framed by boundaries");
  const pieces = text.slice(begin.length, text.length - end.length).split(`\r\n${begin}`);
  return pieces.map((piece) => {
    const [head, mediaType = "", range = ""] = PART_HEAD.exec(piece) ?? [];
    assert.ok(head !== undefined, `the head of a part: ${JSON.stringify(piece.slice(0, 200))}`);
    return partOf(range, mediaType, Buffer.from(piece.slice(head.length), "latin1"));
  });
}

function partOf(range: string, mediaType: string, bytes: Buffer): Part {
  const [, first, last, size] = CONTENT_RANGE.exec(range) ?? [];
  assert.ok(size !== undefined, `no Content-Range: ${JSON.stringify(range)}`);
  const part = { first: Number(first), last: Number(last), size: Number(size), mediaType, bytes };
  assert.equal(bytes.length, part.last - part.first + 1, range);
  return part;
}

/** The answer's bytes are the file's; gives the positions it brought, in their order. */
export function positionsOf(answer: WireResponse, file: Buffer): readonly [number, number][] {
  return partsOf(answer).map(({ first, last, size, bytes }) => {
    assert.equal(size, file.length);
    assert.ok(bytes.equals(file.subarray(first, last + 1)), `bytes ${first}-${last} of the file`);
    return [first, last];
  });
}
