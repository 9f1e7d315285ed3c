// The chunked coding, taken apart piece by piece as it arrives. RFC 9112, section 7.1.
// A state machine over borrowed bytes: data comes out as offsets into what went in.
//
// Everything but the data itself is overhead that the sender chooses: extensions, leading zeros,
// trailers, or a line for every single byte. Go and Node each had a CVE for not counting it
// (CVE-2023-39326, CVE-2024-22019), so it is counted here.

import { COLON, CR, FIELD_VALUE, LF, TOKEN } from "../base/ascii.ts";
import type { BodyLimit, Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";

export type ChunkStep =
  /** Body bytes stand at [start, end); go on at `end`. */
  | { readonly kind: "data"; readonly start: number; readonly end: number }
  /** All bytes were used; bring more. */
  | { readonly kind: "more" }
  /** The body is over; the next message starts at `end`. */
  | { readonly kind: "end"; readonly end: number }
  | Malformed;

const MORE_BYTES = Object.freeze({ kind: "more" as const });
const BAD_SIZE = malformed(400, "a chunk size line that is no size and extensions");
const BAD_DATA_END = malformed(400, "chunk data is not followed by CR LF");
const BAD_LINE_END = malformed(400, "a chunk line that does not end with CR LF");
const BAD_TRAILER = malformed(400, "a trailer line that is no field line");
const LONG_LINE = malformed(400, "a chunk size or trailer line is too long", "chunk_line_bytes");
const MUCH_OVERHEAD = malformed(
  413,
  "chunked coding with more packing than content",
  "chunk_overhead_bytes",
);

const TOKEN_TEXT = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED_TEXT =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
/** chunk-size [ chunk-ext ]; 13 digits of hexadecimal still fit a number exactly. */
const SIZE_LINE = new RegExp(
  `^(0*[0-9A-Fa-f]{1,13})(?:[\\t ]*;[\\t ]*${TOKEN_TEXT}(?:[\\t ]*=[\\t ]*(?:${TOKEN_TEXT}|${QUOTED_TEXT}))?)*$`,
);

type State = "size" | "data" | "data-end" | "trailer" | "done";

export class ChunkedDecoder {
  #state: State = "size";
  #line = "";
  #left = 0;
  #bodyBytes = 0;
  #overheadBytes = 0;
  readonly #limits: Http1Limits;
  readonly #bodyLimit: BodyLimit;

  constructor(limits: Http1Limits, bodyLimit: BodyLimit) {
    this.#limits = limits;
    this.#bodyLimit = bodyLimit;
  }

  /** One step over bytes[from…]. Call again from where it ended until it wants more or is done. */
  step(bytes: Buffer, from: number): ChunkStep {
    let at = from;
    for (;;) {
      if (this.#state === "data") return this.#data(bytes, at);
      const lineEnd = bytes.indexOf(LF, at);
      const stop = lineEnd === -1 ? bytes.length : lineEnd + 1;
      const fault = this.#gather(bytes, at, stop) ?? (lineEnd === -1 ? undefined : this.#endLine());
      if (fault !== undefined) return fault;
      if (this.#state === "done") return { kind: "end", end: stop };
      if (lineEnd === -1) return MORE_BYTES;
      at = stop;
    }
  }

  #data(bytes: Buffer, at: number): ChunkStep {
    if (at === bytes.length) return MORE_BYTES;
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = "data-end";
    return { kind: "data", start: at, end };
  }

  /** Adds to the line under way, within its bounds. */
  #gather(bytes: Buffer, from: number, to: number): Malformed | undefined {
    this.#overheadBytes += to - from;
    if (this.#line.length + to - from > this.#limits.chunkLineBytesMax) return LONG_LINE;
    if (this.#overheadBytes > this.#limits.chunkOverheadBytesMax + 2 * this.#bodyBytes) {
      return MUCH_OVERHEAD;
    }
    this.#line += bytes.toString("latin1", from, to);
    return undefined;
  }

  #endLine(): Malformed | undefined {
    const line = this.#line;
    this.#line = "";
    if (line.charCodeAt(line.length - 2) !== CR) return BAD_LINE_END;
    const text = line.slice(0, -2);
    if (this.#state === "size") return this.#size(text);
    if (this.#state === "trailer") return this.#trailer(text);
    if (text !== "") return BAD_DATA_END;
    this.#state = "size";
    return undefined;
  }

  #size(text: string): Malformed | undefined {
    const digits = SIZE_LINE.exec(text)?.[1];
    if (digits === undefined || digits.length > 16) return BAD_SIZE;
    this.#left = Number.parseInt(digits, 16);
    this.#bodyBytes += this.#left;
    const { bytesMax, name } = this.#bodyLimit;
    if (this.#bodyBytes > bytesMax) return malformed(413, "the body is too long", name);
    this.#state = this.#left === 0 ? "trailer" : "data";
    return undefined;
  }

  /** Trailers are checked and dropped: nothing here may change what the head has said. */
  #trailer(text: string): Malformed | undefined {
    if (text === "") {
      this.#state = "done";
      return undefined;
    }
    return isFieldLine(text) ? undefined : BAD_TRAILER;
  }
}

function isFieldLine(text: string): boolean {
  let at = 0;
  while (TOKEN[text.charCodeAt(at)] === 1) at++;
  if (at === 0 || text.charCodeAt(at) !== COLON) return false;
  for (at++; at < text.length; at++) {
    if (FIELD_VALUE[text.charCodeAt(at)] !== 1) return false;
  }
  return true;
}
