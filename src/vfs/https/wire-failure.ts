// What fails with named files, as it is said over HTTPS, and back. The protocol knows few kinds of
// errors; of the other codes each has a text of its own, so that a client of ours finds the code
// again while an older one shows the text.

import { FsError, type FsErrorCode } from "../fs-error.ts";
import type { WirePath } from "./messages.ts";
import type { WireError } from "./wire-error.ts";

/** The error of a path that no file system could have. */
export function invalidPath(path: WirePath): WireError {
  return { kind: "InvalidPath", path };
}

/** @param path as the command said it */
export function wireErrorOf(code: FsErrorCode, path: WirePath): WireError {
  switch (code) {
    case "not-found":
      return { kind: "FileNotFound", path };
    case "read-only":
    case "unsupported":
      return { kind: "NotSupported" };
    default:
      return { kind: "IoError", message: TEXTS[code] };
  }
}

type TextCode = Exclude<FsErrorCode, "not-found" | "read-only" | "unsupported">;

/** The words of the system errors that file systems on disk answer with. */
const TEXTS: Readonly<Record<TextCode, string>> = {
  "not-a-directory": "Not a directory",
  "is-a-directory": "Is a directory",
  exists: "File exists",
  "not-empty": "Directory not empty",
  denied: "Permission denied",
  changed: "Changed by somebody else",
  "no-space": "No space left on device",
  unavailable: "Resource temporarily unavailable",
};

/** What an error that came over the wire means here. @param subject whose failure it is, for people */
export function fsErrorOfWire(error: WireError, subject: string): FsError {
  return new FsError(codeOf(error), `${subject}: ${wordsOf(error)}`);
}

function codeOf(error: WireError): FsErrorCode {
  switch (error.kind) {
    case "FileNotFound":
      return "not-found";
    case "InvalidPath":
      return "denied";
    case "NotSupported":
      return "unsupported";
    case "WithContext":
      return codeOf(error.cause);
    case "IoError":
    case "Other":
      return codeOfText(error.message);
    default:
      return error satisfies never;
  }
}

/** Rust adds the number of a system error: "Directory not empty (os error 39)". */
function codeOfText(message: string): FsErrorCode {
  const text = message.replace(/ \(os error \d+\)$/, "");
  return TEXT_CODES.find((code) => TEXTS[code] === text) ?? "unavailable";
}

const TEXT_CODES: readonly TextCode[] = [
  "not-a-directory",
  "is-a-directory",
  "exists",
  "not-empty",
  "denied",
  "changed",
  "no-space",
];

function wordsOf(error: WireError): string {
  switch (error.kind) {
    case "FileNotFound":
    case "InvalidPath":
      return `${error.kind} ${error.path}`;
    case "NotSupported":
      return error.kind;
    case "WithContext":
      return `${error.context}: ${wordsOf(error.cause)}`;
    case "IoError":
    case "Other":
      return error.message;
    default:
      return error satisfies never;
  }
}
