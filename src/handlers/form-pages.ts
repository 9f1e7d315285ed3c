// The two questions that a browser without JavaScript is asked on a page of their own: what an
// entry is to be called, and whether it is really to go. With JavaScript the same questions are
// dialogs of the listing.

import { encodeSegment } from "../http/percent.ts";
import type { Response } from "../http/response.ts";
import type { Stat } from "../vfs/file-system.ts";
import type { Question } from "./form-acts.ts";
import { escapeHtml } from "./html.ts";
import { CONTROLS_STYLE } from "./listing-style.ts";
import { pageHtml, pagePolicy } from "./page.ts";
import { shownName } from "./shown-name.ts";

export function questionPage({ kind, name }: Question, stat: Stat): Response {
  const ask = kind === "ask-delete" ? deleteQuestion : renameQuestion;
  const { title, form } = ask(name, stat);
  const html = pageHtml({
    title,
    style: CONTROLS_STYLE,
    head: SAME_ORIGIN_REFERRER,
    body: `<main class="question">\n${form}\n</main>`,
  });
  return {
    status: 200,
    fields: [
      ["Content-Type", "text/html; charset=utf-8"],
      ["Cache-Control", "no-store"],
      pagePolicy(CONTROLS_STYLE, { sends: true }),
    ],
    body: { kind: "bytes", bytes: Buffer.from(html) },
  };
}

/**
 * Where a site says "no-referrer", browsers would say "Origin: null" of its own forms (Fetch,
 * "append a request Origin header"), and same-origin.ts could not tell them from others.
 */
export const SAME_ORIGIN_REFERRER = `<meta name="referrer" content="same-origin">`;

interface Asked {
  readonly title: string;
  readonly form: string;
}

function deleteQuestion(name: string, stat: Stat): Asked {
  const shown = escapeHtml(shownName(name));
  const more = stat.kind === "directory" ? "<p>With everything that is in it.</p>\n" : "";
  return {
    title: `Delete ${shownName(name)}?`,
    form: `<h1>Delete <bdi>${shown}</bdi>?</h1>
${more}<form method="post">
<input type="hidden" name="delete" value="${escapeHtml(encodeSegment(name))}">
<input type="hidden" name="version" value="${escapeHtml(stat.version ?? "")}">
<p class="choice"><a class="button" href="./">Cancel</a> <button class="danger">Delete</button></p>
</form>`,
  };
}

function renameQuestion(name: string): Asked {
  const shown = escapeHtml(shownName(name));
  return {
    title: `Rename ${shownName(name)}`,
    form: `<h1>Rename <bdi>${shown}</bdi></h1>
<form method="post">
<input type="hidden" name="rename" value="${escapeHtml(encodeSegment(name))}">
<p><label for="/to">New name</label>
<input id="/to" name="to" value="${shown}" required maxlength="255" autocomplete="off" autofocus></p>
<p class="choice"><a class="button" href="./">Cancel</a> <button>Rename</button></p>
</form>`,
  };
}
