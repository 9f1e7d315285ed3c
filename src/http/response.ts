// A response is a value. Handlers make it, drivers put it on the wire, nobody changes it.
//
// Framing fields belong to drivers: content-length, transfer-encoding, connection, keep-alive and
// date are never in `fields`. The driver derives them from the body, so that a handler (or a
// configured header) cannot contradict its own body.

import type { ByteSource } from "../base/byte-source.ts";
import type { ByteStream } from "../base/byte-stream.ts";
import type { Field } from "./fields.ts";
import { assertSendable } from "./response-fields.ts";

export type Body =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** `length` bytes of `source` from `start` on; the driver closes the source. */
  | {
      readonly kind: "range";
      readonly source: ByteSource;
      readonly start: number;
      readonly length: number;
    }
  /** Without a length HTTP/1.1 sends chunks. The driver ends the iterator. */
  | {
      readonly kind: "stream";
      readonly chunks: AsyncIterable<Uint8Array>;
      readonly length: number | undefined;
    }
  /** 101: the driver writes the head, then hands the stream to `run`. */
  | {
      readonly kind: "upgrade";
      readonly protocol: string;
      run(stream: ByteStream): Promise<void>;
    };

export interface Response {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: Body;
  /**
   * Made elsewhere, and to be sent as it was made: nobody adds a field, the status line has no phrase,
   * and what the driver has to say of framing stands above the fields.
   */
  readonly verbatim?: true;
}

const AS_WRITTEN = new WeakMap<readonly Field[], string>();

/**
 * Says how the fields of a `verbatim` response stand where they were made, to the last space. Kept
 * beside this very list: whoever changes a field makes another one, and what he says is what is sent.
 * @param text a line for each field, each with its line break
 */
export function writtenAs(fields: readonly Field[], text: string): readonly Field[] {
  AS_WRITTEN.set(fields, text);
  return fields;
}

export function textAsWritten(fields: readonly Field[]): string | undefined {
  return AS_WRITTEN.get(fields);
}

export const NO_BODY: Body = Object.freeze({ kind: "none" });

const REUSABLE = new WeakSet<Response>();

/**
 * Says that this very value will be sent many times; drivers keep its encoded bytes by identity.
 * Only for bodies that can be sent twice.
 */
export function reusable(response: Response): Response {
  if (response.body.kind !== "none" && response.body.kind !== "bytes") {
    throw new Error(`a ${response.body.kind} body can be sent only once`);
  }
  assertSendable(response.fields);
  Object.freeze(response.fields);
  Object.freeze(response.body);
  Object.freeze(response);
  REUSABLE.add(response);
  return response;
}

export function isReusable(response: Response): boolean {
  return REUSABLE.has(response);
}

/** The length a HEAD or a Content-Length would say; undefined when only the end will tell. */
export function bodyLength(body: Body): number | undefined {
  switch (body.kind) {
    case "none":
    case "upgrade":
      return 0;
    case "bytes":
      return body.bytes.length;
    case "range":
    case "stream":
      return body.length;
    default:
      return body satisfies never;
  }
}
