// Sessions for a program that is started anew for every request and remembers nothing (CGI): all
// that there is to know stands in the id, sealed with a key that outlives the program. Longer than
// the ids of vfs-sessions.ts, and renewed while it is used.

import { type IdSeal, makeId, readId } from "./session-ids.ts";
import type { Session, Sessions, StampOf } from "./vfs-sessions.ts";

export interface SignedSessionsOptions {
  /** Whoever knows it can be anybody. */
  readonly key: Uint8Array;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  readonly idleSeconds: number;
  readonly stampOf: StampOf;
}

/** A client is not told a new id more often; so a session may end so much earlier. */
const RENEW_SECONDS = 60;

export function signedSessions(options: SignedSessionsOptions): Sessions {
  const { key, nowSeconds, idleSeconds, stampOf } = options;
  const sealFor = (purpose: string): IdSeal => ({ key, nowSeconds, purpose });

  const sessionOf = async (id: string, address: string): Promise<Session | undefined> => {
    const read = readId(id, nowSeconds);
    if (read === undefined || read.ageSeconds > idleSeconds) return undefined;
    const user = read.rest;
    if (user === "") {
      const isOurs = read.isFor(sealFor(`at ${address}`));
      return isOurs ? { id, isNew: false, user: undefined } : undefined;
    }
    const purpose = purposeOf(await stampOf(user));
    if (purpose === undefined || !read.isFor(sealFor(purpose))) return undefined;
    const isOld = read.ageSeconds >= Math.min(RENEW_SECONDS, idleSeconds / 2);
    if (!isOld) return { id, isNew: false, user };
    return { id: makeId(sealFor(purpose), user), isNew: true, user };
  };

  return {
    async find(ids, address) {
      for (const id of ids) {
        const session = await sessionOf(id, address);
        if (session !== undefined) return session;
      }
      return { id: makeId(sealFor(`at ${address}`), ""), isNew: true, user: undefined };
    },
    async authorise(session, user) {
      const purpose = purposeOf(await stampOf(user));
      if (purpose === undefined || user === "") return session;
      return { id: makeId(sealFor(purpose), user), isNew: true, user };
    },
  };
}

/** A changed password makes another purpose, and so ends all sessions that were begun with it. */
function purposeOf(stamp: string | undefined): string | undefined {
  return stamp === undefined ? undefined : `with ${stamp}`;
}
