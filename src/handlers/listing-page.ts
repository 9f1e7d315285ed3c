// A directory as an HTML page. Only text in, text out; where the entries come from is
// directory-listing.ts's business.
//
// A name comes out twice, under two sets of rules: percent-encoded in the link, which must lead
// to exactly these bytes, and escaped in the text, where it must neither act nor disguise itself.

import { encodeSegment } from "../http/percent.ts";
import type { Entry } from "../vfs/file-system.ts";
import { SAME_ORIGIN_REFERRER } from "./form-pages.ts";
import { escapeHtml } from "./html.ts";
import { actsHtml, type Controls, controlsHtml, DIALOGS } from "./listing-controls.ts";
import { CONTROLS_STYLE, LISTING_STYLE } from "./listing-style.ts";
import { pageHtml } from "./page.ts";
import { shownName } from "./shown-name.ts";

export interface Listing {
  /** Decoded, as the visitor asked for it. */
  readonly path: string;
  /** How many directories up the first one of this site is; 0: this is it. */
  readonly depth: number;
  /** In the order shown. */
  readonly entries: readonly Entry[];
  /** There were more; only these are shown. */
  readonly isCut: boolean;
  /** The whole directory can be had as one file. Default: false. */
  readonly archives?: boolean;
  /** The reader may change it; undefined: not so. */
  readonly controls?: Controls | undefined;
}

export function listingHtml(listing: Listing): string {
  const { controls, entries, path } = listing;
  const isOpen = controls !== undefined;
  const rows = entries.map((entry) => entryRow(entry, isOpen));
  if (listing.depth > 0) rows.unshift(isOpen ? PARENT_ROW_WITH_ACTS : PARENT_ROW);
  const table = `<table>
<thead><tr>${HEADINGS}${isOpen ? ACTS_HEADING : ""}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`;
  return pageHtml({
    title: `Index of ${shownName(path)}`,
    style: isOpen ? CONTROLS_STYLE : LISTING_STYLE,
    head: isOpen ? SAME_ORIGIN_REFERRER : "",
    body: `<main${isOpen && controls.moves ? " data-moves" : ""}>
<h1>Index of ${crumbs(path, listing.depth)}</h1>
${isOpen ? `${controlsHtml(controls)}\n<form class="entries" method="post">\n${table}\n</form>` : table}
<footer><p>${summary(listing)}${listing.archives === true ? ARCHIVES : ""}</p></footer>
</main>${isOpen ? `\n${DIALOGS}\n<script>${controls.script}</script>` : ""}`,
  });
}

const HEADINGS = `<th scope="col">Name</th><th scope="col">Size</th><th scope="col">Modified (UTC)</th>`;
const ACTS_HEADING = `<th scope="col">Change</th>`;

/** What archive.ts answers. */
const ARCHIVES =
  ` · Download all as <a href="?archive=zip" download>zip</a>` +
  ` or <a href="?archive=tar" download>tar</a>`;

/**
 * The path, each directory of this site a link to itself. Links go up step by step, so that they
 * hold wherever a proxy shows this site.
 */
function crumbs(path: string, depth: number): string {
  const names = path.split("/").slice(0, -1);
  const steps = names.map((name, index) => {
    const text = `<bdi>${escapeHtml(shownName(name))}</bdi>/`;
    const up = names.length - 1 - index;
    return up === 0 || up > depth ? text : `<a href="${"../".repeat(up)}">${text}</a>`;
  });
  return steps.join("");
}

/** So that a link can point at it: "./#notes.txt". Quotes would end the attribute in old pages. */
export function rowId(name: string): string {
  return name.replaceAll('"', "_");
}

/**
 * The link to an entry, relative to the directory's own URL. The leading "./" keeps
 * "javascript:alert(1)" a file name.
 */
export function hrefOf(entry: Entry): string {
  return `./${encodeSegment(entry.name)}${entry.stat.kind === "directory" ? "/" : ""}`;
}

/** "2024-01-02T03:04:05Z"; undefined when it is not known or no date. */
export function isoTime(ms: number | undefined): string | undefined {
  if (ms === undefined || !(Math.abs(ms) <= DATE_MS_MAX)) return undefined;
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** What a Date can hold, ECMA-262, section 21.4.1.1. */
const DATE_MS_MAX = 8.64e15;

/** "17.2 KiB": three digits are what people compare; the exact count stands in the title. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let size = bytes;
  let unit = "B";
  for (const next of ["KiB", "MiB", "GiB", "TiB", "PiB"]) {
    if (Math.round(size) < 1024) break;
    size /= 1024;
    unit = next;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

const PARENT_CELLS = `<td><a href="../">Parent directory</a></td><td></td><td></td>`;
const PARENT_ROW = `<tr>${PARENT_CELLS}</tr>`;
const PARENT_ROW_WITH_ACTS = `<tr>${PARENT_CELLS}<td class="acts"></td></tr>`;

function entryRow(entry: Entry, isOpen: boolean): string {
  const { kind, size, modifiedMs, version } = entry.stat;
  const slash = kind === "directory" ? "/" : "";
  const name = `<bdi>${escapeHtml(shownName(entry.name))}</bdi>${slash}`;
  const sizeCell =
    kind === "directory" ? "" : `<span title="${size} bytes">${humanSize(size)}</span>`;
  const link = `<a class="${kind}" href="${escapeHtml(hrefOf(entry))}">${name}</a>`;
  // What a change is to be about is what the reader has seen.
  const seen = isOpen && version !== undefined ? ` data-version="${escapeHtml(version)}"` : "";
  const acts = isOpen ? `<td class="acts">${actsHtml(entry)}</td>` : "";
  return (
    `<tr id="${escapeHtml(rowId(entry.name))}"${seen}><td>${link}</td><td>${sizeCell}</td>` +
    `<td>${timeCell(modifiedMs)}</td>${acts}</tr>`
  );
}

function timeCell(modifiedMs: number | undefined): string {
  const iso = isoTime(modifiedMs);
  if (iso === undefined) return "";
  return `<time datetime="${iso}">${iso.replace("T", " ").replace("Z", "")}</time>`;
}

function summary(listing: Listing): string {
  const count = listing.entries.length;
  if (listing.isCut) return `Only ${count} entries are shown; this directory has more.`;
  if (count === 0) return "This directory is empty.";
  const directories = listing.entries.filter((entry) => entry.stat.kind === "directory").length;
  const files = count - directories;
  const parts = [plural(directories, "directory", "directories"), plural(files, "file", "files")];
  return parts.filter((part) => part !== "").join(", ");
}

function plural(count: number, one: string, many: string): string {
  if (count === 0) return "";
  return `${count} ${count === 1 ? one : many}`;
}
