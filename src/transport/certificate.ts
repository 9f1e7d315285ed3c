// Can this certificate and this key be served? Every way in which two files can be wrong gets its
// own words: which file, what it is instead, what to do. Dates only warn: a server with an expired
// certificate is still better than none, and clients say so themselves.
// Synchronous, because a configuration is read in one go, and these are two small files.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { namesOf } from "./certificate-names.ts";
import {
  type CertificateProblem,
  type Found,
  found,
  insteadOf,
  PEM_HINT,
  type PemBlock,
  pemBlocksIn,
  problem,
  readPem,
} from "./pem.ts";
import { type KeyPair, secureContextOf } from "./tls-context.ts";

export type CertificateCheck =
  | (KeyPair & {
      readonly kind: "certificate";
      /** Hosts and addresses inside, canonical. */
      readonly names: readonly string[];
      readonly validFromMs: number;
      readonly validToMs: number;
      /** SHA-256 of the certificate, "AB:CD:…". */
      readonly fingerprint: string;
      /** Usable, but somebody should look at it. */
      readonly warnings: readonly string[];
    })
  | { readonly kind: "problems"; readonly problems: readonly CertificateProblem[] };

export interface CertificateTexts {
  readonly certPem: string;
  readonly keyPem: string;
  readonly nowMs: number;
  /** How the files are called in messages. */
  readonly certPath?: string;
  readonly keyPath?: string;
}

/** @param passphrase of the key, where it has one */
export function readCertificate(
  certPath: string,
  keyPath: string,
  nowMs: number,
  passphrase?: string,
): CertificateCheck {
  const cert = readPem(certPath, "certificate");
  const key = readPem(keyPath, "key");
  return check(cert, key, { nowMs, certPath, keyPath, passphrase });
}

export function checkCertificate(texts: CertificateTexts): CertificateCheck {
  const { certPem, keyPem, nowMs, certPath = "the certificate", keyPath = "the key" } = texts;
  return check(found(certPem), found(keyPem), { nowMs, certPath, keyPath });
}

interface Naming {
  readonly nowMs: number;
  readonly certPath: string;
  readonly keyPath: string;
  readonly passphrase?: string | undefined;
}

// Both files are looked at to the end even when one is bad: all problems are told at once.
function check(certText: Found<string>, keyText: Found<string>, naming: Naming): CertificateCheck {
  const { certPath, keyPath, passphrase } = naming;
  const certs = certText.kind === "found" ? chainIn(certText.value, certPath) : certText;
  const key = keyText.kind === "found" ? keyIn(keyText.value, keyPath, passphrase) : keyText;
  if (certs.kind !== "found" || key.kind !== "found") {
    return { kind: "problems", problems: problemsOf([certs, key]) };
  }
  const { chain } = certs.value;
  const pair: KeyPair = { cert: chain.map((it) => it.toString()).join(""), key: key.value.pem };
  const unusable = mismatch(chain, key.value.object, naming) ?? refusedByTls(pair, certPath);
  if (unusable !== undefined) return { kind: "problems", problems: [unusable] };
  return describedCertificate(pair, certs.value, naming);
}

/** What people are told of a pair that can be served. */
export function describedCertificate(
  pair: KeyPair,
  { leaf, chain }: Chain,
  { nowMs, certPath }: Pick<Naming, "nowMs" | "certPath">,
): CertificateCheck {
  return {
    kind: "certificate",
    ...pair,
    names: namesOf(leaf),
    validFromMs: lifeOf(leaf).fromMs,
    validToMs: lifeOf(leaf).toMs,
    fingerprint: leaf.fingerprint256,
    warnings: [
      ...chain.flatMap((it, at) => dateWarnings(it, nowMs, ordinal(at, certPath))),
      ...orderWarnings(chain, certPath),
      ...nameWarnings(leaf, certPath),
    ],
  };
}

function problemsOf(parts: readonly Found<unknown>[]): CertificateProblem[] {
  return parts.flatMap((part) => (part.kind === "problem" ? [part.problem] : []));
}

const isCertificate = ({ label }: PemBlock) => /^(X509 )?CERTIFICATE$/.test(label);
const isKey = ({ label }: PemBlock) => label.endsWith("PRIVATE KEY");

export interface Chain {
  readonly leaf: X509Certificate;
  readonly chain: readonly X509Certificate[];
}

function chainIn(text: string, path: string): Found<Chain> {
  const blocks = pemBlocksIn(text);
  const chain: X509Certificate[] = [];
  for (const { pem } of blocks.filter(isCertificate)) {
    const certificate = decoded(pem);
    if (certificate === undefined) {
      const message = `${ordinal(chain.length, path)} is damaged and cannot be decoded`;
      return problem("certificate", message, "copy the file again from where it was issued");
    }
    chain.push(certificate);
  }
  const [leaf] = chain;
  if (leaf !== undefined) return found({ leaf, chain });
  if (blocks.some(isKey)) {
    const message = `${path} holds a private key but no certificate`;
    return problem("certificate", message, "are the paths of certificate and key swapped?");
  }
  return problem("certificate", `${path} holds no certificate${insteadOf(text)}`, PEM_HINT);
}

