// What both ends of a file system over HTTPS say to each other: nine commands, one answer to each.
// One JSON object in each direction, with the command's name as its only key. Older clients and
// servers read it by position of neither keys nor white space, but want every field to be there.
//
// Only the form is judged here. Whether a path names anything is the server's business; no form of
// a path is wrong on the wire.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import {
  booleanOf,
  exactNumberOf,
  fieldsIn,
  type Json,
  jsonIn,
  largeNumberOf,
  listOf,
  onlyField,
  textOf,
} from "./json-value.ts";
import { decodeError, encodeError, type WireError } from "./wire-error.ts";

/** "" is the root; all other paths start with "/". */
export type WirePath = string;

export type Command =
  | { readonly kind: PathCommand; readonly path: WirePath }
  | {
      readonly kind: "Write";
      readonly path: WirePath;
      /** Ignored by servers that only add to the end. */
      readonly position: number;
      /** undefined: what was sent is no base64, which is an error of this command alone. */
      readonly data: Uint8Array | undefined;
    }
  | {
      readonly kind: "Read";
      readonly path: WirePath;
      readonly position: number;
      readonly length: number;
    };

const PATH_COMMANDS = [
  "Exists",
  "Metadata",
  "CreateFile",
  "RemoveFile",
  "CreateDir",
  "ReadDir",
  "RemoveDir",
] as const;

/** The commands that say a path and nothing else. */
export type PathCommand = (typeof PATH_COMMANDS)[number];

export type CommandKind = Command["kind"];

export type Result<Value, Failure = WireError> =
  | { readonly ok: Value }
  | { readonly error: Failure };

export interface Metadata {
  readonly kind: "file" | "directory";
  /** 0 for a directory. */
  readonly size: number;
}

export type Answer =
  | { readonly kind: "Exists"; readonly result: Result<boolean> }
  | { readonly kind: "Metadata"; readonly result: Result<Metadata> }
  /** Why it failed is not said. */
  | { readonly kind: "CreateFile" | "CreateDir"; readonly succeeded: boolean }
  | { readonly kind: "RemoveFile" | "RemoveDir"; readonly result: Result<null> }
  /** How many bytes were taken, from the first on. */
  | { readonly kind: "Write"; readonly result: Result<number> }
  /** As many bytes as there were at once; none at the end. */
  | { readonly kind: "Read"; readonly result: Result<Uint8Array> }
  /** Bare names; an error is text for people (debugText of wire-error.ts). */
  | { readonly kind: "ReadDir"; readonly result: Result<readonly string[], string> };

export function encodeCommand(command: Command): string {
  return JSON.stringify({ [command.kind]: bodyOfCommand(command) });
}

function bodyOfCommand(command: Command): Json {
  const { path } = command;
  switch (command.kind) {
    case "Write": {
      const data = command.data ?? new Uint8Array();
      return { path, pos: command.position, len: data.length, data: encodeBase64(data) };
    }
    case "Read":
      return { path, pos: command.position, len: command.length };
    default:
      return { path };
  }
}

/** undefined: no command. Fields that are not known are not looked at. */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  if (hasTooManyPieces(bytes)) return undefined;
  const [kind, body] = onlyField(jsonIn(bytes)) ?? [];
  const fields = fieldsIn(body);
  const path = textOf(fields("path"));
  if (path === undefined) return undefined;
  const pathCommand = PATH_COMMANDS.find((name) => name === kind);
  if (pathCommand !== undefined) return { kind: pathCommand, path };
  if (kind !== "Read" && kind !== "Write") return undefined;
  const position = largeNumberOf(fields("pos"));
  const length = largeNumberOf(fields("len"));
  if (position === undefined || length === undefined) return undefined;
  if (kind === "Read") return { kind, path, position, length };
  const data = textOf(fields("data"));
  return data === undefined ? undefined : { kind, path, position, data: decodeBase64(data) };
}

/**
 * What is long in a command is its data, which is base64. Millions of values instead would take a
 * second to read, and a hundred times the memory. No path that names anything has so many either.
 */
const PIECES_MAX = 8192;
const PIECE_STARTS = ["[", "{", ","] as const;

function hasTooManyPieces(bytes: Uint8Array): boolean {
  if (bytes.length <= PIECES_MAX) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return PIECE_STARTS.some((start) => {
    let at = view.indexOf(start);
    for (let count = 1; at >= 0; count++) {
      if (count > PIECES_MAX) return true;
      at = view.indexOf(start, at + 1);
    }
    return false;
  });
}

