// What a reload looks back at: files in memory, locks, logins, guesses, shares of a rate. All that would
// be unjust or unsafe to forget because an operator changed a line.

import type { Config } from "../config/config.ts";
import { type RequestRate, requestRate } from "../server/request-rate.ts";
import type { SitePorts } from "../server/service.ts";
import type { Fellows } from "../transport/fellows.ts";
import type { Guards } from "./authority.ts";
import { type FileSystems, fileSystemsOf } from "./file-systems.ts";
import type { Logins } from "./vfs-https-route.ts";
import type { WebdavStates } from "./webdav-states.ts";

export interface LastingPorts extends SitePorts {
  /** The other processes of this server; undefined: there are none. */
  readonly fellows?: Fellows | undefined;
}

/** What a reload looks back at: some of it goes on. */
export interface Lasting {
  readonly config: Config;
  readonly fileSystems: FileSystems;
  /** undefined: everybody may ask as often as he likes. */
  readonly requestRate: RequestRate | undefined;
  /** undefined: everybody may do everything. */
  readonly guards: Guards | undefined;
  readonly webdav: WebdavStates;
  readonly logins: Logins;
}

/** @throws FsError when certificates to trust cannot be read */
export async function lastingOf(
  config: Config,
  ports: LastingPorts,
  before: Lasting | undefined,
): Promise<Lasting> {
  const fileSystems = await fileSystemsOf(config, ports.clock, before?.fileSystems);
  const requestRate = requestRateOf(config, ports, before);
  const guards = await guardsFor(config, ports, before?.guards);
  const webdav = await webdavFor(config, ports, before?.webdav);
  const logins = await loginsFor(config, before?.logins);
  return { config, fileSystems, requestRate, guards, webdav, logins };
}

// What follows is loaded where the configuration speaks of it: see extras.ts.

async function guardsFor(
  config: Config,
  ports: LastingPorts,
  before: Guards | undefined,
): Promise<Guards | undefined> {
  if (config.auth.length === 0) return undefined;
  return (await import("./authority.ts")).guardsOf(config, ports, before);
}

async function webdavFor(
  config: Config,
  { clock }: LastingPorts,
  before: WebdavStates | undefined,
): Promise<WebdavStates> {
  const isSpoken = config.routes.some(({ action }) => action.kind === "files" && action.webdav);
  if (!isSpoken) return new Map();
  return (await import("./webdav-states.ts")).webdavStatesOf(config, clock, before);
}

async function loginsFor(config: Config, before: Logins | undefined): Promise<Logins> {
  if (!config.routes.some(({ action }) => action.kind === "vfs_https")) return new Map();
  return (await import("./vfs-https-route.ts")).loginsOf(config, before);
}

/** As long as its numbers stay, nobody who has used up his share gets it again by a reload. */
function requestRateOf(
  { limits }: Config,
  { clock, limitWatch: watch, fellows }: LastingPorts,
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
