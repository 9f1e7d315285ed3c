// Who may do what, joined: the rules of the configuration, the users files on disk, and the guards
// against guessing, which go on over a reload.

import { basename, dirname } from "node:path";
import { nobodyWatches } from "../base/limit-watch.ts";
import type { Config, Limits } from "../config/config.ts";
import { type Authority, authority } from "../handlers/authorization.ts";
import { type GuessBrake, guessBrake } from "../handlers/guess-brake.ts";
import { type PasswordChecks, passwordChecks } from "../handlers/password-checks.ts";
import { usersFileIn } from "../handlers/users-file.ts";
import type { SitePorts } from "../server/service.ts";
import { diskFileSystem } from "../vfs/disk.ts";

export interface Guards {
  readonly limits: Pick<Limits, "authFailuresMax" | "authWindowMs" | "authChecksMax">;
  readonly brake: GuessBrake;
  readonly checks: PasswordChecks;
}

type GuardPorts = Pick<SitePorts, "clock" | "limitWatch">;

/** As long as their numbers stay, nobody gets new guesses by a reload. */
export function guardsOf(
  { limits }: Pick<Config, "limits">,
  { clock, limitWatch: watch = nobodyWatches }: GuardPorts,
  before: Guards | undefined,
): Guards {
  const { authFailuresMax: failuresMax, authWindowMs: windowMs, authChecksMax } = limits;
  const was = before?.limits;
  const isSame =
    was?.authFailuresMax === failuresMax &&
    was.authWindowMs === windowMs &&
    was.authChecksMax === authChecksMax;
  if (before !== undefined && isSame) return before;
  const brake = guessBrake({ failuresMax, windowMs, clock, watch });
  return { limits, brake, checks: passwordChecks(authChecksMax, watch) };
}

/** undefined: there is no rule, and nobody need ask. */
export async function authorityOf(
  { auth }: Pick<Config, "auth">,
  { brake, checks }: Guards,
  { clock, log }: Pick<SitePorts, "clock" | "log">,
): Promise<Authority | undefined> {
  if (auth.length === 0) return undefined;
  const made = authority(auth, {
    clock,
    log,
    brake,
    checks,
    // The operator's own file: links may lead wherever the operator likes.
    fileAt: (diskPath) => {
      const root = dirname(diskPath);
      const folder = diskFileSystem({ root, symlinks: "any", dotfiles: true });
      return usersFileIn(folder, basename(diskPath));
    },
  });
  await made.prepare();
  return made;
}
