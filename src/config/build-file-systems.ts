// `file_systems:`: places where files live, and what is made of them. The names in it must be known,
// must not lead in a circle, and what is to be changed must be writable.

import type { Changes, FileSystemConfig } from "./config.ts";
import { absolutePath, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { shown } from "./reading.ts";
import type { FileSystemWords } from "./schema-file-systems.ts";
import { didYouMean } from "./suggest.ts";

/** The file systems of a draft, each by its name; those that cannot be are among them, and said. */
export function buildFileSystems(draft: Draft): Map<string, FileSystemConfig> {
  const built = new Map<string, FileSystemConfig>();
  for (const [name, words] of Object.entries(draft.words.file_systems)) {
    if (name === "") draft.error(["file_systems", name], "needs a name");
    built.set(name, buildFileSystem(draft, ["file_systems", name], words));
  }
  return built;
}

function buildFileSystem(draft: Draft, key: KeyPath, words: FileSystemWords): FileSystemConfig {
  const origin = draft.origins.originOf(key);
  switch (words.kind) {
    case "disk":
      return buildDisk(draft, key, words);
    case "memory":
      return { kind: "memory", writable: words.writable, bytesMax: words.size, origin };
    case "overlay": {
      const [upper = "", ...lower] = words.of;
      if (lower.length === 0) {
        const hint = "write of: [upper, lower]";
        draft.error([...key, "of"], "needs an upper file system and one below it", hint);
      }
      return { kind: "overlay", upper, lower, origin };
    }
    case "subtree":
    case "read-only":
      return { ...words, origin };
    case "mounts":
      return { kind: "mounts", at: buildPlaces(draft, key, words.at), origin };
    case "https":
      return buildHttps(draft, key, words);
    default:
      return words satisfies never;
  }
}

type WordsOf<Kind extends FileSystemWords["kind"]> = Extract<FileSystemWords, { kind: Kind }>;

function buildDisk(draft: Draft, key: KeyPath, words: WordsOf<"disk">): FileSystemConfig {
  const { symlinks, dotfiles, writable } = words;
  const rootKey = [...key, "root"];
  const root = absolutePath(draft, words.root);
  const kind = writable ? "writable-folder" : "folder";
  draft.claim({ kind, diskPath: root, key: rootKey });
  const origin = draft.origins.originOf(rootKey);
  return { kind: "disk", root, symlinks, dotfiles, writable, origin };
}

function buildPlaces(
  draft: Draft,
  key: KeyPath,
  at: WordsOf<"mounts">["at"],
): ReadonlyMap<string, string> {
  const places = new Map(Object.entries(at));
  if (places.size === 0) draft.error([...key, "at"], "says nothing of what is where");
  return places;
}

function buildHttps(draft: Draft, key: KeyPath, words: WordsOf<"https">): FileSystemConfig {
  const { url, ca, writable } = words;
  const caPath = ca === undefined ? undefined : absolutePath(draft, ca);
  if (caPath !== undefined) draft.claim({ kind: "file", diskPath: caPath, key: [...key, "ca"] });
  const credentials = credentialsOf(draft, key, words);
  const origin = draft.origins.originOf([...key, "url"]);
  return { kind: "https", url, caPath, credentials, writable, origin };
}

function credentialsOf(draft: Draft, key: KeyPath, { user, password_env }: WordsOf<"https">) {
  if (user === undefined && password_env === undefined) return undefined;
  if (user === undefined || password_env === undefined) {
    const missing = user === undefined ? "user" : "password_env";
    draft.error(key, `has no ${missing}; user and password_env go together`);
    return undefined;
  }
  const password = draft.env[password_env];
  if (password === undefined) {
    const hint = `start ferrox with ${password_env}=…`;
    draft.error([...key, "password_env"], `the variable ${password_env} is not set`, hint);
    return undefined;
  }
  return { user, password };
}

export type FileSystemConfigs = ReadonlyMap<string, FileSystemConfig>;

/** A file system that stands in the words of another, and where. */
interface Reference {
  readonly name: string;
  readonly key: KeyPath;
}

/**
 * Looks at what they have to do with each other.
 * @returns those whose names lead somewhere; the others are said to be wrong
 */
export function checkFileSystems(draft: Draft, all: FileSystemConfigs): void {
  for (const [name, config] of all) {
    for (const { name: other, key } of referencesOf(name, config)) {
      if (!all.has(other)) unknownName(draft, { name: other, key }, [...all.keys()]);
    }
    const circle = circleFrom(name, all);
    if (circle !== undefined) {
      draft.error(["file_systems", name], `leads back to itself: ${circle.join(" → ")}`);
    }
    if (config.kind !== "overlay" || !all.has(config.upper)) continue;
    if (circle === undefined && !isWritable(config.upper, all)) {
      const hint = "an overlay's changes go to its first file system: say writable: true there";
      draft.error(["file_systems", name, "of", 0], `${config.upper} is not writable`, hint);
    }
  }
}

export function unknownName(draft: Draft, { name, key }: Reference, known: string[]): void {
  const there = known.length === 0 ? "there are none" : `there is ${known.join(", ")}`;
  const hint = didYouMean(name, known) ?? there;
  draft.error(key, `no file system is called ${shown(name)}`, hint);
}

function referencesOf(name: string, config: FileSystemConfig): readonly Reference[] {
  const key = ["file_systems", name];
  switch (config.kind) {
    case "overlay":
      return [config.upper, ...config.lower]
        .map((other, at) => ({ name: other, key: [...key, "of", at] }))
        .filter((reference) => reference.name !== "");
    case "subtree":
    case "read-only":
      return [{ name: config.of, key: [...key, "of"] }];
    case "mounts":
      return Array.from(config.at, ([at, other]) => ({ name: other, key: [...key, "at", at] }));
    case "disk":
    case "memory":
    case "https":
      return [];
    default:
      return config satisfies never;
  }
}

/** "a", "b", "a"; undefined: it leads to nothing that leads back to it. */
function circleFrom(start: string, all: FileSystemConfigs): readonly string[] | undefined {
  const seen = new Set<string>();
  const waiting: (readonly string[])[] = [[start]];
  for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
    const name = way.at(-1) ?? start;
    const config = all.get(name);
    if (config === undefined || seen.has(name)) continue;
    seen.add(name);
    for (const { name: next } of referencesOf(name, config)) {
      if (next === start) return [...way, next];
      waiting.push([...way, next]);
    }
  }
  return undefined;
}

