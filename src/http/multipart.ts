// Several ranges in one answer: multipart/byteranges. RFC 9110, section 14.6.
// Builds what stands between the pieces; the pieces themselves are sent by whoever has the file.
// On the wire: heads[0], range 0, heads[1], range 1, …, tail.

import { type ByteRange, contentRange } from "./range.ts";

export interface Multipart {
  /** One for each range, to be sent before it. */
  readonly heads: readonly Buffer[];
  readonly tail: Buffer;
  /** Bytes of the whole body, ranges included. */
  readonly length: number;
}

export interface MultipartOptions {
  readonly ranges: readonly ByteRange[];
  /** Bytes of the whole representation. */
  readonly size: number;
  /** Of the representation; each part repeats it. */
  readonly mediaType: string;
  /** Up to 70 letters and digits that the content does not hold: random (RFC 2046, 5.1.1). */
  readonly boundary: string;
}

export function multipartOf({ ranges, size, mediaType, boundary }: MultipartOptions): Multipart {
  const heads = ranges.map((range, index) => {
    const lines = [
      `--${boundary}`,
      `Content-Type: ${mediaType}`,
      `Content-Range: ${contentRange(range, size)}`,
    ];
    // The line end before a boundary belongs to the boundary, not to the part above it.
    return Buffer.from(`${index === 0 ? "" : "\r\n"}${lines.join("\r\n")}\r\n\r\n`, "latin1");
  });
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, "latin1");
  const overhead = heads.reduce((sum, head) => sum + head.length, tail.length);
  return { heads, tail, length: ranges.reduce((sum, { length }) => sum + length, overhead) };
}

/** The Content-Type of the answer. */
export function multipartType(boundary: string): string {
  return `multipart/byteranges; boundary=${boundary}`;
}
