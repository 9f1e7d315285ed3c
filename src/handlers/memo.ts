// What a handler may say about an answer it has given: "this is what it was made of, and this is
// how to ask whether it still holds". Kept beside the response, by identity, so that responses
// stay plain values and handlers need not know whether anybody remembers them.

import type { Response } from "../http/response.ts";
import type { Representation } from "./representation.ts";

export interface Memo {
  readonly representation: Representation;
  /** The whole content; undefined when only the fields are at hand (after a 304). */
  readonly bytes: Uint8Array | undefined;
  /**
   * Reads the whole content where `bytes` is undefined; resolves to undefined when it is no longer
   * that state. Absent: not to be kept.
   */
  readonly load?: () => Promise<Uint8Array | undefined>;
  /** Request fields that the answer depends on, beside method, host and target. In lower case. */
  readonly dependsOn: readonly string[];
  /** The same as isCurrent(), told without waiting; false when in doubt. */
  stillHolds?(nowMs: number): boolean;
  /** Would the same request get the same again? Cheap beside answering it. */
  isCurrent(): Promise<boolean>;
}

const MEMOS = new WeakMap<Response, Memo>();

export function withMemo(response: Response, memo: Memo): Response {
  MEMOS.set(response, memo);
  return response;
}

export function memoOf(response: Response): Memo | undefined {
  return MEMOS.get(response);
}
