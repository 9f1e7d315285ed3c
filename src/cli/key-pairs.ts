// The keys and certificates that a configuration asks for, read or made.

import { X509Certificate } from "node:crypto";
import type { CertificateFiles, TlsConfig } from "../config/config.ts";
import { namesOf } from "../transport/certificate-names.ts";
import { devCertificate } from "../transport/dev-certificate.ts";
import { readIdentity } from "../transport/identity.ts";
import type { KeyPair, KeyPairs } from "../transport/tls-context.ts";

export type KeyPairsOutcome =
  | { readonly kind: "off" }
  | { readonly kind: "pairs"; readonly pairs: KeyPairs }
  | { readonly kind: "problems"; readonly messages: readonly string[] };

/** @param dataFolder where the authority for development lives */
export async function keyPairsOf(
  tls: TlsConfig,
  dataFolder: string,
  nowMs: number,
): Promise<KeyPairsOutcome> {
  if (tls.kind === "off") return tls;
  if (tls.kind === "dev") {
    const made = await devCertificate({ dir: dataFolder, names: tls.names, nowMs });
    if (made.kind === "problems") {
      return { kind: "problems", messages: made.problems.map(inOneLine) };
    }
    return { kind: "pairs", pairs: { main: made, others: [] } };
  }
  const messages: string[] = [];
  const read = (files: CertificateFiles): KeyPair => {
    const result = readIdentity(files, nowMs);
    if (result.kind === "certificate") return result;
    messages.push(...result.problems.map(inOneLine));
    return { cert: "", key: "" };
  };
  const main = read(tls.main);
  const others = tls.others.map((other) => ({ ...read(other), hosts: other.hosts }));
  if (messages.length > 0) return { kind: "problems", messages };
  return { kind: "pairs", pairs: { main, others } };
}

/** Which certificates were not there before, one statement each, for people. */
export function newCertificates(
  before: KeyPairs | undefined,
  after: KeyPairs | undefined,
): readonly string[] {
  // TLS was turned on or off, and the configuration's own changes say so.
  if (before === undefined || after === undefined) return [];
  const known = new Set([before.main, ...before.others].map(({ cert }) => cert));
  const fresh = [after.main, ...after.others].filter(({ cert }) => !known.has(cert));
  return fresh.map(({ cert }) => {
    const certificate = new X509Certificate(cert);
    const names = namesOf(certificate);
    const more =
      names.length > NAMES_SHOWN_MAX ? ` and ${names.length - NAMES_SHOWN_MAX} more` : "";
    const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ") + more;
    return `a new certificate for ${shown}, valid to ${certificate.validTo}`;
  });
}

const NAMES_SHOWN_MAX = 3;

function inOneLine({ message, hint }: { message: string; hint: string }): string {
  return `${message} (${hint})`;
}
