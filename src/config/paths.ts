// Paths as they stand in URLs, and names of files below a root: what a route may be about and
// where a redirect may lead. (Paths on this machine are made absolute in build-config.ts.)

import { parsePattern } from "../base/path-pattern.ts";
import { expected, fault, meant, type Reading } from "./reading.ts";

/** "/", "/up/", "/old": decoded, as a person reads it. */
export function readRoutePath(value: unknown): Reading<string> {
  if (typeof value !== "string" || !value.startsWith("/")) {
    const hint = typeof value === "string" && value !== "" ? `write /${value}` : undefined;
    return expected('a path that starts with "/"', value, hint);
  }
  if (/[?#]/.test(value)) return expected("a path without ? and #", value);
  if (/%[0-9A-Fa-f]{2}/.test(value)) {
    return expected("a decoded path", value, "write the character itself, not its %-form");
  }
  if (/[\p{Cc}\\]/u.test(value)) return expected("a path without control characters or \\", value);
  const segments = value.split("/").slice(1);
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return expected('a path without "." and ".." segments', value);
  }
  // An empty segment is only good as the last one: "/up/".
  if (segments.slice(0, -1).includes("")) return expected("a path without //", value);
  const pattern = parsePattern(value);
  return pattern.kind === "fault" ? fault(pattern.message) : meant(value);
}

/** A place in a file system: "/", "/docs/old". */
export function readTreePath(value: unknown): Reading<string> {
  if (typeof value !== "string" || !value.startsWith("/")) {
    const hint = typeof value === "string" && value !== "" ? `write /${value}` : undefined;
    return expected('a path that starts with "/"', value, hint);
  }
  if (/[\p{Cc}\\]/u.test(value)) return expected("a path without control characters or \\", value);
  const segments = value === "/" ? [] : value.slice(1).split("/");
  if (segments.at(-1) === "") return expected("a path without a slash at its end", value);
  if (segments.includes("")) return expected("a path without //", value);
  return segments.some((segment) => segment === "." || segment === "..")
    ? expected('a path without "." and ".." segments', value)
    : meant(value);
}

/** One name, or several with "/" between them, below the root: "index.html", "app/shell.html". */
export function readFileName(value: unknown): Reading<string> {
  if (typeof value !== "string" || value === "") return expected("a file name", value);
  if (/[\p{Cc}\\]/u.test(value)) {
    return expected("a file name without control characters or \\", value);
  }
  if (value.startsWith("/")) return expected("a file name", value, "it counts from the root");
  if (value.split("/").some((segment) => segment === "" || segment === "." || segment === "..")) {
    return expected('a file name without "." and ".." segments', value);
  }
  return meant(value);
}

/** As it stands in a file name: "de", "pt-BR". RFC 5646, section 2.1. */
export function readLanguage(value: unknown): Reading<string> {
  const isTag = typeof value === "string" && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value);
  if (isTag && value.length <= 64) return meant(value);
  return expected("a language tag such as de or pt-BR", value);
}

/** "avif": it goes into entity tags, which hold less than file names do. */
export function readTypeExtension(value: unknown): Reading<string> {
  const isPlain = typeof value === "string" && /^[A-Za-z0-9_-]{1,16}$/.test(value);
  return isPlain ? meant(value) : expected("an extension such as avif", value);
}

/** "/new", or "https://example.org/new". Goes into a Location field as it is. */
export function readRedirect(value: unknown): Reading<string> {
  const what = "a path (/new) or a URL (https://example.org/new)";
  if (typeof value !== "string" || value === "") return expected(what, value);
  if (/[^\x21-\x7e]/.test(value)) {
    return fault("a redirect holds ASCII without spaces", "percent-encode the rest");
  }
  // Browsers read //host and /\host as another site.
  if (/^\/[/\\]/.test(value)) return expected(what, value, "// starts a host name");
  if (value.startsWith("/")) return meant(value);
  // A host with a blank in it would be the visitor's choice.
  if (/^https?:\/\/[^/?#]*\*/i.test(value)) return expected(what, value, "* cannot be in the host");
  return isWebUrl(value) ? meant(value) : expected(what, value);
}

function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username === "" && url.password === "";
}
