// Routes that only lead elsewhere, and the way from http:// to https://.
// A Location never holds anything but visible ASCII, and never a host that a client chose.

import { patternOf } from "../base/path-pattern.ts";
import { parseAuthority } from "../http/authority.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { encodePath } from "../http/percent.ts";
import type { Request } from "../http/request.ts";
import { pathBelow, permanentStatus, redirect } from "./location.ts";
import { redirectFilled } from "./redirect-blanks.ts";

export interface RedirectOptions {
  /** A path ("/new", "/new/") or a URL; with the blanks of `prefix` in it (base/path-pattern.ts). */
  readonly to: string;
  readonly status: 301 | 302 | 303 | 307 | 308;
  /** The route's own path. */
  readonly prefix: string;
}

/**
 * `/old/` to `/new/`, both with the slash, moves a tree: what follows the prefix follows the
 * target too. Any other pair leads every path below the prefix to the one target. The query is
 * kept, after the target's own. A route with blanks fills them in: redirect-blanks.ts.
 * @throws when `to` is neither a path of this site nor an http or https URL
 */
export function redirectTo(options: RedirectOptions): Handler {
  const { status, prefix } = options;
  const { base, query, fragment } = partsOf(options.to);
  const pattern = patternOf(prefix);
  if (pattern.names.length > 0) {
    const to = base + (query === "" ? "" : `?${query}`) + fragment;
    return redirectFilled({ pattern, to, status });
  }
  const isTree = prefix.endsWith("/") && base.endsWith("/");
  return (request, context) => {
    if (request.target.kind === "asterisk") throw new HttpError(400, "a redirect needs a path");
    const { path, query: asked } = request.target;
    const rest = isTree ? encodePath(pathBelow(prefix, path) ?? "").slice(1) : "";
    const queries = [query, asked].filter((part) => part !== "").join("&");
    const location = base + rest + (queries === "" ? "" : `?${queries}`) + fragment;
    context.trace?.note("handlers/redirect", `${path} → ${status} ${location}`);
    return redirect(status, location);
  };
}

interface Parts {
  readonly base: string;
  /** Without "?". */
  readonly query: string;
  /** With "#", or "". */
  readonly fragment: string;
}

function partsOf(to: string): Parts {
  const isPath = to.startsWith("/") && !to.startsWith("//") && !to.includes("\\");
  if (!(isPath || /^https?:\/\/[^/?#\\]/i.test(to))) {
    throw new Error(`a redirect leads to a path ("/new") or an http(s) URL, not to "${to}"`);
  }
  const visible = to.replace(/[^!-~]/gu, (character) => encodeURIComponent(character));
  const [beforeFragment = "", ...fragments] = visible.split("#");
  const [base = "", ...queries] = beforeFragment.split("?");
  const fragment = fragments.length === 0 ? "" : `#${fragments.join("#")}`;
  // "https://example.org" has a path too, though it is not written (RFC 9110, section 4.2.3).
  const hasPath = base.startsWith("/") || /^https?:\/\/[^/]+\//i.test(base);
  return { base: hasPath ? base : `${base}/`, query: queries.join("?"), fragment };
}

export interface HttpsOptions {
  /** Asked at each request: with port 0 it is known only once the server listens. */
  readonly httpsPort: () => number;
  /** @param host lower case, without port; an IPv6 address in brackets */
  readonly isKnownHost: (host: string) => boolean;
  /** Where clients go that name an unknown host, or none. */
  readonly ownName: string;
  /**
   * Answers whoever speaks TLS with a trusted proxy in front of us: a redirect would bring him here
   * again, and again.
   */
  readonly site: Handler;
}

/** The same path and query over TLS. The site is never served in clear. */
export function redirectToHttps(options: HttpsOptions): Handler {
  const ownName = bracketed(options.ownName);
  return (request, context) => {
    if (context.peer.forwardedScheme === "https") {
      context.trace?.note("handlers/redirect", "the client speaks TLS with a trusted proxy → site");
      return options.site(request, context);
    }
    const { method, target } = request;
    if (target.kind === "asterisk") throw new HttpError(400, "OPTIONS * has no place to go");
    const asked = hostOf(request);
    const host = asked !== undefined && options.isKnownHost(asked) ? asked : ownName;
    const port = options.httpsPort();
    // As sent: behind scheme and host even "//evil.example" is only a path.
    const location = `https://${host}${port === 443 ? "" : `:${port}`}${target.raw}`;
    context.trace?.note("handlers/redirect", `host ${asked ?? "(none)"} → ${location}`);
    return redirect(permanentStatus(method), location);
  };
}

/** undefined: HTTP/1.0 named none. */
function hostOf(request: Request): string | undefined {
  if (request.host === "") return undefined;
  const authority = parseAuthority(request.host);
  if (authority === undefined) throw new HttpError(400, "the Host field names no host");
  return authority.host;
}

function bracketed(name: string): string {
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}
