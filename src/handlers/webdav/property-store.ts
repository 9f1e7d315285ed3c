// Dead properties: what clients say of resources, and the server only keeps. RFC 4918, section 4.
//
// They belong to a name, not to the file under it: editors save by putting another file in its
// place, and what was said of "report.txt" stays true then. Only where a directory has become a file,
// or the other way round, are they passed over: that is certainly something else. What is made
// new through us begins without any.

import type { Stat } from "../../vfs/file-system.ts";
import { isBelow, joined, relativeTo, type VfsPath } from "../../vfs/path.ts";
import { keyOf, type QualifiedName } from "./xml-write.ts";

export interface DeadProperty extends QualifiedName {
  /** The whole element, as it may stand anywhere. */
  readonly xml: string;
}

/** By keyOf() their names. */
export type DeadProperties = ReadonlyMap<string, DeadProperty>;

export interface PropertyStore {
  read(path: VfsPath, kind: Stat["kind"]): Promise<DeadProperties>;
  /** None: nothing is kept of it any more. @throws FsError */
  write(path: VfsPath, kind: Stat["kind"], properties: DeadProperties): Promise<void>;
  /** False: certainly nothing in this directory has any. */
  hasBelow(directory: VfsPath): Promise<boolean>;
  /** Of a resource and all below it; nothing happens when there are none. */
  remove(path: VfsPath): Promise<void>;
  /** In place of what was kept of `to`. */
  move(from: VfsPath, to: VfsPath): Promise<void>;
  /** In place of what was kept of `to`. @param isDeep with all below */
  copy(from: VfsPath, to: VfsPath, isDeep: boolean): Promise<void>;
}

export const NO_PROPERTIES: DeadProperties = new Map();

export function propertiesOf(list: readonly DeadProperty[]): DeadProperties {
  return new Map(list.map((property) => [keyOf(property), property]));
}

interface Kept {
  readonly kind: Stat["kind"];
  readonly properties: DeadProperties;
}

/** In memory: for file systems that end with the process themselves, or live elsewhere. */
export function memoryProperties(resourcesMax: number = RESOURCES_MAX): PropertyStore {
  const kept = new Map<VfsPath, Kept>();
  const within = (path: VfsPath) => [...kept].filter(([at]) => at === path || isBelow(path, at));
  const put = (path: VfsPath, what: Kept) => {
    kept.delete(path);
    kept.set(path, what);
    // The oldest go: to lose a property is allowed where nothing is promised to last.
    for (const oldest of kept.keys()) {
      if (kept.size <= resourcesMax) break;
      kept.delete(oldest);
    }
  };
  const store: PropertyStore = {
    async read(path, kind) {
      const found = kept.get(path);
      return found?.kind === kind ? found.properties : NO_PROPERTIES;
    },
    async write(path, kind, properties) {
      if (properties.size === 0) kept.delete(path);
      else put(path, { kind, properties });
    },
    hasBelow: async () => kept.size > 0,
    async remove(path) {
      for (const [at] of within(path)) kept.delete(at);
    },
    async move(from, to) {
      await store.copy(from, to, true);
      await store.remove(from);
    },
    async copy(from, to, isDeep) {
      const copied = within(from).filter(([at]) => isDeep || at === from);
      await store.remove(to);
      for (const [at, what] of copied) put(joined(to, relativeTo(from, at)), what);
    },
  };
  return store;
}

const RESOURCES_MAX = 10_000;
