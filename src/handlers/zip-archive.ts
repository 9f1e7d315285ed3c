// Members as a zip archive, with the package yazl, which nobody else here knows. One file at a
// time, and no faster than it is taken. Past 4 GiB the package goes over to Zip64 by itself.
//
// What can be made smaller is deflated, at a level that a processor does not feel much; the rest is
// stored as it is. Lengths stand behind the content, so a file that became shorter meanwhile is
// simply shorter here; that it happened is in the losses.
//
// The package keeps a kilobyte for each entry, for the directory at the end, and looks through all
// of them for each: that is what limits.archive_entries is for.

import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { ZipFile } from "yazl";
import { bytesOfText } from "../base/surrogate-escape.ts";
import { isCompressible, type MediaTypes } from "../http/media-type.ts";
import type { Member, MemberFile } from "./archive-members.ts";

/** Text is packed at some 100 MB a second of one processor, and becomes a quarter. */
const LEVEL = 3;

/** Ends `members` when it is ended. */
export async function* zipOf(
  members: AsyncIterable<Member>,
  types: MediaTypes,
): AsyncGenerator<Uint8Array, void, void> {
  const zip = new ZipFile();
  const output = zip.outputStream;
  assert.ok(output instanceof PassThrough, "yazl writes to a stream of Node's");
  const filled = fill({ zip, output, types }, members).then(
    () => zip.end(),
    (error: unknown) => void output.destroy(error instanceof Error ? error : undefined),
  );
  try {
    yield* output;
  } finally {
    // Whoever waits for room in it hears that there will be none, and closes what it has open.
    output.destroy();
    await filled;
  }
}

interface Zip {
  readonly zip: ZipFile;
  readonly output: PassThrough;
  readonly types: MediaTypes;
}

async function fill(archive: Zip, members: AsyncIterable<Member>): Promise<void> {
  const { zip, output } = archive;
  for await (const member of members) {
    if (member.kind === "file") await added(member, archive);
    else zip.addEmptyDirectory(zipName(member.name), { ...timeOf(member), mode: 0o040755 });
    // The package itself does not wait for anybody.
    if (output.writableNeedDrain) await drained(output);
    if (output.destroyed) throw new Error(ABANDONED);
  }
}

const ABANDONED = "nobody takes the archive any more";

/** Resolves when all of the file was read, or nobody wants it any more. */
function added(file: MemberFile, { zip, output, types }: Zip): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = Readable.from(file.content(), { objectMode: false });
    const abandoned = () => void source.destroy();
    output.once("close", abandoned);
    source.once("error", reject).once("close", () => {
      output.removeListener("close", abandoned);
      resolve();
    });
    const compressionLevel = isCompressible(types.typeOf(file.name)) ? LEVEL : 0;
    const options = { ...timeOf(file), mode: 0o100644, compressionLevel };
    zip.addReadStream(source, zipName(file.name), options);
  });
}

function drained(output: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      output.removeListener("drain", settle).removeListener("close", settle);
      resolve();
    };
    output.on("drain", settle).on("close", settle);
  });
}

const SECONDS_MAX = 0x7fff_ffff;

/** The package throws for times before 1970, in places where nobody can catch it. */
function timeOf({ modifiedMs = 0 }: Pick<Member, "modifiedMs">): { readonly mtime: Date } {
  const seconds = Math.floor(modifiedMs / 1000);
  return { mtime: new Date(Math.min(Math.max(seconds, 0), SECONDS_MAX) * 1000) };
}

/**
 * Names are UTF-8 and mean the same everywhere: bytes that are none stand as "%FF"; a backslash,
 * which some take for a slash, and the colon of what could be a drive ("C:x") as "_".
 */
export function zipName(name: string): string {
  return name
    .replace(/\p{Surrogate}+/gu, (bytes) =>
      [...bytesOfText(bytes)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(""),
    )
    .replaceAll("\\", "_")
    .replace(/^([A-Za-z]):/, "$1_");
}
