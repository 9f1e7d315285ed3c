// Requests of the listing's script. All of them are methods that no page of another site can send.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { PageFile, Sender } from "./browser.ts";

declare const XMLHttpRequest: new () => Sender;

export interface Put {
  readonly href: string;
  readonly file: PageFile;
  /** Whatever is there is replaced; otherwise nothing that is there is touched (412). */
  readonly replaces: boolean;
  readonly onSent: (bytes: number) => void;
  /** Called with what stops it. */
  readonly onStart: (stop: () => void) => void;
}

/** @returns the status; 0 when the server could not be reached, "stopped" when it was */
export function put({ href, file, replaces, onSent, onStart }: Put): Promise<number | "stopped"> {
  return new Promise((resolve) => {
    const sender = new XMLHttpRequest();
    sender.open("PUT", href);
    if (!replaces) sender.setRequestHeader("If-None-Match", "*");
    sender.setRequestHeader("X-Last-Modified", String(file.lastModified));
    sender.upload.onprogress = ({ loaded }) => onSent(loaded);
    sender.onload = () => resolve(sender.status);
    sender.onerror = () => resolve(0);
    sender.onabort = () => resolve("stopped");
    onStart(() => sender.abort());
    sender.send(file);
  });
}

/** @returns the status; 0 when the server could not be reached */
export async function ask(
  method: string,
  href: string,
  headers: Record<string, string> = {},
): Promise<number> {
  try {
    const answer = await fetch(href, { method, headers });
    // To its end: an answer that nobody reads keeps its connection.
    await answer.text();
    return answer.status;
  } catch {
    return 0;
  }
}

/** The names in a directory; empty when it cannot be read: the server knows them anyway. */
export async function namesIn(href: string): Promise<Set<string>> {
  try {
    const answer = await fetch(href, { headers: { Accept: "application/json" } });
    const { entries }: { entries: readonly { name: string }[] } = JSON.parse(await answer.text());
    return new Set(entries.map(({ name }) => name));
  } catch {
    return new Set();
  }
}
