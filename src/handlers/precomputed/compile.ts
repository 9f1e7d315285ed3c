// A site becomes a store: every answer it would give is asked for once, beforehand, and frozen with
// its fields. What it takes is a site that can be asked (asking-site.ts) and a folder to write to.
//
// The same site gives the same bytes. What has not changed since the last time is neither read nor
// compressed nor written again, and what the site no longer has is removed.

import type { Coding } from "../../http/negotiation.ts";
import type { FileSystem } from "../../vfs/file-system.ts";
import type { VfsPath } from "../../vfs/path.ts";
import { type Answered, type Ask, CompileFailure } from "./asking-site.ts";
import { LEVELS } from "./best-codings.ts";
import { refusalLaidOut, type TargetMeans, targetLaidOut } from "./compile-target.ts";
import { writeFlatBuffer } from "./flatbuffer.ts";
import { writeJson } from "./json-form.ts";
import { representationOf } from "./leaf-representation.ts";
import { EMPTY_MANIFEST, type Manifest } from "./manifest.ts";
import type { Resource } from "./resource.ts";
import { type Leaf, SiteContents } from "./site-contents.ts";
import { type Candidate, candidatesOf, type SiteShape } from "./site-targets.ts";
import { manifestIn, StoreFiles } from "./store-files.ts";
import { ERROR_404_NAME, nameOfTarget } from "./target-name.ts";
import type { Laid } from "./ways.ts";

export type StoreFormat = "flatbuffers" | "json";

export interface CompileOptions {
  readonly site: SiteShape & {
    readonly ask: Ask;
    /** Media types of files to send instead of others, our favourite first. */
    readonly types: readonly string[];
    /** A path that no file can have: what is said of it is said of all that is missing. */
    readonly missing: string;
  };
  readonly store: FileSystem;
  readonly codings: readonly Coding[];
  readonly codedBytesMin: number;
  readonly format: StoreFormat;
  /** Names the Node that compresses: another one may make other bytes. */
  readonly maker: string;
  readonly onProgress?: (done: number, total: number, target: string) => void;
}

export interface CompileReport {
  readonly targets: number;
  /** Resources that were written; the others were there already, as they should be. */
  readonly written: number;
  readonly removed: number;
  /** Contents that had to be read. */
  readonly read: number;
  readonly bytesWritten: number;
  /** What could not be seen. */
  readonly errors: readonly { readonly path: VfsPath; readonly why: string }[];
}

/** Targets worked on at a time: zlib has four threads. */
const AT_A_TIME = 4;

/**
 * @throws CompileFailure when the site has no answer to give, or the store is none; FsError when files
 *   cannot be written
 */
export async function compileSite(options: CompileOptions): Promise<CompileReport> {
  const { site, store, codings, codedBytesMin, format, maker, onProgress } = options;
  const before = await manifestIn(store);
  if (before === undefined) throw new CompileFailure("the folder is not empty, and no store");
  const levels = `${maker}: ${LEVELS}`;
  const known = before.levels === levels ? before : EMPTY_MANIFEST;
  const files = await StoreFiles.over(store);
  // From here on it is a store, also when something comes between.
  if (before === EMPTY_MANIFEST) await files.putManifest({ ...EMPTY_MANIFEST, levels });
  const contents = new SiteContents(known);
  const { ask, types, languages } = site;
  const means: TargetMeans = { ask, contents, languages, types, codings, codedBytesMin };
  const made = new Map<string, Made>();
  const { list, errors } = await candidatesOf(site);

  const compile = async (target: string, name: string, lay: (work: Answered[]) => Laying) => {
    const resource = await resourceOf(target, lay, files);
    if (resource !== undefined) made.set(name, { target, bytes: bytesOf(resource, format) });
  };
  let done = 0;
  await eachOf(list, async (candidate: Candidate) => {
    const { target } = candidate;
    const lay = (work: Answered[]) => targetLaidOut(candidate, means, work);
    await compile(target, nameOfTarget(target), lay);
    onProgress?.(++done, list.length, target);
  });
  await compile(site.missing, ERROR_404_NAME, (work) => refusalLaidOut(site.missing, means, work));

  const targets = new Map([...made].map(([name, { target }]) => [name, target]));
  const manifest: Manifest = { levels, targets, ...contents.seen() };
  const both = new Map([...before.targets, ...targets]);
  await files.putManifest({ ...manifest, targets: both });
  const written = await putAll(made, files);
  const stale = [...before.targets.keys()].filter((name) => !targets.has(name));
  for (const name of stale) await files.remove(name);
  await files.removeOtherBodies();
  await files.putManifest(manifest);
  const { bytesWritten } = files;
  const counts = { targets: targets.size, removed: stale.length, read: contents.readCount };
  return { ...counts, written, bytesWritten, errors };
}

interface Made {
  readonly target: string;
  readonly bytes: Uint8Array;
}

type Laying = Promise<Laid<Leaf> | undefined>;

async function resourceOf(
  target: string,
  lay: (work: Answered[]) => Laying,
  files: StoreFiles,
): Promise<Resource | undefined> {
  const work: Answered[] = [];
  try {
    const laid = await lay(work);
    if (laid === undefined) return undefined;
    const { answers, negotiations } = laid;
    const representations = [];
    for (const leaf of answers) {
      const isOnly = answers.length === 1;
      representations.push(await representationOf(leaf, { target, isOnly, files }));
    }
    return { representations, negotiations };
  } finally {
    for (const { content } of work) await content.close();
  }
}

function bytesOf(resource: Resource, format: StoreFormat): Uint8Array {
  return format === "json" ? Buffer.from(writeJson(resource)) : writeFlatBuffer(resource);
}

async function putAll(made: ReadonlyMap<string, Made>, files: StoreFiles): Promise<number> {
  let written = 0;
  for (const [name, { bytes }] of [...made].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (await files.put(name, bytes)) written++;
  }
  return written;
}

/** The first failure ends it, once those under way have come to their end. */
async function eachOf<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  let isFailed = false;
  const work = async () => {
    for (const item of waiting) {
      if (isFailed) return;
      try {
        await act(item);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_A_TIME }, work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
