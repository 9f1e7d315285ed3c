// LOCK and UNLOCK. RFC 4918, sections 9.10 and 9.11.

import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { parentOf } from "../../vfs/path.ts";
import { statIfThere, writerOf } from "../../vfs/tree.ts";
import { submittedTokens } from "./conditions.ts";
import { assertPreconditions, type DavJob, depthOf, hrefOf, lookAt, note } from "./job.ts";
import { activeLockXml, lockDiscovery } from "./lock-xml.ts";
import type { Lock, WantedLock } from "./locks.ts";
import {
  emptyAnswer,
  hrefXml,
  multistatus,
  propDocument,
  refusal,
  statusOnlyXml,
} from "./multistatus.ts";
import { xmlBody } from "./request-xml.ts";
import { mayUse, rootHrefs, whileUnlocked } from "./submission.ts";
import type { XmlElement } from "./xml.ts";
import { childNamed, standaloneXml } from "./xml-write.ts";

export async function lock(job: DavJob): Promise<Response> {
  // A lock of depth 1 there is not (section 9.10.3).
  const depth = depthOf(job, ["0", "infinity"], "infinity") === "0" ? "0" : "infinity";
  const info = await xmlBody(job, "lockinfo");
  if (info === undefined) return refresh(job);
  const { scope, ownerXml } = readInfo(info);
  const stat = await lookAt(job);
  const { access, peer } = job.context;
  const user = access?.user;
  const wanted: WantedLock = {
    root: job.path,
    kind: stat?.kind ?? "file",
    depth,
    scope,
    ownerXml,
    user,
    holder: user === undefined ? `address ${peer.address}` : `user ${user}`,
    timeoutMs: timeoutOf(job),
  };
  assertPreconditions(job, stat);
  if (stat !== undefined) {
    await submittedTokens(job);
    return granted(job, wanted, 200);
  }
  return lockNew(job, wanted);
}

/** Section 7.3: what is not there is made, empty, so that the lock stands on something. */
async function lockNew(job: DavJob, wanted: WantedLock): Promise<Response> {
  const { fileSystem, state } = job.options;
  const { path } = job;
  if (job.isSlashed) throw new HttpError(409, "a directory is made by MKCOL, and locked then");
  const above = await statIfThere({ fileSystem, path: parentOf(path) });
  if (above?.kind !== "directory") throw new HttpError(409, `no directory is to hold ${path}`);
  let isMade = false;
  const answer = await whileUnlocked(job, [{ path, isDeep: false, isMember: true }], async () => {
    isMade = await makeEmpty(job);
    if (isMade) await state.properties.remove(path);
    return emptyAnswer(201);
  });
  if (answer.status !== 201) return answer;
  let isGranted = false;
  try {
    const locked = granted(job, wanted, isMade ? 201 : 200);
    isGranted = locked.status < 300;
    return locked;
  } finally {
    // Nothing was wanted but the lock.
    if (isMade && !isGranted) await writerOf({ fileSystem, path }).remove(path);
  }
}

/** False: somebody else was faster. */
async function makeEmpty({ options, path }: DavJob): Promise<boolean> {
  const draft = await writerOf({ fileSystem: options.fileSystem, path }).write(path);
  try {
    await draft.commit({ expected: "nothing", modifiedMs: undefined });
    return true;
  } catch (error) {
    if (error instanceof FsError && error.code === "changed") return false;
    throw error;
  } finally {
    await draft.abort();
  }
}

function granted(job: DavJob, wanted: WantedLock, status: 200 | 201): Response {
  const locking = job.options.state.locks.add(wanted, job.options.limits);
  note(job, `${wanted.scope} lock of depth ${wanted.depth} on ${wanted.root} → ${locking.kind}`);
  switch (locking.kind) {
    case "locked":
      return described(job, locking.lock, status, [["Lock-Token", `<${locking.lock.token}>`]]);
    case "conflict":
      return conflict(job, locking.locks);
    case "busy":
      return refusal(
        423,
        "no-conflicting-lock",
        hrefXml(hrefOf(job.options, job.path, wanted.kind)),
      );
    case "full":
      throw full(job, locking.of);
    default:
      return locking satisfies never;
  }
}

/** The user can do something about his own; about those of all others he can only wait. */
function full({ options }: DavJob, of: "server" | "user"): HttpError {
  if (of === "user") {
    options.watch.hit("dav_locks_per_user");
    return new HttpError(507, "too many locks of one user (limits.dav_locks_per_user)");
  }
  options.watch.hit("dav_locks");
  return new HttpError(503, "no room for more locks (limits.dav_locks)", [["Retry-After", "60"]]);
}

