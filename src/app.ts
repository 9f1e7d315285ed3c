// Config in, App out: a server, and how it becomes that of another configuration. The only file that
// knows all folders: everything is handed what it needs here, and this is where to look for who gets
// what.

import { dressFor, templatesOf, type Wire } from "./app/dressing.ts";
import { extrasFor } from "./app/extras.ts";
import { type Lasting, lastingOf } from "./app/lasting.ts";
import { handlersOf } from "./app/route-handlers.ts";
import type { CacheStats } from "./base/counts.ts";
import { addressSet } from "./base/ip-address.ts";
import type { Config } from "./config/config.ts";
import type { Authority } from "./handlers/authorization.ts";
import { errorPages } from "./handlers/error-pages.ts";
import { privateAnswers } from "./handlers/private-answers.ts";
import { redirectToHttps } from "./handlers/redirect.ts";
import { routesOf } from "./handlers/routes.ts";
import { wrappingOf } from "./handlers/wrapping.ts";
import type { Handler } from "./http/handler.ts";
import type { ExchangeLog } from "./http/service.ts";
import type { Metrics } from "./logging/metrics.ts";
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

/** @throws FsError when the error page templates, or certificates to trust, cannot be read */
export async function createApp(config: Config, ports: AppPorts): Promise<App> {
  const { clock, log } = ports;
  const { limits } = config;
  let current = await lastingOf(config, ports, undefined);
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
      const lasting = await lastingOf(next, ports, current);
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

async function authorityFor(
  { config, guards }: Lasting,
  ports: AppPorts,
): Promise<Authority | undefined> {
  if (guards === undefined) return undefined;
  return (await import("./app/authority.ts")).authorityOf(config, guards, ports);
}

interface Planning {
  readonly ports: AppPorts;
  /** Each cache adds itself. */
  readonly caches: CacheStats[];
}

async function planOf(lasting: Lasting, { ports, caches }: Planning): Promise<ServerPlan> {
  const { config, fileSystems, webdav, logins } = lasting;
  const { metrics, isReady, clock } = ports;
  const { http1, drainMs, drainDelayMs } = config.limits;
  const templates = await templatesOf(config);
  const pages = errorPages({ templates, showWhy: true });
  const clients = clientsOf(lasting);
  const wrapping = wrappingOf(config.server);
  const exchanges = exchangesOf(config, ports);
  const outside = config.auth.length === 0 ? (handler: Handler) => handler : privateAnswers;
  const siteWith: SiteWith = (handler, wire) => {
    const dress = dressFor(config, wire);
    const site = {
      handler: wrapping.answers(outside(dress.answers(handler))),
      errorPages: wrapping.pages(dress.pages(pages)),
    };
    return { ...ports, exchanges, ...clients, ...site };
  };
  const authority = await authorityFor(lasting, ports);
  const extras = await extrasFor(config);
  const routes = routesOf(
    handlersOf(config, {
      clock,
      log: ports.log,
      logins,
      metrics,
      isReady,
      fileSystems: fileSystems.byName,
      extras,
      changedMs: () => fileSystems.changes.lastMs,
      webdav,
      limitWatch: ports.limitWatch,
      caches,
      authority,
    }),
  );
  const handler = authority === undefined ? routes : authority.around(routes);
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

type SiteWith = (handler: Handler, wire: Wire) => Site;

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
