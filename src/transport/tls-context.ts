// Keys and certificates → what a TLS handshake needs, chosen by the name the client asks for
// (SNI, RFC 6066 section 3). Nothing here reads files or touches a socket. Contexts are a value:
// a reload makes new ones, which the next handshake sees, while open connections keep what they
// have. What lives on is what seals tickets, so that sessions can be resumed across a reload.

import { constants, randomBytes, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { canonicalHost, coversHost, namesOf, wildcardOver } from "./certificate-names.ts";

/** PEM. The certificate comes first, then those that lead to its authority. */
export interface KeyPair {
  readonly cert: string;
  /** "" where `pkcs12` holds it. */
  readonly key: string;
  /** Key and chain in one, which counts instead of them; `cert` then is the first one alone. */
  readonly pkcs12?: { readonly base64: string; readonly passphrase: string } | undefined;
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
  /** Every name these certificates speak for, those of the main one first. */
  readonly hosts: readonly string[];
  /** Seals the tickets by which sessions are resumed. */
  readonly ticketKeys: Buffer;
}

export interface TlsContextOptions {
  /**
   * Those of before a reload. Their sessions can still be resumed, unless a host was taken away:
   * nobody goes on under a name that this server no longer speaks for.
   */
  readonly before?: TlsContexts | undefined;
  /** When somebody else decides: processes that resume each other's sessions. 48 random bytes. */
  readonly ticketKeys?: Buffer | undefined;
}

/** How many Node asks for: a name, a key for HMAC and one for AES. */
export const TICKET_KEY_BYTES = 48;

/** @throws when a pair cannot be used: ask checkCertificate first, it says why in words */
export function tlsContexts(pairs: KeyPairs, options: TlsContextOptions = {}): TlsContexts {
  const { before } = options;
  const hosts = hostsOf(pairs);
  const ticketKeys =
    options.ticketKeys ??
    (before === undefined || takesAway(before.hosts, hosts)
      ? randomBytes(TICKET_KEY_BYTES)
      : before.ticketKeys);
  const contexts = contextsOf(pairs, ticketKeys);
  return { contextFor: (serverName) => choose(contexts, serverName), hosts, ticketKeys };
}

/** Whether some host of before is no longer spoken for. */
export function takesAway(before: readonly string[], after: readonly string[]): boolean {
  return before.some((host) => !coversHost(after, host));
}

/** Every name that pairs speak for, those of the main one first. */
export function hostsOf({ main, others }: KeyPairs): readonly string[] {
  const rest = others.flatMap((it) => [...it.hosts.map(canonicalHost), ...namesIn(it)]);
  return [...new Set([...namesIn(main), ...rest])];
}

function namesIn({ cert }: KeyPair): readonly string[] {
  return namesOf(new X509Certificate(cert));
}

/** What every handshake of ours is held to; also the last test of a certificate somebody gives us. */
export function secureContextOf(pair: KeyPair, ticketKeys?: Buffer): SecureContext {
  const tickets = ticketKeys === undefined ? {} : { ticketKeys };
  return createSecureContext({ ...PROMISES, ...identityOf(pair), ...tickets });
}

function identityOf({ cert, key, pkcs12 }: KeyPair): SecureContextOptions {
  if (pkcs12 === undefined) return { cert, key };
  return { pfx: Buffer.from(pkcs12.base64, "base64"), passphrase: pkcs12.passphrase };
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
}

function contextsOf(pairs: KeyPairs, ticketKeys: Buffer): Contexts {
  // Node lends a connection only certificate and key of the context chosen by name; tickets are
  // sealed by main, so every host can resume.
  const main = secureContextOf(pairs.main, ticketKeys);
  const others = pairs.others.map((pair) => ({
    context: secureContextOf(pair),
    wished: pair.hosts.map(canonicalHost),
    names: namesIn(pair),
  }));

  // The first to claim a name keeps it: what was configured, then main, then what is inside.
  const byHost = new Map<string, SecureContext>();
  for (const { context, wished } of others) claim(byHost, wished, context);
  claim(byHost, namesIn(pairs.main), main);
  for (const { context, wished, names } of others) {
    if (wished.length === 0) claim(byHost, names, context);
  }
  return { main, byHost };
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
