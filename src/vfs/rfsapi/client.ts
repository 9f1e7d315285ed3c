// Asks a server that speaks RFSAPI (messages.ts) what it has: one directory, one file, a whole
// tree. Content is read from the same addresses, with any HTTP client.
//
// How bytes travel is a port, shaped like the global `fetch`. What a stranger sends is bounded in
// length and in time and believed only when every bit of it is in order; all that can go wrong
// comes out as FsError.

import type { Clock } from "../../base/clock.ts";
import { bytesOfText } from "../../base/surrogate-escape.ts";
import { FsError } from "../fs-error.ts";
import { childOf, nameOf, parentOf, ROOT, type VfsPath } from "../path.ts";
import { type RawFile, type RawFolder, readFolder } from "./messages.ts";

/** What of `fetch` is needed; the global one fits. */
export type Fetch = (
  url: string,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<FetchAnswer>;

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface RfsapiOptions {
  /** Of the root: "https://files.example.org/up/". */
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Sent with every request: credentials, mostly. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For each request, from its first byte to the last of its answer. Default: 30 seconds. */
  readonly timeoutMs?: number;
  /** Of one answer. Default: 32 MiB, which is some two hundred thousand files. */
  readonly bytesMax?: number;
  /** Directories in each other, when a tree is walked. Default: 128. */
  readonly depthMax?: number;
}

/** A file or directory, and what its server says of it. */
export interface Found {
  readonly path: VfsPath;
  readonly file: RawFile;
}

/** All reject with FsError. */
export interface RfsapiClient {
  /** Whatever is there, with what the server says beside it. */
  read(path: VfsPath): Promise<RawFolder>;
  /** What a directory holds; "not-a-directory" for a file. */
  list(path: VfsPath): Promise<readonly RawFile[]>;
  /** A file says it itself; of a directory its own one knows. Of the root only that it is there. */
  stat(path: VfsPath): Promise<RawFile>;
  /** All that lies below, a directory before what it holds. What cannot be listed ends the walk. */
  walk(path: VfsPath): AsyncGenerator<Found, void, void>;
}

export function rfsapiClient(options: RfsapiOptions): RfsapiClient {
  const { depthMax = DEPTH_MAX } = options;
  const read = (path: VfsPath) => readPath(path, options);

  const list = async (path: VfsPath): Promise<readonly RawFile[]> => {
    const { isFile, files } = await read(path);
    if (isFile) throw new FsError("not-a-directory", `${path} is not a directory`);
    return files;
  };

  return {
    read,
    list,
    async stat(path) {
      const { isFile, files } = await read(path);
      const [file] = files;
      if (isFile && file !== undefined) return file;
      return path === ROOT ? ROOT_FILE : ownRecord(path, list);
    },
    async *walk(path) {
      const waiting = [{ path, depth: 1 }];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { path: directory, depth } = next;
        if (depth > depthMax) throw unavailable(`${directory} lies deeper than ${depthMax}`);
        const found = (await list(directory)).map((file): Found => {
          return { path: childOf(directory, file.name), file };
        });
        yield* found;
        const below = found.filter(({ file }) => !file.isFile).reverse();
        waiting.push(...below.map((each) => ({ path: each.path, depth: depth + 1 })));
      }
    },
  };
}

const DEPTH_MAX = 128;
const TIMEOUT_MS = 30_000;
const BYTES_MAX = 32 * 1024 * 1024;

const ROOT_FILE: RawFile = {
  mimeType: "text/directory",
  name: "",
  lastModified: "1970-01-01T00:00:00Z",
  size: 0,
  isFile: false,
};

/** The answer about a directory has no word for the directory itself; the one above has. */
async function ownRecord(
  path: VfsPath,
  list: (path: VfsPath) => Promise<readonly RawFile[]>,
): Promise<RawFile> {
  const own = (await list(parentOf(path))).find(({ name }) => name === nameOf(path));
  if (own === undefined) throw new FsError("not-found", `${path} not found`);
  return own;
}

async function readPath(path: VfsPath, options: RfsapiOptions): Promise<RawFolder> {
  const { fetch, clock, headers = {}, timeoutMs = TIMEOUT_MS, bytesMax = BYTES_MAX } = options;
  const abort = new AbortController();
  const late = unavailable(`no whole answer within ${timeoutMs} ms`);
  const stopClock = clock.every(timeoutMs, () => abort.abort(late));
  try {
    const answer = await fetch(addressOf(path, options.url), {
      headers: { ...headers, "X-Raw-Filesystem-API": "1" },
      redirect: "manual",
      signal: abort.signal,
    });
    const refusal = refusalOf(answer, path);
    if (refusal !== undefined) {
      abort.abort(refusal);
      throw refusal;
    }
    return read(await bytesOf(answer, bytesMax), path);
  } catch (error) {
    if (error instanceof FsError) throw error;
    const why = abort.signal.aborted ? late.message : "the server cannot be asked";
    throw unavailable(`${path}: ${why}`, error);
  } finally {
    stopClock();
    // Whatever is still on its way is not wanted any more.
    abort.abort(late);
  }
}

/** undefined: it can be read. */
function refusalOf({ status, headers }: FetchAnswer, path: VfsPath): FsError | undefined {
  if (status === 404) return new FsError("not-found", `${path} not found`);
  if (status === 401 || status === 403) return new FsError("denied", `${path} may not be read`);
  if (status !== 200) return unavailable(`${path}: the server answers ${status}`);
  if (headers.get("x-raw-filesystem-api") !== "1") {
    return unavailable(`${path}: the server does not speak RFSAPI`);
  }
  return undefined;
}

async function bytesOf({ body }: FetchAnswer, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > bytesMax) throw unavailable(`an answer of more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function read(bytes: Buffer, path: VfsPath): RawFolder {
  try {
    return readFolder(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unavailable(`${path}: the server's answer cannot be understood: ${why}`, error);
  }
}

function unavailable(message: string, cause?: unknown): FsError {
  return new FsError("unavailable", message, cause);
}

/** Every byte that is not a letter, a digit or one of "-._~" stands as %XX (RFC 3986, section 2.3). */
function addressOf(path: VfsPath, url: string): string {
  const base = url.endsWith("/") ? url : `${url}/`;
  const encoded = path.slice(1).split("/").map(encodedSegment).join("/");
  return base + encoded;
}

function encodedSegment(segment: string): string {
  return bytesOfText(segment)
    .toString("latin1")
    .replace(/[^\w.~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
