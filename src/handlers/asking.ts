// What a request's fields ask of an answer that is remembered: for whom it is, and for how much of
// it. Read once for fields that come again, and kept beside them, by identity.

import type { Fields } from "../http/fields.ts";
import type { Answer } from "./representation.ts";

export interface Asking {
  /** Credentials may decide what is answered behind a memory. */
  readonly hasCredentials: boolean;
  /** The whole is wanted, whatever the client has: no condition, no range. */
  readonly isPlain: boolean;
  /** No date is compared, so that the same asked again gets the same. */
  readonly isTimeless: boolean;
  /** The values that tell answers apart, as part of a key. */
  readonly key: string;
  /** What was decided when it was asked last (remembered.ts). */
  decision: Decision | undefined;
}

export interface Decision {
  /** Of the answer in its memory. */
  readonly place: object;
  readonly answer: Answer;
}

/** @param keyFields in lower case; "" stands for those that are absent */
export function askingsBy(keyFields: readonly string[]): (fields: Fields) => Asking {
  const known = new WeakMap<Fields, Asking>();
  return (fields) => {
    if (fields.isLasting !== true) return askingOf(fields, keyFields);
    const before = known.get(fields);
    if (before !== undefined) return before;
    const asking = askingOf(fields, keyFields);
    known.set(fields, asking);
    return asking;
  };
}

const CONDITIONS = ["if-match", "if-none-match"] as const;
const DATED_CONDITIONS = ["if-modified-since", "if-unmodified-since", "if-range"] as const;

function askingOf(fields: Fields, keyFields: readonly string[]): Asking {
  const has = (name: string) => fields.count(name) > 0;
  const isDated = DATED_CONDITIONS.some(has);
  return {
    hasCredentials: has("authorization"),
    isPlain: !isDated && !CONDITIONS.some(has) && !has("range"),
    // With tags to compare, nobody looks at the date beside them (RFC 9110, section 13.2.2).
    isTimeless:
      !isDated || (has("if-none-match") && !has("if-unmodified-since") && !has("if-range")),
    decision: undefined,
    key: keyFields.map((name) => fields.get(name) ?? "").join("\n"),
  };
}
