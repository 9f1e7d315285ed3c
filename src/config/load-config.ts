// A configuration file on disk → Config: reads it, has it judged, and looks at the files it names.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type CertificateJudge, checkFiles, systemCodeOf } from "./check-files.ts";
import type { DiskClaim } from "./draft.ts";
import type { Origins } from "./origins.ts";
import type { Override } from "./overrides.ts";
import { type Problem, sortProblems } from "./problem.ts";
import { type ConfigResult, configWithoutFile, readConfig } from "./read-config.ts";
import { sourceTextOf } from "./source-text.ts";

export interface LoadOptions {
  /** As the user named it; undefined: flags and variables are all there is. */
  readonly file: string | undefined;
  /** Absolute; what the file's name counts from, and paths when there is no file. */
  readonly cwd: string;
  readonly overrides: readonly Override[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly judgeCertificate: CertificateJudge;
  /** What to say to somebody who has no such file. */
  readonly hintWhenMissing: string | undefined;
}

export function loadConfig(options: LoadOptions): ConfigResult {
  const { file, cwd, overrides, env = {} } = options;
  if (file === undefined) {
    return checked(configWithoutFile({ folder: cwd, overrides, env }), options);
  }
  const path = resolve(cwd, file);
  const text = textOf(path, file, options.hintWhenMissing);
  if (typeof text !== "string") return { kind: "problems", problems: [text] };
  return checked(readConfig(text, file, { folder: dirname(path), overrides, env }), options);
}

function checked(result: ConfigResult, { judgeCertificate }: LoadOptions): ConfigResult {
  if (result.kind === "problems") return withDiskProblems(result, judgeCertificate);
  const { claims, origins, warnings } = result;
  const found = checkFiles({ claims, origins, judgeCertificate });
  const problems = sortProblems([...warnings, ...found]);
  const isFine = problems.every(({ severity }) => severity === "warning");
  return isFine ? { ...result, warnings: problems } : { kind: "problems", problems };
}

/** Everything at once: a missing folder is told together with a misspelt word. */
function withDiskProblems(
  result: Extract<ConfigResult, { kind: "problems" }>,
  judgeCertificate: CertificateJudge,
): ConfigResult {
  if (result.unfinished === undefined) return result;
  const { claims, origins } = result.unfinished;
  const known = new Set(result.problems.map(({ key }) => key));
  // A value that was wrong, or left out, was replaced by a default nobody asked for.
  const found = checkFiles({
    claims: claims.filter((claim) => isSaid(claim, origins)),
    origins,
    judgeCertificate,
  });
  const fresh = found.filter(({ key }) => !known.has(key));
  return { kind: "problems", problems: sortProblems([...result.problems, ...fresh]) };
}

function isSaid(claim: DiskClaim, origins: Origins): boolean {
  return claim.kind === "certificate"
    ? origins.isSaid(claim.certKey) && origins.isSaid(claim.keyKey)
    : origins.isSaid(claim.key);
}

// The text is judged by yaml-guards.ts; this only keeps a disk image out of memory.
const FILE_BYTES_MAX = 64 * 1024 * 1024;

function textOf(path: string, file: string, hintWhenMissing?: string): string | Problem {
  try {
    // A FIFO would block the whole process while it waits for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(descriptor);
      if (stats.isDirectory()) return unreadable(file, "is a directory, not a file");
      const bytes = stats.size > FILE_BYTES_MAX ? undefined : wholeOf(descriptor);
      if (bytes === undefined) return unreadable(file, "is larger than any configuration");
      return decoded(bytes, file);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = reasonOf(systemCodeOf(error));
    return unreadable(file, reason, reason === MISSING ? hintWhenMissing : undefined);
  }
}

const PIECE_BYTES = 64 * 1024;

/** undefined: it does not end where a file of text would. What a device has to give has no size. */
function wholeOf(descriptor: number): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let total = 0; total <= FILE_BYTES_MAX; ) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const length = readSync(descriptor, piece);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, length));
    total += length;
  }
  return undefined;
}

const MISSING = "no such file";

function reasonOf(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return MISSING;
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    default:
      return `cannot be read (${code})`;
  }
}

function unreadable(file: string, message: string, hint?: string): Problem {
  return { place: { name: file }, key: "", message, hint, severity: "error" };
}

/** UTF-8 and nothing else: text that was guessed wrong would be served wrong. */
function decoded(bytes: Buffer, file: string): string | Problem {
  const text = bytes.toString("utf8");
  // Replacement characters stand where decoding failed, unless the file itself holds one.
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) {
    const start = Buffer.byteLength(text.slice(0, at));
    if (bytes.subarray(start, start + 3).equals(REPLACEMENT)) continue;
    const byte = (bytes[start] ?? 0).toString(16).padStart(2, "0");
    const hint = "save the file as UTF-8";
    return sourceTextOf(text, file).problemAt(at, `the byte 0x${byte} is not UTF-8`, hint);
  }
  return text;
}

const REPLACEMENT = Buffer.from("\ufffd");
