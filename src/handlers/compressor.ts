// Compression on the fly, as a service to the handlers of one server: what is worth it, how much
// of it may go on at once, and a memory of what was made.
//
// Three bounds. Only files up to `bytesMax` are compressed, whole and in memory. At most a few
// files are compressed at a time; whoever comes while all places are taken is told so at once and
// sends the file as it is: there is no queue to grow. And what was made is remembered up to
// `memoryBytesMax`. Those who ask for what is being made wait for that one job.

import { Lru } from "../base/lru.ts";
import { isCompressible } from "../http/media-type.ts";
import type { Coding } from "../http/negotiation.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import type { VfsPath } from "../vfs/path.ts";
import { canEncode, type Encode, encode } from "./encoder.ts";

export interface CompressionOptions {
  /** Smaller content is sent as it is. */
  readonly bytesMin: number;
  /** So is larger. */
  readonly bytesMax: number;
  /** Our favourite first; those that this Node cannot make are passed over. */
  readonly codings: readonly Coding[];
}

export interface CompressorOptions extends CompressionOptions {
  /** Of all that is remembered together. */
  readonly memoryBytesMax: number;
  /** Files compressed at a time. Default: 2, half of libuv's pool; the other half reads files. */
  readonly jobsMax?: number;
  /** Default: zlib. */
  readonly encode?: Encode;
}

/** One state of one file: the same again has the same bytes. */
export interface Original {
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
  readonly version: string;
}

export interface Compressor {
  /** What such content is offered in; none: only as it is. */
  codingsFor(mediaType: string, size: number): readonly Coding[];
  /**
   * undefined: not now. All places are taken, or `read` did not find what it was to read.
   * Rejects as `read` does.
   */
  encoded(
    original: Original,
    coding: Coding,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined>;
  /** The same for content that will not be asked for again. */
  encodedOnce(coding: Coding, bytes: Uint8Array): Promise<Uint8Array | undefined>;
}

const JOBS_MAX = 2;
/** Small entries are many; this bounds the map itself. */
const ENTRIES_MAX = 100_000;
/** What an entry weighs beside its bytes and its key. */
const ENTRY_BYTES = 256;

export function createCompressor(options: CompressorOptions): Compressor {
  const { bytesMin, bytesMax, memoryBytesMax, jobsMax = JOBS_MAX, encode: make = encode } = options;
  const codings = options.codings.filter(canEncode);
  const memory = new Lru<string, Uint8Array>({
    bytesMax: memoryBytesMax,
    entriesMax: ENTRIES_MAX,
  });
  const underWay = new Map<string, Promise<Uint8Array | undefined>>();
  const keyOf = keys();
  let jobs = 0;

  const inPlace = async <T>(job: () => Promise<T>): Promise<T | undefined> => {
    if (jobs >= jobsMax) return undefined;
    jobs++;
    try {
      return await job();
    } finally {
      jobs--;
    }
  };

  return {
    codingsFor(mediaType, size) {
      const isWorthIt = size >= bytesMin && size <= bytesMax && isCompressible(mediaType);
      return isWorthIt ? codings : NONE;
    },
    async encoded(original, coding, read) {
      const key = keyOf(original, coding);
      const known = memory.get(key) ?? underWay.get(key);
      if (known !== undefined) return known;
      const job = inPlace(async () => {
        const bytes = await read();
        if (bytes === undefined) return undefined;
        const coded = await make(coding, bytes);
        memory.set(key, coded, coded.length + key.length + ENTRY_BYTES);
        return coded;
      });
      underWay.set(key, job);
      try {
        return await job;
      } finally {
        underWay.delete(key);
      }
    },
    encodedOnce: (coding, bytes) => inPlace(() => make(coding, bytes)),
  };
}

const NONE: readonly Coding[] = [];

/** Names of originals: two file systems may well have the same path in the same version. */
function keys(): (original: Original, coding: Coding) => string {
  const numbers = new WeakMap<FileSystem, number>();
  let count = 0;
  return ({ fileSystem, path, version }, coding) => {
    let number = numbers.get(fileSystem);
    if (number === undefined) {
      number = count++;
      numbers.set(fileSystem, number);
    }
    return `${number} ${coding} ${version} ${path}`;
  };
}
