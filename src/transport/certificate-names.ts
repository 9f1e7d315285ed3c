// Which hosts does a certificate speak for, and does one of its names cover this host?
// RFC 6125, section 6.4: subjectAltName counts; the common name only when there is none, as a
// last hint for certificates made by hand (browsers no longer look at it).

import type { X509Certificate } from "node:crypto";
import { isIPv6, SocketAddress } from "node:net";

/** DNS names (lower case, "*.example.org" as it stands) and addresses, in the order written. */
export function namesOf(
  certificate: Pick<X509Certificate, "subjectAltName" | "subject">,
): readonly string[] {
  const alternatives = alternativeNames(certificate.subjectAltName ?? "");
  if (alternatives.length > 0) return [...new Set(alternatives)];
  const commonName = /^CN=(.+)$/m.exec(certificate.subject ?? "")?.[1];
  return commonName === undefined ? [] : [canonicalHost(commonName)];
}

/** One spelling per host: lower case, no final dot, no brackets, the shortest form of an IPv6. */
export function canonicalHost(host: string): string {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (isIPv6(bare) && !bare.includes("%")) {
    return new SocketAddress({ address: bare, family: "ipv6" }).address;
  }
  return bare.endsWith(".") ? bare.slice(0, -1) : bare;
}

/** The wildcard that would cover this host: one label only, "a.example.org" → "*.example.org". */
export function wildcardOver(host: string): string | undefined {
  const dot = host.indexOf(".");
  return dot > 0 ? `*${host.slice(dot)}` : undefined;
}

/** @param names canonical, as namesOf gives them */
export function coversHost(names: readonly string[], host: string): boolean {
  const canonical = canonicalHost(host);
  const wildcard = wildcardOver(canonical);
  return names.includes(canonical) || (wildcard !== undefined && names.includes(wildcard));
}

// "DNS:a.example, IP Address:127.0.0.1, DNS:\"b, DNS:c\"". Node puts a name into quotes when it
// holds anything that could be taken for the next name; such a name is no host, so it is left out.
function alternativeNames(text: string): string[] {
  const names: string[] = [];
  for (const [, kind, value] of text.matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)) {
    if (value === undefined || value === "" || value.startsWith('"')) continue;
    if (kind === "DNS" || kind === "IP Address") names.push(canonicalHost(value));
  }
  return names;
}
