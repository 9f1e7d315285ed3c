// WebDAV over a map in memory, asked as a driver would ask it; its answers as text.

import type { LimitName } from "../../../src/base/limit-watch.ts";
import { nobodyWatches } from "../../../src/base/limit-watch.ts";
import { webdav } from "../../../src/handlers/webdav/handler.ts";
import type { DavJob, WebdavOptions } from "../../../src/handlers/webdav/job.ts";
import { DEFAULT_WEBDAV_LIMITS, type WebdavLimits } from "../../../src/handlers/webdav/limits.ts";
import { LockTable } from "../../../src/handlers/webdav/locks.ts";
import { memoryProperties } from "../../../src/handlers/webdav/property-store.ts";
import type { Access } from "../../../src/http/access.ts";
import { HttpError } from "../../../src/http/http-error.ts";
import { mediaTypesOf } from "../../../src/http/media-type.ts";
import type { IncomingBody } from "../../../src/http/request.ts";
import type { FileSystem } from "../../../src/vfs/file-system.ts";
import { type MemoryFiles, memoryFileSystem } from "../../../src/vfs/memory.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { bytesOf, contextOf, type FieldMap, pathOf, requestOf } from "../../support/request.ts";
import { plainWrites } from "./plain-writes.ts";

export interface DavAnswer {
  readonly status: number;
  readonly text: string;
  field(name: string): string | undefined;
}

export interface Asked {
  readonly fields?: FieldMap;
  readonly body?: string | Uint8Array;
  readonly access?: Access;
  /** Instead of a body that is there at once. */
  readonly stream?: IncomingBody;
}

export interface DavSite {
  readonly clock: FakeClock;
  readonly options: WebdavOptions;
  readonly hits: readonly LimitName[];
  readonly notes: readonly string[];
  send(method: string, path: string, asked?: Asked): Promise<DavAnswer>;
}

export interface DavSiteOptions {
  readonly fileSystem?: FileSystem;
  readonly limits?: Partial<WebdavLimits>;
  readonly prefix?: string;
  readonly hasLocks?: boolean;
}

export const CLOCK_MS = 1_767_323_045_678;

export function davSite(files: MemoryFiles = {}, more: DavSiteOptions = {}): DavSite {
  const clock = fakeClock(CLOCK_MS);
  const { fileSystem = memoryFileSystem(files, { clock }), prefix = "/dav/" } = more;
  const hits: LimitName[] = [];
  const notes: string[] = [];
  const options: WebdavOptions = {
    fileSystem,
    fileSystemName: "test",
    origin: "test",
    prefix,
    mediaTypes: mediaTypesOf(new Map()),
    state: { locks: new LockTable(clock), properties: memoryProperties() },
    hasLocks: more.hasLocks ?? true,
    limits: { ...DEFAULT_WEBDAV_LIMITS, ...more.limits },
    watch: { ...nobodyWatches, hit: (limit) => void hits.push(limit) },
  };
  const handler = webdav(plainWrites(fileSystem, prefix), options);
  const trace = { note: (_: string, decision: string) => void notes.push(decision) };
  return {
    clock,
    options,
    hits,
    notes,
    async send(method, path, { fields = {}, body = "", access, stream } = {}) {
      const request = {
        ...requestOf(method, path, fields),
        body: stream ?? bodyOf(Buffer.from(body)),
      };
      try {
        const response = await handler(request, contextOf({ clock, trace, access }));
        const text = (await bytesOf(response.body)).toString("utf8");
        const find = (name: string) =>
          response.fields.find(([other]) => other.toLowerCase() === name)?.[1];
        return { status: response.status, text, field: find };
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        return { status: error.status, text: error.reason, field: () => undefined };
      }
    },
  };
}

/** In pieces, each of them overwritten when the next is asked for: as a driver lends them. */
function bodyOf(bytes: Buffer) {
  return {
    length: bytes.length,
    async *[Symbol.asyncIterator]() {
      const lent = Buffer.alloc(64);
      for (let at = 0; at < bytes.length; at += lent.length) {
        const length = bytes.copy(lent, 0, at, at + lent.length);
        yield lent.subarray(0, length);
        lent.fill(0x58);
      }
    },
  };
}

/** A request for "/dav" + path, for what is asked below the handler. */
export function jobOf(site: DavSite, path: string, fields: FieldMap = {}): DavJob {
  const request = requestOf("PROPFIND", `/dav${path}`, fields);
  const context = contextOf({ clock: site.clock });
  return {
    request,
    context,
    options: site.options,
    path: pathOf(path),
    isSlashed: path.endsWith("/"),
  };
}

export const LOCK_INFO: string =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>' +
  "<D:locktype><D:write/></D:locktype><D:owner>me</D:owner></D:lockinfo>";
export const SHARED_LOCK_INFO: string = LOCK_INFO.replace("exclusive", "shared");

/** Locks, and gives the token. */
export async function locked(site: DavSite, path: string, asked: Asked = {}): Promise<string> {
  const answer = await site.send("LOCK", path, { body: LOCK_INFO, ...asked });
  const token = /^<(.+)>$/.exec(answer.field("lock-token") ?? "")?.[1];
  if (token === undefined) throw new Error(`no lock: ${answer.status} ${answer.text}`);
  return token;
}

/** What stands in the elements `D:name`, in order. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<D:${name}>(.*?)</D:${name}>`, "gs"))].map(
    ([, text]) => text ?? "",
  );
}
