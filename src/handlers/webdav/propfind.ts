// PROPFIND. RFC 4918, section 9.1: which properties of which resources. The answer is written as
// the tree is walked, so a folder of a million names takes no more memory than one of ten.
//
// What a listing would not show is not told here either: a directory whose names the sender may not
// see is left out of the one above it, with all that it holds.

import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { childOf, parentOf, type VfsPath } from "../../vfs/path.ts";
import { httpErrorOf } from "../fs-status.ts";
import {
  assertPreconditions,
  canLock,
  type DavJob,
  depthOf,
  hrefOf,
  type Kind,
  lookAtExisting,
  mayDo,
  note,
} from "./job.ts";
import {
  commonProperties,
  liveProperty,
  mayBeDead,
  type Resource,
  type Surroundings,
} from "./live-properties.ts";
import { lockDiscovery } from "./lock-xml.ts";
import {
  type PropStat,
  propertiesXml,
  refusal,
  statusOnlyXml,
  streamedMultistatus,
} from "./multistatus.ts";
import { type DeadProperties, NO_PROPERTIES } from "./property-store.ts";
import { xmlBody } from "./request-xml.ts";
import { assertIf } from "./submission.ts";
import type { XmlElement } from "./xml.ts";
import {
  childNamed,
  elementsIn,
  elementXml,
  isNamed,
  keyOf,
  type QualifiedName,
} from "./xml-write.ts";

type Wish =
  | { readonly kind: "all"; readonly include: readonly QualifiedName[] }
  | { readonly kind: "names" }
  | { readonly kind: "some"; readonly names: readonly QualifiedName[] };

export async function propfind(job: DavJob): Promise<Response> {
  const { options, path, isSlashed } = job;
  const depth = depthOf(job, ["0", "1", "infinity"], "infinity");
  const stat = await lookAtExisting(job);
  await assertIf(job);
  assertPreconditions(job, stat);
  const wish = wishOf(await xmlBody(job, "propfind"));
  note(job, `PROPFIND of ${path}, depth ${depth}: ${wish.kind}`);
  const isTree = depth === "infinity" && stat.kind === "directory";
  if (isTree && !(await isBounded(job, path))) {
    options.watch.hit("dav_tree_entries");
    return refusal(403, "propfind-finite-depth");
  }
  const told = { job, wish, surroundings: surroundingsOf(job) };
  const levels = depth === "0" ? 0 : depth === "1" ? 1 : Number.POSITIVE_INFINITY;
  // Section 5.2: a directory asked for without its slash is answered, and told its right name.
  const isMisnamed = stat.kind === "directory" && !isSlashed;
  const location = hrefOf(options, path, stat.kind);
  return streamedMultistatus(
    responses(told, { path, stat }, levels),
    isMisnamed ? [["Content-Location", location]] : [],
  );
}

/** @throws HttpError 400 */
function wishOf(body: XmlElement | undefined): Wish {
  if (body === undefined) return { kind: "all", include: [] };
  const prop = childNamed(body, "prop");
  const all = childNamed(body, "allprop");
  const names = childNamed(body, "propname");
  const said = elementsIn(body).filter((one) =>
    ["prop", "allprop", "propname"].some((name) => isNamed(one, name)),
  );
  if (said.length !== 1)
    throw new HttpError(400, "propfind asks for one of prop, allprop, propname");
  if (prop !== undefined) return { kind: "some", names: namesIn(prop) };
  if (names !== undefined) return { kind: "names" };
  const include = all && childNamed(body, "include");
  return { kind: "all", include: include === undefined ? [] : namesIn(include) };
}

/** Each once: asking twice is no reason to answer twice. */
function namesIn(element: XmlElement): QualifiedName[] {
  const named = elementsIn(element).map(({ namespace, name }) => ({ namespace, name }));
  return [...new Map(named.map((name) => [keyOf(name), name])).values()];
}

/** Counted before the first byte leaves: an answer that breaks off would look like a smaller tree. */
async function isBounded(job: DavJob, root: VfsPath): Promise<boolean> {
  let count = 0;
  for await (const _ of members(job, root, Number.POSITIVE_INFINITY)) {
    count += 1;
    if (count > job.options.limits.treeEntriesMax) return false;
  }
  return true;
}

type Member = Resource | { readonly path: VfsPath; readonly error: FsError };

/** Below a directory, as many levels deep; a directory comes before what it holds. */
async function* members(
  job: DavJob,
  root: VfsPath,
  levels: number,
): AsyncGenerator<Member, void, void> {
  const waiting = [{ path: root, level: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path: directory, level } = next;
    for await (const member of shownIn(job, directory)) {
      yield member;
      if ("error" in member || member.stat.kind === "file" || level >= levels) continue;
      waiting.push({ path: member.path, level: level + 1 });
    }
  }
}

