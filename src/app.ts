// Config in, App out: a server, and how it becomes that of another configuration. The only file that
// knows all folders: everything is handed what it needs here, and this is where to look for who gets
// what.

import { handlersOf } from "./app/route-handlers.ts";
import type { CacheStats } from "./base/counts.ts";
import { addressSet } from "./base/ip-address.ts";
import { unreachable } from "./base/unreachable.ts";
import type { Config, FileSystemConfig } from "./config/config.ts";
import { errorPages } from "./handlers/error-pages.ts";
import {
  type ErrorTemplates,
  loadErrorTemplates,
  NO_TEMPLATES,
} from "./handlers/error-templates.ts";
import { type Dress, dressOf } from "./handlers/header-rules.ts";
import { redirectToHttps } from "./handlers/redirect.ts";
import { routesOf } from "./handlers/routes.ts";
import { securityFields } from "./handlers/security-headers.ts";
import { wrappingOf } from "./handlers/wrapping.ts";
import type { Handler } from "./http/handler.ts";
import type { ExchangeLog } from "./http/service.ts";
import type { Metrics } from "./logging/metrics.ts";
import { type RequestRate, requestRate } from "./server/request-rate.ts";
import {
  createServer,
  type Door,
  type OpenDoor,
  type Server,
  type ServerPlan,
} from "./server/server.ts";
import type { Site, SitePorts } from "./server/service.ts";
import { canonicalHost, coversHost } from "./transport/certificate-names.ts";
import type { Fellows } from "./transport/fellows.ts";
import type { ListenAddress } from "./transport/listener.ts";
import type { Proxies } from "./transport/proxies.ts";
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
  /** Where it is counted, once a route tells it; undefined: nowhere. */
  readonly counters?: Metrics | undefined;
  /** False once the server was asked to stop. */
  isReady(): boolean;
  /** The other processes of this server; undefined: there are none. */
  readonly fellows?: Fellows | undefined;
}

export interface App extends Omit<Server, "reload"> {
  /**
   * Becomes what another configuration says, or stays as it is. What is kept in memory, by name, is
   * kept; caches start empty. See Server.reload().
   * @param tls for the new configuration; undefined: without TLS
   * @throws FsError as createApp() does; the error of bind
   */
  reload(config: Config, tls: TlsContexts | undefined): Promise<readonly OpenDoor[]>;
}

/** @throws FsError when the error page templates cannot be read */
export async function createApp(config: Config, ports: AppPorts): Promise<App> {
  const { clock, log } = ports;
  const { limits } = config;
  let current = lastingOf(config, ports, undefined);
  const caches: CacheStats[] = [];
  const plan = await planOf(current, { ports, caches });
  ports.counters?.watchCaches(caches);
  const transport = await createTransport({
    clock,
    log,
    limits: limits.transport,
    proxies: proxiesOf(config),
    ...(ports.limitWatch === undefined ? {} : { limitWatch: ports.limitWatch }),
    sharedRead: "on",
    fellows: ports.fellows,
  });
  const server = createServer({ ...plan, transport, counts: ports.counters?.connections });
  return {
    listen: server.listen,
    drain: server.drain,
    cut: server.cut,
    get connectionCount() {
      return server.connectionCount;
    },
    async reload(next, tls) {
      const lasting = lastingOf(next, ports, current);
      const caches: CacheStats[] = [];
      const plan = await planOf(lasting, { ports: { ...ports, tls }, caches });
      const doors = await server.reload(plan);
      ports.counters?.watchCaches(caches);
      transport.limitBy(next.limits.transport, proxiesOf(next));
      current = lasting;
      return doors;
    },
  };
}

/** What a reload looks back at: some of it goes on. */
export interface Lasting {
  readonly config: Config;
  readonly fileSystems: FileSystems;
  /** undefined: everybody may ask as often as he likes. */
  readonly requestRate: RequestRate | undefined;
}

function lastingOf(config: Config, ports: AppPorts, before: Lasting | undefined): Lasting {
  const fileSystems = fileSystemsOf(config, before);
  return { config, fileSystems, requestRate: requestRateOf(config, ports, before) };
}

interface Planning {
  readonly ports: AppPorts;
  /** Each cache adds itself. */
  readonly caches: CacheStats[];
}

async function planOf(lasting: Lasting, { ports, caches }: Planning): Promise<ServerPlan> {
  const { config, fileSystems } = lasting;
  const { metrics, isReady } = ports;
  const { http1, drainMs, drainDelayMs } = config.limits;
  const templates = await templatesOf(config);
  const pages = errorPages({ templates, showWhy: true });
  const clients = clientsOf(lasting);
  const wrapping = wrappingOf(config.server);
  const exchanges = exchangesOf(config, ports);
  const siteWith: SiteWith = (handler, wire) => {
    const dress = dressFor(config, wire);
    const site = {
      handler: wrapping.answers(dress.answers(handler)),
      errorPages: wrapping.pages(dress.pages(pages)),
    };
    return { ...ports, exchanges, ...clients, ...site };
  };
  const handler = routesOf(handlersOf(config, { metrics, isReady, fileSystems, caches }));
  return { doors: doorsOf(config, { handler, siteWith, ports }), http1, drainMs, drainDelayMs };
}

