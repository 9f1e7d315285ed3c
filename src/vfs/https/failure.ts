// What goes wrong with a server far away, in the words of FsError: connections that fail, answers
// that are none, and errors that the server sends. The one place that translates them.

import { codeOf } from "../../base/system-error.ts";
import { TimeoutError } from "../../base/timeout-error.ts";
import { FsError, type FsErrorCode } from "../fs-error.ts";
import type { VfsPath } from "../path.ts";
import type { WireError } from "./wire-error.ts";
import { fsErrorOfWire } from "./wire-failure.ts";

/** A request that got no answer. */
export function connectionFailure(error: unknown, url: URL): FsError {
  return new FsError("unavailable", `${url.host}: ${whyNot(error, url)}`, error);
}

const UNTRUSTED = "its certificate is signed by nobody who is trusted here";

const CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "no host of that name is known",
  EAI_AGAIN: "no name server answers",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  ETIMEDOUT: "no answer",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ABORT_ERR: "interrupted",
  EPROTO: "no TLS is spoken there",
  ERR_SSL_WRONG_VERSION_NUMBER: "no TLS is spoken there",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "no TLS is spoken there",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

function whyNot(error: unknown, url: URL): string {
  if (error instanceof TimeoutError) return error.message;
  const code = codeOf(error) ?? "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `its certificate is not for ${url.hostname}`;
  }
  return CONNECTION[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Whether a connection failed because of whom the server says it is; --ca or a new name helps. */
export function isTrustFailure(error: unknown): boolean {
  const code = error instanceof FsError ? (codeOf(error.cause) ?? "") : "";
  return CONNECTION[code] === UNTRUSTED;
}

const NO_LENDER = "lends no file system";

/** Whether a server is there that has nothing at this URL. */
export function isNoLender({ message }: FsError): boolean {
  return message.endsWith(NO_LENDER);
}

/** A status that no command is answered with. */
export function statusFailure(status: number, url: URL): FsError {
  switch (status) {
    case 400:
      return new FsError("unavailable", `${url.host} does not understand us`);
    case 403:
      return new FsError("denied", `${url.host} does not let us`);
    case 404:
    case 405:
      return new FsError("unavailable", `${url.href} ${NO_LENDER}`);
    case 413:
      return new FsError("no-space", `${url.host} takes no command that long`);
    default:
      return new FsError("unavailable", `${url.host} answers with status ${status}`);
  }
}

/** What was being done, as far as it decides what an error means. */
export type Doing = "reading" | "changing";

/** An error that the server sent. */
export function wireFailure(error: WireError, path: VfsPath, doing: Doing): FsError {
  const { code, message } = fsErrorOfWire(error, path);
  return new FsError(meant(code, rootOf(error), doing), WORDS[error.kind]?.(path) ?? message);
}

/** The same, as ReadDir says it: in Rust's words for people (debugText of wire-error.ts). */
export function debugFailure(text: string, path: VfsPath): FsError {
  const variant = /^[A-Za-z]+/.exec(text)?.[0];
  if (variant === "FileNotFound" || variant === "InvalidPath") {
    return new FsError("not-found", `${path}: ${text}`);
  }
  // `IoError("Permission denied")`, `IoError(Os { code: 13, …, message: "Permission denied" })`
  const message = /(?:^IoError\(|message: )"([^"\\]*)"/.exec(text)?.[1];
  const { code } = fsErrorOfWire({ kind: "IoError", message: message ?? "" }, path);
  return new FsError(code, `${path}: ${text}`);
}

/** Where the wire's own words say less than ours. */
const WORDS: Partial<Record<WireError["kind"], (path: VfsPath) => string>> = {
  FileNotFound: (path) => `${path} not found`,
  InvalidPath: (path) => `${path} is no path there`,
  NotSupported: (path) => `${path} cannot be changed so there`,
};

function rootOf(error: WireError): WireError {
  return error.kind === "WithContext" ? rootOf(error.cause) : error;
}

/** The protocol has one word for what we tell apart. */
function meant(code: FsErrorCode, { kind }: WireError, doing: Doing): FsErrorCode {
  if (kind === "InvalidPath" && doing === "reading") return "not-found";
  if (kind === "NotSupported" && doing === "changing") return "read-only";
  return code;
}
