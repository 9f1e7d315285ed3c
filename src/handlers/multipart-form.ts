// The parts of a form that holds files, one after the other, as they arrive. RFC 7578.
// The only file that knows the library `busboy`, which takes the packing apart: it wants to be
// written to and tells of parts by events; whoever reads here asks for the next part instead.
//
// Nothing is ahead of its reader by more than the chunk it arrived in: while the content of a part
// is not asked for, the client is not asked for more.

import { once } from "node:events";
import type { Readable } from "node:stream";
import busboy from "busboy";
import { HttpError } from "../http/http-error.ts";
import type { IncomingBody } from "../http/request.ts";

export type FormPart =
  | { readonly kind: "field"; readonly name: string; readonly value: string }
  /** `content` is to be read to its end, or left alone, before the next part is asked for. */
  | {
      readonly kind: "file";
      readonly name: string;
      /** As sent, which may be a path or worse; "" when nothing was chosen. */
      readonly fileName: string;
      readonly content: AsyncIterable<Uint8Array>;
    };

export interface FormLimits {
  /** Files in one form. 413 */
  readonly filesMax: number;
  /** Other fields. 413 */
  readonly fieldsMax: number;
  /** The value of one of them. 413 */
  readonly fieldBytesMax: number;
}

/** A form of ours has two fields beside its files, and both are short. */
export const FORM_LIMITS: FormLimits = { filesMax: 1000, fieldsMax: 16, fieldBytesMax: 8 * 1024 };

/** Lines in the head of one part: browsers send two. */
const PART_FIELDS_MAX = 16;

/**
 * @param contentType the request's own, which names what stands between the parts
 * @throws HttpError 400 for what is no such form, 413 past a limit, and what the body throws
 */
export async function* formParts(
  body: IncomingBody,
  contentType: string,
  limits: FormLimits,
): AsyncGenerator<FormPart, void, void> {
  const reading = startReading(contentType, limits);
  const feeding = feed(body, reading);
  // Whatever goes wrong with it is told by next().
  feeding.catch(() => undefined);
  try {
    for (let part = await next(reading); part !== undefined; part = await next(reading)) {
      yield part.kind === "field" ? part : { ...part, content: contentOf(part.stream, reading) };
      // What was left alone is passed over.
      if (part.kind === "file") part.stream.resume();
    }
    await feeding;
  } finally {
    reading.parser.destroy();
    for (const part of reading.waiting) if (part.kind === "file") part.stream.destroy();
  }
}

type Found =
  | { readonly kind: "field"; readonly name: string; readonly value: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly fileName: string;
      readonly stream: Readable;
    };

interface Reading {
  readonly parser: ReturnType<typeof busboy>;
  /** Found and not asked for yet: what one chunk held. */
  readonly waiting: Found[];
  /** There is something new: a part, the end, or a fault. */
  wake: () => void;
  isOver: boolean;
  fault: unknown;
}

function startReading(contentType: string, limits: FormLimits): Reading {
  const parser = parserOf(contentType, limits);
  const reading: Reading = { parser, waiting: [], wake() {}, isOver: false, fault: undefined };
  const found = (part: Found) => {
    reading.waiting.push(part);
    reading.wake();
  };
  const fail = (fault: unknown) => {
    reading.fault ??= fault;
    reading.isOver = true;
    reading.wake();
  };
  parser.on("field", (name, value, { valueTruncated }) => {
    if (valueTruncated) fail(new HttpError(413, "a field of the form is too long"));
    else found({ kind: "field", name: name ?? "", value });
  });
  parser.on("file", (name, stream, { filename }) => {
    // Its errors are the parser's, told once.
    stream.on("error", () => undefined);
    found({ kind: "file", name: name ?? "", fileName: filename ?? "", stream });
  });
  parser.on("filesLimit", () =>
    fail(new HttpError(413, `more than ${limits.filesMax} files in one form`)),
  );
  parser.on("fieldsLimit", () =>
    fail(new HttpError(413, `more than ${limits.fieldsMax} fields in one form`)),
  );
  parser.on("error", (error) => fail(new HttpError(400, "the form is broken", [], error)));
  parser.on("close", () => {
    reading.isOver = true;
    reading.wake();
  });
  return reading;
}

function parserOf(contentType: string, limits: FormLimits): ReturnType<typeof busboy> {
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      // Names are judged by form-names.ts, which must see what was sent.
      preservePath: true,
      limits: {
        files: limits.filesMax,
        fields: limits.fieldsMax,
        // One more than may be used: at the limit itself the library cuts.
        fieldSize: limits.fieldBytesMax + 1,
        headerPairs: PART_FIELDS_MAX,
      },
    });
  } catch (error) {
    throw new HttpError(400, "the form does not say what stands between its parts", [], error);
  }
}

/** Ends when the form does, or when nobody wants to know. */
async function feed(body: IncomingBody, reading: Reading): Promise<void> {
  const { parser } = reading;
  try {
    for await (const chunk of body) {
      if (reading.isOver || parser.destroyed) break;
      // Copied: the chunk is borrowed, and the content of files points into it.
      if (!parser.write(Buffer.from(chunk))) await writable(parser);
    }
    if (!parser.destroyed) parser.end();
  } catch (error) {
    reading.fault ??= error;
    reading.isOver = true;
    parser.destroy();
    reading.wake();
  }
}

/** Once it wants more, or will never want more. */
async function writable(parser: ReturnType<typeof busboy>): Promise<void> {
  if (parser.destroyed || !parser.writableNeedDrain) return;
  const ended = new AbortController();
  const { signal } = ended;
  try {
    await Promise.race([once(parser, "drain", { signal }), once(parser, "close", { signal })]);
  } finally {
    ended.abort();
  }
}

/** undefined: that was the last one. */
async function next(reading: Reading): Promise<Found | undefined> {
  for (;;) {
    // What was whole before something broke is given out first.
    const part = reading.waiting.shift();
    if (part !== undefined) return part;
    if (reading.fault !== undefined) throw reading.fault;
    if (reading.isOver) return undefined;
    await new Promise<void>((resolve) => {
      reading.wake = resolve;
    });
  }
}

async function* contentOf(stream: Readable, reading: Reading): AsyncGenerator<Uint8Array> {
  try {
    // Who gives up half-way (a full disk) must not end the stream: the library waits for its last
    // byte before it goes on to the next part.
    yield* stream.iterator({ destroyOnReturn: false });
  } catch (error) {
    // A body that breaks off breaks all streams off; what it died of is told instead.
    throw reading.fault ?? new HttpError(400, "the form breaks off", [], error);
  }
}
