// Where in a memory does the answer to this request lie? By its key, a text of all that tells answers
// apart; or, quicker, by the very values that such a text would be made of: a target that comes
// again is the same value (http/target.ts), so what was found for it is kept beside it.

import type { CacheStats } from "../base/counts.ts";
import { Lru, type LruBounds, type Place } from "../base/lru.ts";
import type { Target } from "../http/target.ts";

type PathTarget = Extract<Target, { kind: "path" }>;

/** All that tells answers apart. */
export interface Question {
  readonly target: PathTarget;
  readonly host: string;
  /** See Asking. */
  readonly asked: string;
}

/** A question about some target, and where its answer was found. */
interface Ticket<Entry> {
  readonly host: string;
  readonly asked: string;
  readonly place: Place<string, Entry>;
}

/** Hosts and codings that are asked about in turn, for one target. */
const TICKETS_MAX = 4;

export class Recall<Entry> {
  readonly #entries: Lru<string, Entry>;
  readonly #tickets = new WeakMap<PathTarget, Ticket<Entry>[]>();

  readonly #stats: CacheStats;

  /** @param stats told how much is kept */
  constructor(bounds: LruBounds, stats: CacheStats) {
    this.#entries = new Lru(bounds);
    this.#stats = stats;
  }

  /** The place holds something. */
  find(question: Question): Place<string, Entry> | undefined {
    const ticket = this.#ticketFor(question);
    if (ticket !== undefined && this.#entries.at(ticket.place) !== undefined) return ticket.place;
    const key = keyOf(question);
    if (key.length > KEY_LENGTH_MAX || this.#entries.get(key) === undefined) return undefined;
    return this.#noted(question, this.#entries.placeOf(key));
  }

  /** @param bytes what the entry weighs beside its key */
  put(question: Question, entry: Entry, bytes: number): void {
    const key = keyOf(question);
    if (key.length <= KEY_LENGTH_MAX) this.#entries.set(key, entry, bytes + key.length);
    this.#weigh();
  }

  drop(question: Question): void {
    this.#entries.delete(keyOf(question));
    this.#weigh();
  }

  #weigh(): void {
    this.#stats.entries = this.#entries.size;
    this.#stats.bytes = this.#entries.bytes;
  }

  #ticketFor({ target, host, asked }: Question): Ticket<Entry> | undefined {
    if (target.isLasting !== true) return undefined;
    const tickets = this.#tickets.get(target);
    if (tickets === undefined) return undefined;
    for (const ticket of tickets) {
      if (ticket.host === host && ticket.asked === asked) return ticket;
    }
    return undefined;
  }

  #noted<Found extends Place<string, Entry> | undefined>(question: Question, place: Found): Found {
    const { target, host, asked } = question;
    if (place === undefined || target.isLasting !== true) return place;
    const others = (this.#tickets.get(target) ?? []).filter(
      (ticket) => ticket.place.value !== undefined && ticket.place !== place,
    );
    this.#tickets.set(target, [{ host, asked, place }, ...others].slice(0, TICKETS_MAX));
    return place;
  }
}

/** Longer names are not worth keeping, and cost the sender nothing. */
const KEY_LENGTH_MAX = 1024;

function keyOf({ target, host, asked }: Question): string {
  return `${host}\n${target.raw}\n${asked}`;
}
