// One handler for each route of the configuration: which of them gets what.

import { addressSet, UNIX } from "../base/ip-address.ts";
import type { Logger } from "../base/logger.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Config, RouteConfig } from "../config/config.ts";
import { allowed } from "../handlers/allowed.ts";
import { ArchiveSlots } from "../handlers/archive-slots.ts";
import type { Authority } from "../handlers/authorization.ts";
import { cacheControlBy } from "../handlers/caching.ts";
import { type Compressor, createCompressor } from "../handlers/compressor.ts";
import { crossOrigin } from "../handlers/cross-origin.ts";
import { health } from "../handlers/health.ts";
import { metricsPage } from "../handlers/metrics-page.ts";
import { redirectTo } from "../handlers/redirect.ts";
import type { Route } from "../handlers/routes.ts";
import type { Handler } from "../http/handler.ts";
import { mediaTypesOf } from "../http/media-type.ts";
import { loaded } from "./extras.ts";
import { type FileMeans, type FilePorts, filesRoute } from "./files-route.ts";
import type { LoginPorts } from "./vfs-https-route.ts";

export interface RoutePorts extends FilePorts, LoginPorts {
  readonly log: Logger;
  /** How the server is, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly isReady: () => boolean;
  /** Who may do what; undefined: there is no rule. */
  readonly authority?: Authority | undefined;
}

interface Means extends FileMeans, RoutePorts {}

export function handlersOf(config: Config, ports: RoutePorts): readonly Route[] {
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const compressor = compressorOf(config);
  const cacheControl = cacheControlBy(config.caching);
  const archiveSlots = new ArchiveSlots(config.limits.archivesMax);
  const means = { ...ports, config, mediaTypes, cacheControl, compressor, archiveSlots };
  return config.routes.map((route) => {
    const { host, path, origin, cors } = route;
    const name = (host ?? "") + path;
    const asksItself = route.action.kind === "vfs_https";
    const around = (inner: Handler) => {
      const asked = asksItself ? inner : (ports.authority?.aroundRoute(inner) ?? inner);
      const guarded = allowedOf(route, asked);
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

function handlerOf(route: RouteConfig, means: Means): Handler {
  const { action, path, origin } = route;
  switch (action.kind) {
    case "files":
      return filesRoute(action, { path, origin }, means);
    case "redirect":
      return redirectTo({ to: action.to, status: action.status, prefix: path });
    case "metrics":
      return metricsPage(means.metrics);
    case "health":
      return health(action.of === "live" ? () => true : means.isReady);
    case "vfs_https":
      return loaded(means.extras.vfsHttps).vfsHttpsRoute(action, route, means);
    case "precomputed":
      return loaded(means.extras.precomputed).precomputedRoute(action, means);
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
