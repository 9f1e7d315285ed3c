// Are these credentials right? Slow the first time, on purpose; what was right is remembered for a
// few minutes, so that a page of fifty pictures costs one check. Remembered for the address it came
// from: what is remembered is found fast, and whoever guesses elsewhere must not find it.
//
// Nothing tells an unknown user from a wrong password: for a name that nobody has, the password is
// checked against the hash of somebody who is known, always the same one for the same name, and the
// answer is no.

import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { limitKeyOf } from "../base/ip-address.ts";
import { Lru } from "../base/lru.ts";
import type { PasswordHash } from "../base/password-hash.ts";
import type { CheckCredentials, Credentials } from "../http/credentials.ts";
import type { GuessBrake } from "./guess-brake.ts";
import { DEFAULT_HASH, isPasswordOf } from "./password.ts";
import type { PasswordChecks } from "./password-checks.ts";
import type { KnownUsers, Users } from "./users.ts";

export interface CheckPorts {
  readonly clock: Clock;
  /** Both are those of the whole server. */
  readonly brake: GuessBrake;
  readonly checks: PasswordChecks;
}

/** How long what was right needs no proof; a change of the users ends it at once. */
const REMEMBERED_MS = 5 * 60 * 1000;
const REMEMBERED_MAX = 4096;

interface Remembered {
  readonly user: string;
  readonly known: KnownUsers;
  readonly untilMs: number;
}

export function credentialCheck(users: Users, ports: CheckPorts): CheckCredentials {
  const { clock, brake, checks } = ports;
  const remembered = new Lru<string, Remembered>({
    entriesMax: REMEMBERED_MAX,
    bytesMax: REMEMBERED_MAX,
  });
  /** Several requests of one page come at once: they wait for one and the same check. */
  const underWay = new Map<string, Promise<string | undefined>>();
  // Who reads our memory finds no password in it, and nothing to try passwords against.
  const secret = randomBytes(32);
  const seal = (text: string) => createHmac("sha256", secret).update(text).digest("base64");

  const checked = async (credentials: Credentials, known: KnownUsers, sign: string) => {
    const { user, password } = credentials;
    const hash = known.hashOf(user);
    const against = hash ?? standIn(known, seal(user));
    const isRight = await checks.inTurn(() => isPasswordOf(against, password));
    if (!isRight || hash === undefined) return undefined;
    const untilMs = clock.monotonicMs() + REMEMBERED_MS;
    remembered.set(sign, { user, known, untilMs }, 1);
    return user;
  };

  const tried = async (
    credentials: Credentials,
    { known, sign, address }: { known: KnownUsers; sign: string; address: string },
  ) => {
    const attempt = brake.attempt(address, `${sign} ${generationOf(known)}`);
    if (attempt === "repeated") return undefined;
    let isGuess = false;
    try {
      const user = await checked(credentials, known, sign);
      isGuess = user === undefined;
      return user;
    } finally {
      // Nor is it his fault when there was no turn for him.
      if (!isGuess) attempt.right();
    }
  };

  return async (credentials, { address }) => {
    const known = await users.current();
    const { user, password } = credentials;
    const sign = seal(JSON.stringify([limitKeyOf(address), user, password]));
    const before = brake.mayRecall(address) ? remembered.get(sign) : undefined;
    if (before !== undefined && before.known === known && clock.monotonicMs() < before.untilMs) {
      return before.user;
    }
    const key = `${address} ${sign} ${generationOf(known)}`;
    const together = underWay.get(key);
    if (together !== undefined) return together;
    const trial = tried(credentials, { known, sign, address }).finally(() => underWay.delete(key));
    underWay.set(key, trial);
    return trial;
  };
}

const GENERATIONS = new WeakMap<KnownUsers, number>();
let generations = 0;

/** A number for a state of the users: what was wrong for one may be right for the next. */
function generationOf(known: KnownUsers): number {
  const before = GENERATIONS.get(known);
  if (before !== undefined) return before;
  generations++;
  GENERATIONS.set(known, generations);
  return generations;
}

/** Whose hash it takes the same time to check. */
function standIn({ hashes }: KnownUsers, seal: string): PasswordHash {
  const at = Buffer.from(seal, "base64").readUInt32BE(0) % Math.max(1, hashes.length);
  return hashes[at] ?? DEFAULT_HASH;
}
