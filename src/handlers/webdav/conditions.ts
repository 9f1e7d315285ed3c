// Does the field If hold? RFC 4918, section 10.4.4: every list is compared with the resource that it
// is about, with its entity tag and with the locks upon it.

import { type EntityTag, parseEntityTag, strongMatch } from "../../http/entity-tag.ts";
import { HttpError } from "../../http/http-error.ts";
import type { VfsPath } from "../../vfs/path.ts";
import { statIfThere } from "../../vfs/tree.ts";
import { placeOf } from "./destination.ts";
import { type Condition, type ConditionList, parseIf, tokensIn } from "./if-header.ts";
import { type DavJob, note } from "./job.ts";
import { etagOf } from "./live-properties.ts";

/** Lists of one field: each may be about a resource that has to be looked for. */
const LISTS_MAX = 100;

/**
 * Tokens that were submitted.
 * @throws HttpError 400 for what cannot be read, 412 when it does not hold
 */
export async function submittedTokens(job: DavJob): Promise<ReadonlySet<string>> {
  const field = job.request.fields.get("if");
  if (field === undefined) return NONE;
  const lists = parseIf(field);
  if (lists === undefined) throw new HttpError(400, "the field If cannot be read");
  if (lists.length > LISTS_MAX) throw new HttpError(400, `more than ${LISTS_MAX} lists in If`);
  if (!(await doesHold(job, lists))) {
    note(job, "no list of If holds → 412");
    throw new HttpError(412, "no list of If holds");
  }
  return tokensIn(lists);
}

const NONE: ReadonlySet<string> = new Set();

interface State {
  readonly tag: EntityTag | undefined;
  readonly tokens: ReadonlySet<string>;
}

async function doesHold(job: DavJob, lists: readonly ConditionList[]): Promise<boolean> {
  const known = new Map<string | undefined, State>();
  for (const { resource, conditions } of lists) {
    const state = known.get(resource) ?? (await stateOf(job, resource));
    known.set(resource, state);
    if (conditions.every((condition) => isTrue(condition, state) !== condition.isNegated)) {
      return true;
    }
  }
  return false;
}

function isTrue(condition: Condition, { tag, tokens }: State): boolean {
  // "DAV:no-lock" is never the token of a lock (section 10.4.8), so it is never there.
  if (condition.kind === "token") return tokens.has(condition.token);
  return tag !== undefined && strongMatch(condition.tag, tag);
}

/** A resource of somebody else has no state here: nothing is true of it. */
async function stateOf(job: DavJob, resource: string | undefined): Promise<State> {
  const path = resource === undefined ? job.path : pathOf(job, resource);
  if (path === undefined) return { tag: undefined, tokens: NONE };
  const { fileSystem, state } = job.options;
  const stat = await statIfThere({ fileSystem, path });
  const etag = stat && etagOf(stat);
  return {
    tag: etag === undefined ? undefined : parseEntityTag(etag),
    tokens: new Set(state.locks.covering(path).map(({ token }) => token)),
  };
}

function pathOf(job: DavJob, resource: string): VfsPath | undefined {
  const place = placeOf(job, resource);
  return place.kind === "path" ? place.path : undefined;
}
