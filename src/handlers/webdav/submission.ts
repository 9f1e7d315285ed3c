// Whoever changes what is locked must name the lock. RFC 4918, sections 6.4, 7.1 and 7.5: which
// locks forbid a change, and whether enough of their tokens came with the request.

import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import { parentOf, ROOT, type VfsPath } from "../../vfs/path.ts";
import { submittedTokens } from "./conditions.ts";
import { type DavJob, hrefOf, note } from "./job.ts";
import type { Lock, Reach } from "./locks.ts";
import { hrefXml, refusal } from "./multistatus.ts";

/** What a request is going to change. */
export interface Change extends Reach {
  /** It comes or goes: that changes the directory above it, too. */
  readonly isMember: boolean;
}

/**
 * Acts, while nobody else gets a lock on what is changed; or says 423.
 * @throws HttpError 400, 412: If does not hold
 */
export async function whileUnlocked(
  job: DavJob,
  changes: readonly Change[],
  act: () => Promise<Response>,
): Promise<Response> {
  const tokens = await submittedTokens(job);
  // From here to begin() nothing waits: no lock can come in between.
  const locked = changes.flatMap((change) => forbidding(job, change, tokens));
  if (locked.length > 0) return refused(job, locked);
  const end = job.options.state.locks.begin(changes);
  try {
    return await act();
  } finally {
    end();
  }
}

/** Also for whoever only asks: the field If must hold on every method (section 10.4.1). */
export async function assertIf(job: DavJob): Promise<void> {
  await submittedTokens(job);
}

/** Locks that a change needs, and whose tokens are not there. */
export function forbidding(job: DavJob, change: Change, tokens: ReadonlySet<string>): Lock[] {
  const { locks } = job.options.state;
  const usable = (lock: Lock) => tokens.has(lock.token) && mayUse(job, lock);
  const paths: VfsPath[] = [change.path];
  if (change.isMember && change.path !== ROOT) paths.push(parentOf(change.path));
  if (change.isDeep) paths.push(...new Set(locks.below(change.path).map(({ root }) => root)));
  return paths.flatMap((path) => {
    const covering = locks.covering(path);
    // Of shared locks one is enough: whoever holds it is one of those who share.
    return covering.some(usable) ? [] : covering;
  });
}

/** A token is no secret, as lockdiscovery tells it: only its owner may use it (section 6.4). */
export function mayUse({ context }: DavJob, { user }: Lock): boolean {
  return user === undefined || user === context.access?.user;
}

function refused(job: DavJob, locks: readonly Lock[]): Response {
  const hrefs = rootHrefs(job, locks);
  note(job, `locked at ${hrefs.join(", ")}, and no token of it was sent → 423`);
  return refusal(423, "lock-token-submitted", hrefs.map(hrefXml).join(""));
}

/** One would do (RFC 4918, section 16). */
const HREFS_MAX = 10;

/** What the locks were made on, each once. */
export function rootHrefs({ options }: DavJob, locks: readonly Lock[]): string[] {
  const all = locks.map(({ root, kind }) => hrefOf(options, root, kind));
  return [...new Set(all)].slice(0, HREFS_MAX);
}

/** @throws HttpError 403: the file system, or the route, lets nobody change anything */
export function assertWritable({ request, options }: DavJob): void {
  if (options.fileSystem.writer !== undefined) return;
  throw new HttpError(
    403,
    `${request.method}: nothing may be changed in ${options.fileSystemName} ` +
      `(${options.origin}); that takes \`writable: true\``,
  );
}
