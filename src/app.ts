// Config in, Server out. The only file that knows all folders: everything is handed what it needs
// here, and this is where to look for who gets what.

import { addressSet, UNIX } from "./base/ip-address.ts";
import { unreachable } from "./base/unreachable.ts";
import type { Config, FileSystemConfig, RouteConfig } from "./config/config.ts";
import { allowed } from "./handlers/allowed.ts";
import { cached } from "./handlers/cached.ts";
import { cacheControlBy } from "./handlers/caching.ts";
import { type Compressor, createCompressor } from "./handlers/compressor.ts";
import { crossOrigin } from "./handlers/cross-origin.ts";
import { errorPages } from "./handlers/error-pages.ts";
import {
  type ErrorTemplates,
  loadErrorTemplates,
  NO_TEMPLATES,
} from "./handlers/error-templates.ts";
import { type Dress, dressOf } from "./handlers/header-rules.ts";
import { health } from "./handlers/health.ts";
import { metricsPage } from "./handlers/metrics-page.ts";
import { redirectTo, redirectToHttps } from "./handlers/redirect.ts";
import { type Route, routesOf } from "./handlers/routes.ts";
import { securityFields } from "./handlers/security-headers.ts";
import { staticFiles } from "./handlers/static-files.ts";
import type { Handler } from "./http/handler.ts";
import { type MediaTypes, mediaTypesOf } from "./http/media-type.ts";
import { createServer, type Door, type Server } from "./server/server.ts";
import type { Site, SitePorts } from "./server/service.ts";
import { canonicalHost, coversHost } from "./transport/certificate-names.ts";
import type { ListenAddress } from "./transport/listener.ts";
import type { TlsContexts } from "./transport/tls-context.ts";
import { createTransport } from "./transport/transport.ts";
import { diskFileSystem } from "./vfs/disk.ts";
import type { FileSystem } from "./vfs/file-system.ts";
import { memoryFileSystem } from "./vfs/memory.ts";

export interface AppPorts extends SitePorts {
  /** Present when the configuration turns TLS on. */
  readonly tls: TlsContexts | undefined;
  /** How the server is, in Prometheus' text format. */
  metrics(): Promise<string>;
  /** False once the server was asked to stop. */
  isReady(): boolean;
}

/** @throws FsError when the error page templates cannot be read */
export async function createApp(config: Config, ports: AppPorts): Promise<Server> {
  const { clock, log } = ports;
  const { limits } = config;
  const templates = await templatesOf(config);
  const transport = await createTransport({
    clock,
    log,
    limits: limits.transport,
    sharedRead: "on",
  });
  const pages = errorPages({ templates, showWhy: true });
  const siteWith: SiteWith = (handler, wire) => {
    const dress = dressFor(config, wire);
    return { ...ports, handler: dress.answers(handler), errorPages: dress.pages(pages) };
  };
  const doors = doorsOf(config, siteWith, ports);
  return createServer({ doors, transport, http1: limits.http1, drainMs: limits.drainMs });
}

async function templatesOf({ errorsDir }: Config): Promise<ErrorTemplates> {
  if (errorsDir === undefined) return NO_TEMPLATES;
  // The operator's own folder: links may lead wherever the operator likes.
  return loadErrorTemplates(diskFileSystem({ root: errorsDir, symlinks: "any", dotfiles: false }));
}

type Wire = "plain" | "tls";
type SiteWith = (handler: Handler, wire: Wire) => Site;

/** What stands on answers whoever gives them. */
function dressFor(config: Config, wire: Wire): Dress {
  const { headers, headerRules, securityHeaders } = config;
  // A certificate for development comes and goes; the promise of TLS would outlive it.
  const promisesTls = wire === "tls" && config.tls.kind === "files";
  const security = securityFields({ level: securityHeaders, promisesTls, configured: headers });
  const saysServer = headers.some(([name]) => name.toLowerCase() === "server");
  const server = saysServer ? [] : [["Server", "Ferrox"] as const];
  return dressOf({ headers: [...server, ...security, ...headers], rules: headerRules });
}

function doorsOf(config: Config, siteWith: SiteWith, ports: AppPorts): readonly Door[] {
  const { httpPort, httpsPort } = config.server;
  const { tls } = ports;
  const handler = routesOf(handlersOf(config, ports));
  if (tls === undefined) {
    if (httpPort === undefined) return [];
    return [{ address: addressOf(config, httpPort), site: siteWith(handler, "plain") }];
  }
  let openPort = httpsPort ?? 0;
  const plainSite = siteWith(
    redirectToHttps({
      httpsPort: () => openPort,
      isKnownHost: knownHosts(config, tls),
      ownName: config.server.names[0] ?? tls.hosts[0] ?? "localhost",
    }),
    "plain",
  );
  const secure: Door = {
    address: addressOf(config, openPort),
    site: siteWith(handler, "tls"),
    tls: { contexts: tls, plainSite },
    opened(address) {
      if (address.kind === "tcp") openPort = address.port;
    },
  };
  // The redirect must know the port it leads to: the secure door is opened first.
  return httpPort === undefined
    ? [secure]
    : [secure, { address: addressOf(config, httpPort), site: plainSite }];
}

function addressOf({ server }: Config, port: number): ListenAddress {
  return server.addr.startsWith("unix:")
    ? { kind: "unix", path: server.addr.slice("unix:".length) }
    : { kind: "tcp", host: server.addr, port };
}

/** Only these are reflected into a redirect; whoever names another host gets our own name. */
function knownHosts(config: Config, tls: TlsContexts): (host: string) => boolean {
  const named = config.routes.flatMap(({ host }) => (host === undefined ? [] : [host]));
  const ours = [...LOOPBACK_NAMES, config.server.addr, ...config.server.names, ...named];
  const names = ours.map(canonicalHost);
  return (host) => coversHost([...names, ...tls.hosts], canonicalHost(host));
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];

function handlersOf(
  config: Config,
  { metrics, isReady }: Pick<AppPorts, "metrics" | "isReady">,
): readonly Route[] {
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const compressor = compressorOf(config);
  const fileSystems = new Map<string, FileSystem>();
  for (const [name, what] of config.fileSystems) fileSystems.set(name, fileSystemOf(what));
  const cacheControl = cacheControlBy(config.caching);
  const means = { config, mediaTypes, cacheControl, compressor, fileSystems, metrics, isReady };
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

function fileSystemOf(config: FileSystemConfig): FileSystem {
  switch (config.kind) {
    case "disk":
      return diskFileSystem(config);
    case "memory":
      return memoryFileSystem();
    default:
      return unreachable(config);
  }
}

/** One for all routes: the processors it must not fill are the same. */
function compressorOf({ compression, limits }: Config): Compressor | undefined {
  if (compression === undefined) return undefined;
  return createCompressor({ ...compression, memoryBytesMax: limits.cacheBytesMax });
}

interface Means {
  readonly config: Config;
  readonly mediaTypes: MediaTypes;
  readonly cacheControl: (path: string) => string;
  readonly compressor: Compressor | undefined;
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
  readonly metrics: () => Promise<string>;
  readonly isReady: () => boolean;
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
      return cached(files, { bytesMax: cacheBytesMax, freshMs: cacheFreshMs, keyFields });
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
