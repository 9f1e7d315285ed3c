// Redirects that can never end: the place they lead to is redirected again, and so on until it
// comes back. Only paths are followed; where a URL leads is not for us to know. Blanks are filled
// with a word that no path has, so a circle that only some words close is not seen here; the
// redirect itself refuses the shortest of those (handlers/redirect-blanks.ts).

import {
  capturesOf,
  type PathPattern,
  patternOf,
  piecesOf,
  precedence,
} from "../base/path-pattern.ts";
import type { RouteConfig } from "./config.ts";

interface Stop {
  readonly route: RouteConfig;
  readonly pattern: PathPattern;
}

/** Every route that is part of such a circle. */
export function loopingRedirects(routes: readonly RouteConfig[]): ReadonlySet<RouteConfig> {
  const stops = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return new Set(stops.filter((stop) => comesBack(stop, stops)).map(({ route }) => route));
}

function comesBack(start: Stop, stops: readonly Stop[]): boolean {
  const visited = new Set<Stop>();
  let path: string | undefined = samplePath(start.pattern);
  let current: Stop | undefined = start;
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    path = nextPath(current, path);
    if (path === undefined) return false;
    current = stopFor(path, start.route.host, stops);
  }
  return current === start;
}

/** In the place of whatever a visitor may write. */
const SAMPLE = "\u0001";

function samplePath({ segments }: PathPattern): string {
  return `/${segments.map((one) => (one.kind === "text" ? one.text : SAMPLE)).join("/")}`;
}

/** Where a path is sent; undefined: it is answered, or sent to a URL. */
function nextPath({ route, pattern }: Stop, path: string): string | undefined {
  const { action } = route;
  if (action.kind === "files") return action.cleanUrls ? cleanPath(path) : undefined;
  if (action.kind !== "redirect" || !action.to.startsWith("/")) return undefined;
  const captures = capturesOf(pattern, path);
  return piecesOf(action.to)
    .filter(({ place }) => place === "path")
    .map((piece) => (piece.kind === "text" ? decoded(piece.text) : captures?.get(piece.name)))
    .join("");
}

/** If such a page is there: what handlers/clean-urls.ts makes of it. */
function cleanPath(path: string): string | undefined {
  return path.endsWith(".html") ? path.replace(/(?:(?<=\/)index)?\.html$/, "") : undefined;
}

/** The route that answers for a path. */
function stopFor(path: string, host: string | undefined, stops: readonly Stop[]): Stop | undefined {
  const own = host === undefined ? [] : stops.filter(({ route }) => route.host === host);
  const anyone = stops.filter(({ route }) => route.host === undefined);
  return longest(own, path) ?? longest(anyone, path);
}

function longest(stops: readonly Stop[], path: string): Stop | undefined {
  return stops
    .filter(({ pattern }) => capturesOf(pattern, path) !== undefined)
    .toSorted((one, other) => precedence(one.pattern, other.pattern))[0];
}

function decoded(path: string): string {
  // "%zz" cannot be decoded: such a target is answered 400, which ends any circle.
  return /%(?![0-9A-Fa-f]{2})/.test(path) ? "" : Buffer.from(unescaped(path), "latin1").toString();
}

function unescaped(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