async function* shownIn(job: DavJob, directory: VfsPath): AsyncGenerator<Member, void, void> {
  try {
    for await (const { name, stat } of job.options.fileSystem.list(directory)) {
      const path = childOf(directory, name);
      const isHidden = stat.kind === "directory" && !mayDo(job, "list", path, "directory");
      if (!isHidden) yield { path, stat };
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    // Gone since it was seen: then it holds nothing.
    if (error.code !== "not-found") yield { path: directory, error };
  }
}

interface Told {
  readonly job: DavJob;
  readonly wish: Wish;
  readonly surroundings: Surroundings;
}

async function* responses(
  told: Told,
  root: Resource,
  levels: number,
): AsyncGenerator<string, void, void> {
  const dead = deadReader(told);
  yield await responseOf(told, root, dead);
  if (root.stat.kind === "file" || levels === 0) return;
  for await (const member of members(told.job, root.path, levels)) {
    yield "error" in member
      ? failureOf(told, member, "directory")
      : await responseOf(told, member, dead);
  }
}

function failureOf(
  { job }: Told,
  { path, error }: { readonly path: VfsPath; readonly error: FsError },
  kind: Kind,
): string {
  const meaning = httpErrorOf(error, path);
  const status = meaning instanceof HttpError ? meaning.status : 500;
  return statusOnlyXml(hrefOf(job.options, path, kind), status);
}

/** Asks a whole directory first: most have no dead properties at all, and files are many. */
function deadReader({ job, wish }: Told): (resource: Resource) => Promise<DeadProperties> {
  const { properties } = job.options.state;
  const isWanted = wish.kind !== "some" || wish.names.some((name) => mayBeDead(keyOf(name)));
  let asked: { readonly directory: VfsPath; readonly hasSome: boolean } | undefined;
  return async ({ path, stat }) => {
    if (!isWanted) return NO_PROPERTIES;
    const directory = parentOf(path);
    if (asked?.directory !== directory) {
      asked = { directory, hasSome: await properties.hasBelow(directory) };
    }
    return asked.hasSome ? properties.read(path, stat.kind) : NO_PROPERTIES;
  };
}

/** Half of the answer has left already: what cannot be told is an answer of its own in it. */
async function responseOf(
  told: Told,
  resource: Resource,
  deadOf: (resource: Resource) => Promise<DeadProperties>,
): Promise<string> {
  const { job, wish, surroundings } = told;
  const { path, stat } = resource;
  try {
    const dead = await deadOf(resource);
    const propStats = propStatsOf(wish, { resource, surroundings, dead });
    return propertiesXml(hrefOf(job.options, path, stat.kind), propStats);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    job.context.log.error("file", `cannot read the properties of ${path}`, { err: error });
    return failureOf(told, { path, error }, stat.kind);
  }
}

interface Known {
  readonly resource: Resource;
  readonly surroundings: Surroundings;
  readonly dead: DeadProperties;
}

function propStatsOf(wish: Wish, known: Known): PropStat[] {
  switch (wish.kind) {
    case "names": {
      const names = [...commonOf(known).values()].map(({ name }) => elementXml(name));
      return [{ status: 200, properties: names }];
    }
    case "all": {
      const common = commonOf(known);
      const more = wish.include.filter((name) => !common.has(keyOf(name)));
      const properties = [...common.values()].map(({ xml }) => xml);
      return named(more, known, properties);
    }
    case "some":
      return named(wish.names, known, []);
    default:
      return wish satisfies never;
  }
}

/** @param found already */
function named(
  names: readonly QualifiedName[],
  known: Known,
  found: readonly string[],
): PropStat[] {
  const properties = [...found];
  const missing: string[] = [];
  for (const name of names) {
    const xml =
      known.dead.get(keyOf(name))?.xml ?? liveProperty(name, known.resource, known.surroundings);
    if (xml === undefined) missing.push(elementXml(name));
    else properties.push(xml);
  }
  const propStats = [
    { status: 200, properties },
    { status: 404, properties: missing },
  ];
  const said = propStats.filter((one) => one.properties.length > 0);
  // A response must have one (section 14.24), also when nothing was asked for.
  return said.length > 0 ? said : propStats.slice(0, 1);
}

/** Live and dead; what a client has set comes before what the server would say. */
function commonOf({ resource, surroundings, dead }: Known) {
  const common = new Map(commonProperties(resource, surroundings));
  for (const [key, { namespace, name, xml }] of dead) {
    common.set(key, { name: { namespace, name }, xml });
  }
  return common;
}

export function surroundingsOf(job: DavJob): Surroundings {
  const { mediaTypes, prefix } = job.options;
  return {
    mediaTypes,
    nowMs: job.context.clock.wallMs(),
    rootName: prefix.split("/").findLast((segment) => segment !== "") ?? "/",
    hasLocks: canLock(job.options),
    lockDiscovery: (path) => lockDiscovery(job, path),
  };
}
