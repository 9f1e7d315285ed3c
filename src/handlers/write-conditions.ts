// If-Match, If-None-Match and If-Unmodified-Since of a request that changes something (RFC 9110,
// section 13): judged by what is there now, and made into what must still be there at the moment of
// the change. So of two who both saw the same old state, one is told 412.

import { formatEntityTag } from "../http/entity-tag.ts";
import type { Fields } from "../http/fields.ts";
import { HttpError } from "../http/http-error.ts";
import { evaluatePrecondition, type Validators } from "../http/precondition.ts";
import type { Request } from "../http/request.ts";
import type { Expected, Stat } from "../vfs/file-system.ts";

/**
 * @param there undefined: nothing
 * @throws HttpError 412
 */
export function expectedBy(
  { method, fields }: Pick<Request, "method" | "fields">,
  there: Stat | undefined,
  nowMs: number,
): Expected {
  const validators = there === undefined ? undefined : validatorsOf(there, nowMs);
  if (evaluatePrecondition({ method, fields, validators, nowMs }) !== "proceed") {
    throw new HttpError(412, "what is there is not in the state that the request is meant for");
  }
  if (!isConditional(fields)) return "anything";
  if (there === undefined) return "nothing";
  return there.version === undefined ? "something" : { version: there.version };
}

/** The same as a GET of the plain file says (file-answer.ts). */
export function validatorsOf({ version, modifiedMs }: Stat, nowMs: number): Validators {
  return {
    etag: version === undefined ? undefined : formatEntityTag({ weak: false, opaque: version }),
    lastModifiedMs: modifiedMs === undefined ? undefined : Math.min(modifiedMs, nowMs),
  };
}

const CONDITIONS = ["if-match", "if-none-match", "if-unmodified-since"] as const;

function isConditional(fields: Fields): boolean {
  return CONDITIONS.some((name) => fields.count(name) > 0);
}