/** OpenSSL's reason ("wrong tag") helps nobody, so it is not kept. */
function decoded(pem: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    // OpenSSL decodes dates that are none; we could not compare them.
    return Number.isNaN(lifeOf(certificate).toMs - lifeOf(certificate).fromMs)
      ? undefined
      : certificate;
  } catch {
    return undefined;
  }
}

interface Key {
  readonly pem: string;
  readonly object: KeyObject;
}

function keyIn(text: string, path: string, passphrase: string | undefined): Found<Key> {
  const blocks = pemBlocksIn(text);
  const block = blocks.find(isKey);
  if (block === undefined && blocks.some(isCertificate)) {
    const message = `${path} holds a certificate but no private key`;
    return problem("key", message, "are the paths of certificate and key swapped?");
  }
  if (block === undefined) {
    return problem("key", `${path} holds no private key${insteadOf(text)}`, PEM_HINT);
  }
  const isEncrypted =
    block.label.startsWith("ENCRYPTED") || block.pem.includes("Proc-Type: 4,ENCRYPTED");
  if (isEncrypted && passphrase === undefined) {
    const hint = `say tls.passphrase_env, or take it off: openssl pkey -in ${path} -out key.pem`;
    return problem("key", `${path} is encrypted with a passphrase`, hint);
  }
  try {
    // A new text, so that what is served is what was understood.
    const object = createPrivateKey({ key: block.pem, ...(isEncrypted ? { passphrase } : {}) });
    const pem = object.export({ type: "pkcs8", format: "pem" }).toString();
    return found({ object, pem });
  } catch {
    if (isEncrypted) {
      const hint = "is the passphrase in the variable of tls.passphrase_env the right one?";
      return problem("key", `the passphrase does not open ${path}`, hint);
    }
    const hint = "an RSA or EC key in PKCS #8, PKCS #1 or SEC 1 form is needed";
    return problem("key", `the private key in ${path} is damaged or of an unknown kind`, hint);
  }
}

function mismatch(
  [leaf, ...rest]: readonly X509Certificate[],
  key: KeyObject,
  { certPath, keyPath }: Naming,
): CertificateProblem | undefined {
  if (leaf?.checkPrivateKey(key) === true) return undefined;
  const place = rest.findIndex((it) => it.checkPrivateKey(key));
  if (place >= 0) {
    const message = `${certPath} does not begin with the certificate of ${keyPath}`;
    return { file: "certificate", message, hint: `move certificate ${place + 2} to the top` };
  }
  const hint = "take the key that was made together with the certificate";
  return { file: "key", message: `${keyPath} does not match ${certPath}`, hint };
}

/** OpenSSL has the last word: a short RSA key, an MD5 signature, a key that cannot sign. */
function refusedByTls(pair: KeyPair, certPath: string): CertificateProblem | undefined {
  try {
    secureContextOf(pair);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(":").at(-1) : String(error);
    return {
      file: "certificate",
      message: `${certPath} cannot be used for TLS (${reason})`,
      hint: "use an EC P-256 key, or RSA of 2048 bits or more, signed with SHA-256",
    };
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

function dateWarnings(certificate: X509Certificate, nowMs: number, what: string): string[] {
  const { fromMs, toMs } = lifeOf(certificate);
  if (nowMs < fromMs) return [`${what} is not valid before ${dateText(fromMs)}`];
  if (nowMs > toMs) return [`${what} expired on ${dateText(toMs)}`];
  if (toMs - nowMs > 14 * DAY_MS) return [];
  const days = Math.floor((toMs - nowMs) / DAY_MS);
  const left = days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
  return [`${what} expires on ${dateText(toMs)}, in ${left}`];
}

export function lifeOf(certificate: X509Certificate): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(certificate.validFrom), toMs: Date.parse(certificate.validTo) };
}

/** "2026-11-20 15:52 UTC" */
function dateText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function orderWarnings(chain: readonly X509Certificate[], path: string): string[] {
  return chain.flatMap((certificate, at) => {
    const issuer = chain[at + 1];
    if (issuer === undefined || certificate.checkIssued(issuer)) return [];
    const next = ordinal(at + 1, path);
    return [`${next} did not issue the one before it: some clients will refuse the chain`];
  });
}

function nameWarnings(leaf: X509Certificate, path: string): string[] {
  if (/\b(DNS|IP Address):/.test(leaf.subjectAltName ?? "")) return [];
  return [`${path} names no host in subjectAltName: browsers will refuse it`];
}

function ordinal(at: number, path: string): string {
  return at === 0 ? path : `certificate ${at + 1} in ${path}`;
}
