// A map with two bounds, number of entries and bytes. What was not asked for longest goes first.
// A list through the entries keeps the order, newest first: re-inserting into the Map on each get
// would do too, but costs four times as much, and get is on the way of every request.

/**
 * Where a value lies, for whoever does not want to look for its key again. Holding a place holds
 * no value: when the entry goes, `value` goes. Only the Lru changes anything here.
 */
export interface Place<K, V> {
  readonly key: K;
  value: V | undefined;
  readonly bytes: number;
  newer: Place<K, V> | undefined;
  older: Place<K, V> | undefined;
}

export interface LruBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export class Lru<K, V> {
  readonly #bounds: LruBounds;
  readonly #entries = new Map<K, Place<K, V>>();
  #newest: Place<K, V> | undefined;
  #oldest: Place<K, V> | undefined;
  #bytes = 0;

  constructor(bounds: LruBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What the entries weigh together, as their setters said. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value, which is now the last to go; undefined when there is none (any more). */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : this.at(entry);
  }

  /** The same for a place of this Lru: 0.01 us, where a key of text takes 0.2. */
  at(place: Place<K, V>): V | undefined {
    if (place.value !== undefined && place !== this.#newest) {
      this.#unlink(place);
      this.#linkNewest(place);
    }
    return place.value;
  }

  /** Where get() would find it. */
  placeOf(key: K): Place<K, V> | undefined {
    return this.#entries.get(key);
  }

  /**
   * Replaces what the key had. False: too heavy to be kept at all; nothing else was dropped for
   * it, but the old value is gone, since it is no longer the right one.
   * @param bytes what this entry weighs, key and overhead included as far as the caller cares
   */
  set(key: K, value: V, bytes: number): boolean {
    this.delete(key);
    if (bytes > this.#bounds.bytesMax || this.#bounds.entriesMax < 1) return false;
    const entry: Place<K, V> = { key, value, bytes, newer: undefined, older: undefined };
    this.#entries.set(key, entry);
    this.#linkNewest(entry);
    this.#bytes += bytes;
    this.#shrink();
    return true;
  }

  /** True when there was one. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#unlink(entry);
    this.#bytes -= entry.bytes;
    // Whoever still holds the place must hold nothing else by it.
    entry.value = undefined;
    entry.newer = undefined;
    entry.older = undefined;
    return true;
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  #shrink(): void {
    while (this.#entries.size > this.#bounds.entriesMax || this.#bytes > this.#bounds.bytesMax) {
      if (this.#oldest === undefined) return;
      this.delete(this.#oldest.key);
    }
  }

  #linkNewest(entry: Place<K, V>): void {
    entry.newer = undefined;
    entry.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
  }

  #unlink(entry: Place<K, V>): void {
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
  }
}