/** Those of these names, and all that they are made of. */
export function namesBehind(names: Iterable<string>, all: FileSystemConfigs): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const config = found.has(name) ? undefined : all.get(name);
    found.add(name);
    if (config !== undefined) waiting.push(...referencesOf(name, config).map((it) => it.name));
  }
  return found;
}

/** Whether anything in it can be changed. A circle is not. */
export function isWritable(
  name: string,
  all: FileSystemConfigs,
  asked: ReadonlySet<string> = new Set(),
): boolean {
  const config = asked.has(name) ? undefined : all.get(name);
  const isSo = (other: string) => isWritable(other, all, new Set([...asked, name]));
  switch (config?.kind) {
    case undefined:
    case "read-only":
      return false;
    case "disk":
    case "memory":
    case "https":
      return config.writable;
    case "overlay":
      return true;
    case "subtree":
      return isSo(config.of);
    case "mounts":
      return [...config.at.values()].some(isSo);
    default:
      return config satisfies never;
  }
}

/** What a route says of changes, and what its files allow. */
export interface ChangeWords {
  readonly writable: boolean | undefined;
  /** Something on it is about changing files: then a refusal says which switch is off. */
  readonly speaksOfChanges: boolean;
  readonly fileSystem: string;
}

export function changesOf(words: ChangeWords, all: FileSystemConfigs): Changes {
  if (words.writable === false) return "refused";
  if (isWritable(words.fileSystem, all)) return "allowed";
  return words.speaksOfChanges ? "refused" : "none";
}
