// What is seen and heard of uploads: a line for each that is under way or went wrong, one for all
// together, and a few words for those who listen instead of looking.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { PageDocument, PageElement } from "./browser.ts";
import { retryUpload, stopUpload, type Upload, type Uploads } from "./uploads.ts";
import { countWords, sizeWords } from "./words.ts";

declare const document: PageDocument;

/** Lines of uploads, by upload. */
export interface Panel {
  readonly section: PageElement;
  readonly lines: Map<Upload, PageElement>;
}

export function showUpload(panel: Panel, uploads: Uploads, upload: Upload): void {
  const { state, file, sentBytes } = upload;
  panel.section.hidden = false;
  showTotal(panel, uploads);
  const isSeen = state === "sending" || state === "asking" || state === "failed";
  const line = panel.lines.get(upload) ?? (isSeen ? newLine(panel, uploads, upload) : undefined);
  if (line === undefined) return;
  if (!isSeen) {
    if (line.contains(document.activeElement)) part(panel.section, ".stop").focus();
    panel.lines.delete(upload);
    line.remove();
    return;
  }
  part(line, ".name").textContent = upload.path.join("/");
  const size = file?.size ?? 0;
  const progress = part(line, "progress");
  progress.max = Math.max(size, 1);
  progress.value = sentBytes;
  line.classList.toggle("failed", state === "failed");
  part(line, "button").textContent = state === "failed" ? "Try again" : "Cancel";
  part(line, ".state").textContent = stateWords(upload, size);
}

export function stateWords({ state, words, sentBytes }: Upload, size: number): string {
  if (state === "failed") return words;
  if (state === "asking") return "waits for an answer";
  return `${sizeWords(sentBytes)} of ${sizeWords(size)}`;
}

export function newLine(panel: Panel, uploads: Uploads, upload: Upload): PageElement | undefined {
  const template = part(panel.section, "template").content.firstElementChild;
  // A thousand refusals need not be read one by one; all of them are counted.
  if (template === null || panel.lines.size >= 100) return undefined;
  const line = document.importNode(template, true);
  const name = upload.path.join("/");
  part(line, "button").addEventListener("click", () => {
    if (upload.state === "failed") retryUpload(uploads, upload);
    else stopUpload(uploads, upload);
  });
  part(line, ".name").textContent = name;
  part(panel.section, "ol").append(line);
  panel.lines.set(upload, line);
  return line;
}

export function showTotal({ section }: Panel, { all }: Uploads): void {
  let bytes = 0;
  let sent = 0;
  let over = 0;
  for (const { file, state, sentBytes } of all) {
    const isOver = ["done", "skipped", "stopped", "failed"].includes(state);
    bytes += file?.size ?? 0;
    sent += isOver ? (file?.size ?? 0) : sentBytes;
    if (isOver) over++;
  }
  const progress = part(section, ".total progress");
  progress.max = Math.max(bytes, 1);
  progress.value = sent;
  // How it went is said above the table.
  part(section, ".total").hidden = over === all.length;
  part(section, ".tally").textContent =
    `${over} of ${countWords(all.length, "upload", "uploads")}, ` +
    `${sizeWords(sent)} of ${sizeWords(bytes)}`;
}

/** "3 uploaded, 1 skipped." */
export function resultWords(all: readonly Upload[]): string {
  const count = (state: Upload["state"]) => all.filter((one) => one.state === state).length;
  const parts: string[] = [];
  for (const [state, words] of [
    ["done", "uploaded"],
    ["skipped", "skipped"],
    ["stopped", "cancelled"],
    ["failed", "failed"],
  ] as const) {
    if (count(state) > 0) parts.push(`${count(state)} ${words}`);
  }
  return `${parts.join(", ")}.`;
}

/** A piece of the page that listing-controls.ts has put there. */
export function part(within: PageElement, selector: string): PageElement {
  const found = within.querySelector(selector);
  if (found === null) throw new Error(`no ${selector}`);
  return found;
}
