// `file_systems:` and `routes:`, and the original's one site, which is a route like any other:
// the file system `site` (paths.serve_dir) at "/".

import { patternOf } from "../base/path-pattern.ts";
import { buildCors } from "./build-rules.ts";
import type { FileSystemConfig, FilesAction, RouteConfig } from "./config.ts";
import { absolutePath, type Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { shown } from "./reading.ts";
import { loopingRedirects } from "./redirect-loops.ts";
import { checkBlanks, shapeOf } from "./route-blanks.ts";
import { ACTIONS, type FileSystemWords, type RouteWords } from "./schema-routes.ts";
import { didYouMean } from "./suggest.ts";

const SITE = "site";
const INDEX_NAME = "index.html";

export interface Sites {
  readonly fileSystems: ReadonlyMap<string, FileSystemConfig>;
  readonly routes: readonly RouteConfig[];
}

export function buildSites(draft: Draft): Sites {
  const { file_systems: named, routes: written } = draft.words;
  const fileSystems = new Map<string, FileSystemConfig>();
  for (const [name, words] of Object.entries(named)) {
    fileSystems.set(name, buildFileSystem(draft, name, words));
  }
  // A folder nobody spoke of is served only when nothing else is.
  const saysServeDir = draft.origins.isSaid(["paths", "serve_dir"]);
  const hasSite = saysServeDir || written === undefined;
  if (hasSite && fileSystems.has(SITE)) {
    if (saysServeDir) siteTwice(draft);
  } else if (hasSite) {
    fileSystems.set(SITE, siteOf(draft));
  }

  const routes = (written ?? []).flatMap((words, index) =>
    buildRoute(draft, words, draft.routePlaces[index] ?? index),
  );
  checkDuplicates(draft, routes);
  checkLoops(draft, routes);
  const rootIsTaken = routes.some(({ route }) => route.host === undefined && route.path === "/");
  const list = routes.map(({ route }) => route);
  const hasSiteRoute = hasSite && !rootIsTaken;
  if (hasSiteRoute) list.push(siteRoute(draft));
  checkNames(draft, routes, fileSystems);
  checkUse(draft, hasSiteRoute);
  return { fileSystems, routes: list };
}

function siteTwice(draft: Draft): void {
  draft.error(
    ["file_systems", SITE],
    "is the name of the folder in paths.serve_dir, which is given too",
    "remove one of them, or take another name",
  );
}

function buildFileSystem(draft: Draft, name: string, words: FileSystemWords): FileSystemConfig {
  const key = ["file_systems", name];
  const origin = draft.origins.originOf(key);
  if (name === "") draft.error(key, "needs a name");
  if (words.kind === "memory") return { kind: "memory", origin };
  const { symlinks, dotfiles } = words;
  const root = absolutePath(draft, words.root);
  draft.claim({ kind: "folder", diskPath: root, key: [...key, "root"] });
  return {
    kind: "disk",
    root,
    symlinks,
    dotfiles,
    origin: draft.origins.originOf([...key, "root"]),
  };
}

function siteOf(draft: Draft): FileSystemConfig {
  const key = ["paths", "serve_dir"];
  const root = absolutePath(draft, draft.words.paths.serve_dir);
  draft.claim({ kind: "folder", diskPath: root, key });
  const origin = draft.origins.originOf(key);
  return { kind: "disk", root, symlinks: "inside", dotfiles: false, origin };
}

function siteRoute(draft: Draft): RouteConfig {
  const action = filesAction(draft, { path: "/" }, SITE);
  const origin = draft.origins.originOf(["paths", "serve_dir"]);
  const cors = buildCors(draft.words.cors);
  return { host: undefined, path: "/", action, allow: undefined, cors, origin };
}

interface Placed {
  readonly route: RouteConfig;
  readonly key: KeyPath;
}

/** Empty: it has no action; said. */
function buildRoute(draft: Draft, words: RouteWords, index: number): readonly Placed[] {
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
  return [{ key, route: { host, path, action: actionOf(draft, words), allow, cors, origin } }];
}

function listed(word: string): string {
  return `${ACTIONS.slice(0, -1).join(", ")} ${word} ${ACTIONS.at(-1)}`;
}

function actionOf(draft: Draft, words: RouteWords): RouteConfig["action"] {
  const { files, redirect, health } = words;
  if (files !== undefined) return filesAction(draft, words, files);
  if (redirect !== undefined) {
    return { kind: "redirect", to: redirect, status: words.status ?? 308 };
  }
  return health === undefined ? { kind: "metrics" } : { kind: "health", of: health };
}

const OF_FILES = [
  "router",
  "index",
  "index_names",
  "fallback",
  "languages",
  "types",
  "clean_urls",
] as const;

/** Words that mean something with one action only. */
const OWN_WORDS = [
  { home: "files", names: OF_FILES },
  { home: "redirect", names: ["status"] },
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

function filesAction(draft: Draft, words: RouteWords, fileSystem: string): FilesAction {
  const { server } = draft.words;
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
  };
}

function checkNames(
  draft: Draft,
  routes: readonly Placed[],
  fileSystems: ReadonlyMap<string, FileSystemConfig>,
): void {
  for (const { route, key } of routes) {
    if (route.action.kind !== "files" || fileSystems.has(route.action.fileSystem)) continue;
    const { fileSystem } = route.action;
    const known = [...fileSystems.keys()];
    const there = known.length === 0 ? "there are none" : `there is ${known.join(", ")}`;
    const hint = didYouMean(fileSystem, known) ?? there;
    draft.error([...key, "files"], `no file system is called ${shown(fileSystem)}`, hint);
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

function checkUse(draft: Draft, hasSiteRoute: boolean): void {
  // As written, so that a route that is wrong in something else still counts.
  const used = new Set((draft.words.routes ?? []).map(({ files }) => files));
  if (hasSiteRoute) used.add(SITE);
  for (const name of Object.keys(draft.words.file_systems)) {
    if (!used.has(name)) draft.warn(["file_systems", name], "is used by no route");
  }
  if (draft.origins.isSaid(["paths", "serve_dir"]) && !used.has(SITE)) {
    const hint = `write files: ${SITE} in one`;
    draft.warn(["paths", "serve_dir"], "is used by no route: another one is for /", hint);
  }
}
