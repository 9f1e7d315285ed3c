// What a directory holds, as a page for people or as JSON for programs, by `Accept`.
// Names that start with a dot are the file system's business: what it does not list is not here.

import type { Field } from "../http/fields.ts";
import { preferredType } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { Entry, FileSystem } from "../vfs/file-system.ts";
import type { VfsPath } from "../vfs/path.ts";
import { NOTHING_TO_SAY, outcomesSaid } from "./form-outcome.ts";
import type { ListingChanges } from "./listing-controls.ts";
import { hrefOf, isoTime, type Listing, listingHtml } from "./listing-page.ts";
import { CONTROLS_STYLE, LISTING_STYLE } from "./listing-style.ts";
import { pagePolicy } from "./page.ts";

export interface ListingOptions {
  readonly fileSystem: FileSystem;
  readonly directory: VfsPath;
  /** Decoded path of the URL, for the title. */
  readonly shownPath: string;
  readonly entriesMax: number;
  /** The whole directory can be had as one file. Default: false. */
  readonly archives?: boolean;
  /** The reader may change it, and by MOVE too; undefined: not so. */
  readonly changes?: ListingChanges | undefined;
}

/** Rejects with FsError when the directory cannot be read. */
export async function directoryListing(
  request: Request,
  options: ListingOptions,
): Promise<Response> {
  const { entries, isCut } = await firstEntries(options);
  const { shownPath: path, archives = false, changes } = options;
  entries.sort(byKindAndName);
  const listing = { path, depth: depthOf(options.directory), entries, isCut, archives };
  const type = preferredType(request.fields.get("accept"), [HTML, JSON_TYPE]);
  if (type === JSON_TYPE) return answer(listingJson(listing), JSON_FIELDS);
  if (changes === undefined) return answer(listingHtml(listing), HTML_FIELDS);
  const said = outcomesSaid(request.fields.get("cookie"));
  const controls = { ...changes, said };
  const open = openFields(changes.script);
  const fields = said.length > 0 ? [...open, NOTHING_TO_SAY] : open;
  return answer(listingHtml({ ...listing, controls }), fields);
}

function depthOf(directory: VfsPath): number {
  return directory === "/" ? 0 : directory.split("/").length - 1;
}

const HTML = "text/html";
const JSON_TYPE = "application/json";

// No validators: a directory's own time does not change with the sizes of its files.
const COMMON_FIELDS: readonly Field[] = [
  ["Cache-Control", "no-cache"],
  ["Vary", "Accept"],
];
const HTML_FIELDS: readonly Field[] = [
  ["Content-Type", "text/html; charset=utf-8"],
  ...COMMON_FIELDS,
  pagePolicy(LISTING_STYLE),
];
/** Not even kept for the way back: who has changed something wants to see it changed. */
function openFields(script: string): readonly Field[] {
  return [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Cache-Control", "no-store"],
    ["Vary", "Accept"],
    pagePolicy(CONTROLS_STYLE, { script, sends: true }),
  ];
}

const JSON_FIELDS: readonly Field[] = [["Content-Type", "application/json"], ...COMMON_FIELDS];

function answer(text: string, fields: readonly Field[]): Response {
  return { status: 200, fields, body: { kind: "bytes", bytes: Buffer.from(text) } };
}

/** Stops reading one entry past the cap: a directory of millions must not cost memory or time. */
async function firstEntries(
  options: ListingOptions,
): Promise<{ readonly entries: Entry[]; readonly isCut: boolean }> {
  const entries: Entry[] = [];
  for await (const entry of options.fileSystem.list(options.directory)) {
    if (entries.length === options.entriesMax) return { entries, isCut: true };
    entries.push(entry);
  }
  return { entries, isCut: false };
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Directories first; then as people count ("9" before "10"); equal to the eye: by code unit. */
function byKindAndName(a: Entry, b: Entry): number {
  if (a.stat.kind !== b.stat.kind) return a.stat.kind === "directory" ? -1 : 1;
  const order = COLLATOR.compare(a.name, b.name);
  if (order !== 0) return order;
  return a.name < b.name ? -1 : 1;
}

/**
 * `href` leads to the entry even when `name` cannot be written as UTF-8 (JSON then carries half
 * surrogate pairs as \udcXX).
 */
function listingJson(listing: Listing): string {
  return JSON.stringify({
    path: listing.path,
    truncated: listing.isCut,
    entries: listing.entries.map((entry) => ({
      name: entry.name,
      href: hrefOf(entry),
      kind: entry.stat.kind,
      size: entry.stat.kind === "file" ? entry.stat.size : undefined,
      modified: isoTime(entry.stat.modifiedMs),
    })),
  });
}
