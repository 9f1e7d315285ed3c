// COPY and MOVE. RFC 4918, sections 9.8 and 9.9. Dead properties travel along, locks do not.
//
// What may go wrong is looked for before anything is touched, for what was in the way is gone then.
// One file takes the place of another in one step; a directory first makes room.

import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import type { Stat } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { isBelow, joined, parentOf, ROOT, relativeTo, type VfsPath } from "../../vfs/path.ts";
import {
  copyFile,
  copyTree,
  moveTree,
  type Place,
  removeTree,
  statIfThere,
  walk,
  writerOf,
} from "../../vfs/tree.ts";
import { httpErrorOf } from "../fs-status.ts";
import { placeOf } from "./destination.ts";
import {
  assertPreconditions,
  type DavJob,
  demand,
  depthOf,
  hrefOf,
  lookAtExisting,
  note,
} from "./job.ts";
import { emptyAnswer, multistatus, statusOnlyXml } from "./multistatus.ts";
import { assertWritable, type Change, whileUnlocked } from "./submission.ts";

interface Journey {
  readonly job: DavJob;
  readonly from: Place;
  readonly to: Place;
  readonly source: Stat;
  /** What is in the way. */
  readonly target: Stat | undefined;
  /** False: a directory without what it holds. */
  readonly isDeep: boolean;
}

export async function copy(job: DavJob): Promise<Response> {
  assertWritable(job);
  const depth = depthOf(job, ["0", "infinity"], "infinity");
  const journey = await journeyOf(job, depth === "infinity");
  const { to } = journey;
  return whileUnlocked(job, [arrival(to.path)], async () => {
    await assertMayTravel(journey, "read");
    const failures = await copied(journey);
    await settle(journey, () =>
      job.options.state.properties.copy(job.path, to.path, journey.isDeep),
    );
    if (failures.size === 0) return done(journey);
    const { options } = job;
    return multistatus(
      [...failures].map(([path, status]) => statusOnlyXml(hrefOf(options, path, "file"), status)),
    );
  });
}

export async function move(job: DavJob): Promise<Response> {
  assertWritable(job);
  // Section 9.9.2: a directory moves with all that it holds, or not at all.
  depthOf(job, ["infinity"], "infinity");
  const journey = await journeyOf(job, true);
  const { from, to } = journey;
  const departure = { path: from.path, isDeep: true, isMember: true };
  return whileUnlocked(job, [departure, arrival(to.path)], async () => {
    await assertMayTravel(journey, "write");
    await moved(journey);
    job.options.state.locks.dropTree(from.path);
    await settle(journey, () => job.options.state.properties.move(from.path, to.path));
    return done(journey);
  });
}

function arrival(path: VfsPath): Change {
  return { path, isDeep: true, isMember: true };
}

/** All that can be known before anything is locked or changed. @throws HttpError */
async function journeyOf(job: DavJob, isDeep: boolean): Promise<Journey> {
  const { fileSystem } = job.options;
  const from = { fileSystem, path: job.path };
  const to = { fileSystem, path: destinationOf(job) };
  const overwrites = overwriteOf(job);
  const source = await lookAtExisting(job);
  assertPreconditions(job, source);
  if (from.path === to.path || isBelow(to.path, from.path)) {
    throw new HttpError(403, `${to.path} is, or holds, what is to go there`);
  }
  const isMove = job.request.method === "MOVE";
  if (isBelow(from.path, to.path) && (isMove || isDeep)) {
    throw new HttpError(403, `${from.path} cannot go into itself`);
  }
  if (from.path === ROOT && isMove) throw new HttpError(403, "the root stays where it is");
  const above = await statIfThere({ fileSystem, path: parentOf(to.path) });
  if (above?.kind !== "directory") {
    throw new HttpError(409, `no directory is to hold ${to.path}`);
  }
  const target = await statIfThere(to);
  if (target !== undefined && !overwrites) {
    throw new HttpError(412, `${to.path} exists, and Overwrite is F`);
  }
  note(
    job,
    `${job.request.method} ${from.path} → ${to.path}, where ${target?.kind ?? "nothing"} is`,
  );
  return { job, from, to, source, target, isDeep };
}

