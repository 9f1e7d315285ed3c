// A file as a browser gives it to a page.

import type { PageFile } from "../../../src/handlers/listing-script/browser.ts";

export function pageFile(name: string, text = "", webkitRelativePath = ""): PageFile {
  return Object.assign(new Blob([text]), { name, lastModified: 5, webkitRelativePath });
}
