// What a store was made of, beside the store itself. The next compilation reads it, and does again only
// what has changed. No request leads here: a target's name has 43 characters.
//
// Two files: which target each file answers, and what compressing gained, belong to the store, and are
// the same wherever it is made. Which states of the site were read is known by the site's own tags,
// which tell of this folder on this machine: only the next compilation here has any use for that.

import type { Coding } from "../../http/negotiation.ts";

export const MANIFEST_NAME = "manifest.json";
export const SEEN_NAME = "seen.json";

/** Size and hash of a coded content; null: it gains nothing. */
export type CodedSeen = readonly [hash: string, size: number] | null;
export type CodingsSeen = Readonly<Partial<Record<Coding, CodedSeen>>>;

export interface Manifest {
  /** At which levels codings were made, and by whom. */
  readonly levels: string;
  /** By name: the target that a file answers. */
  readonly targets: ReadonlyMap<string, string>;
  /** By what was asked: the site's tag of the state that was read, and the hash of its content. */
  readonly asked: ReadonlyMap<string, readonly [tag: string, hash: string]>;
  /** By hash. */
  readonly contents: ReadonlyMap<string, CodingsSeen>;
}

export const EMPTY_MANIFEST: Manifest = {
  levels: "",
  targets: new Map(),
  asked: new Map(),
  contents: new Map(),
};

const KIND = "a store of Ferrox";

/** The same manifest is always the same text. */
export function manifestText({ levels, targets, contents }: Manifest): string {
  const codings = new Map([...contents].map(([key, one]) => [key, codingsOf(one)]));
  return text({ kind: KIND, levels, targets: ordered(targets), contents: ordered(codings) });
}

export function seenText({ asked }: Manifest): string {
  return text({ kind: KIND, asked: ordered(asked) });
}

function text(shape: object): string {
  return `${JSON.stringify(shape, null, 1)}\n`;
}

/**
 * undefined: it is none, or one that nobody understands any more.
 * @param seen may be missing: then all is read
 */
export function readManifest(manifest: string, seen: string): Manifest | undefined {
  const shape = parsed(manifest);
  if (shape?.kind !== KIND || typeof shape.levels !== "string") return undefined;
  const targets = mapOf(shape.targets, (value) => (typeof value === "string" ? value : undefined));
  const contents = mapOf(shape.contents, codingsIn);
  if (targets === undefined || contents === undefined) return undefined;
  const asked = mapOf(parsed(seen)?.asked, pairOf) ?? EMPTY_MANIFEST.asked;
  return { levels: shape.levels, targets, asked, contents };
}

function ordered<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function codingsOf(seen: CodingsSeen): CodingsSeen {
  const { br, gzip, zstd } = seen;
  return {
    ...(br === undefined ? {} : { br }),
    ...(gzip === undefined ? {} : { gzip }),
    ...(zstd === undefined ? {} : { zstd }),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordIn(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** undefined: one of the values is none. */
function mapOf<Value>(
  value: unknown,
  read: (value: unknown) => Value | undefined,
): ReadonlyMap<string, Value> | undefined {
  const record = recordIn(value);
  if (record === undefined) return undefined;
  const map = new Map<string, Value>();
  for (const [key, one] of Object.entries(record)) {
    const known = read(one);
    if (known === undefined) return undefined;
    map.set(key, known);
  }
  return map;
}

function pairOf(value: unknown): readonly [string, string] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [first, second]: readonly unknown[] = value;
  return typeof first === "string" && typeof second === "string" ? [first, second] : undefined;
}

function codingsIn(value: unknown): CodingsSeen | undefined {
  const record = recordIn(value);
  if (record === undefined) return undefined;
  const [br, gzip, zstd] = [record.br, record.gzip, record.zstd].map(codedIn);
  return codingsOf({
    ...(br === undefined ? {} : { br }),
    ...(gzip === undefined ? {} : { gzip }),
    ...(zstd === undefined ? {} : { zstd }),
  });
}

function codedIn(value: unknown): CodedSeen | undefined {
  if (value === null) return null;
  if (!Array.isArray(value)) return undefined;
  const [hash, size]: readonly unknown[] = value;
  return typeof hash === "string" && typeof size === "number" ? [hash, size] : undefined;
}
