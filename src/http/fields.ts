// Header fields as handlers see them. RFC 9110, section 5.
// http1 brings an implementation over raw bytes that makes text only when asked; fieldsOf() is
// the plain one, for HTTP/2 and for tests.

/** One field line; in a Response the name is written as it will be sent. */
export type Field = readonly [name: string, value: string];

export interface Fields extends Iterable<Field> {
  /**
   * The value, repeated lines joined by ", " in order (RFC 9110, section 5.3); undefined when the
   * field is absent. Text is Latin-1: one character a byte.
   * @param name in lower case
   */
  get(name: string): string | undefined;
  /** How many lines carry this name. A repeated singleton (Host, Range) is the caller's to judge. */
  count(name: string): number;
  /**
   * These very fields come again with the next request that says the same: what is known of them
   * may be kept beside them, by identity. Absent: nobody promises that.
   */
  readonly isLasting?: boolean;
}

/** Fields over a plain list. Names are compared without regard to case. */
export function fieldsOf(list: readonly Field[]): Fields {
  const matching = (name: string) => list.filter(([other]) => other.toLowerCase() === name);
  return {
    get(name) {
      const found = matching(name);
      return found.length === 0 ? undefined : found.map(([, value]) => value).join(", ");
    },
    count: (name) => matching(name).length,
    [Symbol.iterator]: () => list[Symbol.iterator](),
  };
}