/** @throws HttpError 400; 502 for what lies elsewhere (section 9.8.5) */
function destinationOf(job: DavJob): VfsPath {
  const field = job.request.fields.get("destination");
  if (field === undefined) throw new HttpError(400, `${job.request.method} without a Destination`);
  const place = placeOf(job, field.trim());
  if (place.kind === "malformed") throw new HttpError(400, `Destination: ${place.reason}`);
  if (place.kind === "elsewhere") {
    throw new HttpError(502, "the Destination is not among the files of this route");
  }
  return place.path;
}

function overwriteOf({ request }: DavJob): boolean {
  const field = (request.fields.get("overwrite") ?? "T").trim().toUpperCase();
  if (field !== "T" && field !== "F") throw new HttpError(400, "Overwrite is T or F");
  return field === "T";
}

/**
 * The sender must be allowed all of it: what goes is read or taken away, what comes is written,
 * what is in the way is removed.
 * @throws HttpError 403
 */
async function assertMayTravel(journey: Journey, verb: "read" | "write"): Promise<void> {
  const { job, from, to, source, target, isDeep } = journey;
  if (job.context.access === undefined) return;
  const assertBoth = (path: VfsPath, { kind }: Pick<Stat, "kind">) => {
    // Whoever may not see what he moves would see it where it goes.
    demand(job, kind === "directory" ? "list" : "read", path, kind);
    if (verb === "write") demand(job, "write", path, kind);
    demand(job, "write", joined(to.path, relativeTo(from.path, path)), kind);
  };
  assertBoth(from.path, source);
  if (isDeep && source.kind === "directory") {
    for await (const found of walk(from)) {
      if (found.kind === "entry") assertBoth(found.path, found.stat);
    }
  }
  if (target?.kind !== "directory") return;
  for await (const found of walk(to)) {
    if (found.kind === "entry") demand(job, "write", found.path, found.stat.kind);
  }
}

/** What could not be copied, by where it should have gone. */
async function copied({
  from,
  to,
  source,
  target,
  isDeep,
}: Journey): Promise<Map<VfsPath, number>> {
  const failures = new Map<VfsPath, number>();
  if (source.kind === "file" && target?.kind !== "directory") {
    await copyFile(from, to, { expected: "anything" });
    return failures;
  }
  await removeTree(to);
  if (source.kind === "directory" && !isDeep) {
    await writerOf(to).makeDirectory(to.path);
    return failures;
  }
  await copyTree(from, to, (path, error) => {
    failures.set(joined(to.path, relativeTo(from.path, path)), statusOf(error));
  });
  return failures;
}

async function moved({ from, to, source, target }: Journey): Promise<void> {
  if (source.kind === "file" && target?.kind === "file" && (await isReplaced(from, to))) return;
  await removeTree(to);
  await moveTree(from, to);
}

/** In one step; false: that cannot be done between these two places. */
async function isReplaced({ fileSystem, path }: Place, to: Place): Promise<boolean> {
  try {
    await writerOf({ fileSystem, path }).move(path, to.path, "anything");
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "unsupported") return false;
    throw error;
  }
}

function statusOf(error: FsError): number {
  const meaning = httpErrorOf(error, "");
  return meaning instanceof HttpError ? meaning.status : 500;
}

/** What was said of the destination before went with it. */
async function settle({ job, to }: Journey, properties: () => Promise<void>): Promise<void> {
  job.options.state.locks.dropBelow(to.path);
  try {
    await properties();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    // The files are where they should be: to say otherwise would have the client do it again.
    job.context.log.error("file", "dead properties could not travel along", { err: error });
  }
}

function done({ job, target, source, to }: Journey): Response {
  if (target !== undefined) return emptyAnswer(204);
  return emptyAnswer(201, [["Location", hrefOf(job.options, to.path, source.kind)]]);
}
