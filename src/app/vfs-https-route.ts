// The route of a file system that is lent over HTTPS: who may come in, whose session it is, and what
// a command may cost.

import type { Clock } from "../base/clock.ts";
import type { Config, RouteConfig, VfsHttpsAction } from "../config/config.ts";
import type { Authority, Doorkeeper } from "../handlers/authorization.ts";
import { vfsHttps } from "../handlers/vfs-https.ts";
import {
  type SessionMemory,
  type Sessions,
  sessionMemory,
  sessionTable,
} from "../handlers/vfs-sessions.ts";
import type { Handler } from "../http/handler.ts";
import type { FileSystem } from "../vfs/file-system.ts";

/** Those who have said who they are: by route, so that a login is for one route alone. */
export type Logins = ReadonlyMap<string, SessionMemory>;

export interface LoginPorts {
  readonly clock: Clock;
  readonly logins: Logins;
}

/** Nobody need log in again because of a reload; that his password changed is found out later. */
export function loginsOf({ routes }: Pick<Config, "routes">, before: Logins | undefined): Logins {
  const lending = routes.filter(({ action }) => action.kind === "vfs_https").map(nameOf);
  return new Map(lending.map((name) => [name, before?.get(name) ?? sessionMemory()]));
}

function nameOf({ host, path }: RoutePlace): string {
  return (host ?? "") + path;
}

export type RoutePlace = Pick<RouteConfig, "host" | "path">;

export interface LendingMeans {
  readonly config: Pick<Config, "limits">;
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
  readonly authority?: Authority | undefined;
}

export function vfsHttpsRoute(
  action: VfsHttpsAction,
  place: RoutePlace,
  means: LendingMeans & LoginPorts,
): Handler {
  const { clock, logins, config } = means;
  const { sessionIdleMs: idleMs, sessionsMax: countMax } = config.limits.vfsHttps;
  const memory = logins.get(nameOf(place)) ?? sessionMemory();
  return lending(action, place, {
    ...means,
    sessionsFor: ({ stampOf }) => sessionTable({ memory, clock, idleMs, countMax, stampOf }),
  });
}

/**
 * @param place `prefix`: where clients find it, when that is not the route's own path
 * @param means with sessions of any kind: a program that is started for each request has others
 */
export function lending(
  { fileSystem: name, writeAtBytesMax }: VfsHttpsAction,
  place: RoutePlace & { readonly prefix?: string },
  means: LendingMeans & { readonly sessionsFor: (doorkeeper: Doorkeeper) => Sessions },
): Handler {
  const { config, fileSystems, authority, sessionsFor } = means;
  const fileSystem = fileSystems.get(name);
  if (fileSystem === undefined) throw new Error(`no file system ${name}`);
  const { commandBytesMax, readBytesMax } = config.limits.vfsHttps;
  const doorkeeper = authority?.doorkeeperOf(place);
  const isGuarded = doorkeeper?.asks === true;
  return vfsHttps({
    prefix: place.prefix ?? place.path,
    fileSystem,
    writeAtBytesMax,
    commandBytesMax,
    readBytesMax,
    may: (user, verb) => doorkeeper?.may(verb, user) ?? true,
    guard: isGuarded ? { check: doorkeeper.check, sessions: sessionsFor(doorkeeper) } : undefined,
  });
}
