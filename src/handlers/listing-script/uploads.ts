// Files on their way: some at a time, each asking before it replaces anything.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { PageFile } from "./browser.ts";
import type { Gathered } from "./gather.ts";
import { ask, namesIn, put } from "./send.ts";
import { hrefTo, numberedName, wordsOf } from "./words.ts";

export type Choice = "skip" | "both" | "replace";

export interface Upload {
  /** The last name changes when both are kept. */
  path: readonly string[];
  readonly file: PageFile | undefined;
  state: "waiting" | "sending" | "asking" | "done" | "skipped" | "stopped" | "failed";
  sentBytes: number;
  /** Why it failed. */
  words: string;
  stop: () => void;
}

export interface Uploads {
  /** Of this round: emptied when a new one begins after all are over. */
  all: Upload[];
  active: number;
  /** What to do with all names that are taken, once somebody has said so. */
  forAll: Choice | undefined;
  /** Questions one after the other. */
  asking: Promise<unknown>;
  /** Names that are taken, by directory ("./" is this one): known or being asked for. */
  readonly taken: Map<string, Promise<Set<string> | number>>;
  onChange(upload: Upload): void;
  onEnd(): void;
  onTaken(name: string): Promise<{ readonly choice: Choice; readonly isForAll: boolean }>;
}

export function startUploads(uploads: Uploads, gathered: readonly Gathered[]): void {
  if (uploads.active === 0) {
    uploads.all = [];
    uploads.forAll = undefined;
  }
  for (const { path, file } of gathered) {
    const stop = () => undefined;
    uploads.all.push({ path, file, state: "waiting", sentBytes: 0, words: "", stop });
  }
  pumpUploads(uploads);
}

/** Four at a time fill a line; browsers open six connections at most, and the page wants one. */
export function pumpUploads(uploads: Uploads): void {
  for (const upload of uploads.all) {
    if (uploads.active >= 4) return;
    if (upload.state !== "waiting") continue;
    uploads.active++;
    upload.state = "sending";
    void runUpload(uploads, upload).then(() => {
      uploads.active--;
      uploads.onChange(upload);
      pumpUploads(uploads);
      if (uploads.active === 0) uploads.onEnd();
    });
  }
}

/** Once more, from the beginning. */
export function retryUpload(uploads: Uploads, upload: Upload): void {
  upload.state = "waiting";
  upload.sentBytes = 0;
  // A directory that could not be made may be possible by now.
  uploads.taken.clear();
  pumpUploads(uploads);
}

export function stopUpload(uploads: Uploads, upload: Upload): void {
  if (upload.state === "sending") upload.stop();
  if (!["waiting", "sending", "asking"].includes(upload.state)) return;
  upload.state = "stopped";
  uploads.onChange(upload);
}

export async function runUpload(uploads: Uploads, upload: Upload): Promise<void> {
  uploads.onChange(upload);
  const directory = upload.file === undefined ? upload.path : upload.path.slice(0, -1);
  const names = await directoryOf(uploads, directory);
  if (upload.state === "stopped") return;
  if (typeof names === "number") return endUpload(upload, names);
  if (upload.file === undefined) return endUpload(upload, 201);
  const name = upload.path.at(-1) ?? "";
  if (!names.has(name)) {
    const status = await sendUpload(uploads, upload, false);
    if (status !== 412) return endUpload(upload, status);
    names.add(name);
  }
  return conflict(uploads, upload, names);
}

/** Its name is taken. Nothing is replaced unless somebody says so. */
export async function conflict(
  uploads: Uploads,
  upload: Upload,
  names: Set<string>,
): Promise<void> {
  const choice = uploads.forAll ?? (await askedChoice(uploads, upload));
  if (upload.state === "stopped") return;
  if (choice === "skip") {
    upload.state = "skipped";
    return;
  }
  if (choice === "replace") return endUpload(upload, await sendUpload(uploads, upload, true));
  const directory = upload.path.slice(0, -1);
  const name = upload.path.at(-1) ?? "";
  for (let number = 2; ; number++) {
    const other = numberedName(name, number);
    if (names.has(other)) continue;
    names.add(other);
    upload.path = [...directory, other];
    const status = await sendUpload(uploads, upload, false);
    if (status !== 412) return endUpload(upload, status);
  }
}

export async function askedChoice(uploads: Uploads, upload: Upload): Promise<Choice> {
  upload.state = "asking";
  uploads.onChange(upload);
  const answer = uploads.asking.then(async () => {
    // Said for all while this one was waiting, or stopped.
    if (uploads.forAll !== undefined) return uploads.forAll;
    if (upload.state === "stopped") return "skip";
    const { choice, isForAll } = await uploads.onTaken(upload.path.join("/"));
    if (isForAll) uploads.forAll = choice;
    return choice;
  });
  uploads.asking = answer;
  return answer;
}

export async function sendUpload(
  uploads: Uploads,
  upload: Upload,
  replaces: boolean,
): Promise<number | "stopped"> {
  const { file, path } = upload;
  const href = hrefTo(path);
  if (file === undefined || href === "") return 400;
  upload.state = "sending";
  return put({
    href,
    file,
    replaces,
    onSent(bytes) {
      upload.sentBytes = Math.min(bytes, file.size);
      uploads.onChange(upload);
    },
    onStart(stop) {
      upload.stop = stop;
      uploads.onChange(upload);
    },
  });
}

export function endUpload(upload: Upload, status: number | "stopped"): void {
  if (status === "stopped") {
    upload.state = "stopped";
  } else if (status >= 200 && status < 300) {
    upload.state = "done";
    upload.sentBytes = upload.file?.size ?? 0;
  } else {
    upload.state = "failed";
    upload.words = wordsOf(status);
  }
}

/** Makes it where it is not there yet, those above it first. A number: why it cannot be had. */
export function directoryOf(
  uploads: Uploads,
  path: readonly string[],
): Promise<Set<string> | number> {
  const href = path.length === 0 ? "./" : `${hrefTo(path)}/`;
  const known = uploads.taken.get(href);
  if (known !== undefined) return known;
  const made = madeDirectory(uploads, path, href);
  uploads.taken.set(href, made);
  return made;
}

export async function madeDirectory(
  uploads: Uploads,
  path: readonly string[],
  href: string,
): Promise<Set<string> | number> {
  if (path.length === 0) return namesIn(href);
  const above = await directoryOf(uploads, path.slice(0, -1));
  if (typeof above === "number") return above;
  if (!above.has(path.at(-1) ?? "")) {
    const status = await ask("MKCOL", href);
    if (status >= 200 && status < 300) return new Set();
    // Somebody else was faster; what is there may be a file, and then sending into it fails.
    if (status !== 405) return status;
  }
  return namesIn(href);
}
