// The listing's script: what happens when files are dropped, pasted or chosen, and when somebody
// presses a button. Without it the page's forms do the same, one page after the other.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { PageDocument, PageElement, PageEvent } from "./browser.ts";
import { askChoice, askDelete, askRename, type Changed } from "./dialogs.ts";
import { chosen, type Gathered, gatheredFrom } from "./gather.ts";
import { type Panel, part, resultWords, showUpload } from "./panel.ts";
import { ask } from "./send.ts";
import { startUploads, stopUpload, type Uploads } from "./uploads.ts";
import { countWords, hrefTo, wordsOf } from "./words.ts";

declare const document: PageDocument;
declare const location: { readonly href: string };
declare const addEventListener: (type: string, act: (event: PageEvent) => void) => void;
declare const DOMParser: new () => { parseFromString(text: string, type: string): PageDocument };

interface Desk {
  readonly panel: Panel;
  readonly uploads: Uploads;
  /** The table is being read again; once more afterwards, when something has changed since. */
  refreshing: Promise<void> | undefined;
  isStale: boolean;
}

export function startListing(): void {
  document.documentElement.classList.add("js");
  const section = part(document.body, ".jobs");
  const panel = { section, lines: new Map() };
  const uploads: Uploads = {
    all: [],
    active: 0,
    forAll: undefined,
    asking: Promise.resolve(),
    taken: new Map(),
    onTaken: askChoice,
    onChange: (upload) => showUpload(panel, uploads, upload),
    onEnd: () => ended(desk),
  };
  const desk: Desk = { panel, uploads, refreshing: undefined, isStale: false };
  part(section, ".stop").addEventListener("click", () => {
    for (const upload of uploads.all) stopUpload(uploads, upload);
  });
  listenForFiles(desk);
  listenForActs(desk);
  addEventListener("beforeunload", (event) => {
    if (uploads.active > 0) event.preventDefault();
  });
}

/** Dropped anywhere, pasted, or chosen in one of the two inputs. */
export function listenForFiles(desk: Desk): void {
  const root = document.documentElement;
  const holdsFiles = ({ dataTransfer }: PageEvent) =>
    dataTransfer?.types.includes("Files") === true;
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) root.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!holdsFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    void gatheredFrom(event.dataTransfer).then((gathered) => begin(desk, gathered));
  });
  document.addEventListener("paste", ({ clipboardData }) => {
    if (clipboardData === null || clipboardData.files.length === 0) return;
    void gatheredFrom(clipboardData).then((gathered) => begin(desk, gathered));
  });
  const folder = document.getElementById("/folder");
  folder?.closest("form")?.removeAttribute("hidden");
  for (const input of [document.getElementById("/files"), folder]) {
    input?.addEventListener("change", () => {
      const gathered = chosen(input.files ?? []);
      // Emptied, so that choosing the same again is a change again.
      input.closest("form")?.reset();
      begin(desk, gathered);
    });
  }
}

export function begin({ uploads, panel }: Desk, gathered: readonly Gathered[]): void {
  if (gathered.length === 0) return;
  // A new round: who is in this directory is asked anew, and old complaints are gone.
  if (uploads.active === 0) {
    uploads.taken.clear();
    for (const line of panel.lines.values()) line.remove();
    panel.lines.clear();
  }
  say(`Uploading ${countWords(gathered.length, "file", "files")}…`, "");
  startUploads(uploads, gathered);
}

export function ended(desk: Desk): void {
  const { all } = desk.uploads;
  const isGood = all.every(({ state }) => state === "done");
  say(resultWords(all), isGood ? "good" : "bad");
  if (desk.panel.lines.size === 0) desk.panel.section.hidden = true;
  const names = all.filter(({ state }) => state === "done").map(({ path }) => path[0] ?? "");
  void refresh(desk).then(() => {
    for (const name of new Set(names)) rowOf(name)?.classList.add("fresh");
  });
}

/** Told to all: those who look see it above the table, those who listen hear it. */
export function say(words: string, tone: "good" | "bad" | ""): void {
  const said = part(document.body, ".said");
  const line = part(document.body, ".jobs .live").cloneNode(false);
  line.removeAttribute("class");
  line.removeAttribute("role");
  line.hidden = false;
  if (tone !== "") line.classList.add(tone);
  line.textContent = words;
  said.textContent = "";
  said.append(line);
}

export function listenForActs(desk: Desk): void {
  const canMove = part(document.body, "main").dataset.moves !== undefined;
  const changed = (what: Changed, next: PageElement | null) => {
    say(what.words, "good");
    void refresh(desk).then(() => goTo(what.name, next?.id));
  };
  part(document.body, ".entries").addEventListener("submit", (event) => {
    const { submitter } = event;
    const row = submitter?.closest("tr") ?? null;
    if (submitter === null || row === null) return;
    event.preventDefault();
    const isDirectory = row.querySelector("a.directory") !== null;
    const entry = { row, encoded: String(submitter.value), isDirectory };
    const next = row.nextElementSibling;
    if (submitter.name === "ask-delete") askDelete(entry, (what) => changed(what, next));
    else askRename(entry, canMove, (what) => changed(what, next));
  });
  const create = part(document.body, "form.create");
  create.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = String(part(create, "input").value).trim();
    void newDirectory(name).then((problem) => {
      if (problem !== undefined) return say(problem, "bad");
      create.reset();
      return changed({ words: `${name} was created.`, name }, null);
    });
  });
}

export async function newDirectory(name: string): Promise<string | undefined> {
  if (/^\.{0,2}$|[/\\]/.test(name)) return "This is no name that a folder can have.";
  const status = await ask("MKCOL", `${hrefTo([name])}/`);
  if (status >= 200 && status < 300) return undefined;
  return status === 405 ? `${name} is there already.` : wordsOf(status);
}

/** The row that was changed; of one that is gone, the one behind it. */
export function goTo(name: string | undefined, nextId: string | undefined): void {
  const row = name === undefined ? null : rowOf(name);
  row?.classList.add("fresh");
  const next = nextId === undefined || nextId === "" ? null : document.getElementById(nextId);
  const link = (row ?? next)?.querySelector("a");
  (link ?? part(document.body, ".said")).focus();
}

/** listing-page.ts says which id a row has. */
export function rowOf(name: string): PageElement | null {
  return document.getElementById(name.replaceAll('"', "_"));
}

/** The table as it is now, from the server: what is shown is what is there. */
export async function refresh(desk: Desk): Promise<void> {
  desk.isStale = true;
  desk.refreshing ??= reread(desk);
  await desk.refreshing;
}

export async function reread(desk: Desk): Promise<void> {
  try {
    while (desk.isStale) {
      desk.isStale = false;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(wordsOf(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const selector of [".entries tbody", "footer"]) {
        part(document.body, selector).replaceWith(part(page.body, selector));
      }
    }
  } catch {
    say("The list below may be out of date: it could not be read again.", "bad");
  } finally {
    desk.refreshing = undefined;
  }
}