export function encodeAnswer(answer: Answer): string {
  return JSON.stringify({ [answer.kind]: bodyOfAnswer(answer) });
}

function bodyOfAnswer(answer: Answer): Json {
  switch (answer.kind) {
    case "CreateFile":
    case "CreateDir":
      return answer.succeeded ? "Success" : "Failed";
    case "Metadata":
      return encodeResult(answer.result, ({ kind, size }) => ({
        file_type: kind === "file" ? "File" : "Directory",
        len: size,
      }));
    case "Read":
      return encodeResult(answer.result, (bytes) => [bytes.length, encodeBase64(bytes)]);
    case "ReadDir":
      return { result: encodeListing(answer.result) };
    default:
      return encodeResult<boolean | null | number>(answer.result, (value) => value);
  }
}

function encodeResult<Value>(result: Result<Value>, json: (value: Value) => Json): Json {
  return "ok" in result ? { Ok: json(result.ok) } : { Err: encodeError(result.error) };
}

function encodeListing(result: Result<readonly string[], string>): Json {
  return "ok" in result ? { Ok: result.ok } : { Err: result.error };
}

/** undefined: no answer to any command. */
export function decodeAnswer(bytes: Uint8Array): Answer | undefined {
  const [kind, body] = onlyField(jsonIn(bytes)) ?? [];
  switch (kind) {
    case "Exists":
      return answerOf(decodeResult(body, booleanOf), (result) => ({ kind, result }));
    case "Metadata":
      return answerOf(decodeResult(body, metadataOf), (result) => ({ kind, result }));
    case "CreateFile":
    case "CreateDir":
      if (body !== "Success" && body !== "Failed") return undefined;
      return { kind, succeeded: body === "Success" };
    case "RemoveFile":
    case "RemoveDir":
      return answerOf(decodeResult(body, nullOf), (result) => ({ kind, result }));
    case "Write":
      return answerOf(decodeResult(body, exactNumberOf), (result) => ({ kind, result }));
    case "Read":
      return answerOf(decodeResult(body, readBytesOf), (result) => ({ kind, result }));
    case "ReadDir":
      return answerOf(decodeListing(fieldsIn(body)("result")), (result) => ({ kind, result }));
    default:
      return undefined;
  }
}

function answerOf<Found>(
  result: Found | undefined,
  make: (result: Found) => Answer,
): Answer | undefined {
  return result === undefined ? undefined : make(result);
}

function decodeResult<Value>(
  json: Json | undefined,
  readValue: (json: Json | undefined) => Value | undefined,
): Result<Value> | undefined {
  return decodeEither(json, readValue, decodeError);
}

function decodeListing(json: Json | undefined): Result<readonly string[], string> | undefined {
  return decodeEither(json, namesOf, textOf);
}

function decodeEither<Value, Failure>(
  json: Json | undefined,
  readValue: (json: Json | undefined) => Value | undefined,
  readFailure: (json: Json | undefined) => Failure | undefined,
): Result<Value, Failure> | undefined {
  const [which, inner] = onlyField(json) ?? [];
  if (which === "Ok") {
    const ok = readValue(inner);
    return ok === undefined ? undefined : { ok };
  }
  const error = which === "Err" ? readFailure(inner) : undefined;
  return error === undefined ? undefined : { error };
}

function nullOf(json: Json | undefined): null | undefined {
  return json === null ? null : undefined;
}

function namesOf(json: Json | undefined): readonly string[] | undefined {
  const names = listOf(json)?.map(textOf);
  return names?.every((name) => name !== undefined) === true ? names : undefined;
}

function metadataOf(json: Json | undefined): Metadata | undefined {
  const fields = fieldsIn(json);
  const type = fields("file_type");
  const size = exactNumberOf(fields("len"));
  if (size === undefined || (type !== "File" && type !== "Directory")) return undefined;
  return { kind: type === "File" ? "file" : "directory", size };
}

/** The count is said twice; a server whose two words disagree is not believed. */
function readBytesOf(json: Json | undefined): Uint8Array | undefined {
  const [count, data, ...more] = listOf(json) ?? [];
  const text = textOf(data);
  const bytes = text === undefined ? undefined : decodeBase64(text);
  return bytes?.length === exactNumberOf(count) && more.length === 0 ? bytes : undefined;
}