function proxiesOf({ server }: Config): Proxies {
  return { trusted: addressSet(server.trustedProxies), sendHeader: server.proxyProtocol };
}

/** Counted only where somebody can ask for the counts. */
function exchangesOf({ routes }: Config, { counters, exchanges }: AppPorts): ExchangeLog {
  const isTold = routes.some(({ action }) => action.kind === "metrics");
  return isTold && counters !== undefined ? counters.counting(exchanges) : exchanges;
}

/** Who a client is, and how often he may ask: the same behind every door. */
function clientsOf({
  config: { server },
  requestRate: rate,
}: Lasting): Pick<Site, "trustedProxies" | "requestRate"> {
  const { trustedProxies } = server;
  return {
    ...(trustedProxies.length === 0 ? {} : { trustedProxies: addressSet(trustedProxies) }),
    ...(rate === undefined ? {} : { requestRate: rate }),
  };
}

/** As long as its numbers stay, nobody who has used up his share gets it again by a reload. */
function requestRateOf(
  { limits }: Config,
  { clock, limitWatch: watch, fellows }: AppPorts,
  before: Lasting | undefined,
): RequestRate | undefined {
  const { requestRateMax: rateMax, requestBurstMax: burstMax } = limits;
  const was = before?.config.limits;
  if (was?.requestRateMax === rateMax && was.requestBurstMax === burstMax) {
    return before?.requestRate;
  }
  if (rateMax === 0) return undefined;
  return requestRate({ rateMax, burstMax, clock, watch, fellows: fellows?.requests });
}

async function templatesOf({ errorsDir }: Config): Promise<ErrorTemplates> {
  if (errorsDir === undefined) return NO_TEMPLATES;
  // The operator's own folder: links may lead wherever the operator likes.
  return loadErrorTemplates(diskFileSystem({ root: errorsDir, symlinks: "any", dotfiles: false }));
}

type Wire = "plain" | "tls";
type SiteWith = (handler: Handler, wire: Wire) => Site;
export type FileSystems = ReadonlyMap<string, FileSystem>;

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

interface Behind {
  /** What the routes say. */
  readonly handler: Handler;
  readonly siteWith: SiteWith;
  readonly ports: AppPorts;
}

function doorsOf(config: Config, { handler, siteWith, ports }: Behind): readonly Door[] {
  const { httpPort, httpsPort } = config.server;
  const { tls } = ports;
  if (tls === undefined) {
    if (httpPort === undefined) return [];
    return [{ address: addressOf(config, "http", httpPort), site: siteWith(handler, "plain") }];
  }
  let openPort = httpsPort ?? 0;
  const plainSite = siteWith(
    redirectToHttps({
      httpsPort: () => openPort,
      isKnownHost: knownHosts(config, tls),
      ownName: config.server.names[0] ?? tls.hosts[0] ?? "localhost",
      site: handler,
    }),
    "plain",
  );
  const secure: Door = {
    address: addressOf(config, "https", openPort),
    site: siteWith(handler, "tls"),
    tls: { contexts: tls, plainSite },
    opened(address) {
      if (address.kind === "tcp") openPort = address.port;
    },
  };
  // The redirect must know the port it leads to: the secure door is opened first.
  return httpPort === undefined
    ? [secure]
    : [secure, { address: addressOf(config, "http", httpPort), site: plainSite }];
}

export type DoorName = "http" | "https";

/** Which doors a configuration has, in the order in which they are opened. */
export function doorNamesOf({ server, tls }: Config): readonly DoorName[] {
  const plain = server.httpPort === undefined ? [] : (["http"] as const);
  return tls.kind === "off" ? plain : ["https", ...plain];
}

export function addressOf({ server }: Config, door: DoorName, port: number): ListenAddress {
  const descriptor = server.inherited?.[door];
  if (descriptor !== undefined) return { kind: "inherited", descriptor };
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

/** Memory goes on under its name; a folder is looked at anew, and holds nothing open by itself. */
export function fileSystemsOf(
  config: Config,
  before: Pick<Lasting, "config" | "fileSystems"> | undefined,
): FileSystems {
  const all = new Map<string, FileSystem>();
  for (const [name, what] of config.fileSystems) {
    const wasMemory = before?.config.fileSystems.get(name)?.kind === "memory";
    const memory = what.kind === "memory" && wasMemory ? before.fileSystems.get(name) : undefined;
    all.set(name, memory ?? fileSystemOf(what));
  }
  return all;
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
