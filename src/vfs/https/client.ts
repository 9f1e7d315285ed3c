// A file system that lies on a server far away, spoken to over HTTPS in the commands of messages.ts:
// the client end. The server end is handlers/vfs-https.ts; servers and clients of the Rust crate
// `httpsfs` speak the same.
//
// What the protocol cannot say, this file system does not have: times, versions, renaming, and files
// that stay what they were while they are open. remote-writer.ts says what that means for changes.

import type { ByteSource } from "../../base/byte-source.ts";
import type { Entry, FileSystem, FileSystemWriter, OpenFile, Stat } from "../file-system.ts";
import type { VfsPath } from "../path.ts";
import type { PostLimits } from "./post.ts";
import { type ReadLimits, RemoteTree } from "./remote-tree.ts";
import { RemoteWriter, type SendOptions, type WriteLimits } from "./remote-writer.ts";
import { type CredentialSource, Session } from "./session.ts";

export interface HttpsLimits extends PostLimits, ReadLimits, WriteLimits {
  /** What a draft keeps in memory before it goes into a file. */
  readonly draftMemoryBytesMax: number;
}

export const DEFAULT_HTTPS_LIMITS: HttpsLimits = {
  connectionsMax: 4,
  timeoutMs: 30_000,
  // A Read of readBytesMax is 350 KB; what is longer is a listing.
  answerBytesMax: 16 * 1024 * 1024,
  readBytesMax: 256 * 1024,
  readAheadBytes: 16 * 1024,
  // 1 MiB in base64. A server that takes less says so before it does anything (upload.ts).
  writeBytesMax: 768 * 1024,
  draftMemoryBytesMax: 1024 * 1024,
};

export interface HttpsOptions {
  /** "https://host:8443/" or wherever it is lent; no user, no query. */
  readonly url: string | URL;
  /** PEM: an authority to trust for this server, besides those whom everybody trusts. */
  readonly ca?: string | undefined;
  /** Asked for when the server wants a login, and again when a session has ended. */
  readonly credentials?: CredentialSource | undefined;
  readonly limits?: Partial<HttpsLimits>;
  /** Where large drafts wait for being sent; the system's folder for such files if absent. */
  readonly spoolFolder?: string | undefined;
}

export interface HttpsFileSystem extends FileSystem {
  readonly writer: FileSystemWriter;
  /** A whole file from where it lies: what a draft does, without keeping it first. */
  send(path: VfsPath, source: ByteSource, options: SendOptions): Promise<Stat>;
  /** What is on its way fails with "unavailable", as does everything after it. */
  close(): void;
}

/** @throws Error for a URL that is none for this: only our own code, or a checked one, names it */
export function httpsFileSystem(options: HttpsOptions): HttpsFileSystem {
  const url = new URL(options.url);
  const limits = { ...DEFAULT_HTTPS_LIMITS, ...options.limits };
  const problem = urlProblem(url);
  if (problem !== undefined) throw new Error(problem);
  const session = new Session({ url, ca: options.ca, ...limits }, options.credentials);
  const tree = new RemoteTree(session, limits);
  const spool = { memoryBytesMax: limits.draftMemoryBytesMax, folder: options.spoolFolder };
  const writer = new RemoteWriter({ session, tree }, limits, spool);
  return {
    stat: (path) => tree.stat(path),
    list: (path) => entriesOf(tree, path),
    open: (path): Promise<OpenFile> => tree.open(path),
    writer,
    send: (path, source, how) => writer.send(path, source, how),
    close: () => session.close(),
  };
}

/** Why no file system can be there; undefined: it can. */
export function urlProblem(url: URL): string | undefined {
  if (url.protocol !== "https:") return `${url.href} is not an https URL`;
  if (url.username !== "" || url.password !== "") return "user and password are no part of the URL";
  if (url.search !== "" || url.hash !== "") return `${url.href} has a query or a fragment`;
  return undefined;
}

/** So many Metadata commands are waited for together; the connections bound how many fly. */
const BATCH = 32;

/** Names come alone: what each is has to be asked for. */
async function* entriesOf(tree: RemoteTree, path: VfsPath): AsyncGenerator<Entry, void, void> {
  const names = await tree.names(path);
  for (let at = 0; at < names.length; at += BATCH) {
    const batch = names.slice(at, at + BATCH).map((name) => tree.entry(path, name));
    for (const entry of await Promise.all(batch)) {
      if (entry !== undefined) yield entry;
    }
  }
}
