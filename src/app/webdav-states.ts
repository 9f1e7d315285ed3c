// What WebDAV keeps beside the files, for each file system: locks in memory, properties of clients'
// making in a folder of the server's own where the files are in one, else in memory too. A reload
// keeps both: a lock is a promise.

import type { Clock } from "../base/clock.ts";
import type { Config, FileSystemConfig } from "../config/config.ts";
import type { WebdavState } from "../handlers/webdav/job.ts";
import { LockTable } from "../handlers/webdav/locks.ts";
import { propertyFiles } from "../handlers/webdav/property-files.ts";
import { memoryProperties, type PropertyStore } from "../handlers/webdav/property-store.ts";
import { privateFolder } from "../vfs/private-folder.ts";

/** By the name of the file system. */
export type WebdavStates = ReadonlyMap<string, KeptState>;

interface KeptState extends WebdavState {
  /** Where the files are: under the same name there may be others after a reload. */
  readonly place: string;
}

export function webdavStatesOf(
  { fileSystems, routes }: Pick<Config, "fileSystems" | "routes">,
  clock: Clock,
  before?: WebdavStates,
): WebdavStates {
  const states = new Map<string, KeptState>();
  for (const { action } of routes) {
    if (action.kind !== "files" || !action.webdav || states.has(action.fileSystem)) continue;
    const config = fileSystems.get(action.fileSystem);
    if (config === undefined) continue;
    const place = placeOf(config);
    const known = before?.get(action.fileSystem);
    const isSame = known?.place === place;
    states.set(action.fileSystem, isSame ? known : stateOf(config, place, clock));
  }
  return states;
}

function placeOf(config: FileSystemConfig): string {
  return config.kind === "disk" ? `disk ${config.root}` : config.kind;
}

function stateOf(config: FileSystemConfig, place: string, clock: Clock): KeptState {
  return { place, locks: new LockTable(clock), properties: propertiesFor(config) };
}

function propertiesFor(config: FileSystemConfig): PropertyStore {
  if (config.kind !== "disk" || !config.writable) return memoryProperties();
  return propertyFiles(privateFolder(config.root, ".ferrox-dav"));
}
