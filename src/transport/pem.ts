// A PEM file (RFC 7468): read from disk, cut into its blocks, and, when it has none, what it is
// instead. What a block means (a certificate, a key) is certificate.ts's business.

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { codeOf } from "../base/system-error.ts";

export interface CertificateProblem {
  /** Which of the two files is to be mended. */
  readonly file: "certificate" | "key";
  /** One statement that names the file: "certs/key.pem does not match certs/cert.pem". */
  readonly message: string;
  readonly hint: string;
}

export type Found<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: CertificateProblem };

export function found<T>(value: T): Found<T> {
  return { kind: "found", value };
}

export function problem(
  file: "certificate" | "key",
  message: string,
  hint: string,
): { readonly kind: "problem"; readonly problem: CertificateProblem } {
  return { kind: "problem", problem: { file, message, hint } };
}

export interface PemBlock {
  /** "CERTIFICATE", "EC PRIVATE KEY" */
  readonly label: string;
  /** From the first dash to the last. */
  readonly pem: string;
}

/** Text between blocks is commentary (RFC 7468, section 2) and is skipped. */
export function pemBlocksIn(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----)[\s\S])*-----END \1-----/g);
  return [...blocks].map(([pem, label = ""]) => ({ label, pem }));
}

export const PEM_HINT = 'a PEM file is needed: text with lines such as "-----BEGIN …-----"';

/** Why nothing useful was found, as far as the text shows: the end of a sentence. */
export function insteadOf(text: string): string {
  const [block] = pemBlocksIn(text);
  if (block !== undefined) return `, only: ${block.label.toLowerCase()}`;
  if (text.trim() === "") return ": it is empty";
  if (/^0[\x80-\x84]/.test(text)) return ": it is binary (DER or PKCS #12), not PEM";
  if (/^(\xff\xfe|\xfe\xff)/.test(text)) return ": it is UTF-16 text, save it as plain ASCII";
  return text.includes("-----BEGIN ") ? ": it is cut short" : ": it is not PEM";
}

// Far more than any chain; whoever points at a disk image hears of it at once.
const FILE_BYTES_MAX = 1024 * 1024;

export function readPem(path: string, file: "certificate" | "key"): Found<string> {
  const hint = `give the path of a PEM file with the ${file}, or make one with: ferrox cert`;
  try {
    // A FIFO would block the whole process while it waits for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return problem(file, `${path} is not a regular file`, hint);
      if (stat.size > FILE_BYTES_MAX) return problem(file, `${path} is larger than 1 MiB`, hint);
      // PEM is ASCII; latin1 shows every byte of what is not PEM at all.
      return found(readFileSync(descriptor, "latin1"));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return unreadable(path, file, { error, hint });
  }
}

function unreadable(
  path: string,
  file: "certificate" | "key",
  { error, hint }: { error: unknown; hint: string },
): Found<never> {
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return problem(file, `${path} does not exist`, hint);
  }
  if (code === "EACCES" || code === "EPERM") {
    return problem(file, `${path} may not be read`, "let the user that runs ferrox read it");
  }
  return problem(file, `${path} cannot be read (${String(code ?? error)})`, hint);
}
