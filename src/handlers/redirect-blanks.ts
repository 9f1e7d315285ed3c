// Redirects whose target is filled in from the path: "/blog/:year/:slug" to "/posts/:slug?y=:year".
//
// What a visitor wrote is decoded text, and is encoded anew for the place it goes to: in a path it
// stays one segment (the rest, "*": segments), in a query one value. So it can end no line, begin
// no query, and lead to no other host. Scheme and host come from the configuration alone.

import {
  type Captures,
  capturesOf,
  type PathPattern,
  type Piece,
  type Place,
  piecesOf,
} from "../base/path-pattern.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { encodePath, encodeSegment } from "../http/percent.ts";
import { redirect } from "./location.ts";

export interface BlanksOptions {
  readonly pattern: PathPattern;
  /** Visible ASCII: a path ("/posts/:slug") or an http(s) URL. */
  readonly to: string;
  readonly status: 301 | 302 | 303 | 307 | 308;
}

/**
 * The query that was asked with is kept, after the target's own.
 * @throws when `to` has a blank that the pattern does not know
 */
export function redirectFilled(options: BlanksOptions): Handler {
  const { pattern, to, status } = options;
  const pieces = piecesOf(to);
  for (const piece of pieces) {
    if (piece.kind === "blank" && !pattern.names.includes(piece.name)) {
      throw new Error(`nothing is captured as ${piece.name} for the redirect to ${to}`);
    }
  }
  return (request, context) => {
    if (request.target.kind === "asterisk") throw new HttpError(400, "a redirect needs a path");
    const { path, query: asked } = request.target;
    const captures = capturesOf(pattern, path);
    if (captures === undefined) throw new HttpError(404, `${path} does not fit its route`);
    const own = filled(pieces, "query", captures);
    // An empty rest in "/*/x" must not leave "//x", which is a host.
    const place = filled(pieces, "path", captures).replace(/^\/{2,}/, "/");
    // Where a path leads to itself, the configuration could not foresee it.
    if (place === encodePath(path)) throw new HttpError(404, `${path} is redirected to itself`);
    const queries = [own.slice(1), asked].filter((part) => part !== "").join("&");
    const fragment = filled(pieces, "fragment", captures);
    const location = place + (queries === "" ? "" : `?${queries}`) + fragment;
    context.trace?.note("handlers/redirect", `${path} → ${status} ${location}`);
    return redirect(status, location);
  };
}

function filled(pieces: readonly Piece[], place: Place, captures: Captures): string {
  return pieces
    .filter((piece) => piece.place === place)
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      return encoded(captures.get(piece.name) ?? "", place);
    })
    .join("");
}

function encoded(text: string, place: Place): string {
  switch (place) {
    case "path":
    case "fragment":
      return text.split("/").map(encodeSegment).join("/");
    case "query":
      // What separates one value of a query from the next must not come out of a path.
      return encodeSegment(text).replace(/[!$&'()*+,;=:@]/g, escaped);
    default:
      return unreachable(place);
  }
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
