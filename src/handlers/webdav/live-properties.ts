// Live properties: what the server itself knows of a resource. RFC 4918, section 15.
// Entity tag, type and date are those that GET sends.

import { formatDate } from "../../http/date.ts";
import { formatEntityTag } from "../../http/entity-tag.ts";
import type { MediaTypes } from "../../http/media-type.ts";
import type { Stat } from "../../vfs/file-system.ts";
import { nameOf, type VfsPath } from "../../vfs/path.ts";
import { DAV, elementXml, escapeText, keyOf, type QualifiedName, shownText } from "./xml-write.ts";

export interface Resource {
  readonly path: VfsPath;
  readonly stat: Stat;
}

/** What is known besides the resource itself. */
export interface Surroundings {
  readonly mediaTypes: MediaTypes;
  readonly nowMs: number;
  /** For the root, which has no name of its own. */
  readonly rootName: string;
  /** False: nothing can be changed here, and so nothing locked. */
  readonly hasLocks: boolean;
  /** What the property lockdiscovery holds. */
  lockDiscovery(path: VfsPath): string;
}

interface LiveProperty extends QualifiedName {
  /** False: only told to whoever asks for it by name. */
  readonly isCommon: boolean;
  /** True: PROPPATCH may give it another value, which is kept as a dead property. */
  readonly isSettable: boolean;
  /** XML; undefined: this resource has no such property. */
  valueOf(resource: Resource, surroundings: Surroundings): string | undefined;
}

const LOCK_ENTRIES = ["exclusive", "shared"]
  .map((scope) => `<D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype>`)
  .map((entry) => `<D:lockentry>${entry}</D:lockentry>`)
  .join("");

const PROPERTIES: readonly LiveProperty[] = [
  own("displayname", ({ path }, { rootName }) => shownText(nameOf(path) || rootName), {
    isSettable: true,
  }),
  own("resourcetype", ({ stat }) => (stat.kind === "directory" ? "<D:collection/>" : "")),
  own("getcontentlength", ({ stat }) => (stat.kind === "file" ? String(stat.size) : undefined)),
  own("getcontenttype", ({ path, stat }, { mediaTypes }) =>
    stat.kind === "file" ? escapeText(mediaTypes.typeOf(nameOf(path))) : undefined,
  ),
  own("getetag", ({ stat }) => {
    const tag = etagOf(stat);
    return tag === undefined ? undefined : escapeText(tag);
  }),
  own("getlastmodified", modified),
  own("supportedlock", (_, { hasLocks }) => (hasLocks ? LOCK_ENTRIES : "")),
  own("lockdiscovery", ({ path }, { lockDiscovery }) => lockDiscovery(path)),
  // No file system of ours tells these yet; they are protected all the same.
  own("creationdate", () => undefined),
  own("quota-available-bytes", () => undefined, { isCommon: false }),
  own("quota-used-bytes", () => undefined, { isCommon: false }),
  // Windows sets it after each upload, and reads it again: the time of the file itself.
  {
    namespace: "urn:schemas-microsoft-com:",
    name: "Win32LastModifiedTime",
    isCommon: false,
    isSettable: false,
    valueOf: modified,
  },
];

function own(
  name: string,
  read: LiveProperty["valueOf"],
  more: Partial<Pick<LiveProperty, "isCommon" | "isSettable">> = {},
): LiveProperty {
  return { namespace: DAV, name, isCommon: true, isSettable: false, ...more, valueOf: read };
}

function modified({ stat }: Resource, { nowMs }: Surroundings): string | undefined {
  const modifiedMs = modifiedMsOf(stat, nowMs);
  return modifiedMs === undefined ? undefined : formatDate(modifiedMs);
}

const BY_KEY: ReadonlyMap<string, LiveProperty> = new Map(
  PROPERTIES.map((property) => [keyOf(property), property]),
);

export const MODIFIED_TIME: string = keyOf({
  namespace: "urn:schemas-microsoft-com:",
  name: "Win32LastModifiedTime",
});

/** The whole element; undefined: the resource has no live property of that name. */
export function liveProperty(
  name: QualifiedName,
  resource: Resource,
  surroundings: Surroundings,
): string | undefined {
  const value = BY_KEY.get(keyOf(name))?.valueOf(resource, surroundings);
  return value === undefined ? undefined : elementXml(name, value);
}

/** Those of allprop and propname, by key. */
export function commonProperties(
  resource: Resource,
  surroundings: Surroundings,
): ReadonlyMap<string, { readonly name: QualifiedName; readonly xml: string }> {
  const found = new Map<string, { readonly name: QualifiedName; readonly xml: string }>();
  for (const property of PROPERTIES) {
    const xml = property.isCommon ? liveProperty(property, resource, surroundings) : undefined;
    if (xml !== undefined) found.set(keyOf(property), { name: property, xml });
  }
  return found;
}

/** Its value is the server's: nobody else may set it. */
export function isProtected(key: string): boolean {
  return BY_KEY.get(key)?.isSettable === false;
}

/** A dead property of that name could be there. */
export function mayBeDead(key: string): boolean {
  return !isProtected(key);
}

/** As the ETag of a GET without coding; none for directories, whose pages have none either. */
export function etagOf({ kind, version }: Stat): string | undefined {
  if (kind === "directory" || version === undefined) return undefined;
  return formatEntityTag({ weak: false, opaque: version });
}

/** As in Last-Modified: a file from the future was modified now. */
export function modifiedMsOf({ modifiedMs }: Stat, nowMs: number): number | undefined {
  return modifiedMs === undefined ? undefined : Math.min(modifiedMs, nowMs);
}
