// Redirects that can never end: the place they lead to is redirected again, and so on until it
// comes back. Only paths are followed; where a URL leads is not for us to know.

import type { RouteConfig } from "./config.ts";

/** Every route that is part of such a circle. */
export function loopingRedirects(routes: readonly RouteConfig[]): ReadonlySet<RouteConfig> {
  return new Set(routes.filter((route) => comesBack(route, routes)));
}

function comesBack(start: RouteConfig, routes: readonly RouteConfig[]): boolean {
  const visited = new Set<RouteConfig>();
  let current: RouteConfig | undefined = start;
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    current = nextOf(current, start.host, routes);
  }
  return current === start;
}

/** The route that answers for the target of this redirect; undefined: not a redirect, or a URL. */
function nextOf(
  { action }: RouteConfig,
  host: string | undefined,
  routes: readonly RouteConfig[],
): RouteConfig | undefined {
  if (action.kind !== "redirect" || !action.to.startsWith("/")) return undefined;
  const path = decoded(action.to.replace(/[?#].*$/, ""));
  const own = host === undefined ? [] : routes.filter((route) => route.host === host);
  return (
    longestCovering(own, path) ??
    longestCovering(
      routes.filter((route) => route.host === undefined),
      path,
    )
  );
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

function longestCovering(routes: readonly RouteConfig[], path: string): RouteConfig | undefined {
  return routes
    .filter((route) => covers(route.path, path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** "/old" covers "/old" and "/old/…", but not "/older". */
function covers(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
