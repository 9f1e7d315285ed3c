// What a listing shows beside its table where its reader may change the directory: forms to add to
// it, and the dialogs that the script (listing-script/) asks its questions in. Plain HTML throughout:
// without JavaScript the forms are sent as they are (listing-forms.ts).
//
// Every id has a slash in it: rows have the names of files as their ids, and no file has one.

import { encodeSegment } from "../http/percent.ts";
import type { Entry } from "../vfs/file-system.ts";
import { type Said, saidHtml } from "./form-outcome.ts";
import { escapeHtml } from "./html.ts";
import { shownName } from "./shown-name.ts";

/** How a listing can be changed by whoever reads it. */
export interface ListingChanges {
  /** Entries can be given other names by MOVE: the route speaks WebDAV. */
  readonly moves: boolean;
  /** What the page runs (listing-script/): given, not imported, for most sites never need it. */
  readonly script: string;
}

export interface Controls extends ListingChanges {
  /** What became of the form that was sent last. */
  readonly said: readonly Said[];
}

/** Above the table. */
export function controlsHtml({ said }: Controls): string {
  return `<div class="said" role="status" tabindex="-1">${saidHtml(said)}</div>
<section class="add" aria-label="Add to this directory">
<form class="upload" method="post" enctype="multipart/form-data">
<span class="pair plain"><label for="/if-taken">If a name is taken</label>
<select id="/if-taken" name="if-taken">
<option value="skip">leave the file that is there</option>
<option value="both">keep both</option>
<option value="replace">replace it</option>
</select></span>
<span class="pair"><label class="plain" for="/files">Files</label>
<input class="pick" id="/files" type="file" name="files" multiple required>
<label class="button scripted" for="/files">Upload files</label></span>
<button class="plain">Upload</button>
</form>
<form class="scripted" hidden>
<input class="pick" id="/folder" type="file" webkitdirectory multiple>
<label class="button scripted" for="/folder">Upload a folder</label>
</form>
<form class="create" method="post">
<span class="pair"><label for="/create">New folder</label>
<input id="/create" name="create" required maxlength="255" autocomplete="off" size="16"></span>
<button>Create</button>
</form>
<p class="hint scripted">Or drop files and folders anywhere on this page, or paste them.</p>
</section>
${JOBS}`;
}

/** Where uploads under way are shown, and what each of them looks like. */
const JOBS = `<section class="jobs" aria-label="Uploads" hidden>
<p class="total"><span class="tally"></span><progress aria-label="All uploads together"></progress><button type="button" class="stop">Cancel all</button></p>
<ol></ol>
<p class="live" role="status" hidden></p>
<template><li><span class="name"></span><progress></progress><span class="state"></span><button type="button">Cancel</button></li></template>
</section>`;

/** Beside an entry. Both buttons belong to the form around the table. */
export function actsHtml({ name }: Entry): string {
  const value = escapeHtml(encodeSegment(name));
  const shown = escapeHtml(shownName(name));
  return (
    `<button name="ask-rename" value="${value}" aria-label="Rename ${shown}">Rename</button>` +
    `<button name="ask-delete" value="${value}" aria-label="Delete ${shown}">Delete</button>`
  );
}

/** Closed until the script opens them, so never seen without it. */
export const DIALOGS = `<dialog class="taken" aria-labelledby="/taken">
<form method="dialog">
<h2 id="/taken"><bdi></bdi> is there already</h2>
<p><label><input type="checkbox"> Do the same with all others</label></p>
<p class="choice"><button value="skip" autofocus>Skip</button><button value="both">Keep both</button><button value="replace" class="danger">Replace</button></p>
</form>
</dialog>
<dialog class="rename" aria-labelledby="/rename">
<form method="post">
<h2 id="/rename">Rename <bdi></bdi></h2>
<p><label for="/to">New name</label><input id="/to" name="to" required maxlength="255" autocomplete="off"></p>
<input type="hidden" name="rename">
<p class="problem" role="alert"></p>
<p class="choice"><button type="button" class="cancel">Cancel</button><button>Rename</button></p>
</form>
</dialog>
<dialog class="delete" aria-labelledby="/delete">
<form method="post">
<h2 id="/delete">Delete <bdi></bdi>?</h2>
<p class="more">With everything that is in it.</p>
<p class="problem" role="alert"></p>
<p class="choice"><button type="button" class="cancel">Cancel</button><button class="danger">Delete</button></p>
</form>
</dialog>`;
