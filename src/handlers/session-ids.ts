// Names of sessions that prove themselves: who shows one has got it from us, at the address it is
// for, and lately. So nothing is kept of those who have not said who they are, however many they
// are; and nobody can be given a session that somebody else already knows.
//
// 30 bytes, as base64 40 characters: four of time, ten of chance, sixteen of HMAC-SHA-256.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { decodeBase64, encodeBase64 } from "../vfs/https/base64.ts";

export interface IdSeal {
  readonly key: Uint8Array;
  /** Seconds from any moment on; never goes back. */
  readonly nowSeconds: number;
  /** What it is for. Whoever shows it for something else shows nothing. */
  readonly purpose: string;
}

const TIME_BYTES = 4;
const CHANCE_BYTES = 10;
const HEAD_BYTES: number = TIME_BYTES + CHANCE_BYTES;
const SEAL_BYTES = 16;

/** @param rest said with it, for all to see; "" for nothing */
export function makeId({ key, nowSeconds, purpose }: IdSeal, rest: string): string {
  const head = Buffer.concat([Buffer.alloc(TIME_BYTES), randomBytes(CHANCE_BYTES)]);
  head.writeUInt32BE(nowSeconds % 2 ** 32);
  const said = Buffer.from(rest);
  return encodeBase64(Buffer.concat([head, sealOf(head, said, { key, purpose }), said]));
}

export interface ReadId {
  /** Since it was made. */
  readonly ageSeconds: number;
  readonly rest: string;
  /** Is it one of ours, for this purpose? */
  isFor(seal: Pick<IdSeal, "key" | "purpose">): boolean;
}

/** Whoever it comes from: nothing of it is to be believed before isFor() has said so. */
export function readId(id: string, nowSeconds: number): ReadId | undefined {
  const bytes = decodeBase64(id);
  if (bytes === undefined || bytes.length < HEAD_BYTES + SEAL_BYTES) return undefined;
  const head = bytes.subarray(0, HEAD_BYTES);
  const seal = bytes.subarray(HEAD_BYTES, HEAD_BYTES + SEAL_BYTES);
  const said = bytes.subarray(HEAD_BYTES + SEAL_BYTES);
  // Around the clock's end; what comes from the future is older than anything.
  const ageSeconds = (nowSeconds - head.readUInt32BE()) >>> 0;
  return {
    ageSeconds,
    rest: said.toString("utf8"),
    isFor: (by) => timingSafeEqual(sealOf(head, said, by), seal),
  };
}

function sealOf(
  head: Uint8Array,
  said: Uint8Array,
  { key, purpose }: Pick<IdSeal, "key" | "purpose">,
): Buffer {
  // What has no fixed length stands behind its length: two splits must not give one seal.
  const text = Buffer.from(purpose);
  const lengths = Buffer.from(`${text.length} `);
  const hmac = createHmac("sha256", key).update(head).update(lengths).update(text).update(said);
  return hmac.digest().subarray(0, SEAL_BYTES);
}
