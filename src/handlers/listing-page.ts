// A directory as an HTML page. Only text in, text out; where the entries come from is
// directory-listing.ts's business.
//
// A name comes out twice, under two sets of rules: percent-encoded in the link, which must lead
// to exactly these bytes, and escaped in the text, where it must neither act nor disguise itself.

import { encodeSegment } from "../http/percent.ts";
import type { Entry } from "../vfs/file-system.ts";
import { escapeHtml } from "./html.ts";
import { pageHtml } from "./page.ts";

export interface Listing {
  /** Decoded, as the visitor asked for it. */
  readonly path: string;
  readonly hasParent: boolean;
  /** In the order shown. */
  readonly entries: readonly Entry[];
  /** There were more; only these are shown. */
  readonly isCut: boolean;
}

export function listingHtml(listing: Listing): string {
  const title = `Index of ${shownName(listing.path)}`;
  const rows = listing.entries.map(entryRow);
  if (listing.hasParent) rows.unshift(PARENT_ROW);
  return pageHtml({
    title,
    style: LISTING_STYLE,
    body: `<main>
<h1>Index of <bdi>${escapeHtml(shownName(listing.path))}</bdi></h1>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Size</th><th scope="col">Modified (UTC)</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
<footer><p>${summary(listing)}</p></footer>
</main>`,
  });
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

/**
 * Control characters as the pictures made for them, so that "a\nb" cannot pose as two names; those
 * that turn the direction of text as U+FFFD, so that "U+202E gpj.exe" cannot pose as "exe.jpg".
 */
export function shownName(name: string): string {
  return name.replace(DISGUISE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u{2421}" : "\u{fffd}";
  });
}

const DISGUISE = /[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

const PARENT_ROW = `<tr><td><a href="../">Parent directory</a></td><td></td><td></td></tr>`;

function entryRow(entry: Entry): string {
  const { kind, size, modifiedMs } = entry.stat;
  const slash = kind === "directory" ? "/" : "";
  const name = `<bdi>${escapeHtml(shownName(entry.name))}</bdi>${slash}`;
  const sizeCell =
    kind === "directory" ? "" : `<span title="${size} bytes">${humanSize(size)}</span>`;
  const link = `<a class="${kind}" href="${escapeHtml(hrefOf(entry))}">${name}</a>`;
  return `<tr><td>${link}</td><td>${sizeCell}</td><td>${timeCell(modifiedMs)}</td></tr>`;
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

/** Below 40em a row becomes two lines: the name, then size and time; nothing is left out. */
export const LISTING_STYLE = `
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem}
h1{font-size:1.35rem;font-weight:600;margin:0 0 1rem;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}
th{text-align:start;color:var(--soft);font-size:.85rem;font-weight:500}
th,td{padding:.4rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
tbody tr:hover{background:var(--hover)}
td:first-child{width:100%;overflow-wrap:anywhere;white-space:pre-wrap}
.directory{font-weight:600}
th:nth-child(n+2),td:nth-child(n+2){padding-inline-start:1.5rem;text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
td:nth-child(n+2){color:var(--soft);font-size:.9rem}
@media(max-width:40em){
main{padding:1.25rem .75rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody{display:block}
tr{display:flex;flex-wrap:wrap;justify-content:space-between;border-bottom:1px solid var(--line);padding:.35rem 0}
td,td:nth-child(n+2){border:0;padding:.1rem .25rem}
td:first-child{flex:0 0 100%}
td:empty{display:none}
}
`;
