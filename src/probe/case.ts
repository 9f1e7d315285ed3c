// What one check of the probe is: bytes to send, and what any server may answer. The cases
// themselves stand in cases/, as data; filling.ts puts the server's own names into them,
// conversation.ts sends them, judge.ts holds the answers against them.
//
// A case must be fair to any server. `must` and `should` are the words of RFC 9110 and 9112 for
// origin servers, and what those leave open is acceptable here too. `house` is stricter: what
// Ferrox promises beyond the letter, mostly because leniency is read differently by the next
// server in the chain.

import type { Claim } from "./claims.ts";

export type Level = "must" | "should" | "house";

export const LEVELS: readonly Level[] = ["must", "should", "house"];

export interface Group {
  /** In front of the id of each of its cases. */
  readonly name: string;
  readonly title: string;
  readonly cases: readonly Case[];
}

export interface Case {
  /** Unique in its group. */
  readonly id: string;
  readonly level: Level;
  /** "RFC 9112, 6.3" */
  readonly section: string;
  /** One sentence, in our words: what a server does that passes. */
  readonly rule: string;
  readonly send: readonly Step[];
  /** The methods asked with, in order: a HEAD is answered without a body. Default: all GET. */
  readonly methods?: readonly string[];
  readonly expect: Expectation;
  /** Names that filling.ts must know, beyond those in the text; else the case is skipped. */
  readonly needs?: readonly string[];
}

export type Step =
  /** Latin-1: one character a byte. "{path}" and the like are filled in. */
  | string
  /** Every byte as a packet of its own. */
  | { readonly drip: string }
  /** The same bytes again and again, until it is that many or the server ends the connection. */
  | { readonly flood: string; readonly bytes: number }
  /** Nothing may come back while we wait. */
  | { readonly silentMs: number }
  /** Whatever comes while we wait is kept. */
  | { readonly pauseMs: number }
  /** Wait for that many final answers, or for an interim one. */
  | { readonly answers: number }
  | { readonly wait: "100 or answer" }
  /** We say our last word (FIN) and still listen. */
  | { readonly finish: "half close" };

export interface Expectation {
  /**
   * What the status of each final answer may be, in order: "200 404", "4xx -400" (see
   * statuses.ts). More answers than these mean that bytes were run which are no request.
   */
  readonly answers: readonly string[];
  /** It may close after so many of them. Default: all must come. */
  readonly atLeast?: number;
  /** Behind them one complaint about the rest (400, 408, 413, 431) may come. */
  readonly mayComplain?: true;
  /** It may also just wait for more. */
  readonly mayWait?: true;
  /** Default: either is right. "as said": as the `Connection` of the last answer says. */
  readonly connection?: "open" | "closed" | "as said";
  /** Interim answers (1xx) that may come. Default: any but 101. */
  readonly interim?: "none";
  /** Of the first answer, unless the claim says otherwise. */
  readonly claims?: readonly Claim[];
}
