// Who this server says it is: certificate and key, from two PEM files or from one PKCS #12 file
// (RFC 7292), as Windows and Java export them.
//
// OpenSSL opens the latter and keeps key and chain to itself; of its content only the certificate
// comes out again, to be judged like any other.

import { X509Certificate } from "node:crypto";
import { type CertificateCheck, describedCertificate, readCertificate } from "./certificate.ts";
import { certificateIn } from "./node-handle.ts";
import { type CertificateProblem, type Found, found, problem, readPem } from "./pem.ts";
import { secureContextOf } from "./tls-context.ts";

export interface IdentityFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly secret?: { readonly form: "pem" | "pkcs12"; readonly passphrase: string } | undefined;
}

export function readIdentity(files: IdentityFiles, nowMs: number): CertificateCheck {
  const { certPath, keyPath, secret } = files;
  if (secret?.form !== "pkcs12") {
    return readCertificate(certPath, keyPath, nowMs, secret?.passphrase);
  }
  const read = readPem(certPath, "certificate");
  if (read.kind === "problem") return refused(read.problem);
  const bytes = Buffer.from(read.value, "latin1");
  const pkcs12 = { base64: bytes.toString("base64"), passphrase: secret.passphrase };
  const leaf = leafOf(certPath, pkcs12);
  if (leaf.kind === "problem") return refused(leaf.problem);
  const chain = [leaf.value];
  const pair = { cert: leaf.value.toString(), key: "", pkcs12 };
  return describedCertificate(pair, { leaf: leaf.value, chain }, { nowMs, certPath });
}

function refused(why: CertificateProblem): CertificateCheck {
  return { kind: "problems", problems: [why] };
}

function leafOf(
  path: string,
  pkcs12: { readonly base64: string; readonly passphrase: string },
): Found<X509Certificate> {
  try {
    const der = certificateIn(secureContextOf({ cert: "", key: "", pkcs12 }));
    if (der !== undefined) return found(new X509Certificate(der));
    return problem("certificate", `${path} shows no certificate`, asPem(path));
  } catch (error) {
    // OpenSSL's own words, of which there are few.
    const said = error instanceof Error ? error.message : String(error);
    if (/mac verify failure|password/i.test(said)) {
      const hint = "is the passphrase in the variable of tls.passphrase_env the right one?";
      return problem("certificate", `the passphrase does not open ${path}`, hint);
    }
    if (/unsupported/i.test(said)) {
      const message = `${path} is sealed with ciphers that are no longer trusted (RC2, 3DES)`;
      return problem("certificate", message, `export it anew, or: ${asPem(path)}`);
    }
    return problem("certificate", `${path} is no PKCS #12 file, or damaged`, asPem(path));
  }
}

function asPem(path: string): string {
  return `openssl pkcs12 -legacy -nodes -in ${path} -out pem.txt, for cert_path and key_path`;
}
