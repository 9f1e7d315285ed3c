// Questions of the listing's script, each a dialog that listing-controls.ts has put into the page.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { PageDocument, PageElement } from "./browser.ts";
import { part } from "./panel.ts";
import { ask } from "./send.ts";
import type { Choice } from "./uploads.ts";
import { decodedName, hrefTo, wordsOf } from "./words.ts";

declare const document: PageDocument;
declare const location: { readonly href: string };

/** An entry that is to be changed. */
export interface Chosen {
  readonly row: PageElement;
  /** Percent-encoded. */
  readonly encoded: string;
  readonly isDirectory: boolean;
}

export interface Changed {
  /** What to say. */
  readonly words: string;
  /** Of the row to go to; undefined: it is gone. */
  readonly name: string | undefined;
}

/** Escape means "skip": nothing is replaced by a slip of the finger. */
export function askChoice(name: string): Promise<{ choice: Choice; isForAll: boolean }> {
  const dialog = part(document.body, "dialog.taken");
  part(dialog, "bdi").textContent = name;
  dialog.returnValue = "skip";
  dialog.showModal();
  return new Promise((resolve) => {
    const answered = () => {
      const choice = (["both", "replace"] as const).find((one) => one === dialog.returnValue);
      resolve({ choice: choice ?? "skip", isForAll: part(dialog, "input").checked });
      part(dialog, "input").checked = false;
    };
    dialog.addEventListener("close", answered, { once: true });
  });
}

/** Opens it for an entry; its form is sent to `act`, whose words are shown when it is refused. */
export function openDialog(
  dialog: PageElement,
  name: string,
  act: () => Promise<string | undefined> | undefined,
): void {
  const form = part(dialog, "form");
  part(dialog, "bdi").textContent = name;
  part(dialog, ".problem").textContent = "";
  // A fresh copy of the form: nothing that listened for an earlier entry is still listening.
  const fresh = form.cloneNode(true);
  form.replaceWith(fresh);
  part(fresh, ".cancel").addEventListener("click", () => dialog.close());
  fresh.addEventListener("submit", (event) => {
    const doing = act();
    if (doing === undefined) return;
    event.preventDefault();
    const button = part(fresh, ".cancel + button");
    button.disabled = true;
    void doing.then((problem) => {
      button.disabled = false;
      if (problem === undefined) dialog.close();
      part(fresh, ".problem").textContent = problem ?? "";
    });
  });
  dialog.showModal();
}

export function askDelete(chosen: Chosen, changed: (what: Changed) => void): void {
  const dialog = part(document.body, "dialog.delete");
  const name = decodedName(chosen.encoded);
  part(dialog, ".more").hidden = !chosen.isDirectory;
  openDialog(dialog, name, async () => {
    const { version } = chosen.row.dataset;
    const isKnown = version !== undefined && !chosen.isDirectory;
    const headers: Record<string, string> = isKnown ? { "If-Match": `"${version}"` } : {};
    const slash = chosen.isDirectory ? "/" : "";
    const status = await ask("DELETE", `./${chosen.encoded}${slash}`, headers);
    // Somebody else has deleted it: that is what was wanted.
    if ((status < 200 || status >= 300) && status !== 404) return wordsOf(status);
    changed({ words: `${name} was deleted.`, name: undefined });
    return undefined;
  });
}

/** By MOVE where the server knows it; else the dialog's form goes the way of all forms. */
export function askRename(
  chosen: Chosen,
  canMove: boolean,
  changed: (what: Changed) => void,
): void {
  const dialog = part(document.body, "dialog.rename");
  const name = decodedName(chosen.encoded);
  openDialog(dialog, name, () => {
    if (!canMove) return undefined;
    return renamed(chosen, String(part(dialog, '[name="to"]').value).trim(), changed);
  });
  part(dialog, '[name="rename"]').value = chosen.encoded;
  const input = part(dialog, '[name="to"]');
  input.value = name;
  input.focus();
  // The ending mostly stays as it is.
  const dot = name.lastIndexOf(".");
  input.setSelectionRange(0, dot > 0 && !chosen.isDirectory ? dot : name.length);
}

export async function renamed(
  { encoded, isDirectory }: Chosen,
  name: string,
  changed: (what: Changed) => void,
): Promise<string | undefined> {
  if (/^\.{0,2}$|[/\\]/.test(name)) return "This is no name that a file can have.";
  const slash = isDirectory ? "/" : "";
  const destination = new URL(`${hrefTo([name])}${slash}`, location.href);
  const headers = { Destination: destination.href, Overwrite: "F" };
  const status = await ask("MOVE", `./${encoded}${slash}`, headers);
  if (status === 412) return `${name} is there already.`;
  if (status < 200 || status >= 300) return wordsOf(status);
  changed({ words: `${decodedName(encoded)} is now ${name}.`, name });
  return undefined;
}
