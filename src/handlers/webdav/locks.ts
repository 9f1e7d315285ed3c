// Write locks of one file system. RFC 4918, sections 6 and 7. Knows paths, tokens and time, and
// nothing of requests; what a lock forbids is submission.ts's business.
//
// Kept in the memory of this process: they end with it, which section 6.6 allows ("the server may
// revoke at any time"), and with the clock. Nobody sweeps: what has expired is passed over, and
// dropped when somebody comes by.

import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { isBelow, parentOf, ROOT, type VfsPath } from "../../vfs/path.ts";

export interface Lock {
  readonly token: string;
  readonly root: VfsPath;
  /** Of the root, when it was locked. */
  readonly kind: "file" | "directory";
  /** "infinity": all that lies below is locked too, also what comes later. */
  readonly depth: "0" | "infinity";
  readonly scope: "exclusive" | "shared";
  /** The element `owner` as the client wrote it; "" when it gave none. */
  readonly ownerXml: string;
  /** Who made it, and alone may use its token; undefined: nobody said who he was. */
  readonly user: string | undefined;
  /** Whose share of all locks it takes. */
  readonly holder: string;
  readonly expiresMs: number;
}

export type WantedLock = Omit<Lock, "token" | "expiresMs"> & { readonly timeoutMs: number };

export interface LockBounds {
  readonly locksMax: number;
  readonly locksPerUserMax: number;
}

export type Locking =
  | { readonly kind: "locked"; readonly lock: Lock }
  /** These stand in its way. */
  | { readonly kind: "conflict"; readonly locks: readonly Lock[] }
  /** Somebody is changing it at this moment, under the rules of before. */
  | { readonly kind: "busy" }
  | { readonly kind: "full"; readonly of: "server" | "user" };

/** A part of the tree that a change is about. */
export interface Reach {
  readonly path: VfsPath;
  /** With all that lies below. */
  readonly isDeep: boolean;
}

export class LockTable {
  readonly #clock: Clock;
  readonly #byToken = new Map<string, Lock>();
  readonly #byRoot = new Map<VfsPath, Set<string>>();
  readonly #changes = new Set<Reach>();
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    this.#sweep();
    return this.#byToken.size;
  }

  /** In seconds, as lockdiscovery tells it. */
  secondsLeft({ expiresMs }: Lock): number {
    return Math.max(0, Math.ceil((expiresMs - this.#clock.monotonicMs()) / 1000));
  }

  /** Those that lock this very path, made on it or above it. */
  covering(path: VfsPath): Lock[] {
    if (this.#byToken.size === 0) return [];
    const found = this.#at(path);
    for (let above = path; above !== ROOT; ) {
      above = parentOf(above);
      found.push(...this.#at(above).filter(({ depth }) => depth === "infinity"));
    }
    return found;
  }

  /** Those made on something below. */
  below(path: VfsPath): Lock[] {
    const nowMs = this.#clock.monotonicMs();
    return [...this.#byToken.values()].filter(
      ({ root, expiresMs }) => expiresMs > nowMs && isBelow(path, root),
    );
  }

  add(wanted: WantedLock, bounds: LockBounds): Locking {
    const conflicts = this.#inTheWayOf(wanted);
    if (conflicts.length > 0) return { kind: "conflict", locks: conflicts };
    const reach = { path: wanted.root, isDeep: wanted.depth === "infinity" };
    if ([...this.#changes].some((change) => doMeet(change, reach))) return { kind: "busy" };
    this.#sweep();
    if (this.#byToken.size >= bounds.locksMax) return { kind: "full", of: "server" };
    if (this.#countOf(wanted.holder) >= bounds.locksPerUserMax) return { kind: "full", of: "user" };
    const { timeoutMs, ...rest } = wanted;
    const expiresMs = this.#clock.monotonicMs() + timeoutMs;
    const lock = { ...rest, token: `urn:uuid:${randomUUID()}`, expiresMs };
    this.#byToken.set(lock.token, lock);
    const here = this.#byRoot.get(lock.root) ?? new Set();
    this.#byRoot.set(lock.root, here.add(lock.token));
    return { kind: "locked", lock };
  }

  /** undefined: there is no such lock any more. */
  refresh(token: string, timeoutMs: number): Lock | undefined {
    const before = this.#live(token);
    if (before === undefined) return undefined;
    const lock = { ...before, expiresMs: this.#clock.monotonicMs() + timeoutMs };
    this.#byToken.set(token, lock);
    return lock;
  }

  remove(token: string): void {
    const lock = this.#byToken.get(token);
    if (lock === undefined) return;
    this.#byToken.delete(token);
    const here = this.#byRoot.get(lock.root);
    here?.delete(token);
    if (here?.size === 0) this.#byRoot.delete(lock.root);
  }

  /** What was removed or moved away takes its locks along (RFC 4918, 7.5 and 9.6.1). */
  dropTree(path: VfsPath): void {
    for (const { token } of this.#at(path)) this.remove(token);
    this.dropBelow(path);
  }

  /** What was overwritten keeps its own locks, but what it held is gone. */
  dropBelow(path: VfsPath): void {
    for (const { token } of this.below(path)) this.remove(token);
  }

  /**
   * While something is being changed nobody gets a lock on it: whoever has one may trust that all
   * changes by others are over. Call what is returned when the change has ended, however it ended.
   */
  begin(reaches: readonly Reach[]): () => void {
    for (const reach of reaches) this.#changes.add(reach);
    return () => {
      for (const reach of reaches) this.#changes.delete(reach);
    };
  }

  #inTheWayOf({ root, depth, scope }: WantedLock): Lock[] {
    const near = this.covering(root);
    const all = depth === "infinity" ? [...near, ...this.below(root)] : near;
    return scope === "exclusive" ? all : all.filter((lock) => lock.scope === "exclusive");
  }

  #at(path: VfsPath): Lock[] {
    const tokens = this.#byRoot.get(path);
    if (tokens === undefined) return [];
    return [...tokens].map((token) => this.#live(token)).filter((lock) => lock !== undefined);
  }

  #live(token: string): Lock | undefined {
    const lock = this.#byToken.get(token);
    if (lock === undefined || lock.expiresMs > this.#clock.monotonicMs()) return lock;
    this.remove(token);
    return undefined;
  }

  #countOf(holder: string): number {
    let count = 0;
    for (const lock of this.#byToken.values()) if (lock.holder === holder) count++;
    return count;
  }

  /** At most once a second: whoever asks often must not pay for all locks each time. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sweptMs < 1000) return;
    this.#sweptMs = nowMs;
    for (const token of [...this.#byToken.keys()]) this.#live(token);
  }
}

function doMeet(one: Reach, other: Reach): boolean {
  return (
    one.path === other.path ||
    (one.isDeep && isBelow(one.path, other.path)) ||
    (other.isDeep && isBelow(other.path, one.path))
  );
}
