// Answers that are for those who may have them, and for nobody behind the same proxy: their
// Cache-Control says "private". Stands outside of all fields that the configuration adds, because
// a rule that says "public" of all stylesheets does not mean the secret ones. RFC 9111, 3.5, 5.2.2.

import type { Access } from "../http/access.ts";
import type { Handler } from "../http/handler.ts";
import { isReusable, type Response, reusable } from "../http/response.ts";
import { ofSameFile } from "./file-of.ts";

const PRIVATE = new WeakSet<Access>();

/** Answers given by this access are private. */
export function marksPrivate(access: Access): Access {
  PRIVATE.add(access);
  return access;
}

/** Around everything that is said on a door. */
export function privateAnswers(handler: Handler): Handler {
  return (request, context) => {
    const response = handler(request, context);
    const finished = (done: Response) =>
      context.access !== undefined && PRIVATE.has(context.access) ? privately(done) : done;
    return response instanceof Promise ? response.then(finished) : finished(response);
  };
}

/** The same one in gives the same one out, where drivers know a response by identity. */
const KNOWN = new WeakMap<Response, Response>();

function privately(response: Response): Response {
  // A stream that has become something else is in no cache.
  if (response.body.kind === "upgrade") return response;
  if (!isReusable(response)) return changed(response);
  const known = KNOWN.get(response) ?? reusable(changed(response));
  KNOWN.set(response, known);
  return known;
}

function changed(response: Response): Response {
  const isControl = ([name]: readonly [string, string]) => name.toLowerCase() === "cache-control";
  const said = response.fields.filter(isControl).map(([, value]) => value);
  const others = response.fields.filter((field) => !isControl(field));
  const fields = [...others, ["Cache-Control", privateControl(said.join(", "))] as const];
  return ofSameFile(response, { ...response, fields });
}

/** What lets a shared cache keep an answer to somebody who has said who he is. */
const FOR_SHARED = /^(?:public|s-maxage|private|proxy-revalidate)(?:\s*=|$)/i;

/** Arguments may be quoted, and hold commas then. */
const DIRECTIVE = /[^\s,=]+(?:\s*=\s*(?:"[^"]*"|[^\s,]*))?/g;

function privateControl(value: string): string {
  const directives = value.match(DIRECTIVE) ?? [];
  if (directives.some((directive) => directive.toLowerCase() === "no-store")) return value;
  const kept = directives.filter((directive) => !FOR_SHARED.test(directive));
  return ["private", ...kept].join(", ");
}
