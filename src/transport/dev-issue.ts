// Writes certificates for development: the local authority's own, and leaves signed by it.
// The only file that knows the library. Keys are made elsewhere and handed in, so that a
// certificate can be made anew for a key that people already trust.

import { createHash, createPublicKey } from "node:crypto";
import type { SelfsignedOptions } from "selfsigned";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
export const AUTHORITY_DAYS = 3650;
/** Apple refuses more than 825 days, and 398 from public authorities; 397 pleases everybody. */
export const LEAF_DAYS = 397;

/** @param key PEM, EC P-256 */
export async function issueAuthority(key: string, nowMs: number): Promise<string> {
  // The key's own mark in the name: an authority made later, with another key, must not be taken
  // for this one, because clients look for issuers by name.
  const mark = createHash("sha256").update(publicPart(key)).digest("hex").slice(0, 8);
  return generate(`Ferrox local authority ${mark}`, {
    ...lifetime(nowMs, AUTHORITY_DAYS),
    keyPair: { privateKey: key, publicKey: publicPart(key) },
    extensions: [
      // pathLenConstraint 0: it signs leaves, never another authority.
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

export interface LeafWish {
  readonly key: string;
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  readonly authority: { readonly key: string; readonly cert: string };
  readonly nowMs: number;
}

export async function issueLeaf(wish: LeafWish): Promise<string> {
  return generate("localhost", {
    ...lifetime(wish.nowMs, LEAF_DAYS),
    keyPair: { privateKey: wish.key, publicKey: publicPart(wish.key) },
    ca: { key: wish.authority.key, cert: wish.authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...wish.dnsNames.map((value) => ({ type: 2 as const, value })),
          ...wish.addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
}

/** @param commonName ends up in a comma-separated text: only names of our own */
async function generate(commonName: string, options: SelfsignedOptions): Promise<string> {
  // Loaded when needed: a server with certificates of its own starts without these 9 MB.
  const selfsigned = await import("selfsigned");
  const { cert } = await selfsigned.generate(
    [
      { name: "commonName", value: commonName },
      { name: "organizationName", value: "Ferrox development certificates" },
    ],
    // Exactly "sha256": the library's default, and any other spelling, means SHA-1.
    { ...options, keyType: "ec", curve: "P-256", algorithm: "sha256" },
  );
  return cert.endsWith("\n") ? cert : `${cert}\n`;
}

/** Begins an hour ago, for phones and virtual machines whose clocks are slow. */
function lifetime(nowMs: number, days: number): { notBeforeDate: Date; notAfterDate: Date } {
  const fromMs = Math.floor((nowMs - HOUR_MS) / 1000) * 1000;
  return { notBeforeDate: new Date(fromMs), notAfterDate: new Date(fromMs + days * DAY_MS) };
}

function publicPart(key: string): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}
