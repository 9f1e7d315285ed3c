// What stands on answers beside what handlers say: the fields of all of them, and those of rules
// that are about some addresses or files ("*.html"). Every rule that fits is applied, in the order
// of the configuration, so the last word counts; a refusal gets the fields of all answers only.

import { type Glob, globOf } from "../base/glob.ts";
import { Lru } from "../base/lru.ts";
import type { Field } from "../http/fields.ts";
import type { Context, ErrorPages, Handler } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { withFields } from "./extra-fields.ts";
import { fileOf } from "./file-of.ts";

export interface HeaderRule {
  /** A glob: of the path asked for, or of the path on this site of the file that answers. */
  readonly match: string;
  readonly headers: readonly Field[];
  /** Names of fields that are taken away, wherever they come from. */
  readonly remove: readonly string[];
}

export interface HeaderOptions {
  /** Of every answer. */
  readonly headers: readonly Field[];
  readonly rules: readonly HeaderRule[];
}

export interface Dress {
  answers(handler: Handler): Handler;
  pages(pages: ErrorPages): ErrorPages;
}

type Change = (response: Response) => Response;

/** @throws for faulty globs, and for fields that cannot be sent */
export function dressOf({ headers, rules }: HeaderOptions): Dress {
  const common = withFields(headers);
  const ruled = rules.length === 0 ? undefined : changesBy(rules);
  return {
    answers(handler) {
      const finished = (response: Response, request: Request, context: Context) => {
        const dressed = common(response);
        return ruled === undefined ? dressed : ruled(dressed, request, context);
      };
      return (request, context) => {
        const response = handler(request, context);
        return response instanceof Promise
          ? response.then((later) => finished(later, request, context))
          : finished(response, request, context);
      };
    },
    pages: (pages) => (error, request, context) => common(pages(error, request, context)),
  };
}

/** Which rules are about a path is found out once, for as long as the path is asked for. */
const PATHS_MAX = 4096;
const PATHS_BYTES_MAX = 1024 * 1024;

interface Rule {
  readonly match: string;
  readonly glob: Glob;
  readonly change: Change;
}

function changesBy(
  rules: readonly HeaderRule[],
): (response: Response, request: Request, context: Context) => Response {
  const made = rules.map(
    ({ match, headers, remove }): Rule => ({
      match,
      glob: globOf(match),
      change: withFields(headers, remove),
    }),
  );
  const fitting = new Lru<string, readonly Rule[]>({
    entriesMax: PATHS_MAX,
    bytesMax: PATHS_BYTES_MAX,
  });
  const rulesFor = (path: string, file: string): readonly Rule[] => {
    const key = `${path}\0${file}`;
    const known = fitting.get(key);
    if (known !== undefined) return known;
    const fresh = made.filter(({ glob }) => glob.matches(path) || glob.matches(file));
    fitting.set(key, fresh, 2 * key.length);
    return fresh;
  };
  return (response, { target }, { trace }) => {
    if (target.kind !== "path") return response;
    const fit = rulesFor(target.path, fileOf(response) ?? target.path);
    if (fit.length === 0) return response;
    trace?.note("handlers/header-rules", fit.map(({ match }) => match).join(", "));
    // Each change keeps the identity of what it was given, so the whole row does.
    return fit.reduce((changed, { change }) => change(changed), response);
  };
}
