// A memory in front of a handler: answers that were given lately are given again, as the very same
// values, so that drivers find their encoded bytes by identity.
//
// Only answers with a memo (memo.ts) are kept. For `freshMs` they are given without asking; then
// their handler is asked whether they still hold, once for all who wait. So nothing is ever older
// than `freshMs` plus the time that looking takes.
//
// Conditions and ranges are decided here too, against the remembered state, by the functions that
// the handler itself uses.

import { Lru } from "../base/lru.ts";
import type { Context, Handler } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import { type Response, reusable } from "../http/response.ts";
import { isAboutTheFile } from "./coded-answer.ts";
import { type Memo, memoOf } from "./memo.ts";
import { answerFor, notModified, responseWith } from "./representation.ts";

export interface CachedOptions {
  /** Content and names together. */
  readonly bytesMax: number;
  /** How long an answer is given without asking. Default: 1000. */
  readonly freshMs?: number;
  /**
   * Request fields, in lower case, that tell answers apart beside Accept-Encoding. Answers that
   * depend on others are not remembered.
   */
  readonly keyFields?: readonly string[];
}

interface Entry {
  readonly memo: Memo;
  /** undefined: the content is not at hand. */
  readonly whole: Response | undefined;
  readonly notModified: Response;
  /** When it was last known to hold; by the monotonic clock. */
  knownMs: number;
  checking: Promise<boolean> | undefined;
}

export function cached(handler: Handler, options: CachedOptions): Handler {
  const { bytesMax, freshMs = 1000 } = options;
  const keyFields = ["accept-encoding", ...(options.keyFields ?? [])];
  const entries = new Lru<string, Entry>({ bytesMax, entriesMax: ENTRIES_MAX });

  const asked = async (key: string, request: Request, context: Context): Promise<Response> => {
    // Before asking: what changes while the handler reads counts as unseen.
    const knownMs = context.clock.monotonicMs();
    const response = await handler(request, context);
    const memo = memoOf(response);
    if (memo === undefined || !memo.dependsOn.every((name) => keyFields.includes(name))) {
      return response;
    }
    const entry = entryOf(response, memo, knownMs);
    entries.set(key, entry, (memo.bytes?.length ?? 0) + key.length + ENTRY_BYTES);
    return entry.whole ?? response;
  };

  const renewed = async (key: string, entry: Entry, request: Request, context: Context) => {
    if (!(await stillHolds(entry, context.clock.monotonicMs()))) {
      entries.delete(key);
      return asked(key, request, context);
    }
    return remembered(entry, request, context) ?? asked(key, request, context);
  };

  return (request, context) => {
    const key = keyOf(request, keyFields);
    if (key === undefined) return handler(request, context);
    const entry = entries.get(key);
    if (entry === undefined) return asked(key, request, context);
    if (context.clock.monotonicMs() - entry.knownMs >= freshMs) {
      return renewed(key, entry, request, context);
    }
    return remembered(entry, request, context) ?? asked(key, request, context);
  };
}

/** Small entries are many; this bounds the map itself. */
const ENTRIES_MAX = 100_000;
/** What an entry weighs beside content and key: fields, closures, encoded heads. */
const ENTRY_BYTES = 1024;
/** Longer names are not worth keeping, and cost the sender nothing. */
const KEY_LENGTH_MAX = 1024;

/**
 * HEAD finds what GET left: drivers send the head only. undefined: not to be remembered. Credentials
 * may decide what is answered behind us.
 */
function keyOf(request: Request, keyFields: readonly string[]): string | undefined {
  const { method, target, host, fields } = request;
  if ((method !== "GET" && method !== "HEAD") || target.kind !== "path") return undefined;
  if (fields.count("authorization") > 0) return undefined;
  let key = `${host}\n${target.raw}`;
  for (const name of keyFields) key += `\n${fields.get(name) ?? ""}`;
  return key.length > KEY_LENGTH_MAX ? undefined : key;
}

function entryOf(response: Response, memo: Memo, knownMs: number): Entry {
  const whole = memo.bytes === undefined ? undefined : reusable(response);
  const renewal = reusable(notModified(memo.representation));
  return { memo, whole, notModified: renewal, knownMs, checking: undefined };
}

/** undefined: other content is needed than is at hand. */
function remembered(entry: Entry, request: Request, context: Context): Response | undefined {
  const { representation, bytes } = entry.memo;
  // What is remembered is a dress of the file, not the file.
  if (representation.isWholeOnly === true && isAboutTheFile(request)) return undefined;
  const answer = answerFor(request, representation, context.clock.wallMs());
  context.trace?.note("handlers/cached", `remembered, ${answer.kind}`);
  if (answer.kind === "not-modified") return entry.notModified;
  if (answer.kind === "whole") return entry.whole;
  if (bytes === undefined) return undefined;
  return responseWith(answer, representation, { kind: "bytes", bytes });
}

/** Asks once for all who wait. */
async function stillHolds(entry: Entry, nowMs: number): Promise<boolean> {
  entry.checking ??= entry.memo
    .isCurrent()
    .then((isCurrent) => {
      if (isCurrent) entry.knownMs = nowMs;
      return isCurrent;
    })
    .finally(() => {
      entry.checking = undefined;
    });
  return entry.checking;
}
