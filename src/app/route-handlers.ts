// One handler for each route of the configuration: which of them gets what.

import { type CacheStats, emptyCache } from "../base/counts.ts";
import { addressSet, UNIX } from "../base/ip-address.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Config, RouteConfig } from "../config/config.ts";
import { allowed } from "../handlers/allowed.ts";
import { cached } from "../handlers/cached.ts";
import { cacheControlBy } from "../handlers/caching.ts";
import { type Compressor, createCompressor } from "../handlers/compressor.ts";
import { crossOrigin } from "../handlers/cross-origin.ts";
import { health } from "../handlers/health.ts";
import { metricsPage } from "../handlers/metrics-page.ts";
import { redirectTo } from "../handlers/redirect.ts";
import type { Route } from "../handlers/routes.ts";
import { staticFiles } from "../handlers/static-files.ts";
import type { Handler } from "../http/handler.ts";
import { type MediaTypes, mediaTypesOf } from "../http/media-type.ts";
import type { FileSystem } from "../vfs/file-system.ts";

export interface RoutePorts {
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
  /** How the server is, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly isReady: () => boolean;
  /** What each cache counts is added here, for whoever wants to know. */
  readonly caches: CacheStats[];
}

export function handlersOf(config: Config, ports: RoutePorts): readonly Route[] {
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const compressor = compressorOf(config);
  const cacheControl = cacheControlBy(config.caching);
  const means = { ...ports, config, mediaTypes, cacheControl, compressor };
  return config.routes.map((route) => {
    const { host, path, origin, cors } = route;
    const name = (host ?? "") + path;
    const around = (inner: Handler) => {
      const guarded = allowedOf(route, inner);
      return cors === undefined ? guarded : crossOrigin(guarded, cors);
    };
    return { host, path, origin, name, handler: around(handlerOf(route, means)), around };
  });
}

/** One for all routes: the processors it must not fill are the same. */
function compressorOf({ compression, limits }: Config): Compressor | undefined {
  if (compression === undefined) return undefined;
  return createCompressor({ ...compression, memoryBytesMax: limits.cacheBytesMax });
}

interface Means extends RoutePorts {
  readonly config: Config;
  readonly mediaTypes: MediaTypes;
  readonly cacheControl: (path: string) => string;
  readonly compressor: Compressor | undefined;
}

function handlerOf({ action, path, origin }: RouteConfig, means: Means): Handler {
  switch (action.kind) {
    case "files": {
      const fileSystem = means.fileSystems.get(action.fileSystem);
      if (fileSystem === undefined) throw new Error(`no file system ${action.fileSystem}`);
      const { listingEntriesMax, cacheBytesMax, cacheFreshMs } = means.config.limits;
      const files = staticFiles({
        ...action,
        fileSystem,
        fileSystemName: action.fileSystem,
        origin,
        prefix: path,
        mediaTypes: means.mediaTypes,
        cacheControl: means.cacheControl,
        compressor: means.compressor,
        listingEntriesMax,
      });
      if (cacheBytesMax === 0) return files;
      // Only where they decide: every value of a field in the key is an entry more.
      const keyFields = [
        ...(action.languages.length > 0 ? ["accept-language"] : []),
        ...(action.types.length > 0 ? ["accept"] : []),
      ];
      const stats = emptyCache();
      means.caches.push(stats);
      return cached(files, { bytesMax: cacheBytesMax, freshMs: cacheFreshMs, keyFields, stats });
    }
    case "redirect":
      return redirectTo({ to: action.to, status: action.status, prefix: path });
    case "metrics":
      return metricsPage(means.metrics);
    case "health":
      return health(action.of === "live" ? () => true : means.isReady);
    default:
      return unreachable(action);
  }
}

/** What is told about a server is for its operators, unless they say otherwise. */
const THIS_MACHINE = ["127.0.0.0/8", "::1", UNIX];

function allowedOf({ action, allow }: RouteConfig, handler: Handler): Handler {
  const addresses = allow ?? (action.kind === "metrics" ? THIS_MACHINE : undefined);
  return addresses === undefined ? handler : allowed(handler, addressSet(addresses));
}
