// The keys and certificates that a configuration asks for, read or made.

import type { CertificateFiles, TlsConfig } from "../config/config.ts";
import { readCertificate } from "../transport/certificate.ts";
import { devCertificate } from "../transport/dev-certificate.ts";
import type { KeyPair, KeyPairs } from "../transport/tls-context.ts";

export type KeyPairsOutcome =
  | { readonly kind: "off" }
  /** Warnings are for a reload: at the start the configuration's own check has told them. */
  | { readonly kind: "pairs"; readonly pairs: KeyPairs; readonly warnings: readonly string[] }
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
    return { kind: "pairs", pairs: { main: made, others: [] }, warnings: [] };
  }
  const messages: string[] = [];
  const warnings: string[] = [];
  const read = ({ certPath, keyPath }: CertificateFiles): KeyPair => {
    const result = readCertificate(certPath, keyPath, nowMs);
    if (result.kind === "certificate") {
      warnings.push(...result.warnings);
      return result;
    }
    messages.push(...result.problems.map(inOneLine));
    return { cert: "", key: "" };
  };
  const main = read(tls.main);
  const others = tls.others.map((other) => ({ ...read(other), hosts: other.hosts }));
  if (messages.length > 0) return { kind: "problems", messages };
  return { kind: "pairs", pairs: { main, others }, warnings };
}

function inOneLine({ message, hint }: { message: string; hint: string }): string {
  return `${message} (${hint})`;
}
