// An open file as an answer. What was opened is what is sent: size, time and version come from
// the open file, never from an earlier look at its name.

import { formatDate } from "../http/date.ts";
import { formatEntityTag } from "../http/entity-tag.ts";
import type { Field } from "../http/fields.ts";
import type { Coding } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { FileSystem, OpenFile, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import type { VfsPath } from "../vfs/path.ts";
import { answerFor, type Representation, responseWith } from "./representation.ts";

export interface FileFacts {
  /** Of the content once decoded. */
  readonly mediaType: string;
  readonly coding: Coding | undefined;
  /** Coded here and now: the same state may come out in other bytes next time. */
  readonly isMade?: boolean;
  /** Chosen among others for the same path; undefined where there was nothing to choose. */
  readonly variant: VariantFacts | undefined;
  /** Request fields that led to this file rather than another. */
  readonly vary: readonly string[];
  readonly cacheControl: string;
  /** Its path on this site, for rules about files. */
  readonly file?: string;
}

export interface VariantFacts {
  /** What tells it from the others: "de", "avif". Characters that may stand in an entity tag. */
  readonly mark: string;
  readonly language: string | undefined;
  /** Where it can be had without asking cleverly, as a path of this site. */
  readonly location: string;
}

export interface FileAnswer {
  readonly response: Response;
  /** undefined when what was read belongs to no known state of the file. */
  readonly representation: Representation | undefined;
  /** The whole content, where it was read at once. */
  readonly bytes: Uint8Array | undefined;
}

/** Read at once: cheaper than streaming, and then an answer can be remembered. */
const SMALL_BYTES_MAX = 64 * 1024;

/**
 * Takes over the file: it is closed by whoever sends the body, or here when no body needs it.
 * @throws HttpError 412 and 416
 */
export async function fileAnswer(
  request: Request,
  file: OpenFile,
  facts: FileFacts,
  nowMs: number,
): Promise<FileAnswer> {
  let isHandedOver = false;
  try {
    const representation = representationOf(file.stat, facts, nowMs);
    const answer = answerFor(request, representation, nowMs);
    const { size } = representation;
    if (answer.kind === "whole" && request.method === "GET" && size <= SMALL_BYTES_MAX) {
      return smallAnswer(await readUpTo(file, size), representation, facts);
    }
    const response = responseWith(answer, representation, { kind: "file", file });
    isHandedOver = answer.kind !== "not-modified";
    return { response, representation, bytes: undefined };
  } finally {
    if (!isHandedOver) await file.close();
  }
}

function smallAnswer(
  bytes: Uint8Array,
  representation: Representation,
  facts: FileFacts,
): FileAnswer {
  const content = { kind: "bytes", bytes } as const;
  if (bytes.length === representation.size) {
    const response = responseWith({ kind: "whole" }, representation, content);
    return { response, representation, bytes };
  }
  // Cut short between opening and reading. What is there now is true, but nobody knows which
  // state it is, so it goes out without a name for it.
  const stat: Stat = {
    kind: "file",
    size: bytes.length,
    modifiedMs: undefined,
    version: undefined,
  };
  const unnamed = representationOf(stat, facts, 0);
  const response = responseWith({ kind: "whole" }, unnamed, content);
  return { response, representation: undefined, bytes: undefined };
}

export function representationOf(stat: Stat, facts: FileFacts, nowMs: number): Representation {
  const { mediaType, coding, vary, cacheControl, variant, isMade = false } = facts;
  const { modifiedMs, size } = stat;
  const etag = tagOf(stat, facts);
  // A file from the future was not modified after this answer (RFC 9110, section 8.8.2.1).
  const lastModifiedMs = modifiedMs === undefined ? undefined : Math.min(modifiedMs, nowMs);
  const fields: Field[] = [["Content-Type", mediaType]];
  if (variant?.language !== undefined) fields.push(["Content-Language", variant.language]);
  if (variant !== undefined) fields.push(["Content-Location", variant.location]);
  if (coding !== undefined) fields.push(["Content-Encoding", coding]);
  fields.push(["Cache-Control", cacheControl]);
  if (vary.length > 0) fields.push(["Vary", vary.join(", ")]);
  if (etag !== undefined) fields.push(["ETag", etag]);
  if (lastModifiedMs !== undefined) fields.push(["Last-Modified", formatDate(lastModifiedMs)]);
  if (!isMade) fields.push(["Accept-Ranges", "bytes"]);
  return {
    fields,
    mediaType,
    size,
    validators: { etag, lastModifiedMs },
    isWholeOnly: isMade,
    file: facts.file,
  };
}

/**
 * One tag for each coding and each variant: the same tag would promise the same bytes (RFC 9110,
 * 8.8.3.3). A weak one where not even we can promise them.
 */
function tagOf({ version }: Stat, facts: FileFacts): string | undefined {
  if (version === undefined) return undefined;
  const { coding, variant, isMade = false } = facts;
  const opaque = [version, variant?.mark, coding].filter((part) => part !== undefined).join("-");
  return formatEntityTag({ weak: isMade, opaque });
}

/**
 * The whole content of a file, for a memory; undefined when it is in another state by now, cannot
 * be read, or is not to be kept.
 */
export async function contentOf(
  fileSystem: FileSystem,
  path: VfsPath,
  known: { readonly version: string; readonly representation: Representation },
): Promise<Uint8Array | undefined> {
  const { size, isWholeOnly } = known.representation;
  if (isWholeOnly === true) return undefined;
  let file: OpenFile;
  try {
    file = await fileSystem.open(path);
  } catch (error) {
    // Whoever asks the handler next is told, and so is the log.
    if (error instanceof FsError) return undefined;
    throw error;
  }
  try {
    if (file.stat.version !== known.version) return undefined;
    const bytes = await readUpTo(file, size);
    return bytes.length === size ? bytes : undefined;
  } finally {
    await file.close();
  }
}

/** Shorter than `size` when the file has been cut since it was opened. */
export async function readUpTo(file: OpenFile, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const read = await file.readAt(bytes.subarray(length), length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
