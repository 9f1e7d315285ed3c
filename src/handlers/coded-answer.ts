// An open file as an answer that is compressed on the fly.
//
// Its tag is made of the file's version and the coding, so a 304 needs no compressing. It is weak:
// another zlib may make other bytes of the same file (RFC 9110, section 8.8.1). Hence no part of
// it is ever sent, and whoever asks for parts, or for certainty about bytes, gets the file itself.

import { parseEntityTag } from "../http/entity-tag.ts";
import type { Coding } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import type { FileSystem, OpenFile } from "../vfs/file-system.ts";
import type { VfsPath } from "../vfs/path.ts";
import type { Compressor } from "./compressor.ts";
import { type FileAnswer, type FileFacts, readUpTo, representationOf } from "./file-answer.ts";
import { answerFor, notModified, responseWith } from "./representation.ts";

export interface CodedOptions {
  readonly compressor: Compressor;
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
  readonly coding: Coding;
  /** Of the file as it is. */
  readonly facts: FileFacts;
  /** The client takes the file as it is, too. */
  readonly mayBePlain: boolean;
}

/** Why the file goes out as it is: for as long as it stays the same, or just this time. */
export type Uncoded = "gains-nothing" | "not-now";

/**
 * Takes over the file, unless the answer is Uncoded.
 * @throws HttpError 412
 */
export async function codedAnswer(
  request: Request,
  file: OpenFile,
  options: CodedOptions,
  nowMs: number,
): Promise<FileAnswer | Uncoded> {
  let isKept = false;
  try {
    const answer = await attempt(request, file, options, nowMs);
    isKept = typeof answer === "string";
    return answer;
  } finally {
    if (!isKept) await file.close();
  }
}

async function attempt(
  request: Request,
  file: OpenFile,
  options: CodedOptions,
  nowMs: number,
): Promise<FileAnswer | Uncoded> {
  const { compressor, fileSystem, path, coding, facts, mayBePlain } = options;
  const { version, size } = file.stat;
  // It has changed since it was looked at.
  const isStillOffered = compressor.codingsFor(facts.mediaType, size).includes(coding);
  if (version === undefined || !isStillOffered) return "not-now";
  const draft = representationOf(file.stat, { ...facts, coding, isMade: true }, nowMs);
  if (answerFor(request, draft, nowMs).kind === "not-modified") {
    return { response: notModified(draft), representation: draft, bytes: undefined };
  }
  const original = { fileSystem, path, version };
  const bytes = await compressor.encoded(original, coding, () => readWhole(file));
  if (bytes === undefined) return "not-now";
  if (bytes.length >= size && mayBePlain) return "gains-nothing";
  const representation = { ...draft, size: bytes.length };
  const response = responseWith({ kind: "whole" }, representation, { kind: "bytes", bytes });
  return { response, representation, bytes };
}

/** undefined: it has been cut short since it was opened, and what it is now has no name. */
async function readWhole(file: OpenFile): Promise<Uint8Array | undefined> {
  const bytes = await readUpTo(file, file.stat.size);
  return bytes.length === file.stat.size ? bytes : undefined;
}

/**
 * Only the file itself can answer: a part is asked for, or its bytes are to be the ones known.
 * Not so when If-Range brings a date: file and coded file share it, and the client may hold the
 * first half of either; it gets a whole one.
 */
export function isAboutTheFile({ method, fields }: Request): boolean {
  if (fields.count("if-match") > 0) return true;
  if (method !== "GET" || fields.count("range") === 0) return false;
  const ifRange = fields.get("if-range");
  return ifRange === undefined || parseEntityTag(ifRange) !== undefined;
}
