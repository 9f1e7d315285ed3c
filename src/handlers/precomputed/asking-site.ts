// A site asked beforehand: each request is one that somebody could send, and the answer is taken for
// what it says, fields and content, without knowing how it came about. So a store says what the site
// says, whatever that is made of.

import { createHash } from "node:crypto";
import type { Field } from "../../http/fields.ts";
import { essenceOf } from "../../http/media-type.ts";
import type { Body, Response } from "../../http/response.ts";
import { fieldValue } from "./header-block.ts";

/** A site cannot be made a store of, or not there. The message says why. */
export class CompileFailure extends Error {
  override readonly name = "CompileFailure";
}

/** HEAD, for that spares what is not needed; the body is there all the same. Refusals are pages. */
export type Ask = (target: string, fields: readonly Field[]) => Promise<Response>;

export interface Answered {
  readonly status: number;
  /** Without Vary. */
  readonly fields: readonly Field[];
  /** Request fields that decided, in lower case. */
  readonly vary: readonly string[];
  /** "text/html"; "" where nothing is said. */
  readonly type: string;
  /** The site's own name for this state of the content; undefined: it has none. */
  readonly tag: string | undefined;
  readonly content: SiteContent;
}

/** To be closed by whoever asked. */
export interface SiteContent {
  readonly size: number;
  /** From the beginning, as often as one likes. Each piece is borrowed until the next. */
  pieces(): AsyncGenerator<Uint8Array, void, void>;
  close(): Promise<void>;
}

/** @throws CompileFailure when the site cannot answer */
export async function answeredBy(
  ask: Ask,
  target: string,
  fields: readonly Field[],
): Promise<Answered> {
  const response = await ask(target, fields);
  const content = contentOf(response.body);
  if (response.status >= 500) {
    await content.close();
    throw new CompileFailure(`${target} is answered with ${response.status}`);
  }
  const others = response.fields.filter(([name]) => name.toLowerCase() !== "vary");
  return {
    status: response.status,
    fields: others,
    vary: listed(response.fields, "vary"),
    type: essenceOf(fieldValue(others, "content-type") ?? ""),
    tag: fieldValue(others, "etag"),
    content,
  };
}

function listed(fields: readonly Field[], name: string): readonly string[] {
  return fields
    .filter(([other]) => other.toLowerCase() === name)
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

const PIECE_BYTES = 256 * 1024;

function contentOf(body: Body): SiteContent {
  switch (body.kind) {
    case "none":
      return inMemory(new Uint8Array(0));
    case "bytes":
      return inMemory(body.bytes);
    case "range": {
      const { source, start, length } = body;
      return {
        size: length,
        async *pieces() {
          const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(PIECE_BYTES, length)));
          for (let done = 0; done < length; ) {
            const most = Math.min(buffer.length, length - done);
            const read = await source.readAt(buffer.subarray(0, most), start + done);
            if (read === 0) throw new CompileFailure("a file has become shorter while it was read");
            done += read;
            yield buffer.subarray(0, read);
          }
        },
        close: () => source.close(),
      };
    }
    default:
      throw new Error(`a ${body.kind} cannot be answered beforehand`);
  }
}

function inMemory(bytes: Uint8Array): SiteContent {
  return {
    size: bytes.length,
    async *pieces() {
      if (bytes.length > 0) yield bytes;
    },
    close: () => Promise.resolve(),
  };
}

export async function hashOf(content: SiteContent): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of content.pieces()) hash.update(piece);
  return hash.digest("base64url");
}

/** Only for what fits into memory. */
export async function wholeOf(content: SiteContent): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of content.pieces()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
