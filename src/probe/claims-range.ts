// What a case says about parts. A server may always ignore Range and send the whole (RFC 9110,
// section 14.2): so that passes everywhere; but when parts come, they must be the right ones.

import { type Claim, whole } from "./claims.ts";
import type { Answer } from "./response-reader.ts";
import { readFields } from "./response-reader.ts";

/** Inclusive, as in Content-Range. */
export interface Part {
  readonly first: number;
  readonly last: number;
}

/** Negative positions count from the end: -1 is the last byte. */
type Wanted = readonly [first: number, last: number];

/** The whole (200), or exactly this part (206). */
export function part(first: number, last: number): Claim {
  return (witness) => {
    const { answer, facts } = witness;
    if (answer.status !== 206) return answer.status === 200 ? whole(witness) : undefined;
    if (isMultipart(answer)) return "multipart for a single part";
    const wanted = placed([first, last], facts.whole.body.length);
    return partComplaint(answer.fields.get("content-range"), answer.body, wanted, facts.whole.body);
  };
}

/** The whole, these parts as multipart, or one part that spans what was asked for. */
export function parts(...wanted: readonly Wanted[]): Claim {
  return (witness) => {
    const { answer, facts } = witness;
    if (answer.status !== 206) return answer.status === 200 ? whole(witness) : undefined;
    const content = facts.whole.body;
    const found = isMultipart(answer) ? readMultipart(answer) : [onlyPart(answer)];
    if (typeof found === "string") return found;
    for (const { range, bytes } of found) {
      const complaint = partComplaint(range, bytes, rangeOf(range), content);
      if (complaint !== undefined) return complaint;
    }
    return missingComplaint(wanted, found, content.length);
  };
}

function missingComplaint(
  wanted: readonly Wanted[],
  found: readonly FoundPart[],
  size: number,
): string | undefined {
  const got = found.map(({ range }) => rangeOf(range)).filter((it) => it !== undefined);
  const missing = wanted
    .map((pair) => placed(pair, size))
    .find((want) => !got.some((it) => it.first <= want.first && it.last >= want.last));
  return missing === undefined ? undefined : `bytes ${missing.first}-${missing.last} are missing`;
}

/** Many small wishes do not make an answer of many times the size. */
export function atMostTimes(factor: number): Claim {
  return ({ answer, facts }) => {
    const size = facts.whole.body.length;
    const isMuch = answer.body.length > Math.max(factor * size, 4096);
    return isMuch ? `${answer.body.length} bytes about a content of ${size}` : undefined;
  };
}

function placed([first, last]: Wanted, size: number): Part {
  return {
    first: first < 0 ? Math.max(0, size + first) : first,
    last: last < 0 ? size + last : Math.min(last, size - 1),
  };
}

const CONTENT_RANGE = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15})$/;

function rangeOf(range: string | undefined): Part | undefined {
  const [, first, last] = CONTENT_RANGE.exec(range ?? "") ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

function partComplaint(
  range: string | undefined,
  bytes: Buffer,
  wanted: Part | undefined,
  content: Buffer,
): string | undefined {
  const said = `Content-Range: ${range ?? "none"}`;
  if (wanted === undefined) return said;
  const right = `bytes ${wanted.first}-${wanted.last}/${content.length}`;
  if (range !== right) return `${said} instead of ${right}`;
  const isRight = bytes.equals(content.subarray(wanted.first, wanted.last + 1));
  return isRight ? undefined : `other bytes than ${right}`;
}

interface FoundPart {
  readonly range: string | undefined;
  readonly bytes: Buffer;
}

function onlyPart({ fields, body }: Answer): FoundPart {
  return { range: fields.get("content-range"), bytes: body };
}

function isMultipart({ fields }: Answer): boolean {
  return /^multipart\/byteranges\b/i.test(fields.get("content-type") ?? "");
}

/** RFC 9110, section 14.6; RFC 2046, section 5.1.1. A text: why it cannot be read. */
function readMultipart({ fields, body }: Answer): readonly FoundPart[] | string {
  const type = fields.get("content-type") ?? "";
  const boundary = /;[ \t]*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i.exec(type);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) return `no boundary in ${type}`;
  if (fields.get("content-range") !== undefined) return "Content-Range beside the parts";
  const text = `\r\n${body.toString("latin1")}`;
  const [, ...pieces] = text.split(`\r\n--${name}`);
  const closing = pieces.pop();
  if (closing === undefined || !closing.startsWith("--")) return "no last boundary";
  const found: FoundPart[] = [];
  for (const piece of pieces) {
    const headEnd = piece.indexOf("\r\n\r\n");
    if (!/^[ \t]*\r\n/.test(piece) || headEnd === -1) return "a part without a head";
    const lines = piece.slice(piece.indexOf("\r\n") + 2, headEnd + 2).split("\r\n");
    const head = readFields(lines.filter((line) => line !== ""));
    if (typeof head === "string") return `in a part: ${head}`;
    const bytes = Buffer.from(piece.slice(headEnd + 4), "latin1");
    found.push({ range: head.get("content-range"), bytes });
  }
  return found.length === 0 ? "no part" : found;
}
