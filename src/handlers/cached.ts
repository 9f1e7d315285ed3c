// A memory in front of a handler: answers that were given lately are given again, as the very same
// values, so that drivers find their encoded bytes by identity.
//
// Only answers with a memo (memo.ts) are kept. For `freshMs` they are given without asking; then
// their handler is asked whether they still hold, once for all who wait. So nothing is ever older
// than `freshMs` plus the time that looking takes.
//
// Conditions and ranges are decided here too, against the remembered state, by the functions that
// the handler itself uses (remembered.ts). Where an answer is found, is recall.ts's business.

import { type CacheStats, emptyCache } from "../base/counts.ts";
import type { Place } from "../base/lru.ts";
import type { Fields } from "../http/fields.ts";
import type { Context, Handler } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { type Asking, askingsBy } from "./asking.ts";
import { memoOf } from "./memo.ts";
import { type Question, Recall } from "./recall.ts";
import {
  answered,
  type Call,
  type Entry,
  entryOf,
  type Loads,
  loadsFor,
  weightOf,
  withContent,
} from "./remembered.ts";

export interface CachedOptions {
  /** Content and names together. */
  readonly bytesMax: number;
  /** How long an answer is given without asking. Default: 1000. */
  readonly freshMs?: number;
  /** When something was last changed here, by the monotonic clock: what is older is asked again. */
  readonly changedMs?: () => number;
  /**
   * Request fields, in lower case, that tell answers apart beside Accept-Encoding. Answers that
   * depend on others are not remembered.
   */
  readonly keyFields?: readonly string[];
  /** Where it says how it fares. */
  readonly stats?: CacheStats;
}

/** A request that may be answered from memory. */
interface Job {
  readonly request: Request;
  readonly context: Context;
  readonly question: Question;
  readonly asking: Asking;
}

export function cached(handler: Handler, options: CachedOptions): Handler {
  const memory = new Memory(handler, options);
  return (request, context) => memory.answer(request, context);
}

class Memory {
  readonly #handler: Handler;
  readonly #freshMs: number;
  readonly #changedMs: () => number;
  readonly #keyFields: readonly string[];
  readonly #stats: CacheStats;
  readonly #askingOf: (fields: Fields) => Asking;
  readonly #recall: Recall<Entry>;
  readonly #loads: Loads;

  constructor(handler: Handler, options: CachedOptions) {
    const { bytesMax, freshMs = 1000, keyFields = [], stats = emptyCache() } = options;
    this.#handler = handler;
    this.#freshMs = freshMs;
    this.#changedMs = options.changedMs ?? never;
    this.#keyFields = ["accept-encoding", ...keyFields];
    this.#stats = stats;
    this.#askingOf = askingsBy(this.#keyFields);
    this.#recall = new Recall({ bytesMax, entriesMax: ENTRIES_MAX }, stats);
    this.#loads = loadsFor(bytesMax);
  }

  answer(request: Request, context: Context): Response | Promise<Response> {
    const { method, target, host, fields } = request;
    const mayKnow = (method === "GET" || method === "HEAD") && target.kind === "path";
    if (!mayKnow) return this.#handler(request, context);
    const asking = this.#askingOf(fields);
    if (asking.hasCredentials) return this.#handler(request, context);
    const question = { target, host, asked: asking.key };
    const place = this.#recall.find(question);
    const entry = place?.value;
    if (place === undefined || entry === undefined) {
      return this.#asked({ request, context, question, asking });
    }
    const nowMs = context.calledMs ?? context.clock.monotonicMs();
    if (!this.#isFresh(entry.knownMs, nowMs) && !holdsNow(entry, nowMs)) {
      return this.#renewed({ request, context, question, asking }, place, entry);
    }
    const response = this.#recalled({ request, context, asking, place }, entry);
    return response ?? this.#completed({ request, context, question, asking }, entry);
  }

  #isFresh(knownMs: number, nowMs: number): boolean {
    return nowMs - knownMs < this.#freshMs && knownMs > this.#changedMs();
  }

  #recalled(call: Call, entry: Entry): Response | undefined {
    const response = answered(call, entry);
    if (response === undefined) return undefined;
    this.#stats.hits++;
    call.context.cache = "hit";
    return response;
  }

  /** @param before what lacked the content */
  async #asked({ request, context, question }: Job, before?: Entry): Promise<Response> {
    this.#stats.misses++;
    context.cache = "miss";
    // Before asking: what changes while the handler reads counts as unseen.
    const knownMs = context.clock.monotonicMs();
    const response = await this.#handler(request, context);
    const memo = memoOf(response);
    if (memo === undefined || !memo.dependsOn.every((name) => this.#keyFields.includes(name))) {
      return response;
    }
    const entry = entryOf(response, memo, knownMs);
    entry.wasMissed = before !== undefined;
    this.#recall.put(question, entry, weightOf(entry));
    return entry.whole ?? response;
  }

  async #renewed(job: Job, place: Place<string, Entry>, entry: Entry): Promise<Response> {
    const { request, context, question, asking } = job;
    const nowMs = context.clock.monotonicMs();
    const isFresh = (knownMs: number) => this.#isFresh(knownMs, nowMs);
    if (!(await stillHolds(entry, nowMs, isFresh))) {
      this.#recall.drop(question);
      return this.#asked(job);
    }
    return (
      this.#recalled({ request, context, asking, place }, entry) ?? this.#completed(job, entry)
    );
  }

  /** Content is needed that is not at hand; asked for again, it is taken into memory. */
  async #completed(job: Job, entry: Entry): Promise<Response> {
    const { request, context, question, asking } = job;
    const complete = await withContent(entry, this.#loads);
    if (complete === undefined) return this.#asked(job, entry);
    this.#recall.put(question, complete, weightOf(complete));
    const place = this.#recall.find(question);
    const response = place && this.#recalled({ request, context, asking, place }, complete);
    return response ?? this.#asked(job);
  }
}

/** Nothing has ever changed. */
function never(): number {
  return Number.NEGATIVE_INFINITY;
}

/** Small entries are many; this bounds the map itself. */
const ENTRIES_MAX = 100_000;

/** Without waiting. */
function holdsNow(entry: Entry, nowMs: number): boolean {
  if (entry.memo.stillHolds?.(nowMs) !== true) return false;
  entry.knownMs = nowMs;
  return true;
}

/** Asks once for all who wait, as long as the question is fresh enough for them. */
async function stillHolds(
  entry: Entry,
  nowMs: number,
  isFresh: (knownMs: number) => boolean,
): Promise<boolean> {
  const { checking } = entry;
  if (checking !== undefined && isFresh(checking.sinceMs)) return checking.isCurrent;
  const isCurrent = entry.memo.isCurrent();
  const asked = { sinceMs: nowMs, isCurrent };
  entry.checking = asked;
  try {
    const answer = await isCurrent;
    if (answer) entry.knownMs = Math.max(entry.knownMs, nowMs);
    return answer;
  } finally {
    if (entry.checking === asked) entry.checking = undefined;
  }
}
