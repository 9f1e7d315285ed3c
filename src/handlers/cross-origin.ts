// CORS: may pages of other sites read what is answered here? The "CORS protocol" of the Fetch
// standard (fetch.spec.whatwg.org). The answer is for browsers, who ask on behalf of pages; it keeps nobody
// else from anything. Credentials are never allowed, so no page reads what only its visitor may.
//
// Refusals are marked as well: a page that may read a file may read that it is missing.

import type { Field } from "../http/fields.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response, reusable } from "../http/response.ts";
import { withFields } from "./extra-fields.ts";

export interface CrossOriginPolicy {
  /** As browsers write them ("https://app.example.org"), compared to the letter. */
  readonly origins: "any" | readonly string[];
  /** Methods, beside the simple ones, that pages may use. */
  readonly methods: readonly string[];
  /** Request fields that pages may set. */
  readonly headers: "any" | readonly string[];
  /** Fields of the answer that pages may read, beside those that are always open to them. */
  readonly expose: readonly string[];
  /** How long a browser may remember a preflight. */
  readonly maxAgeMs: number;
}

export function crossOrigin(handler: Handler, policy: CrossOriginPolicy): Handler {
  const grantFor = grantsOf(policy);
  return (request, context) => {
    const grant = grantFor(request.fields.get("origin"));
    const granted = isPreflight(request) ? grant.preflight : grant.answer;
    try {
      const response = handler(request, context);
      if (!(response instanceof Promise)) return granted(response);
      return response.then(granted, (error: unknown) => {
        throw marked(error, grant.fields);
      });
    } catch (error) {
      throw marked(error, grant.fields);
    }
  };
}

/** What one origin gets. */
interface Grant {
  readonly fields: readonly Field[];
  readonly answer: (response: Response) => Response;
  readonly preflight: (response: Response) => Response;
}

/** All of them are made beforehand: nothing that a client sends is kept, or written out again. */
function grantsOf(policy: CrossOriginPolicy): (origin: string | undefined) => Grant {
  const { origins } = policy;
  if (origins === "any") {
    const everybody = grantOf(policy, [["Access-Control-Allow-Origin", "*"]], []);
    return () => everybody;
  }
  // Caches must know that another origin, or none, gets another answer (Fetch, "CORS protocol and HTTP caches").
  const vary: readonly Field[] = [["Vary", "Origin"]];
  const grants = new Map(
    origins.map((origin) => [
      origin,
      grantOf(policy, [["Access-Control-Allow-Origin", origin]], vary),
    ]),
  );
  const varying = withFields(vary);
  const refusal: Grant = {
    fields: vary,
    answer: varying,
    preflight: (response) => varying(withoutBody(response)),
  };
  return (origin) => (origin === undefined ? refusal : (grants.get(origin) ?? refusal));
}

function grantOf(
  { methods, headers, expose, maxAgeMs }: CrossOriginPolicy,
  allowed: readonly Field[],
  vary: readonly Field[],
): Grant {
  const exposed = expose.join(", ");
  const exposing: readonly Field[] =
    exposed === "" ? [] : [["Access-Control-Expose-Headers", exposed]];
  const allowing = withFields([
    ...allowed,
    ["Access-Control-Allow-Methods", methods.join(", ")],
    ["Access-Control-Allow-Headers", headers === "any" ? "*" : headers.join(", ")],
    ["Access-Control-Max-Age", String(Math.floor(maxAgeMs / 1000))],
    ...vary,
  ]);
  const fields = [...allowed, ...exposing, ...vary];
  return {
    fields,
    answer: withFields(fields),
    preflight: (response) => allowing(withoutBody(response)),
  };
}

/** OPTIONS that says what it is the fore-runner of (Fetch, "HTTP requests"). */
function isPreflight({ method, fields }: Request): boolean {
  return (
    method === "OPTIONS" &&
    fields.count("origin") > 0 &&
    fields.count("access-control-request-method") > 0
  );
}

/**
 * A preflight that is redirected has failed, whatever it would find there (Fetch, "CORS-preflight
 * fetch"), so one to a route that only leads elsewhere is answered here.
 */
function withoutBody(response: Response): Response {
  return response.status === 204 ? response : NOTHING_TO_SAY;
}

const NOTHING_TO_SAY: Response = reusable({
  status: 204,
  fields: [["Allow", "GET, HEAD, OPTIONS"]],
  body: NO_BODY,
});

function marked(error: unknown, fields: readonly Field[]): unknown {
  if (!(error instanceof HttpError)) return error;
  return new HttpError(error.status, error.reason, [...error.fields, ...fields], error);
}
