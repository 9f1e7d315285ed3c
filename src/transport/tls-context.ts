// Keys and certificates → what a TLS handshake needs, chosen by the name the client asks for
// (SNI, RFC 6066 section 3). Nothing here reads files or touches a socket: whoever accepts a
// connection asks contextFor() once per handshake, so that a reload() shows in the next handshake
// while open connections keep what they have.

import { constants, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { canonicalHost, namesOf, wildcardOver } from "./certificate-names.ts";

/** PEM. The certificate comes first, then those that lead to its authority. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface KeyPairs {
  /** For clients that name no host, or one that no other certificate covers. */
  readonly main: KeyPair;
  /** Chosen by `hosts` ("*.example.org" matches one label); when empty, by the names inside. */
  readonly others: readonly (KeyPair & { readonly hosts: readonly string[] })[];
}

export interface TlsContexts {
  /** Never fails: an unknown name, or none, is answered with the main certificate. */
  contextFor(serverName: string | undefined): SecureContext;
  /** Every name these certificates speak for, those of the main one first. Changes on reload. */
  readonly hosts: readonly string[];
  /** @throws when a pair cannot be used; then everything stays as it was */
  reload(pairs: KeyPairs): void;
}

/** @throws when a pair cannot be used: ask checkCertificate first, it says why in words */
export function tlsContexts(pairs: KeyPairs): TlsContexts {
  let current = contextsOf(pairs);
  return {
    contextFor: (serverName) => choose(current, serverName),
    get hosts() {
      return current.hosts;
    },
    reload(next) {
      current = contextsOf(next);
    },
  };
}

/** What every handshake of ours is held to; also the last test of a certificate somebody gives us. */
export function secureContextOf({ cert, key }: KeyPair): SecureContext {
  return createSecureContext({ ...PROMISES, cert, key });
}

// RFC 9325, sections 3.1.1 and 4.2: TLS 1.2 and up; only forward secrecy with authenticated
// encryption. Resumption by ticket stays on, renegotiation (CVE-2009-3555, CVE-2011-1473) is off.
const PROMISES: SecureContextOptions = {
  minVersion: "TLSv1.2",
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
  honorCipherOrder: true,
  // Ours is the order, except that a client whose first wish is ChaCha has no AES in hardware.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_PRIORITIZE_CHACHA,
};

interface Contexts {
  readonly main: SecureContext;
  readonly byHost: ReadonlyMap<string, SecureContext>;
  readonly hosts: readonly string[];
}

function contextsOf(pairs: KeyPairs): Contexts {
  // Node lends a connection only certificate and key of the context chosen by name; tickets are
  // sealed by main, whose keys are new each time. So every host can resume, and nobody goes on
  // under a certificate that a reload has taken away.
  const main = secureContextOf(pairs.main);
  const mainNames = namesOf(new X509Certificate(pairs.main.cert));
  const others = pairs.others.map((pair) => ({
    context: secureContextOf(pair),
    wished: pair.hosts.map(canonicalHost),
    names: namesOf(new X509Certificate(pair.cert)),
  }));

  // The first to claim a name keeps it: what was configured, then main, then what is inside.
  const byHost = new Map<string, SecureContext>();
  for (const { context, wished } of others) claim(byHost, wished, context);
  claim(byHost, mainNames, main);
  for (const { context, wished, names } of others) {
    if (wished.length === 0) claim(byHost, names, context);
  }

  const hosts = new Set([...mainNames, ...others.flatMap((it) => [...it.wished, ...it.names])]);
  return { main, byHost, hosts: [...hosts] };
}

function claim(byHost: Map<string, SecureContext>, names: readonly string[], its: SecureContext) {
  for (const name of names) {
    if (!byHost.has(name)) byHost.set(name, its);
  }
}

function choose({ main, byHost }: Contexts, serverName: string | undefined): SecureContext {
  if (serverName === undefined) return main;
  const host = canonicalHost(serverName);
  const exact = byHost.get(host);
  if (exact !== undefined) return exact;
  const wildcard = wildcardOver(host);
  return (wildcard === undefined ? undefined : byHost.get(wildcard)) ?? main;
}
