// Passwords and their hashes: making one, and checking a password against one. Slow on purpose, which
// is why it happens on other threads, and in turns (password-checks.ts).
//
// scrypt with N = 2^14, r = 8, p = 5 is one of the settings that OWASP holds to be equally strong,
// and the one that takes the least memory: 16 MiB, and 0.15 to 0.2 s, a check.

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { PasswordHash, ScryptHash } from "../base/password-hash.ts";
import { isBcryptOf } from "./bcrypt.ts";

const COST_LOG2 = 14;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 5;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** @param password in NFC, as credentials come */
export async function hashOfPassword(password: string): Promise<ScryptHash> {
  const blank = { ...DEFAULT_HASH, salt: randomBytes(SALT_BYTES) };
  return { ...blank, key: await derived(password, blank) };
}

/** Of nobody: for a user who does not exist where nobody else does either. */
export const DEFAULT_HASH: ScryptHash = {
  kind: "scrypt",
  costLog2: COST_LOG2,
  blockSize: BLOCK_SIZE,
  parallelization: PARALLELIZATION,
  salt: Buffer.alloc(SALT_BYTES),
  key: Buffer.alloc(KEY_BYTES),
};

/** Takes as long for a wrong password as for the right one. */
export async function isPasswordOf(hash: PasswordHash, password: string): Promise<boolean> {
  if (hash.kind === "bcrypt") return isBcryptOf(hash, password);
  return timingSafeEqual(await derived(password, hash), hash.key);
}

function derived(password: string, hash: ScryptHash): Promise<Buffer> {
  const { costLog2, blockSize, parallelization, salt, key } = hash;
  const cost = 2 ** costLog2;
  const options: ScryptOptions = {
    cost,
    blockSize,
    parallelization,
    // What it needs, and some room: Node's own bound of 32 MiB is not meant for every hash.
    maxmem: 128 * blockSize * (cost + parallelization + 2) + 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, key.length, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
