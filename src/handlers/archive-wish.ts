// Does a request ask for a whole directory as one file, and in which form? In three ways: by Accept
// and by a small form, as in the server `http`; and by `?archive=zip`, which a link can say.

import type { Fields } from "../http/fields.ts";
import { namedTypes } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";

export type ArchiveKind = "tar" | "zip";

export interface ArchiveWish {
  readonly kind: ArchiveKind;
  /** What the answer calls itself. */
  readonly mediaType: string;
  /** "accept": somebody who has an archive at that very address may mean that one. */
  readonly by: "accept" | "query" | "form";
}

const KINDS: ReadonlyMap<string, ArchiveKind> = new Map([
  ["application/tar", "tar"],
  ["application/x-tar", "tar"],
  ["application/zip", "zip"],
  ["application/x-zip-compressed", "zip"],
]);

/** undefined: it is none. */
export function archiveKindOf(mediaType: string): ArchiveKind | undefined {
  return KINDS.get(mediaType);
}

/** undefined: no archive is asked for, at least not here: see wishInForm(). */
export function wishOf({ method, target, fields }: Request): ArchiveWish | undefined {
  if ((method !== "GET" && method !== "HEAD") || target.kind === "asterisk") return undefined;
  if (target.query !== "") {
    const kind = QUERY.exec(target.query)?.[1];
    if (kind === "tar" || kind === "zip") return wishFor(kind, "query");
  }
  return NOT_MEANT.has(fields) ? undefined : wishIn(fields);
}

/** Fields that come again, and do not ask: so it is with nearly all requests. */
const NOT_MEANT = new WeakSet<Fields>();

function wishIn(fields: Fields): ArchiveWish | undefined {
  const accept = fields.get("accept");
  // What browsers send names neither; the list is taken apart for those only who may mean it.
  for (const mediaType of /tar|zip/i.test(accept ?? "") ? namedTypes(accept ?? "") : []) {
    const kind = archiveKindOf(mediaType);
    if (kind !== undefined) return { kind, mediaType, by: "accept" };
  }
  if (fields.isLasting === true) NOT_MEANT.add(fields);
  return undefined;
}

const QUERY = /(?:^|&)archive=(tar|zip)(?:&|$)/;

function wishFor(kind: ArchiveKind, by: ArchiveWish["by"]): ArchiveWish {
  return { kind, mediaType: kind === "tar" ? "application/x-tar" : "application/zip", by };
}

/** The form is some sixty bytes long; whatever is longer is something else, and is left unread. */
const FORM_BYTES_MAX = 256;

/** Whether the body may be the form that asks for an archive. */
export function mayBeForm({ method, fields, body }: Request): boolean {
  if (method !== "POST" || fields.count("content-type") !== 1) return false;
  const [type = ""] = (fields.get("content-type") ?? "").split(";", 1);
  const { length } = body;
  const isShort = length !== undefined && length > 0 && length <= FORM_BYTES_MAX;
  return isShort && type.trim().toLowerCase() === "text/plain";
}

/** Only the beginning counts, as in the original. */
const READ_BYTES = 64;

/** @param form as it was sent */
export function wishInForm(form: Buffer): ArchiveWish | undefined {
  const lines = form.toString("latin1", 0, READ_BYTES).split(/\r?\n/);
  const isMeant = lines.includes("vendor=http") && lines.includes("archive=yes-i-really-want-one");
  if (!isMeant) return undefined;
  if (lines.includes("type=tar")) return wishFor("tar", "form");
  return lines.includes("type=zip") ? wishFor("zip", "form") : undefined;
}
