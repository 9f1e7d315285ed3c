// Content codings made once and for all: the highest levels, for nobody waits. What takes more room
// than the content itself is not kept, so what a store offers is always worth taking.
// At run time encoder.ts works at levels for "now".

import * as zlib from "node:zlib";
import type { Coding } from "../../http/negotiation.ts";

/** What this Node can make, our favourite first: zstd came with 22.15 and 23.8. */
export const BEST_CODINGS: readonly Coding[] = ["br", ...zstdIfAny(), "gzip"];

function zstdIfAny(): readonly Coding[] {
  return typeof Reflect.get(zlib, "zstdCompress") === "function" ? ["zstd"] : [];
}

const GZIP_LEVEL = 9;
const ZSTD_LEVEL = 19;

/** Said in the manifest: what was made otherwise is made anew. */
export const LEVELS: string = `br 11, zstd ${ZSTD_LEVEL}, gzip ${GZIP_LEVEL}`;

export async function bestOf(coding: Coding, bytes: Uint8Array): Promise<Uint8Array> {
  const coded = await new Promise<Uint8Array>((resolve, reject) => {
    encode(coding, bytes, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
  return new Uint8Array(coded);
}

type Done = (error: Error | null, result: Uint8Array) => void;

function encode(coding: Coding, bytes: Uint8Array, done: Done): void {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_MAX_QUALITY } = zlib.constants;
  switch (coding) {
    case "br": {
      const params = {
        [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY,
        [BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      zlib.brotliCompress(bytes, { params }, done);
      return;
    }
    case "gzip":
      zlib.gzip(bytes, { level: GZIP_LEVEL }, done);
      return;
    case "zstd": {
      const compress: unknown = Reflect.get(zlib, "zstdCompress");
      const level: unknown = Reflect.get(zlib.constants, "ZSTD_c_compressionLevel");
      if (typeof compress !== "function" || typeof level !== "number") break;
      Reflect.apply(compress, undefined, [bytes, { params: { [level]: ZSTD_LEVEL } }, done]);
      return;
    }
    case "deflate":
      break;
    default:
      coding satisfies never;
  }
  throw new Error(`nothing here makes ${coding}`);
}
