// A map with two bounds, number of entries and bytes. What was not asked for longest goes first.
// A list through the entries keeps the order, newest first: re-inserting into the Map on each get
// would do too, but costs four times as much, and get is on the way of every request.

interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly bytes: number;
  newer: Entry<K, V> | undefined;
  older: Entry<K, V> | undefined;
}

export interface LruBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export class Lru<K, V> {
  readonly #bounds: LruBounds;
  readonly #entries = new Map<K, Entry<K, V>>();
  #newest: Entry<K, V> | undefined;
  #oldest: Entry<K, V> | undefined;
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
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#linkNewest(entry);
    }
    return entry.value;
  }

  /**
   * Replaces what the key had. False: too heavy to be kept at all; nothing else was dropped for
   * it, but the old value is gone, since it is no longer the right one.
   * @param bytes what this entry weighs, key and overhead included as far as the caller cares
   */
  set(key: K, value: V, bytes: number): boolean {
    this.delete(key);
    if (bytes > this.#bounds.bytesMax || this.#bounds.entriesMax < 1) return false;
    const entry: Entry<K, V> = { key, value, bytes, newer: undefined, older: undefined };
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
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#newest = undefined;
    this.#oldest = undefined;
    this.#bytes = 0;
  }

  #shrink(): void {
    while (this.#entries.size > this.#bounds.entriesMax || this.#bytes > this.#bounds.bytesMax) {
      if (this.#oldest === undefined) return;
      this.delete(this.#oldest.key);
    }
  }

  #linkNewest(entry: Entry<K, V>): void {
    entry.newer = undefined;
    entry.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
  }

  #unlink(entry: Entry<K, V>): void {
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
  }
}
