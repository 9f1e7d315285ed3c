// The script of a listing that can be changed, as text to stand in its page. The functions of this
// folder are ordinary modules, checked and tested like all others; what a browser gets is their own
// source, as it runs here, put together in one closure. So it can be read where it is used: "view
// source" shows it.
//
// In the page itself, not in a file: a reserved address would need a place in every site, and the
// page's policy names this very text by its hash (page.ts).

import * as dialogs from "./dialogs.ts";
import * as gather from "./gather.ts";
import * as main from "./main.ts";
import * as panel from "./panel.ts";
import * as send from "./send.ts";
import * as uploads from "./uploads.ts";
import * as words from "./words.ts";

const MODULES = [words, gather, send, uploads, panel, dialogs, main];

export const LISTING_SCRIPT: string = scriptOf(
  MODULES.flatMap((module) => Object.values(module)),
  main.startListing.name,
);

/** Ends in a call of the function `start`. */
export function scriptOf(functions: readonly unknown[], start: string): string {
  const sources = functions.map((one) => {
    if (typeof one !== "function") throw new Error("only functions can be sent to browsers");
    return String(one);
  });
  const text = `(() => {\n"use strict";\n${sources.join("\n")}\n${start}();\n})();\n`;
  // Either would end the script, or begin what only the other can end (HTML, 4.12.1.3).
  if (/<\/script|<!--/i.test(text)) throw new Error("the script holds what would end it");
  return text;
}
