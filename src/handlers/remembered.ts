// One remembered answer, and what can be made of it: the whole, a 304, a part. What was made last is
// kept too, because the same part is asked for again, and so is the 304: a response that is given
// again as the same value costs the driver nothing (http/response.ts).

import type { Place } from "../base/lru.ts";
import type { Context } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import { type Response, reusable } from "../http/response.ts";
import type { Asking } from "./asking.ts";
import { isAboutTheFile } from "./coded-answer.ts";
import type { Memo } from "./memo.ts";
import { type Answer, answerFor, notModified, responseWith } from "./representation.ts";

export interface Entry {
  readonly memo: Memo;
  /** undefined: the content is not at hand. */
  readonly whole: Response | undefined;
  readonly notModified: Response;
  /** When it was last known to hold; by the monotonic clock. */
  knownMs: number;
  /** The question whether it still holds, and when it was asked. */
  checking: { readonly sinceMs: number; readonly isCurrent: Promise<boolean> } | undefined;
  /** The part that was asked for last. */
  part: Part | undefined;
  /** Content was needed once, and was not at hand. */
  wasMissed: boolean;
  loading: Promise<Entry | undefined> | undefined;
}

interface Part {
  readonly start: number;
  readonly length: number;
  readonly response: Response;
}

/** What an entry weighs beside its content: fields, closures, three encoded heads. */
const ENTRY_BYTES = 2048;

export function entryOf(response: Response, memo: Memo, knownMs: number): Entry {
  return {
    memo,
    whole: memo.bytes === undefined ? undefined : reusable(response),
    notModified: reusable(notModified(memo.representation)),
    knownMs,
    checking: undefined,
    part: undefined,
    wasMissed: false,
    loading: undefined,
  };
}

export function weightOf({ memo }: Entry): number {
  return (memo.bytes?.length ?? 0) + ENTRY_BYTES;
}

/** A request for an entry that was found. */
export interface Call {
  readonly request: Request;
  readonly context: Context;
  readonly asking: Asking;
  readonly place: Place<string, Entry>;
}

/** undefined: other content is needed than is at hand. */
export function answered(call: Call, entry: Entry): Response | undefined {
  const { asking, context, request } = call;
  const wallMs = context.clock.wallAt(context.calledMs ?? context.clock.monotonicMs());
  // Somebody has set the clock back: nothing was modified later than now (RFC 9110, 8.8.2.1).
  if ((entry.memo.representation.validators.lastModifiedMs ?? wallMs) > wallMs) return undefined;
  if (asking.isPlain && entry.whole !== undefined) {
    context.trace?.note("handlers/cached", "remembered, whole");
    return entry.whole;
  }
  // What is remembered may be a dress of the file, not the file.
  const { isWholeOnly } = entry.memo.representation;
  if (isWholeOnly === true && isAboutTheFile(request)) return undefined;
  const answer = decided(call, entry, wallMs);
  context.trace?.note("handlers/cached", `remembered, ${answer.kind}`);
  return responseOf(answer, entry);
}

/**
 * Tags and ranges are read once for fields that come again to the same place: 0.5 us for a tag.
 * Not where the time of day decides, and not for HEAD, which knows no ranges.
 */
function decided({ request, asking, place }: Call, entry: Entry, wallMs: number): Answer {
  const { decision } = asking;
  const isGet = request.method === "GET";
  if (isGet && decision !== undefined && decision.place === place) return decision.answer;
  const answer = answerFor(request, entry.memo.representation, wallMs);
  if (isGet && asking.isTimeless) asking.decision = { place, answer };
  return answer;
}

/** undefined: content is needed, and not at hand. */
function responseOf(answer: Answer, entry: Entry): Response | undefined {
  const { representation, bytes } = entry.memo;
  if (answer.kind === "not-modified") return entry.notModified;
  if (answer.kind === "whole") return entry.whole;
  if (bytes === undefined) return undefined;
  const content = { kind: "bytes", bytes } as const;
  if (answer.kind === "many") return responseWith(answer, representation, content);
  const { start, length } = answer;
  if (entry.part?.start !== start || entry.part.length !== length) {
    const response = reusable(responseWith(answer, representation, content));
    entry.part = { start, length, response };
  }
  return entry.part.response;
}

/** What is being read into a memory; shared by all its entries. */
export interface Loads {
  /** Of one file; what is larger is read from the disk each time. */
  readonly fileBytesMax: number;
  /** Of all that is being read at the same time: it lies beside what the memory holds. */
  readonly bytesMax: number;
  bytes: number;
}

/** An eighth of the memory for one file, and up to 16 MiB: more would drive out all the others. */
export function loadsFor(memoryBytesMax: number): Loads {
  const fileBytesMax = Math.min(memoryBytesMax / 8, 16 * 1024 * 1024);
  return { fileBytesMax, bytesMax: memoryBytesMax / 4, bytes: 0 };
}

/**
 * The entry with the content that it lacks; undefined where it must be asked for. What is needed
 * for the first time may never be needed again; the second time it is read, once for all who wait.
 */
export function withContent(entry: Entry, loads: Loads): Promise<Entry | undefined> {
  const { memo, wasMissed } = entry;
  if (!wasMissed || memo.load === undefined || memo.bytes !== undefined) return NOTHING;
  if (entry.loading !== undefined) return entry.loading;
  const { size } = memo.representation;
  if (size > loads.fileBytesMax || loads.bytes + size > loads.bytesMax) return NOTHING;
  loads.bytes += size;
  entry.loading = loaded(entry, memo.load).finally(() => {
    loads.bytes -= size;
  });
  return entry.loading;
}

const NOTHING: Promise<undefined> = Promise.resolve(undefined);

async function loaded(entry: Entry, load: () => Promise<Uint8Array | undefined>) {
  const bytes = await load();
  if (bytes === undefined) return undefined;
  const { representation } = entry.memo;
  const whole = responseWith({ kind: "whole" }, representation, { kind: "bytes", bytes });
  return entryOf(whole, { ...entry.memo, bytes }, entry.knownMs);
}
