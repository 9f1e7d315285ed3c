// `auth:` and the `auth` of routes → rules with all their words. What a rule leaves out it has from
// the rule above: that of the same host with the next shorter path, then those without a host. So
// nobody need look further than one rule when a request comes.

import { patternOf } from "../base/path-pattern.ts";
import type { AuthRule, Grant, Who } from "../handlers/auth-rules.ts";
import type { UsersSource } from "../handlers/users.ts";
import type { Verb } from "../http/access.ts";
import { absolutePath, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { shown } from "./reading.ts";
import type { AuthWords, WhoWords } from "./schema-auth.ts";

/** What stands somewhere about a path. */
interface Said {
  readonly key: KeyPath;
  readonly host: string | undefined;
  /** Without a slash at its end. */
  readonly path: string;
  readonly words: AuthWords;
  readonly asksItself: boolean;
}

export function buildAuth(draft: Draft): readonly AuthRule[] {
  const all = [...ofRoutes(draft), ...ofSection(draft)];
  if (all.length === 0) return [];
  const said = withoutTwins(draft, all);
  const sources = sourcesOf(draft, said);
  const rules = said.map((one) => ruleOf(draft, one, { said, sources }));
  claimFiles(draft, sources, mentionsOf(said, rules));
  return rules.toSorted(byPlace);
}

function ofRoutes(draft: Draft): readonly Said[] {
  return (draft.words.routes ?? []).flatMap((words, index): Said[] => {
    const { host, path, auth } = words;
    if (auth === undefined) return [];
    const route: KeyPath = ["routes", draft.routePlaces[index] ?? index];
    const key = [...route, "auth"];
    const asksItself = "vfs_https" in words && words.vfs_https !== undefined;
    return [{ key, host, path: trimmed(draft, path, key), words: auth, asksItself }];
  });
}

function ofSection(draft: Draft): readonly Said[] {
  return draft.words.auth.map((words, index) => {
    const { host, path } = words;
    const key = ["auth", index];
    return { key, host, path: trimmed(draft, path, key), words, asksItself: false };
  });
}

function trimmed(draft: Draft, path: string, key: KeyPath): string {
  if (patternOf(path).names.length > 0) {
    draft.error(key, "is about a path with blanks", "write a rule for the part before them");
  }
  return path.replace(/\/$/, "");
}

function withoutTwins(draft: Draft, all: readonly Said[]): readonly Said[] {
  const seen = new Map<string, Said>();
  for (const one of all) {
    const place = `${one.host ?? ""} ${one.path}`;
    const before = seen.get(place);
    if (before === undefined) seen.set(place, one);
    else {
      const where = draft.origins.originOf(before.key);
      draft.error(one.key, `${one.path || "/"} has a rule already, in ${where}`);
    }
  }
  return [...seen.values()];
}

/** The same value for the same words: who is known by one rule is known by the other. */
function sourcesOf(draft: Draft, said: readonly Said[]): ReadonlyMap<Said, UsersSource> {
  const bySaying = new Map<string, UsersSource>();
  const sources = new Map<Said, UsersSource>();
  for (const one of said) {
    const { users, users_file } = one.words;
    if (users === undefined && users_file === undefined) continue;
    const diskPath = users_file === undefined ? undefined : absolutePath(draft, users_file);
    const named = Object.entries(users ?? {});
    const saying = JSON.stringify([named, diskPath]);
    const source = bySaying.get(saying) ?? { named, diskPath };
    bySaying.set(saying, source);
    sources.set(one, source);
  }
  return sources;
}

interface Mention {
  readonly name: string;
  readonly key: KeyPath;
  readonly source: UsersSource | undefined;
}

/** Names in `read`, `list` and `write`; who is no user could never come in, and is a slip. */
function mentionsOf(said: readonly Said[], rules: readonly AuthRule[]): readonly Mention[] {
  return said.flatMap(({ words, key }, at) =>
    VERBS.flatMap((verb): Mention[] => {
      const who = words[verb];
      if (who === undefined || typeof who === "string") return [];
      const source = rules[at]?.users;
      return who.map((name, place) => ({ name, key: [...key, verb, place], source }));
    }),
  );
}

const VERBS = ["read", "list", "write"] as const;

function claimFiles(
  draft: Draft,
  sources: ReadonlyMap<Said, UsersSource>,
  mentions: readonly Mention[],
): void {
  const open = mentions.filter(({ name, source }) => source?.named.every(([own]) => own !== name));
  const claimed = new Set<UsersSource>();
  for (const [{ key }, source] of sources) {
    if (source.diskPath === undefined || claimed.has(source)) continue;
    claimed.add(source);
    const mentioned = open.filter((mention) => mention.source === source);
    const { diskPath } = source;
    draft.claim({ kind: "users-file", diskPath, key: [...key, "users_file"], mentioned });
  }
  for (const { name, key, source } of open) {
    if (source?.diskPath === undefined) draft.warn(key, `no user is called ${shown(name)}`);
  }
}

interface Around {
  readonly said: readonly Said[];
  readonly sources: ReadonlyMap<Said, UsersSource>;
}

function ruleOf(draft: Draft, one: Said, { said, sources }: Around): AuthRule {
  const chain = [one, ...above(one, said)];
  const first = <T>(of: (link: Said) => T | undefined): T | undefined =>
    chain.map(of).find((value) => value !== undefined);
  const origin = draft.origins.originOf(one.key);
  const grant = (verb: Verb) => first((link) => grantOf(draft, link, verb));
  const rest: Grant = { who: { kind: "users" }, origin };
  const read = grant("read") ?? rest;
  const grants = { read, list: grant("list") ?? read, write: grant("write") ?? rest };
  const users = first((link) => sources.get(link));
  if (users === undefined) demandUsers(draft, one, grants);
  return {
    host: one.host,
    path: one.path,
    origin,
    realm: first(({ words }) => words.realm) ?? "Ferrox",
    insecure: first(({ words }) => words.insecure) ?? false,
    users,
    grants,
    asksItself: one.asksItself,
  };
}

/** From the nearest to the farthest: its own host's, then those of any host. */
function above(one: Said, said: readonly Said[]): readonly Said[] {
  const holds = (other: Said) => other.path === one.path || one.path.startsWith(`${other.path}/`);
  const longestFirst = (a: Said, b: Said) => b.path.length - a.path.length;
  const ofHost = (host: string | undefined) =>
    said.filter((other) => other !== one && other.host === host && holds(other)).sort(longestFirst);
  return one.host === undefined ? ofHost(undefined) : [...ofHost(one.host), ...ofHost(undefined)];
}

function grantOf(draft: Draft, { words, key }: Said, verb: Verb): Grant | undefined {
  const who = words[verb];
  if (who === undefined) return undefined;
  const own = [...key, verb];
  // `auth: none` has no words of its own.
  const origin = draft.origins.originOf(draft.origins.isSaid(own) ? own : key);
  return { who: whoOf(who), origin };
}

function whoOf(words: WhoWords): Who {
  return typeof words === "string" ? { kind: words } : { kind: "names", names: words };
}

function demandUsers(draft: Draft, { key }: Said, grants: AuthRule["grants"]): void {
  const needsUsers = Object.values(grants).some(
    ({ who }) => who.kind === "users" || who.kind === "names",
  );
  if (!needsUsers) return;
  const hint = "add users_file: FILE; ferrox user add FILE NAME makes one";
  draft.error(key, "asks for users, but nobody is known here", hint);
}

/** As people look for them: hosts together, what lies deeper behind what it lies in. */
function byPlace(a: AuthRule, b: AuthRule): number {
  const [hostA = "", hostB = ""] = [a.host, b.host];
  if (hostA !== hostB) return hostA < hostB ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
