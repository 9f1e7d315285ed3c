// Bytes into a content coding, at levels made for "now" rather than "once and for all": brotli's
// highest saves an eighth more and takes eighty times as long (docs/decisions/0008).
//
// zlib works in libuv's pool, a stretch of at most 16 KiB of output at a time, so reads of files
// come in between. What a level makes of the same bytes may differ from one Node to the next.

import * as zlib from "node:zlib";
import type { Coding } from "../http/negotiation.ts";

/** Rejects only for what zlib itself cannot do, such as finding no memory. */
export type Encode = (coding: Coding, bytes: Uint8Array) => Promise<Uint8Array>;

const GZIP_LEVEL = 6;
const BROTLI_QUALITY = 5;

export const encode: Encode = async (coding, bytes) => {
  const encoder = ENCODERS.get(coding);
  if (encoder === undefined) throw new Error(`nothing here makes ${coding}`);
  const coded = await new Promise<Uint8Array>((resolve, reject) => {
    encoder(bytes, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
  // A copy of its own: zlib's result may be the front of a far larger buffer, kept alive by it.
  return new Uint8Array(coded);
};

/** Whether this Node can make it: zstd came with 22.15 and 23.8. */
export function canEncode(coding: Coding): boolean {
  return ENCODERS.has(coding);
}

type Done = (error: Error | null, result: Uint8Array) => void;
type Encoder = (bytes: Uint8Array, done: Done) => void;

const brotli: Encoder = (bytes, done) => {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  zlib.brotliCompress(bytes, { params }, done);
};

const gzip: Encoder = (bytes, done) => zlib.gzip(bytes, { level: GZIP_LEVEL }, done);

/** At its default level, 3, which is already between gzip's and brotli's. */
function zstdOfThisNode(): Encoder | undefined {
  const compress: unknown = Reflect.get(zlib, "zstdCompress");
  if (typeof compress !== "function") return undefined;
  return (bytes, done) => void Reflect.apply(compress, undefined, [bytes, done]);
}

function encodersOfThisNode(): ReadonlyMap<Coding, Encoder> {
  const encoders = new Map<Coding, Encoder>([
    ["br", brotli],
    ["gzip", gzip],
  ]);
  const zstd = zstdOfThisNode();
  if (zstd !== undefined) encoders.set("zstd", zstd);
  return encoders;
}

const ENCODERS = encodersOfThisNode();
