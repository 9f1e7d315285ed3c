// Who has said his password lately, so that he need not say it with every command: sessions, known
// by a cookie. Only those who have said it are remembered; the others get an id that proves itself
// (session-ids.ts), which becomes theirs once they do.
//
// A session ends when nobody has used it for a while, when its user's password changes, and when
// there are too many: the one unused for longest goes first.

import { randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { type IdSeal, makeId, readId } from "./session-ids.ts";

export interface Sessions {
  /**
   * @param ids which the request shows
   * @param address from which it comes
   */
  find(ids: readonly string[], address: string): Promise<Session>;
  /** From now on it is his. */
  authorise(session: Session, user: string): Promise<Session>;
}

export interface Session {
  readonly id: string;
  /** The client must be told the id. */
  readonly isNew: boolean;
  /** undefined: has not said who he is. */
  readonly user: string | undefined;
}

/** Changes with a user's password; undefined: nobody is called so (any more). */
export type StampOf = (user: string) => Promise<string | undefined>;

export interface SessionTableOptions {
  readonly memory: SessionMemory;
  readonly clock: Clock;
  readonly idleMs: number;
  readonly countMax: number;
  readonly stampOf: StampOf;
}

/** All that is known of sessions, of this process: what goes on when their settings change. */
export interface SessionMemory {
  readonly key: Uint8Array;
  readonly sinceSeconds: number;
  /** Oldest use first. */
  readonly table: Map<string, Remembered>;
}

interface Remembered {
  readonly user: string;
  readonly stamp: string;
  readonly usedMs: number;
}

export function sessionMemory(): SessionMemory {
  // How long this process has run is nobody's business.
  const sinceSeconds = randomBytes(4).readUInt32BE();
  return { key: randomBytes(32), sinceSeconds, table: new Map() };
}

export function sessionTable(options: SessionTableOptions): Sessions {
  const { clock, idleMs, countMax, stampOf } = options;
  const { key, sinceSeconds, table } = options.memory;

  const sealFor = (address: string): IdSeal => ({
    key,
    nowSeconds: sinceSeconds + Math.floor(clock.monotonicMs() / 1000),
    purpose: address,
  });
  const expire = () => {
    for (const [id, { usedMs }] of table) {
      if (table.size <= countMax && clock.monotonicMs() - usedMs <= idleMs) return;
      table.delete(id);
    }
  };
  const use = (id: string, remembered: Omit<Remembered, "usedMs">) => {
    table.delete(id);
    table.set(id, { ...remembered, usedMs: clock.monotonicMs() });
    expire();
  };

  return {
    async find(ids, address) {
      expire();
      const id = ids.find((shown) => table.has(shown));
      const remembered = id === undefined ? undefined : table.get(id);
      if (id !== undefined && remembered !== undefined) {
        const { user, stamp } = remembered;
        if ((await stampOf(user)) === stamp) {
          use(id, remembered);
          return { id, isNew: false, user };
        }
        table.delete(id);
      }
      const seal = sealFor(address);
      const own = ids.find((shown) => isWaiting(shown, seal, idleMs));
      return { id: own ?? makeId(seal, ""), isNew: own === undefined, user: undefined };
    },
    async authorise(session, user) {
      const stamp = await stampOf(user);
      // His password changed in the moment in which it was checked.
      if (stamp === undefined) return session;
      use(session.id, { user, stamp });
      return { ...session, user };
    },
  };
}

/** Made by us for this address, and not so long ago that it had expired by now. */
function isWaiting(id: string, seal: IdSeal, idleMs: number): boolean {
  const read = readId(id, seal.nowSeconds);
  if (read === undefined || read.rest !== "") return false;
  // Whole seconds: it may be almost one older than it says.
  return (read.ageSeconds + 1) * 1000 <= idleMs && read.isFor(seal);
}
