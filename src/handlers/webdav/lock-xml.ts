// Locks as XML: the property lockdiscovery, and what LOCK answers. RFC 4918, sections 14.1 and 15.8.

import type { VfsPath } from "../../vfs/path.ts";
import { type DavJob, hrefOf } from "./job.ts";
import type { Lock } from "./locks.ts";
import { hrefXml } from "./multistatus.ts";

/** The locks upon a path, those made above it too. */
export function lockDiscovery(job: DavJob, path: VfsPath): string {
  return job.options.state.locks
    .covering(path)
    .map((lock) => activeLockXml(job, lock))
    .join("");
}

export function activeLockXml(job: DavJob, lock: Lock): string {
  const { scope, depth, token, root, kind, ownerXml } = lock;
  const seconds = job.options.state.locks.secondsLeft(lock);
  return (
    `<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:${scope}/></D:lockscope>` +
    `<D:depth>${depth}</D:depth>${ownerXml}<D:timeout>Second-${seconds}</D:timeout>` +
    `<D:locktoken>${hrefXml(token)}</D:locktoken>` +
    `<D:lockroot>${hrefXml(hrefOf(job.options, root, kind))}</D:lockroot></D:activelock>`
  );
}
