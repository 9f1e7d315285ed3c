// A number for every request, on its answer and in the logs, so that a visitor who quotes it leads
// the operator to the right line. Outermost of all decorators: refusals have one too.
//
// A number that a proxy of ours has given is kept, so that the logs of both tell of the same
// request; a stranger's is not, for he might give the same to all of his.
// Random, and not counted: what is counted tells everybody how many requests there are.

import { randomUUID } from "node:crypto";
import type { Context } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { ofSameFile } from "./file-of.ts";
import type { Wrapping } from "./wrapping.ts";

export function requestIds(fresh: () => string = randomUUID): Wrapping {
  const idOf = (request: Request | undefined, { viaProxy }: Context): string => {
    const sent = viaProxy ? request?.fields.get("x-request-id") : undefined;
    return sent !== undefined && WELL_FORMED.test(sent) ? sent : fresh();
  };
  return {
    answers(handler) {
      return (request, context) => {
        const id = idOf(request, context);
        context.requestId = id;
        context.trace?.note("handlers/request-ids", `number ${id}`);
        const response = handler(request, context);
        return response instanceof Promise
          ? response.then((later) => numbered(later, id))
          : numbered(response, id);
      };
    },
    pages(pages) {
      return (error, request, context) => {
        // Refused before a handler has seen it.
        if (context.requestId === "") context.requestId = idOf(request, context);
        return numbered(pages(error, request, context), context.requestId);
      };
    },
  };
}

/** Nothing that means anything to a log, a shell or a query; and nothing long. */
const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/;

/** A copy: the answer itself may be given to others too. */
function numbered(response: Response, id: string): Response {
  const others = response.fields.filter(([name]) => name.toLowerCase() !== "x-request-id");
  return ofSameFile(response, { ...response, fields: [...others, ["X-Request-Id", id]] });
}
