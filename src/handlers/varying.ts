// A handler that answers some requests by itself, by a field of theirs, stands before one that does
// not know: all that the other says depends on that field too, and caches must be told (RFC 9110,
// section 12.5.5). Refusals are marked as well.

import type { Field } from "../http/fields.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { withFields } from "./extra-fields.ts";

/**
 * Reusable answers are marked once and stay the same value, so nothing is made for a request that
 * was answered before.
 * @param name of the field, as it will stand in Vary
 */
export function varying(handler: Handler, name: string): Handler {
  const vary: readonly Field[] = [["Vary", name]];
  const marked = withFields(vary);
  const refused = (error: unknown): unknown =>
    error instanceof HttpError
      ? new HttpError(error.status, error.reason, [...error.fields, ...vary], error)
      : error;
  return (request, context) => {
    try {
      const response = handler(request, context);
      if (!(response instanceof Promise)) return marked(response);
      return response.then(marked, (error: unknown) => {
        throw refused(error);
      });
    } catch (error) {
      throw refused(error);
    }
  };
}
