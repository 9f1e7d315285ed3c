// What the primary and its workers say to each other, over the channel that fork() opened. Both
// ends are this very program, so a message is known by its kind and its parts are believed.

import type { Snapshot } from "../../logging/snapshot.ts";
import type { OpenDoor } from "../../server/server.ts";
import type { ListenAddress } from "../../transport/listener.ts";
import type { Charge } from "../load.ts";

/** Counts that changed, and how many there are now. */
export type Counts = readonly (readonly [key: string, count: number])[];

export type ToWorker =
  /**
   * The first word, in answer to "hello": what to serve, as the primary has judged it. A worker
   * reads neither the configuration nor keys: the files may have changed since, or be no longer
   * its own to read.
   */
  | { readonly kind: "start"; readonly charge: Charge }
  | { readonly kind: "reload"; readonly charge: Charge }
  /** The answer to "door"; the handle comes with it unless there is a failure. */
  | { readonly kind: "door"; readonly question: number; readonly failure: Failure | undefined }
  /** Accept no more, finish, end. At once: without the delay for those who watch. */
  | { readonly kind: "drain"; readonly atOnce: boolean }
  | { readonly kind: "cut" }
  | { readonly kind: "reopen logs" }
  /** How many the others have together: open connections in all, and of those keys. */
  | { readonly kind: "others"; readonly counts: Counts }
  /** So many more requests the others have let through. */
  | { readonly kind: "spent elsewhere"; readonly counts: Counts }
  | { readonly kind: "tell figures"; readonly question: number }
  /** The answer to "all figures": those of every other worker. */
  | { readonly kind: "figures"; readonly question: number; readonly figures: readonly Snapshot[] };

export type ToPrimary =
  /** Up, and listening to the channel. */
  | { readonly kind: "hello" }
  /** Asks for the handle of a door. */
  | { readonly kind: "door"; readonly question: number; readonly address: ListenAddress }
  | { readonly kind: "listening"; readonly doors: readonly OpenDoor[] }
  /** It could not start; it ends by itself. */
  | { readonly kind: "failed"; readonly reasons: readonly string[] }
  /** The answer to "reload". No reasons: done. */
  | {
      readonly kind: "reloaded";
      readonly refusals: readonly string[];
      readonly doors: readonly OpenDoor[];
    }
  /** Somebody has sent it SIGTERM: may it go? */
  | { readonly kind: "asked to end" }
  | { readonly kind: "own"; readonly counts: Counts }
  | { readonly kind: "spent"; readonly counts: Counts }
  | { readonly kind: "all figures"; readonly question: number }
  /** Question 0: its last, before it ends. */
  | { readonly kind: "told figures"; readonly question: number; readonly figures: Snapshot };

/** An error of the system on its way to another process. */
export interface Failure {
  readonly message: string;
  /** code, errno, syscall, address, port. */
  readonly facts: Readonly<Record<string, unknown>>;
}

const TO_WORKER: Readonly<Record<ToWorker["kind"], true>> = {
  start: true,
  reload: true,
  door: true,
  drain: true,
  cut: true,
  "reopen logs": true,
  others: true,
  "spent elsewhere": true,
  "tell figures": true,
  figures: true,
};

const TO_PRIMARY: Readonly<Record<ToPrimary["kind"], true>> = {
  hello: true,
  door: true,
  listening: true,
  failed: true,
  reloaded: true,
  "asked to end": true,
  own: true,
  spent: true,
  "all figures": true,
  "told figures": true,
};

export function isToWorker(message: unknown): message is ToWorker {
  return isOfKind(message, TO_WORKER);
}

export function isToPrimary(message: unknown): message is ToPrimary {
  return isOfKind(message, TO_PRIMARY);
}

function isOfKind(message: unknown, kinds: Readonly<Record<string, true>>): boolean {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return typeof message.kind === "string" && Object.hasOwn(kinds, message.kind);
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), facts: {} };
  return { message: error.message, facts: { ...error } };
}

export function errorOf({ message, facts }: Failure): Error {
  return Object.assign(new Error(message), facts);
}
