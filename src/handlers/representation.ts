// One state of one file, ready to be answered with: its fields, its validators and its content.
// From here on it does not matter where it came from; static files and the memo of cached.ts
// answer conditions and ranges with the same functions.

import { unreachable } from "../base/unreachable.ts";
import type { Field } from "../http/fields.ts";
import { HttpError } from "../http/http-error.ts";
import { multipartType } from "../http/multipart.ts";
import { evaluatePrecondition, type Validators } from "../http/precondition.ts";
import {
  type ByteRange,
  chooseRange,
  contentRange,
  DEFAULT_RANGE_LIMITS,
  unsatisfiedRange,
} from "../http/range.ts";
import type { Request } from "../http/request.ts";
import { type Body, NO_BODY, type Response } from "../http/response.ts";
import type { OpenFile } from "../vfs/file-system.ts";
import { ofFile } from "./file-of.ts";
import { bytesInParts, fileInParts, partsOf } from "./parts.ts";

export type Content =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Closed by whoever sends it: see bodies in http/response.ts. */
  | { readonly kind: "file"; readonly file: OpenFile };

export interface Representation {
  /** Of the whole answer. The first is Content-Type. */
  readonly fields: readonly Field[];
  readonly mediaType: string;
  readonly size: number;
  readonly validators: Validators;
  /** Made on the fly: its bytes may not be the same next time, so no part of it is ever sent. */
  readonly isWholeOnly?: boolean;
  /** The file's path on this site, which its answers are marked with (file-of.ts). */
  readonly file?: string | undefined;
}

export type Answer =
  | { readonly kind: "whole" }
  | { readonly kind: "not-modified" }
  | ({ readonly kind: "one" } & ByteRange)
  | { readonly kind: "many"; readonly ranges: readonly ByteRange[] };

/**
 * Which part of it was asked for, in the order of RFC 9110, section 13.2.2.
 * @throws HttpError 412 and 416
 */
export function answerFor(request: Request, representation: Representation, nowMs: number): Answer {
  const { method, fields } = request;
  const { validators, size } = representation;
  switch (evaluatePrecondition({ method, fields, validators, nowMs })) {
    case "failed":
      throw new HttpError(412, "the file is not in the state that the request is meant for");
    case "not-modified":
      return NOT_MODIFIED;
    case "proceed":
      break;
  }
  if (representation.isWholeOnly === true) return WHOLE;
  const limits = DEFAULT_RANGE_LIMITS;
  const choice = chooseRange({ method, fields, size, validators, nowMs, limits });
  if (choice.kind !== "unsatisfiable") return choice;
  throw new HttpError(416, `none of the ranges asked for lies within ${size} bytes`, [
    ["Content-Range", unsatisfiedRange(size)],
  ]);
}

const NOT_MODIFIED: Answer = Object.freeze({ kind: "not-modified" });
const WHOLE: Answer = Object.freeze({ kind: "whole" });

/** The content goes into the body, except for "not-modified": then it is still the caller's. */
export function responseWith(
  answer: Answer,
  representation: Representation,
  content: Content,
): Response {
  return ofFile(partOf(answer, representation, content), representation.file);
}

function partOf(answer: Answer, representation: Representation, content: Content): Response {
  const { fields, size } = representation;
  switch (answer.kind) {
    case "whole":
      return { status: 200, fields, body: bodyOf(content, { start: 0, length: size }) };
    case "not-modified":
      return notModified(representation);
    case "one":
      return {
        status: 206,
        fields: [...fields, ["Content-Range", contentRange(answer, size)]],
        body: bodyOf(content, answer),
      };
    case "many":
      return inParts(answer.ranges, representation, content);
    default:
      return unreachable(answer);
  }
}

/** What a cache needs to renew its copy, and nothing else (RFC 9110, section 15.4.5). */
export function notModified(representation: Representation): Response {
  const kept = representation.validators.etag === undefined ? RENEWING_BY_DATE : RENEWING;
  const fields = representation.fields.filter(([name]) => kept.has(name.toLowerCase()));
  return ofFile({ status: 304, fields, body: NO_BODY }, representation.file);
}

const RENEWING: ReadonlySet<string> = new Set([
  "cache-control",
  "content-location",
  "etag",
  "vary",
]);
const RENEWING_BY_DATE: ReadonlySet<string> = new Set([...RENEWING, "last-modified"]);

function bodyOf(content: Content, { start, length }: ByteRange): Body {
  if (content.kind === "file") return { kind: "range", source: content.file, start, length };
  const { bytes } = content;
  const isWhole = length === bytes.length;
  return { kind: "bytes", bytes: isWhole ? bytes : bytes.subarray(start, start + length) };
}

function inParts(
  ranges: readonly ByteRange[],
  representation: Representation,
  content: Content,
): Response {
  const { mediaType, size, fields } = representation;
  const { multipart, boundary } = partsOf(ranges, { mediaType, size });
  const others = fields.filter(([name]) => name !== "Content-Type");
  return {
    status: 206,
    fields: [["Content-Type", multipartType(boundary)], ...others],
    body:
      content.kind === "bytes"
        ? { kind: "bytes", bytes: bytesInParts(content.bytes, ranges, multipart) }
        : {
            kind: "stream",
            chunks: fileInParts(content.file, ranges, multipart),
            length: multipart.length,
          },
  };
}
