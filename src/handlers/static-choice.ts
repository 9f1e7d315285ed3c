// What a path below a static route means, once it is known what stands there. Decides only;
// static-files.ts looks and sends.
//
// A slash at the end belongs to directories: links inside a page resolve against it. So a
// directory without one is redirected, and a file with one does not exist.
//
// The `spa` router hands every path that names no file to the application's one page. Two kinds
// of path stay 404, because a page in their place breaks more than it mends: names that look like
// a file (a missing /app.js must not come as HTML), and requests of programs that do not take
// HTML at all. A directory is never shown there: its path belongs to the application.

export type Router = "static" | "spa";

export interface StaticFacts {
  readonly router: Router;
  /** Decoded, below the route. */
  readonly path: string;
  /** What has this path, its last slash aside. */
  readonly found: "file" | "directory" | "nothing";
  readonly acceptsHtml: boolean;
}

export type StaticChoice =
  | { readonly kind: "file" }
  | { readonly kind: "add-slash" }
  /** Its index, else a listing, else nothing to see. */
  | { readonly kind: "directory" }
  /** The application's page. */
  | { readonly kind: "fallback" }
  | { readonly kind: "missing"; readonly why: string };

export function staticChoice(facts: StaticFacts): StaticChoice {
  const { path, found, router } = facts;
  const hasSlash = path.endsWith("/");
  if (found === "file" && !hasSlash) return { kind: "file" };
  if (router === "spa") return applicationChoice(facts);
  if (found === "directory") return { kind: hasSlash ? "directory" : "add-slash" };
  if (found === "file")
    return { kind: "missing", why: "a file, asked for with a slash at its end:" };
  return { kind: "missing", why: "no file" };
}

function applicationChoice(facts: StaticFacts): StaticChoice {
  if (facts.found === "directory") return { kind: "fallback" };
  if (looksLikeFile(facts.path)) return { kind: "missing", why: "no file, but named like one:" };
  if (!facts.acceptsHtml) {
    return { kind: "missing", why: "no file, and the client takes no HTML instead:" };
  }
  return { kind: "fallback" };
}

/**
 * The last segment ends in letters after a dot ("app.js", "song.mp3"), or a segment begins with
 * one (".env", ".well-known/x"). "/v1.2" and "/users/42" are places in an application.
 */
export function looksLikeFile(path: string): boolean {
  if (path.includes("/.")) return true;
  const name = path.replace(/\/$/, "");
  const extension = /\.([A-Za-z0-9]{1,12})$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1];
  return extension !== undefined && /[A-Za-z]/.test(extension);
}
