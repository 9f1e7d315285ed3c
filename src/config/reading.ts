// What becomes of one value that a person wrote: the value meant, or a fault in words. Faults do
// not know where the value stands; problem.ts joins both.

export type Reading<T> = { readonly kind: "value"; readonly value: T } | Fault;

export interface Fault {
  readonly kind: "fault";
  /** Goes after "server.http_port: ". */
  readonly message: string;
  /** What would help, if we can guess. */
  readonly hint: string | undefined;
}

export function meant<T>(value: T): Reading<T> {
  return { kind: "value", value };
}

export function fault(message: string, hint?: string): Fault {
  return { kind: "fault", message, hint };
}

/** "expected a port, got "eighty"": the shape of most faults. */
export function expected(what: string, value: unknown, hint?: string): Fault {
  return fault(`expected ${what}, got ${shown(value)}`, hint);
}

const SHOWN_CHARACTERS_MAX = 60;

/** A value as people may see it: short, on one line, nothing in it that a terminal would obey. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return `"${harmless(shortened(value, SHOWN_CHARACTERS_MAX))}"`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "keys and values";
  return String(value);
}

export function shortened(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

/**
 * Control characters as \xHH, so that text from a file can neither break a line nor recolour a
 * terminal; the two that turn the reading direction are among them.
 */
export function harmless(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => {
      const code = character.charCodeAt(0);
      return code < 256
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    },
  );
}
