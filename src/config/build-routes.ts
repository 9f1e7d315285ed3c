// `routes:`, and the original's one site, which is a route like any other:
// the file system `site` (paths.serve_dir) at "/".

import { patternOf } from "../base/path-pattern.ts";
import {
  buildFileSystems,
  changesOf,
  checkFileSystems,
  type FileSystemConfigs,
  isWritable,
  namesBehind,
  unknownName,
} from "./build-file-systems.ts";
import { buildCors } from "./build-rules.ts";
import type { FileSystemConfig, FilesAction, RouteConfig } from "./config.ts";
import { absolutePath, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { shown } from "./reading.ts";
import { loopingRedirects } from "./redirect-loops.ts";
import { checkBlanks, shapeOf } from "./route-blanks.ts";
import { ACTIONS, type RouteWords } from "./schema-routes.ts";

const SITE = "site";
const INDEX_NAME = "index.html";

export interface Sites {
  readonly fileSystems: ReadonlyMap<string, FileSystemConfig>;
  readonly routes: readonly RouteConfig[];
}

export function buildSites(draft: Draft): Sites {
  const { routes: written } = draft.words;
  const fileSystems = buildFileSystems(draft);
  // A folder nobody spoke of is served only when nothing else is.
  const saysServeDir = draft.origins.isSaid(["paths", "serve_dir"]);
  const hasSite = saysServeDir || written === undefined;
  if (hasSite && fileSystems.has(SITE)) {
    if (saysServeDir) siteTwice(draft);
  } else if (hasSite) {
    fileSystems.set(SITE, siteOf(draft));
  }
  checkFileSystems(draft, fileSystems);

  const routes = (written ?? []).flatMap((words, index) =>
    buildRoute({ draft, fileSystems }, words, draft.routePlaces[index] ?? index),
  );
  checkDuplicates(draft, routes);
  checkLoops(draft, routes);
  const rootIsTaken = routes.some(({ route }) => route.host === undefined && route.path === "/");
  const list = routes.map(({ route }) => route);
  const hasSiteRoute = hasSite && !rootIsTaken;
  if (hasSiteRoute) list.push(siteRoute({ draft, fileSystems }));
  checkNames(draft, routes, fileSystems);
  checkUse({ draft, fileSystems }, hasSiteRoute);
  return { fileSystems, routes: list };
}

function siteTwice(draft: Draft): void {
  draft.error(
    ["file_systems", SITE],
    "is the name of the folder in paths.serve_dir, which is given too",
    "remove one of them, or take another name",
  );
}

function siteOf(draft: Draft): FileSystemConfig {
  const key = ["paths", "serve_dir"];
  const root = absolutePath(draft, draft.words.paths.serve_dir);
  draft.claim({ kind: "folder", diskPath: root, key });
  const origin = draft.origins.originOf(key);
  return { kind: "disk", root, symlinks: "inside", dotfiles: false, writable: false, origin };
}

interface Building {
  readonly draft: Draft;
  readonly fileSystems: FileSystemConfigs;
}

function siteRoute(building: Building): RouteConfig {
  const { draft } = building;
  const action = filesAction(building, { path: "/" }, SITE);
  const origin = draft.origins.originOf(["paths", "serve_dir"]);
  const cors = buildCors(draft.words.cors);
  return { host: undefined, path: "/", action, allow: undefined, cors, origin };
}

interface Placed {
  readonly route: RouteConfig;
  readonly key: KeyPath;
}

/** Empty: it has no action; said. */
function buildRoute(building: Building, words: RouteWords, index: number): readonly Placed[] {
  const { draft } = building;
  const key = ["routes", index];
  const { host, path, allow } = words;
  const [action, ...more] = ACTIONS.filter((name) => words[name] !== undefined);
  if (action === undefined) {
    draft.error(key, `says where, but not what: ${listed("or")} is missing`);
    return [];
  }
  if (more.length > 0) {
    draft.error(key, `has both ${action} and ${more.join(" and ")}; a route has one of them`);
    return [];
  }
  checkBlanks(draft, key, words);
  const foreign = OWN_WORDS.filter(({ home }) => home !== action);
  for (const { home, names } of foreign) refuseForeign(draft, key, { words, names, home });
  const origin = draft.origins.originOf(key);
  const cors = buildCors(words.cors ?? draft.words.cors);
  checkWritable(building, key, words);
  if (action === "vfs_https" && words.auth === undefined) demandAuth(draft, key);
  if (words.precomputed !== undefined) {
    const diskPath = absolutePath(draft, words.precomputed);
    draft.claim({ kind: "folder", diskPath, key: [...key, "precomputed"] });
  }
  return [{ key, route: { host, path, action: actionOf(building, words), allow, cors, origin } }];
}

function listed(word: string): string {
  return `${ACTIONS.slice(0, -1).join(", ")} ${word} ${ACTIONS.at(-1)}`;
}

function actionOf(building: Building, words: RouteWords): RouteConfig["action"] {
  const { files, redirect, health, vfs_https, precomputed } = words;
  if (files !== undefined) return filesAction(building, words, files);
  if (vfs_https !== undefined) {
    return { kind: "vfs_https", fileSystem: vfs_https, writeAtBytesMax: words.write_at };
  }
  if (precomputed !== undefined) {
    const root = absolutePath(building.draft, precomputed);
    return { kind: "precomputed", root, mode: words.mode ?? "documented" };
  }
  if (redirect !== undefined) {
    return { kind: "redirect", to: redirect, status: words.status ?? 308 };
  }
  return health === undefined ? { kind: "metrics" } : { kind: "health", of: health };
}

/** Above the route it would be of no use: who asks for passwords here does it in his own way. */
function demandAuth(draft: Draft, key: KeyPath): void {
  const hint = "say who may: auth: { users_file: FILE }, or auth: none to lend it to everybody";
  draft.error([...key, "vfs_https"], "lends files to programs, but there is no auth", hint);
}

const OF_FILES = [
  "router",
  "index",
  "index_names",
  "fallback",
  "languages",
  "types",
  "clean_urls",
  "writable",
  "webdav",
  "rfsapi",
  "archives",
] as const;

/** Words that mean something with one action only. */
const OWN_WORDS = [
  { home: "files", names: OF_FILES },
  { home: "redirect", names: ["status"] },
  { home: "vfs_https", names: ["write_at"] },
  { home: "precomputed", names: ["mode"] },
] as const;

interface Foreign {
  readonly words: RouteWords;
  readonly names: readonly (keyof RouteWords)[];
  readonly home: string;
}

function refuseForeign(draft: Draft, key: KeyPath, { words, names, home }: Foreign): void {
  for (const name of names) {
    if (words[name] !== undefined) draft.error([...key, name], `belongs to routes with ${home}`);
  }
}

function checkWritable(
  { draft, fileSystems }: Building,
  key: KeyPath,
  { writable, files }: RouteWords,
): void {
  if (writable !== true || files === undefined || !fileSystems.has(files)) return;
  if (isWritable(files, fileSystems)) return;
  const hint = files === SITE ? SITE_HINT : `say writable: true there too: file_systems.${files}`;
  draft.error([...key, "writable"], `is true, but the file system ${shown(files)} is not`, hint);
}

const SITE_HINT = "the folder of paths.serve_dir is only read; name it in file_systems instead";

function filesAction(
  { draft, fileSystems }: Building,
  words: RouteWords,
  fileSystem: string,
): FilesAction {
  const { server } = draft.words;
  const { writable, webdav = false, rfsapi = false } = words;
  return {
    kind: "files",
    fileSystem,
    router: words.router ?? server.router,
    listing: words.index ?? server.index,
    indexNames: words.index_names ?? [INDEX_NAME],
    fallback: words.fallback ?? INDEX_NAME,
    languages: words.languages ?? [],
    types: words.types ?? [],
    cleanUrls: words.clean_urls ?? server.clean_urls,
    webdav,
    rfsapi,
    archives: words.archives ?? false,
    changes: changesOf({ writable, speaksOfChanges: webdav || rfsapi, fileSystem }, fileSystems),
  };
}

function checkNames(
  draft: Draft,
  routes: readonly Placed[],
  fileSystems: ReadonlyMap<string, FileSystemConfig>,
): void {
  for (const { route, key } of routes) {
    const { action } = route;
    if (action.kind !== "files" && action.kind !== "vfs_https") continue;
    const { fileSystem: name, kind } = action;
    if (fileSystems.has(name)) continue;
    unknownName(draft, { name, key: [...key, kind] }, [...fileSystems.keys()]);
  }
}

function checkDuplicates(draft: Draft, routes: readonly Placed[]): void {
  const seen = new Map<string, RouteConfig>();
  for (const { route, key } of routes) {
    const { host = "any host", path } = route;
    const shape = `${host} ${shapeOf(patternOf(path))}`;
    const before = seen.get(shape);
    if (before === undefined) seen.set(shape, route);
    else draft.error([...key, "path"], `${path} of ${host} is routed already, in ${before.origin}`);
  }
}

function checkLoops(draft: Draft, routes: readonly Placed[]): void {
  const looping = loopingRedirects(routes.map(({ route }) => route));
  for (const { route, key } of routes) {
    if (looping.has(route)) draft.error([...key, "redirect"], "leads back to itself, for ever");
  }
}

function checkUse({ draft, fileSystems }: Building, hasSiteRoute: boolean): void {
  // As written, so that a route that is wrong in something else still counts.
  const named = (draft.words.routes ?? []).flatMap(
    ({ files, vfs_https }) => files ?? vfs_https ?? [],
  );
  const used = namesBehind(hasSiteRoute ? [...named, SITE] : named, fileSystems);
  for (const name of Object.keys(draft.words.file_systems)) {
    if (!used.has(name)) draft.warn(["file_systems", name], "is used by no route");
  }
  if (draft.origins.isSaid(["paths", "serve_dir"]) && !used.has(SITE)) {
    const hint = `write files: ${SITE} in one`;
    draft.warn(["paths", "serve_dir"], "is used by no route: another one is for /", hint);
  }
}
