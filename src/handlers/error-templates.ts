// Error pages that the operator wrote: <status>.html for one status, error.html for all others.
// Read once, at start-up: a broken disk must not change how its own failure is reported.
//
// A template is HTML with {{CODE}}, {{MESSAGE}} (the reason phrase), {{REQUEST_ID}} (nothing unless
// requests have numbers) and {{WHY}} (one paragraph for visitors at this machine, else nothing). Filled in one pass: what was put in is never looked at
// again, so a file named "{{CODE}}" stays what it is.

import type { FileSystem } from "../vfs/file-system.ts";
import { childOf, ROOT } from "../vfs/path.ts";
import { readUpTo } from "./file-answer.ts";
import { escapeHtml } from "./html.ts";

export interface ErrorTemplates {
  readonly byStatus: ReadonlyMap<number, string>;
  /** error.html */
  readonly general: string | undefined;
}

export const NO_TEMPLATES: ErrorTemplates = { byStatus: new Map(), general: undefined };

/** Pages are short; what is longer was put there by mistake. */
const TEMPLATE_BYTES_MAX = 256 * 1024;

/**
 * @param folder a file system whose root is the folder of templates
 * @throws FsError when it cannot be read, Error for a template that is too long
 */
export async function loadErrorTemplates(folder: FileSystem): Promise<ErrorTemplates> {
  const byStatus = new Map<number, string>();
  let general: string | undefined;
  for await (const { name, stat } of folder.list(ROOT)) {
    if (stat.kind !== "file") continue;
    const status = /^([45]\d\d)\.html$/.exec(name)?.[1];
    if (status !== undefined) byStatus.set(Number(status), await templateText(folder, name));
    else if (name === "error.html") general = await templateText(folder, name);
  }
  return { byStatus, general };
}

async function templateText(folder: FileSystem, name: string): Promise<string> {
  const file = await folder.open(childOf(ROOT, name));
  try {
    if (file.stat.size > TEMPLATE_BYTES_MAX) {
      throw new Error(`error template ${name} is longer than ${TEMPLATE_BYTES_MAX} bytes`);
    }
    return Buffer.from(await readUpTo(file, file.stat.size)).toString("utf8");
  } finally {
    await file.close();
  }
}

export interface ErrorWords {
  readonly status: number;
  readonly message: string;
  /** For visitors at this machine only. */
  readonly why: string | undefined;
  /** For visitors to quote; "": requests have no numbers here. */
  readonly requestId: string;
}

/** A template without {{WHY}} gets it before the end of its body. */
export function filledTemplate(template: string, words: ErrorWords): string {
  const why = words.why === undefined ? "" : whyParagraph(words.why);
  let isWhyPlaced = why === "";
  const page = template.replace(/\{\{(CODE|MESSAGE|REQUEST_ID|WHY)\}\}/g, (_, name: string) => {
    if (name === "CODE") return String(words.status);
    if (name === "MESSAGE") return escapeHtml(words.message);
    if (name === "REQUEST_ID") return escapeHtml(words.requestId);
    isWhyPlaced = true;
    return why;
  });
  if (isWhyPlaced) return page;
  const end = page.toLowerCase().lastIndexOf("</body>");
  return end < 0 ? page + why : page.slice(0, end) + why + page.slice(end);
}

function whyParagraph(why: string): string {
  return `<p class="why">${escapeHtml(why)}</p>\n`;
}
