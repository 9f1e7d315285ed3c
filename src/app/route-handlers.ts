// One handler for each route of the configuration: which of them gets what.

import { addressSet, UNIX } from "../base/ip-address.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Config, RouteConfig } from "../config/config.ts";
import { allowed } from "../handlers/allowed.ts";
import { cacheControlBy } from "../handlers/caching.ts";
import { type Compressor, createCompressor } from "../handlers/compressor.ts";
import { crossOrigin } from "../handlers/cross-origin.ts";
import { health } from "../handlers/health.ts";
import { metricsPage } from "../handlers/metrics-page.ts";
import { redirectTo } from "../handlers/redirect.ts";
import type { Route } from "../handlers/routes.ts";
import type { Handler } from "../http/handler.ts";
import { mediaTypesOf } from "../http/media-type.ts";
import { type FileMeans, type FilePorts, filesRoute } from "./files-route.ts";

export interface RoutePorts extends FilePorts {
  /** How the server is, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly isReady: () => boolean;
}

interface Means extends FileMeans, RoutePorts {}

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

function handlerOf({ action, path, origin }: RouteConfig, means: Means): Handler {
  switch (action.kind) {
    case "files":
      return filesRoute(action, { path, origin }, means);
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
