// Is the server well? For load balancers, supervisors and container runtimes, which ask often and
// read only the status.

import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { type Response, reusable } from "../http/response.ts";

/** @param isWell asked anew each time: a server that was asked to stop is no longer ready */
export function health(isWell: () => boolean): Handler {
  return ({ method }, context) => {
    if (method !== "GET" && method !== "HEAD") {
      throw new HttpError(405, `${method} of a health check`, [["Allow", "GET, HEAD"]]);
    }
    const well = isWell();
    context.trace?.note("handlers/health", well ? "well" : "the server is stopping");
    return well ? WELL : STOPPING;
  };
}

const WELL = answer(200, "ok\n");
const STOPPING = answer(503, "stopping\n");

function answer(status: number, text: string): Response {
  return reusable({
    status,
    fields: [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Cache-Control", "no-store"],
    ],
    body: { kind: "bytes", bytes: Buffer.from(text) },
  });
}
