// A route of files, asked beforehand: with the same handlers, the same fields and the same error pages
// as a server of this configuration would have, but for a stranger, and with nothing compressed on the
// fly. handlers/precomputed/compile.ts makes a store of what it says.

import type { Clock } from "../base/clock.ts";
import { silentLogger } from "../base/logger.ts";
import type { Peer } from "../base/peer.ts";
import type { Config, FilesAction, RouteConfig } from "../config/config.ts";
import { cacheControlBy } from "../handlers/caching.ts";
import { errorPages } from "../handlers/error-pages.ts";
import { type Ask, CompileFailure } from "../handlers/precomputed/asking-site.ts";
import { BEST_CODINGS } from "../handlers/precomputed/best-codings.ts";
import {
  type CompileOptions,
  type CompileReport,
  compileSite,
} from "../handlers/precomputed/compile.ts";
import { rawTypesOf } from "../handlers/raw-type.ts";
import { staticFiles } from "../handlers/static-files.ts";
import { fieldsOf } from "../http/fields.ts";
import type { Context } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { essenceOf, mediaTypesOf } from "../http/media-type.ts";
import type { IncomingBody } from "../http/request.ts";
import { parseTarget } from "../http/target.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import { dressFor, templatesOf } from "./dressing.ts";

export type CompiledRoute = Omit<RouteConfig, "action"> & { readonly action: FilesAction };

export interface CompilePorts
  extends Pick<CompileOptions, "store" | "format" | "maker" | "onProgress"> {
  readonly clock: Clock;
  readonly site: FileSystem;
}

/** @throws as compileSite() does; FsError when error page templates cannot be read */
export async function compileRoute(
  config: Config,
  route: CompiledRoute,
  { clock, site, ...ports }: CompilePorts,
): Promise<CompileReport> {
  const { path: prefix, action } = route;
  const { languages, types: extensions } = action;
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const types = extensions.map((extension) => essenceOf(mediaTypes.typeOf(`a.${extension}`)));
  const { codings, bytesMin } = config.compression ?? { codings: BEST_CODINGS, bytesMin: 1024 };
  const ask = await askerOf(config, route, { clock, site });
  // Nobody can write a file of this name: disks keep it to the server.
  const missing = `${prefix.replace(/\/$/, "")}/.ferrox-none`;
  return compileSite({
    ...ports,
    site: { fileSystem: site, prefix, languages, types, ask, missing },
    codings: codings.filter((coding) => BEST_CODINGS.includes(coding)),
    codedBytesMin: bytesMin,
  });
}

async function askerOf(
  config: Config,
  { path: prefix, origin, action }: CompiledRoute,
  { clock, site: fileSystem }: Pick<CompilePorts, "clock" | "site">,
): Promise<Ask> {
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const files = staticFiles({
    ...action,
    archives: false,
    fileSystem,
    fileSystemName: action.fileSystem,
    origin,
    prefix,
    mediaTypes,
    ...(config.guessText ? { typeInside: rawTypesOf(fileSystem) } : {}),
    cacheControl: cacheControlBy(config.caching),
    listingEntriesMax: config.limits.listingEntriesMax,
  });
  const dress = dressFor(config, config.tls.kind === "off" ? "plain" : "tls");
  const handler = dress.answers(files);
  const pages = dress.pages(errorPages({ templates: await templatesOf(config), showWhy: false }));
  const context = strangersContext(clock);
  return async (raw, list) => {
    const method = "HEAD";
    const parsed = parseTarget(raw, method);
    if (parsed.kind === "malformed") throw new CompileFailure(`${raw}: ${parsed.reason}`);
    const { target } = parsed;
    const fields = fieldsOf(list);
    const request = { method, target, host: "", version: "1.1", fields, body: NOTHING } as const;
    try {
      return await handler(request, context);
    } catch (error) {
      if (error instanceof HttpError) return pages(error, request, context);
      throw error;
    }
  };
}

const STRANGER: Peer = {
  address: "192.0.2.1",
  port: 0,
  localAddress: "",
  localPort: 0,
  isLoopback: false,
};

const NOTHING: IncomingBody = {
  length: 0,
  async *[Symbol.asyncIterator]() {},
};

function strangersContext(clock: Clock): Context {
  const { signal } = new AbortController();
  const written = { route: "", requestId: "", cache: undefined, viaProxy: false };
  return { peer: STRANGER, clock, log: silentLogger, signal, ...written };
}
