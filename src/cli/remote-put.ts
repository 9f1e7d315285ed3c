// `ferrox put`: files, folders, or what comes in at standard input, to a server. Files go there from
// where they lie; what comes in is kept until it has ended, so that one that breaks off replaces
// nothing.

import { resolve } from "node:path";
import type { ByteSource } from "../base/byte-source.ts";
import { systemClock } from "../base/clock.ts";
import type { Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { Spool } from "../vfs/https/spool.ts";
import { childOf, type VfsPath } from "../vfs/path.ts";
import { statIfThere } from "../vfs/tree.ts";
import { localKindOf, localNameOf, openLocal, walkLocal } from "./local-files.ts";
import { type Progress, showProgress } from "./progress.ts";
import { eachOf, type RemoteWork } from "./remote-work.ts";

const STANDARD_INPUT = "-";

export async function runPut(work: RemoteWork): Promise<void> {
  const { fileSystem, place } = work;
  const [target] = place.paths;
  if (target === undefined) return;
  const { path } = target;
  const there = await statIfThere({ fileSystem, path });
  const isInto = there?.kind === "directory";
  refuseTarget(work, { path, there, isMeant: target.isDirectory });
  await eachOf(work, place.files, async (file) => {
    if (file === STANDARD_INPUT) return putInput(work, path, isInto);
    const diskPath = resolve(work.io.cwd, file);
    const kind = await localKindOf(diskPath);
    const to = isInto ? childOf(path, await localNameOf(diskPath)) : path;
    if (kind === "file") return putFile(work, diskPath, to);
    if (kind === "other") throw new FsError("denied", `${file} is neither file nor folder`);
    if (work.options.recursive) return putFolder(work, diskPath, to);
    throw new FsError("denied", `${file} is a folder (-r: with all in it)`);
  });
}

interface Target {
  readonly path: VfsPath;
  readonly there: Stat | undefined;
  /** It ends with a slash. */
  readonly isMeant: boolean;
}

function refuseTarget({ place }: RemoteWork, { path, there, isMeant }: Target): void {
  if (there?.kind === "directory") return;
  const isMany = place.files.length > 1;
  if (!isMany && !isMeant) return;
  const why = isMany ? "and several files need one" : "and its slash says so";
  if (there !== undefined) throw new FsError("exists", `${path} is no directory, ${why}`);
  throw new FsError("not-found", `${path} is not there, ${why} (ferrox mkdir makes it)`);
}

async function putFile(work: RemoteWork, diskPath: string, to: VfsPath): Promise<void> {
  const source = await openLocal(diskPath);
  try {
    await send(work, source, { to, size: source.size });
  } finally {
    await source.close();
  }
}

async function send(
  work: RemoteWork,
  source: ByteSource,
  { to, size }: { readonly to: VfsPath; readonly size: number },
): Promise<void> {
  const progress = progressOf(work, to, size);
  try {
    await work.fileSystem.send(to, source, { expected: "anything", onBytes: progress.add });
  } finally {
    progress.end();
  }
}

function progressOf({ io, pipes }: RemoteWork, name: string, total: number | undefined): Progress {
  const isTyped = total === undefined && pipes.inputIsTerminal;
  return showProgress({
    name,
    total,
    clock: systemClock,
    columns: pipes.errorColumns,
    // Not over what somebody is typing.
    draw: pipes.errorsAreSeen && !isTyped ? (text) => io.err(text) : undefined,
  });
}

/** Into a directory of the same name that is there already, like cp. */
async function putFolder(work: RemoteWork, diskPath: string, to: VfsPath): Promise<void> {
  const { fileSystem } = work;
  await eachOf(work, walkLocal(diskPath, []), async ({ kind, path, names }) => {
    const target = names.reduce(childOf, to);
    if (kind === "file") return putFile(work, path, target);
    if (kind === "other") {
      throw new FsError("denied", `${path} is left out: neither file nor folder`);
    }
    const there = await statIfThere({ fileSystem, path: target });
    if (there?.kind !== "directory") await fileSystem.writer.makeDirectory(target);
  });
}

async function putInput(work: RemoteWork, to: VfsPath, isDirectory: boolean): Promise<void> {
  if (isDirectory) {
    throw new FsError("is-a-directory", `${to} is a directory; what comes in needs a name there`);
  }
  // Begun to be told at once, not after a gigabyte, that it cannot be made.
  await (await work.fileSystem.writer.write(to)).abort();
  const spool = new Spool({ memoryBytesMax: INPUT_MEMORY_BYTES, folder: undefined });
  try {
    await collect(work, spool);
    await send(work, spool, { to, size: spool.size });
  } finally {
    await spool.close();
  }
}

const INPUT_MEMORY_BYTES = 1024 * 1024;

async function collect(work: RemoteWork, spool: Spool): Promise<void> {
  const progress = progressOf(work, "what comes in", undefined);
  try {
    for await (const bytes of work.pipes.input()) {
      await spool.write(bytes);
      progress.add(bytes.length);
    }
  } finally {
    progress.end();
  }
}
