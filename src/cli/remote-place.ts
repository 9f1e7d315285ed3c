// The operands of the commands on files far away → a server, what stands before it, and paths. Only
// the words are looked at; whether anything is there, the server says.

import { harmless } from "../config/reading.ts";
import { urlProblem } from "../vfs/https/client.ts";
import { pathFrom } from "../vfs/names.ts";
import { ROOT, type VfsPath } from "../vfs/path.ts";
import type { RemoteName } from "./options.ts";

export interface RemotePath {
  readonly path: VfsPath;
  /** "/a/": whoever writes so means a directory. */
  readonly isDirectory: boolean;
}

export interface RemotePlace {
  /** Without user and password. */
  readonly url: URL;
  readonly user: string | undefined;
  /** What stands before the URL: files of this machine. */
  readonly files: readonly string[];
  readonly paths: readonly RemotePath[];
}

/** A text: what is wrong with the operands. */
export function remotePlaceOf(name: RemoteName, operands: readonly string[]): RemotePlace | string {
  const at = operands.findIndex((word) => /^[a-z][a-z0-9+.-]*:\/\//i.test(word));
  const written = operands[at];
  if (written === undefined) return `which server? ${EXAMPLES[name]}`;
  const server = serverOf(written);
  if (typeof server === "string") return server;
  const files = operands.slice(0, at);
  if (name === "put" && files.length === 0) return `which file? ${EXAMPLES.put}`;
  if (name !== "put" && files.length > 0) {
    return `the server comes first; what is ${harmless(files.join(" "))}? ${EXAMPLES[name]}`;
  }
  const words = operands.slice(at + 1);
  if (words.length === 0 && name !== "ls") return `which path there? ${EXAMPLES[name]}`;
  if (words.length > 1 && name === "put") {
    return `put takes one path there; what is ${harmless(words[1] ?? "")}? ${EXAMPLES.put}`;
  }
  const paths = (words.length === 0 ? ["/"] : words).map(remotePathOf);
  const wrong = words[paths.indexOf(undefined)];
  if (wrong !== undefined) return `${harmless(wrong)} is no path`;
  return { ...server, files, paths: paths.filter((path) => path !== undefined) };
}

const EXAMPLES: Readonly<Record<RemoteName, string>> = {
  ls: "ferrox ls https://HOST:PORT/ PATH",
  cat: "ferrox cat https://HOST:PORT/ PATH",
  put: "ferrox put FILE https://HOST:PORT/ PATH",
  rm: "ferrox rm https://HOST:PORT/ PATH",
  mkdir: "ferrox mkdir https://HOST:PORT/ PATH",
};

function serverOf(written: string): { url: URL; user: string | undefined } | string {
  if (!URL.canParse(written)) return `${harmless(written)} is no URL`;
  const url = new URL(written);
  if (url.protocol === "http:") return "files go over https only: http would show the password";
  if (url.password !== "") {
    return "a password in the command line can be seen by everybody on this machine; leave it out and set FERROX_PASSWORD";
  }
  const user = decodedUser(url.username);
  url.username = "";
  const problem = user === undefined ? `${harmless(written)} is no URL` : urlProblem(url);
  return problem === undefined ? { url, user: user || undefined } : harmless(problem);
}

function decodedUser(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** With or without a slash before it: everything there begins at the root. */
function remotePathOf(word: string): RemotePath | undefined {
  const isDirectory = /(?:^|\/)\.{0,2}$/.test(word);
  const path = pathFrom(ROOT, word.replace(/\/+$/, ""));
  return path === undefined || word === "" ? undefined : { path, isDirectory };
}
