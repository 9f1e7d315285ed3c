// Who the server is: `server.user` and `server.group`. Started as root, it opens its doors and
// reads its keys as root, and is somebody else from then on, for good.
//
// Names are looked up by the C library and nobody else: for a moment we are that user, and ask who
// we are. So users of LDAP and the like are found, and no file is parsed. All of it happens before
// anything is opened, in one turn: every thread of the process changes with us.

import { userInfo } from "node:os";
import { codeOf } from "../base/system-error.ts";
import type { ServerConfig } from "../config/config.ts";
import { messageOf } from "./machine-error.ts";

/** What is used of `process`, as a port; systems without users have none of it. */
export interface Credentials {
  geteuid(): number;
  getuid(): number;
  getegid(): number;
  getgid(): number;
  getgroups(): number[];
  seteuid(id: number | string): void;
  setegid(id: number | string): void;
  initgroups(user: string, group: number): void;
  setgroups(groups: readonly number[]): void;
  setgid(id: number): void;
  setuid(id: number): void;
  /** Of the effective user. @throws when no such user is known */
  entry(): { readonly name: string; readonly gid: number };
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** undefined: a number that no name belongs to; then it is in no further groups. */
  readonly name: string | undefined;
}

export type Identity =
  | { readonly kind: "as started" }
  | { readonly kind: "account"; readonly account: Account }
  /** One sentence, which names the key. */
  | { readonly kind: "problem"; readonly message: string };

const AS_STARTED: Identity = { kind: "as started" };
const ROOT = 0;

/** Who the server has to become. Nobody is asked but the system's own list of users. */
export function identityOf(
  { user, group }: Pick<ServerConfig, "user" | "group">,
  who: Credentials | "no users" = realCredentials(),
): Identity {
  if (user === undefined && group === undefined) return AS_STARTED;
  const key = user === undefined ? "server.group" : "server.user";
  if (who === "no users") return problem(`${key} means nothing on this system`);
  try {
    if (who.geteuid() !== ROOT) return unprivileged(user, group, who);
    const entry = user === undefined ? currentEntry(who) : entryOf(user, who);
    const gid = group === undefined ? entry.gid : groupNumber(group, who);
    if (gid === undefined) {
      return problem(`server.group is missing: the user ${user} has no entry that names one`);
    }
    return { kind: "account", account: { uid: entry.uid, gid, name: entry.name } };
  } catch (error) {
    if (error instanceof LookUpError) return problem(error.message);
    throw error;
  }
}

/**
 * For good: groups, then the group, then the user, for after that nothing else may be changed.
 * @throws Error when the system refuses, or when any way back is left
 */
export function become(account: Account, who: Credentials | "no users" = realCredentials()): void {
  if (who === "no users") throw new Error("this system has no users");
  const { uid, gid, name } = account;
  if (name === undefined) who.setgroups([gid]);
  else who.initgroups(name, gid);
  who.setgid(gid);
  // Only now: Node adds the effective group to what it tells.
  const groups = who.getgroups();
  who.setuid(uid);
  verify({ ...account, groups }, who);
}

/** Whether the server stays root because nobody said otherwise. */
export function remainsRoot(
  { user }: Pick<ServerConfig, "user">,
  who: Pick<Credentials, "geteuid"> | "no users" = realCredentials(),
): boolean {
  return user === undefined && who !== "no users" && who.geteuid() === ROOT;
}

export const ROOT_WARNING =
  "running as root: set server.user, so that a fault in it cannot reach everything";

/** What the calls have promised is looked at, and the way back is tried. */
function verify(
  { uid, gid, groups }: Account & { readonly groups: readonly number[] },
  who: Credentials,
): void {
  const isUser = who.getuid() === uid && who.geteuid() === uid;
  const isGroup = who.getgid() === gid && who.getegid() === gid;
  const isMember = who.getgroups().join() === groups.join();
  if (!isUser || !isGroup || !isMember) {
    throw new Error(`the system did not let us become user ${uid}, group ${gid}`);
  }
  if (uid === ROOT) return;
  try {
    who.setuid(ROOT);
  } catch {
    return; // as it must be
  }
  throw new Error(`having become user ${uid}, we could become root again`);
}

/** Somebody who is not root can only be asked to be who they are. */
function unprivileged(
  user: string | undefined,
  group: string | undefined,
  who: Credentials,
): Identity {
  const uid = user === undefined ? who.geteuid() : entryOf(user, who).uid;
  const gid = group === undefined ? who.getegid() : groupNumber(group, who);
  if (uid === who.geteuid() && gid === who.getegid()) return AS_STARTED;
  const [key, word] = uid === who.geteuid() ? ["group", group] : ["user", user];
  return problem(`server.${key} is ${word}, and only root can become that: start it as root`);
}

class LookUpError extends Error {}

interface Entry {
  readonly uid: number;
  readonly gid: number | undefined;
  readonly name: string | undefined;
}

function entryOf(user: string, who: Credentials): Entry {
  const before = who.geteuid();
  asking("user", user, () => who.seteuid(idOf(user)));
  try {
    return currentEntry(who);
  } finally {
    who.seteuid(before);
  }
}

function currentEntry(who: Credentials): Entry {
  const uid = who.geteuid();
  try {
    return { uid, ...who.entry() };
  } catch {
    return { uid, gid: undefined, name: undefined }; // a number may be nobody's
  }
}

function groupNumber(group: string, who: Credentials): number {
  const before = who.getegid();
  asking("group", group, () => who.setegid(idOf(group)));
  try {
    return who.getegid();
  } finally {
    who.setegid(before);
  }
}

function asking(kind: "user" | "group", word: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ERR_UNKNOWN_CREDENTIAL") {
      throw new LookUpError(`server.${kind}: this machine knows no ${kind} ${word}`);
    }
    if (code === "EPERM") {
      throw new LookUpError(
        `server.${kind} is ${word}, and only root can become that: start it as root`,
      );
    }
    throw new LookUpError(`server.${kind}: ${messageOf(error)}`);
  }
}

function idOf(word: string): string | number {
  return /^[0-9]+$/.test(word) ? Number(word) : word;
}

function problem(message: string): Identity {
  return { kind: "problem", message };
}

function realCredentials(): Credentials | "no users" {
  if (process.geteuid === undefined) return "no users";
  return {
    geteuid: () => process.geteuid?.() ?? NO_ID,
    getuid: () => process.getuid?.() ?? NO_ID,
    getegid: () => process.getegid?.() ?? NO_ID,
    getgid: () => process.getgid?.() ?? NO_ID,
    getgroups: () => process.getgroups?.() ?? [],
    seteuid: (id) => process.seteuid?.(id),
    setegid: (id) => process.setegid?.(id),
    initgroups(user, group) {
      // Documented; only the types have forgotten it.
      const call: unknown = Reflect.get(process, "initgroups");
      if (typeof call !== "function") throw new Error("this Node has no initgroups()");
      Reflect.apply(call, process, [user, group]);
    },
    setgroups: (groups) => process.setgroups?.(groups),
    setgid: (id) => process.setgid?.(id),
    setuid: (id) => process.setuid?.(id),
    entry() {
      const { username, gid } = userInfo();
      return { name: username, gid };
    },
  };
}

const NO_ID = -1;
