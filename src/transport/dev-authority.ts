// The local authority behind development certificates: one key and one certificate in a folder of
// the user, made once and trusted once.
//
// Every file is settled the same way: look; when it is missing, damaged or old, make it; look
// again. What is returned is what stands on the disk. Starts that run at the same time therefore
// agree: the first key stays, and any certificate in the folder fits the key beside it.

import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { type CertificateCheck, checkCertificate } from "./certificate.ts";
import {
  keepSecret,
  PUBLIC,
  readIfThere,
  SECRET,
  setAside,
  writeFirst,
  writeOver,
} from "./dev-folder.ts";
import { issueAuthority } from "./dev-issue.ts";
import type { KeyPair } from "./tls-context.ts";

export interface DevAuthority extends KeyPair {
  readonly certPath: string;
  readonly keyPath: string;
  readonly validToMs: number;
  /** SHA-256, "AB:CD:…". */
  readonly fingerprint: string;
  /** Not there before this call: nobody trusts it yet. */
  readonly isNew: boolean;
}

const CERT = "ca.pem";
const KEY = "ca-key.pem";

/** @throws errors of the file system, and UnsettledError */
export async function settledAuthority(dir: string, nowMs: number): Promise<DevAuthority> {
  const certPath = join(dir, CERT);
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const key = await settledKey(dir, KEY);
    const present = await readIfThere(certPath);
    const good = present === undefined ? undefined : goodAuthority(present, key, nowMs);
    if (good !== undefined) {
      const { cert, fingerprint, validToMs } = good;
      const keyPath = join(dir, KEY);
      return { cert, key, certPath, keyPath, validToMs, fingerprint, isNew: turn > 0 };
    }
    const made = await issueAuthority(key, nowMs);
    // The same key signs on under the same name, so whoever trusted the one before still does.
    const write = present === undefined ? writeFirst : writeOver;
    await write(dir, CERT, made, PUBLIC);
  }
  throw new UnsettledError(certPath);
}

/** A private key that is there and stays: certificates come and go, the key is made once. */
export async function settledKey(dir: string, name: string): Promise<string> {
  const path = join(dir, name);
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const key = await readIfThere(path);
    if (key !== undefined && isEcKey(key)) {
      await keepSecret(path);
      return key;
    }
    if (key !== undefined) await setAside(dir, name);
    await writeFirst(dir, name, newKey(), SECRET);
  }
  throw new UnsettledError(path);
}

export type UsablePair = Extract<CertificateCheck, { kind: "certificate" }>;

/** A pair in its first two thirds: renewing early leaves time to notice a renewal that fails. */
export function freshPair(cert: string, key: string, nowMs: number): UsablePair | undefined {
  const pair = checkCertificate({ certPem: cert, keyPem: key, nowMs });
  if (pair.kind !== "certificate") return undefined;
  const renewAtMs = pair.validFromMs + ((pair.validToMs - pair.validFromMs) * 2) / 3;
  return pair.validFromMs <= nowMs && nowMs < renewAtMs ? pair : undefined;
}

// Of several starts that disagree on a file, at least one is content after each turn.
export const TURNS_MAX = 50;

export class UnsettledError extends Error {
  override readonly name = "UnsettledError";
  readonly path: string;

  constructor(path: string) {
    super(`${path} was changed by somebody else each time it was written`);
    this.path = path;
  }
}

function goodAuthority(cert: string, key: string, nowMs: number): UsablePair | undefined {
  const pair = freshPair(cert, key, nowMs);
  if (pair === undefined) return undefined;
  const certificate = new X509Certificate(pair.cert);
  return certificate.ca && certificate.verify(certificate.publicKey) ? pair : undefined;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function isEcKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    // Cut short, encrypted, or no key at all: in each case none that we made.
    return false;
  }
}
