// Files sent with a form, each into a draft of its own: a file is seen once all of it has arrived,
// and an upload that breaks off leaves nothing of the file it broke off in. What was stored before
// that stays.

import type { Expected, FileSystem } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, type VfsPath } from "../vfs/path.ts";
import { statIfThere } from "../vfs/tree.ts";
import { freeName, nameOfUpload } from "./form-names.ts";
import type { Outcome } from "./form-outcome.ts";
import type { FormPart } from "./multipart-form.ts";

/** What to do with a file whose name is taken. */
export type IfTaken = "skip" | "both" | "replace";

export interface UploadPlace {
  readonly fileSystem: FileSystem;
  readonly directory: VfsPath;
  /** Whether the sender may change what has this name. */
  mayWrite(name: string): boolean;
  /** For whoever keeps the log: what failed, and is told to the sender in one word. */
  report(error: FsError): void;
}

type FilePart = Extract<FormPart, { kind: "file" }>;

/**
 * Nothing is replaced unless a field before the files says so.
 * @returns an outcome for each file, in order. Rejects when the form itself fails.
 */
export async function uploaded(
  parts: AsyncIterable<FormPart>,
  place: UploadPlace,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let ifTaken: IfTaken = "skip";
  for await (const part of parts) {
    if (part.kind === "file") {
      // No file was chosen: browsers send one without a name.
      if (part.fileName !== "") outcomes.push(await uploadedFile(part, ifTaken, place));
    } else if (part.name === IF_TAKEN) {
      ifTaken = CHOICES.find((choice) => choice === part.value) ?? "skip";
    }
  }
  return outcomes;
}

/** The field that says what to do with names that are taken. */
export const IF_TAKEN = "if-taken";

const CHOICES: readonly IfTaken[] = ["skip", "both", "replace"];

async function uploadedFile(
  part: FilePart,
  ifTaken: IfTaken,
  place: UploadPlace,
): Promise<Outcome> {
  const name = nameOfUpload(part.fileName);
  if (name === undefined) return { name: part.fileName, what: "no-name" };
  try {
    return await stored({ part, name, ifTaken, place });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    place.report(error);
    return { name, what: error.code };
  }
}

interface Job {
  readonly part: FilePart;
  readonly name: string;
  readonly ifTaken: IfTaken;
  readonly place: UploadPlace;
}

async function stored({ part, name, ifTaken, place }: Job): Promise<Outcome> {
  const { fileSystem, directory } = place;
  const statOf = (path: VfsPath) => statIfThere({ fileSystem, path });
  const before = await statOf(childOf(directory, name));
  // Told before a gigabyte has been read for nothing; commit() makes sure of it.
  if (before !== undefined && ifTaken === "skip") return { name, what: "exists" };
  if (before === undefined || ifTaken === "replace") {
    const expected = ifTaken === "replace" ? "anything" : "nothing";
    await store({ part, name, place, expected });
    return { name, what: before === undefined ? "uploaded" : "replaced" };
  }
  const isTaken = async (path: VfsPath) => (await statOf(path)) !== undefined;
  const free = await freeName(directory, name, isTaken);
  if (free === undefined) return { name, what: "exists" };
  await store({ part, name: free, place, expected: "nothing" });
  return { name: free, what: "uploaded" };
}

interface Storing {
  readonly part: FilePart;
  readonly name: string;
  readonly place: UploadPlace;
  readonly expected: Expected;
}

async function store({ part, name, place, expected }: Storing): Promise<void> {
  const { fileSystem, directory } = place;
  if (!place.mayWrite(name)) throw new FsError("denied", `${name} may not be changed`);
  const writer = fileSystem.writer;
  if (writer === undefined) throw new FsError("read-only", `${directory} may not be changed`);
  const draft = await writer.write(childOf(directory, name));
  try {
    for await (const bytes of part.content) await draft.write(bytes);
    await draft.commit({ expected, modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
}
