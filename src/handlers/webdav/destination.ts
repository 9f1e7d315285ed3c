// Which path of this file system does a URL in a field mean? For Destination and for the tags of
// If. Read by the one decoder of targets, so that no spelling means one thing there and another here.

import { type Authority, parseAuthority } from "../../http/authority.ts";
import { parseTarget } from "../../http/target.ts";
import { canNameFile, type VfsPath, vfsPathOf } from "../../vfs/path.ts";
import { pathBelow } from "../location.ts";
import type { DavJob } from "./job.ts";

export type PlaceOfUrl =
  | { readonly kind: "path"; readonly path: VfsPath }
  | { readonly kind: "malformed"; readonly reason: string }
  /** On another server, or in a part of this one where other files live. */
  | { readonly kind: "elsewhere" };

/** @param url an absolute URL or an absolute path (RFC 4918, section 8.3: Simple-ref) */
export function placeOf({ request, context, options }: DavJob, url: string): PlaceOfUrl {
  const parsed = parseTarget(url, "GET");
  if (parsed.kind === "malformed") return { kind: "malformed", reason: parsed.reason };
  const { target, authority } = parsed;
  if (target.kind === "asterisk") return { kind: "malformed", reason: "* names no resource" };
  if (authority !== undefined && !isSame(authority, request.host, schemePorts(url, context.peer))) {
    return { kind: "elsewhere" };
  }
  const below = pathBelow(options.prefix, target.path);
  if (below === undefined) return { kind: "elsewhere" };
  const path = vfsPathOf(below === "" ? "/" : below);
  if (path === undefined || !canNameFile(path)) {
    return { kind: "malformed", reason: "no file could have that name" };
  }
  return { kind: "path", path };
}

interface SchemePorts {
  readonly there: number;
  readonly here: number;
}

/** Ports that go without saying. */
function schemePorts(url: string, peer: DavJob["context"]["peer"]): SchemePorts {
  const scheme = peer.forwardedScheme ?? (peer.tls === undefined ? "http" : "https");
  const portOf = (isSecure: boolean) => (isSecure ? 443 : 80);
  return { there: portOf(/^https:/i.test(url)), here: portOf(scheme === "https") };
}

/** A client names the server as it has come to know it: by the Host it sends. */
function isSame(there: Authority, host: string, ports: SchemePorts): boolean {
  const here = parseAuthority(host);
  if (here === undefined || here.host !== there.host) return false;
  // A proxy that ends TLS without saying so: both without a port mean the same door.
  if (here.port === there.port) return true;
  return (here.port ?? ports.here) === (there.port ?? ports.there);
}
