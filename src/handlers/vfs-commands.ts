// One command of a file system over HTTPS, done. There are no handles: every command names its file,
// and nothing of one is left for the next, whatever became of it. Commands run side by side; what
// must not mingle (appends) the file system itself keeps apart.

import type { Verb } from "../http/access.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import type { Answer, Command, PathCommand, Result } from "../vfs/https/messages.ts";
import { debugText, type WireError } from "../vfs/https/wire-error.ts";
import { invalidPath, wireErrorOf } from "../vfs/https/wire-failure.ts";
import { ROOT, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { statIfThere, writerOf } from "../vfs/tree.ts";
import { writeAt } from "./write-at.ts";

export interface CommandOptions {
  readonly fileSystem: FileSystem;
  /** Bytes of one Read; whoever asks for more gets so many, which the protocol allows. */
  readonly readBytesMax: number;
  /**
   * Write puts its bytes where it says, in files of at most so many bytes. undefined: always at
   * the end, whatever it says, as the protocol's first server does.
   */
  readonly writeAtBytesMax: number | undefined;
}

/** What the sender of a command may do. */
export type May = (verb: Verb, path: VfsPath) => boolean;

/** Never rejects but for our own bugs. */
export async function answerCommand(
  command: Command,
  may: May,
  options: CommandOptions,
): Promise<Answer> {
  const run = { command, may, options };
  switch (command.kind) {
    case "Exists": {
      const result = await attempt(run, KNOW, (place) => statIfThere(place));
      return { kind: command.kind, result: mapped(result, (stat) => stat !== undefined) };
    }
    case "Metadata": {
      const result = await attempt(run, KNOW, ({ fileSystem, path }) => fileSystem.stat(path));
      return { kind: command.kind, result: mapped(result, metadataOf) };
    }
    case "CreateFile":
    case "CreateDir": {
      const create = command.kind === "CreateFile" ? createFile : createDirectory;
      return { kind: command.kind, succeeded: "ok" in (await attempt(run, CHANGE, create)) };
    }
    case "RemoveFile":
    case "RemoveDir":
      return { kind: command.kind, result: await attempt(run, CHANGE, removal(command.kind)) };
    case "ReadDir": {
      const result = await attempt(run, LIST, namesIn);
      if ("ok" in result) return { kind: command.kind, result };
      return { kind: command.kind, result: { error: debugText(result.error) } };
    }
    case "Read":
      return { kind: command.kind, result: await attempt(run, READ, reading(command, options)) };
    case "Write":
      return { kind: command.kind, result: await attempt(run, CHANGE, writing(command, options)) };
    default:
      return command satisfies never;
  }
}

/** One of these is enough. That a name is there is told to whoever may read it or list it. */
const KNOW: readonly Verb[] = ["read", "list"];
const READ: readonly Verb[] = ["read"];
const LIST: readonly Verb[] = ["list"];
const CHANGE: readonly Verb[] = ["write"];

interface Run {
  readonly command: Command;
  readonly may: May;
  readonly options: CommandOptions;
}

interface Place {
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
}

/** A refusal that has no code: it is about the command itself. */
class CommandError extends Error {
  override readonly name = "CommandError";
}

async function attempt<Value>(
  { command, may, options: { fileSystem } }: Run,
  verbs: readonly Verb[],
  act: (place: Place) => Promise<Value>,
): Promise<Result<Value>> {
  // On the wire the root is "", and everything else starts with a slash.
  const path = command.path === "" ? ROOT : vfsPathOf(command.path);
  if (path === undefined) return { error: invalidPath(command.path) };
  if (!verbs.some((verb) => may(verb, path))) {
    return { error: wireErrorOf("denied", command.path) };
  }
  try {
    return { ok: await act({ fileSystem, path }) };
  } catch (error) {
    return { error: failureOf(error, command.path) };
  }
}

function failureOf(error: unknown, path: string): WireError {
  if (error instanceof FsError) return wireErrorOf(error.code, path);
  if (error instanceof CommandError) return { kind: "Other", message: error.message };
  throw error;
}

function mapped<From, To>(result: Result<From>, map: (value: From) => To): Result<To> {
  return "ok" in result ? { ok: map(result.ok) } : result;
}

function metadataOf({ kind, size }: Stat): { kind: Stat["kind"]; size: number } {
  return { kind, size: kind === "file" ? size : 0 };
}

async function createFile(place: Place): Promise<null> {
  const draft = await writerOf(place).write(place.path);
  await draft.commit({ expected: "anything", modifiedMs: undefined });
  return null;
}

async function createDirectory(place: Place): Promise<null> {
  await writerOf(place).makeDirectory(place.path);
  return null;
}

/** The file system removes whatever has the name; here a file and a directory have a word each. */
function removal(kind: Extract<PathCommand, `Remove${string}`>): (place: Place) => Promise<null> {
  return async (place) => {
    const writer = writerOf(place);
    const stat = await place.fileSystem.stat(place.path);
    const isMeant = (stat.kind === "directory") === (kind === "RemoveDir");
    if (!isMeant) {
      const code = stat.kind === "directory" ? "is-a-directory" : "not-a-directory";
      throw new FsError(code, `${kind} of ${place.path}`);
    }
    // A file put there in between stays: only what was looked at is removed.
    const { version } = stat;
    const isFile = stat.kind === "file" && version !== undefined;
    await writer.remove(place.path, isFile ? { version } : "something");
    return null;
  };
}

const LONE_SURROGATE = /\p{Surrogate}/u;

async function namesIn({ fileSystem, path }: Place): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of fileSystem.list(path)) {
    // JSON in UTF-8 cannot say names that are none, and one of them would spoil the whole answer.
    if (!LONE_SURROGATE.test(name)) names.push(name);
  }
  return names;
}

type Read = Extract<Command, { kind: "Read" }>;

function reading(
  { position, length }: Read,
  { readBytesMax }: CommandOptions,
): (place: Place) => Promise<Uint8Array> {
  return async ({ fileSystem, path }) => {
    const file = await fileSystem.open(path);
    try {
      // What is allocated follows what is there, not what was asked for.
      const there = Math.max(0, file.stat.size - position);
      const target = Buffer.allocUnsafe(Math.min(length, readBytesMax, there));
      const count = target.length === 0 ? 0 : await file.readAt(target, position);
      return target.subarray(0, count);
    } finally {
      await file.close();
    }
  };
}

type Write = Extract<Command, { kind: "Write" }>;

function writing(
  { data, position }: Write,
  { writeAtBytesMax }: CommandOptions,
): (place: Place) => Promise<number> {
  return async (place) => {
    if (data === undefined) throw new CommandError("the data is no base64");
    if (writeAtBytesMax === undefined) await writerOf(place).append(place.path, data);
    else await writeAt(place, { data, position, bytesMax: writeAtBytesMax });
    return data.length;
  };
}
