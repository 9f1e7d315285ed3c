// A chunked body of an answer, read to the letter of RFC 9112, section 7.1. It stands in memory
// whole, so this can be plainer than the decoder that reads requests (http1/chunked-decoder.ts).
// That one is not shared: the probe would trust the code it is meant to check.

const SIZE_LINE = /^([0-9A-Fa-f]{1,13})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;
const TRAILER_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const LINE_BYTES_MAX = 16 * 1024;

export interface Chunks {
  readonly bytes: Buffer;
  /** Behind the last line of the body. */
  readonly end: number;
}

/** undefined: it is not whole yet. A text: what is wrong with it. */
export function readChunks(bytes: Buffer, start: number): Chunks | string | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const line = lineAt(bytes, at);
    if (line === undefined || "fault" in line) return line?.fault;
    const [, digits] = SIZE_LINE.exec(line.text) ?? [];
    if (digits === undefined) return `no chunk size: ${JSON.stringify(line.text)}`;
    const size = Number.parseInt(digits, 16);
    if (size === 0) return trailers(bytes, line.end, Buffer.concat(chunks));
    const dataEnd = line.end + size;
    if (dataEnd + 2 > bytes.length) return undefined;
    if (bytes.toString("latin1", dataEnd, dataEnd + 2) !== "\r\n") {
      return "a chunk that runs past its size";
    }
    chunks.push(bytes.subarray(line.end, dataEnd));
    at = dataEnd + 2;
  }
}

function trailers(bytes: Buffer, start: number, body: Buffer): Chunks | string | undefined {
  let at = start;
  for (;;) {
    const line = lineAt(bytes, at);
    if (line === undefined || "fault" in line) return line?.fault;
    at = line.end;
    if (line.text === "") return { bytes: body, end: at };
    if (!TRAILER_LINE.test(line.text)) return `no trailer: ${JSON.stringify(line.text)}`;
  }
}

type Line = { readonly text: string; readonly end: number } | { readonly fault: string };

function lineAt(bytes: Buffer, start: number): Line | undefined {
  const end = bytes.indexOf("\n", start);
  if (end === -1) {
    return bytes.length - start > LINE_BYTES_MAX
      ? { fault: "a chunk line without end" }
      : undefined;
  }
  if (end === start || bytes[end - 1] !== 0x0d) return { fault: "a bare LF in a chunked body" };
  return { text: bytes.toString("latin1", start, end - 1), end: end + 1 };
}
