// PUT: the body of a request becomes the content of a file, whole or not at all. RFC 9110, section
// 9.3.4; modification times as ownCloud's clients (`X-OC-MTime`, seconds) and the original's page
// (`X-Last-Modified`, milliseconds) send them.
//
// The body goes into a draft that nobody sees; whatever ends it early (the client, a limit, a full
// disk) leaves neither the draft nor directories that were made for it.

import { formatDate } from "../http/date.ts";
import type { Field, Fields } from "../http/fields.ts";
import { HttpError } from "../http/http-error.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import type { Expected, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { parentOf, ROOT, type VfsPath } from "../vfs/path.ts";
import { statIfThere } from "../vfs/tree.ts";
import { expectedBy, validatorsOf } from "./write-conditions.ts";
import { demandWrite, notAllowed, note, type WriteJob } from "./write-job.ts";

export async function upload(job: WriteJob): Promise<Response> {
  const { request, context, options, path, isSlashed } = job;
  const { fields } = request;
  refuseParts(fields);
  const there = await statIfThere({ fileSystem: options.fileSystem, path });
  if (isSlashed || path === ROOT || there?.kind === "directory") {
    throw notAllowed(`a directory is at ${path}`, "directory");
  }
  const lacking = there === undefined ? await lackingAbove(job) : [];
  if (lacking.length > 0 && !options.makesParents) {
    throw new HttpError(409, `the directory ${parentOf(path)} is missing`);
  }
  const expected = expectedBy(request, there, context.clock.wallMs());
  const time = modifiedIn(fields);
  const stat = await withDirectories(job, lacking, () => landed(job, expected, time?.ms));
  note(job, `${stat.size} bytes`);
  const accepted: readonly Field[] =
    time?.field === "x-oc-mtime" ? [["X-OC-MTime", "accepted"]] : [];
  return {
    status: there === undefined ? 201 : 204,
    fields: [...stateFields(stat, context.clock.wallMs()), ...accepted],
    body: NO_BODY,
  };
}

/** @throws HttpError 400, 415 */
function refuseParts(fields: Fields): void {
  // RFC 9110, section 14.5: who took it for the whole would have lost the rest.
  if (fields.count("content-range") > 0) {
    throw new HttpError(400, "a file is sent whole here, not in parts (Content-Range)");
  }
  const coding = fields.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  // A file is kept as it is sent, and nothing is kept beside it that would say how it was packed.
  if (coding !== "identity" && coding !== "") {
    throw new HttpError(415, `files are sent as they are, not as ${coding}`, [
      ["Accept-Encoding", "identity"],
    ]);
  }
}

/** Directories on the way to a file that are not there, from the top down. */
async function lackingAbove({ options, path }: WriteJob): Promise<readonly VfsPath[]> {
  const lacking: VfsPath[] = [];
  for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) {
    const stat = await statIfThere({ fileSystem: options.fileSystem, path: at });
    if (stat?.kind === "file") throw new HttpError(409, `${at} on the way to ${path} is a file`);
    if (stat !== undefined) break;
    lacking.unshift(at);
  }
  return lacking;
}

/** Directories that were made for what then failed are taken away again. */
async function withDirectories(
  job: WriteJob,
  lacking: readonly VfsPath[],
  act: () => Promise<Stat>,
): Promise<Stat> {
  for (const directory of lacking) demandWrite(job, directory);
  const made: VfsPath[] = [];
  try {
    for (const directory of lacking) {
      if (await isMade(job, directory)) made.unshift(directory);
    }
    return await act();
  } catch (error) {
    await removeEmpty(job, made);
    throw error;
  }
}

/** False: somebody else has made it in the meantime. */
async function isMade({ writer }: WriteJob, directory: VfsPath): Promise<boolean> {
  try {
    await writer.makeDirectory(directory);
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "exists") return false;
    throw error;
  }
}

async function removeEmpty(job: WriteJob, directories: readonly VfsPath[]): Promise<void> {
  try {
    for (const directory of directories) await job.writer.remove(directory);
  } catch (error) {
    // Others have put something there. What the upload failed of is what its sender is told.
    if (!(error instanceof FsError)) throw error;
    note(job, `${error.message}: stays`);
  }
}

async function landed(
  { request, writer, path }: WriteJob,
  expected: Expected,
  modifiedMs: number | undefined,
): Promise<Stat> {
  const draft = await writer.write(path);
  try {
    for await (const chunk of request.body) await draft.write(chunk);
    return await draft.commit({ expected, modifiedMs });
  } finally {
    await draft.abort();
  }
}

/** What was stored is what was sent, so its validators may be told (RFC 9110, section 9.3.4). */
function stateFields(stat: Stat, nowMs: number): readonly Field[] {
  const { etag, lastModifiedMs } = validatorsOf(stat, nowMs);
  return [
    ...(etag === undefined ? [] : [["ETag", etag] as const]),
    ...(lastModifiedMs === undefined
      ? []
      : [["Last-Modified", formatDate(lastModifiedMs)] as const]),
  ];
}

interface ModifiedField {
  readonly field: string;
  readonly ms: number;
}

const TIME_FIELDS = [
  { field: "x-last-modified", factor: 1 },
  { field: "x-oc-mtime", factor: 1000 },
] as const;

/** The last millisecond of the year 9999: HTTP dates have four digits. */
const MODIFIED_MS_MAX = 253_402_300_799_999;

/** What is no time is not believed: the file then says when it came. */
function modifiedIn(fields: Fields): ModifiedField | undefined {
  for (const { field, factor } of TIME_FIELDS) {
    const text = fields.get(field)?.trim() ?? "";
    const ms = /^[0-9]{1,15}(\.[0-9]{1,9})?$/.test(text) ? Number(text) * factor : Number.NaN;
    if (ms <= MODIFIED_MS_MAX) return { field, ms };
  }
  return undefined;
}