function described(
  job: DavJob,
  lock: Lock,
  status: number,
  fields: Response["fields"] = [],
): Response {
  // All locks of the resource, this one among them (section 9.10.1).
  const all = lockDiscovery(job, job.path) || activeLockXml(job, lock);
  return propDocument(status, `<D:lockdiscovery>${all}</D:lockdiscovery>`, fields);
}

/** Section 9.10.6: 423 for the resource itself, 207 when something below it stands in the way. */
function conflict(job: DavJob, locks: readonly Lock[]): Response {
  const own = new Set(job.options.state.locks.covering(job.path).map(({ token }) => token));
  const near = locks.filter(({ token }) => own.has(token));
  if (near.length > 0) {
    return refusal(423, "no-conflicting-lock", rootHrefs(job, near).map(hrefXml).join(""));
  }
  return multistatus([
    ...rootHrefs(job, locks).map((href) => statusOnlyXml(href, 423)),
    statusOnlyXml(hrefOf(job.options, job.path, "directory"), 424),
  ]);
}

/** Section 9.10.2: no body, and the token in If. */
async function refresh(job: DavJob): Promise<Response> {
  const { locks } = job.options.state;
  if (job.request.fields.get("if") === undefined) {
    throw new HttpError(400, "LOCK without a body refreshes a lock, and If says which");
  }
  const tokens = await submittedTokens(job);
  const meant = locks.covering(job.path).filter((one) => tokens.has(one.token));
  const refreshed = meant
    .filter((one) => mayUse(job, one))
    .map(({ token }) => locks.refresh(token, timeoutOf(job)));
  const first = refreshed.find((one) => one !== undefined);
  note(job, `${refreshed.length} of ${meant.length} locks refreshed`);
  if (first !== undefined) return described(job, first, 200);
  if (meant.length > 0) throw new HttpError(403, "the lock is another user's");
  return refusal(412, "lock-token-matches-request-uri");
}

export async function unlock(job: DavJob): Promise<Response> {
  const field = job.request.fields.get("lock-token")?.trim() ?? "";
  const token = /^<([^<>\s]+)>$/.exec(field)?.[1];
  if (token === undefined) throw new HttpError(400, "Lock-Token names no lock: <token>");
  await submittedTokens(job);
  const { locks } = job.options.state;
  const found = locks.covering(job.path).find((one) => one.token === token);
  if (found === undefined) return refusal(409, "lock-token-matches-request-uri");
  if (!mayUse(job, found)) throw new HttpError(403, "the lock is another user's");
  locks.remove(token);
  note(job, `${token} on ${found.root} removed`);
  return emptyAnswer(204);
}

/** @throws HttpError 400; 422 for kinds of locks that there are not (section 14.15) */
function readInfo(info: XmlElement): Pick<Lock, "scope" | "ownerXml"> {
  const scope = childNamed(info, "lockscope");
  const type = childNamed(info, "locktype");
  const owner = childNamed(info, "owner");
  if (scope === undefined || type === undefined) {
    throw new HttpError(400, "lockinfo holds no lockscope and locktype");
  }
  if (childNamed(type, "write") === undefined)
    throw new HttpError(422, "only write locks are known");
  const isExclusive = childNamed(scope, "exclusive") !== undefined;
  if (isExclusive === (childNamed(scope, "shared") !== undefined)) {
    throw new HttpError(400, "a lock is either exclusive or shared");
  }
  const ownerXml = owner === undefined ? "" : standaloneXml(owner, [info]);
  if (ownerXml.length > OWNER_MAX) throw new HttpError(413, "an owner with so long a name");
  return { scope: isExclusive ? "exclusive" : "shared", ownerXml };
}

/** Told again with every lockdiscovery. A bound of the table, as is the number of its locks. */
const OWNER_MAX = 2048;

/** Section 10.7: "Second-600, Infinite". Whatever is wished, the server decides. */
function timeoutOf({ request, options }: DavJob): number {
  const maxMs = options.limits.lockTimeoutMaxMs;
  for (const wish of (request.fields.get("timeout") ?? "").split(",")) {
    const seconds = /^\s*second-(\d+)\s*$/i.exec(wish)?.[1];
    if (seconds !== undefined) return Math.min(maxMs, Math.max(1, Number(seconds)) * 1000);
    if (/^\s*infinite\s*$/i.test(wish)) return maxMs;
  }
  return maxMs;
}
