// Config in, Server out. The only file that knows all folders: everything is handed what it needs
// here, and this is where to look for who gets what.

import { unreachable } from "./base/unreachable.ts";
import type { Config, FileSystemConfig, RouteConfig } from "./config/config.ts";
import { cached } from "./handlers/cached.ts";
import { errorPages } from "./handlers/error-pages.ts";
import {
  type ErrorTemplates,
  loadErrorTemplates,
  NO_TEMPLATES,
} from "./handlers/error-templates.ts";
import { withFields } from "./handlers/extra-fields.ts";
import { redirectTo, redirectToHttps } from "./handlers/redirect.ts";
import { type Route, routesOf } from "./handlers/routes.ts";
import { staticFiles } from "./handlers/static-files.ts";
import type { Handler } from "./http/handler.ts";
import { type MediaTypes, mediaTypesOf } from "./http/media-type.ts";
import type { Response } from "./http/response.ts";
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
  const dress = withFields([["Server", "Ferrox"], ...config.headers]);
  const pages = errorPages({ templates, showWhy: true });
  const siteWith = (handler: Handler): Site => ({
    ...ports,
    handler: dressed(handler, dress),
    errorPages: (error, request, context) => dress(pages(error, request, context)),
  });
  const doors = doorsOf(config, siteWith, ports.tls);
  return createServer({ doors, transport, http1: limits.http1, drainMs: limits.drainMs });
}

async function templatesOf({ errorsDir }: Config): Promise<ErrorTemplates> {
  if (errorsDir === undefined) return NO_TEMPLATES;
  // The operator's own folder: links may lead wherever the operator likes.
  return loadErrorTemplates(diskFileSystem({ root: errorsDir, symlinks: "any", dotfiles: false }));
}

/** The configured headers stand on every response. */
function dressed(handler: Handler, dress: (response: Response) => Response): Handler {
  return (request, context) => {
    const response = handler(request, context);
    return response instanceof Promise ? response.then(dress) : dress(response);
  };
}

function doorsOf(
  config: Config,
  siteWith: (handler: Handler) => Site,
  tls: TlsContexts | undefined,
): readonly Door[] {
  const { httpPort, httpsPort } = config.server;
  const site = siteWith(routesOf(handlersOf(config)));
  if (tls === undefined) {
    return httpPort === undefined ? [] : [{ address: addressOf(config, httpPort), site }];
  }
  let openPort = httpsPort ?? 0;
  const plainSite = siteWith(
    redirectToHttps({
      httpsPort: () => openPort,
      isKnownHost: knownHosts(config, tls),
      ownName: config.server.names[0] ?? tls.hosts[0] ?? "localhost",
    }),
  );
  const secure: Door = {
    address: addressOf(config, openPort),
    site,
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

function handlersOf(config: Config): readonly Route[] {
  const mediaTypes = mediaTypesOf(config.mediaTypes);
  const fileSystems = new Map<string, FileSystem>();
  for (const [name, what] of config.fileSystems) fileSystems.set(name, fileSystemOf(what));
  return config.routes.map((route) => ({
    host: route.host,
    path: route.path,
    origin: route.origin,
    handler: handlerOf(route, { config, mediaTypes, fileSystems }),
  }));
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

interface Means {
  readonly config: Config;
  readonly mediaTypes: MediaTypes;
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
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
        listingEntriesMax,
      });
      if (cacheBytesMax === 0) return files;
      return cached(files, { bytesMax: cacheBytesMax, freshMs: cacheFreshMs });
    }
    case "redirect":
      return redirectTo({ to: action.to, status: action.status, prefix: path });
    default:
      return unreachable(action);
  }
}
