// The server's figures as a page that Prometheus reads. What is counted, and how it is written
// down, is not known here.

import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";

/** @param text in the text exposition format, version 0.0.4 */
export function metricsPage(text: () => Promise<string>): Handler {
  return async ({ method }) => {
    if (method !== "GET" && method !== "HEAD") {
      throw new HttpError(405, `${method} of the metrics`, [["Allow", "GET, HEAD"]]);
    }
    return {
      status: 200,
      fields: [
        ["Content-Type", "text/plain; version=0.0.4; charset=utf-8"],
        ["Cache-Control", "no-store"],
      ],
      body: { kind: "bytes", bytes: Buffer.from(await text()) },
    };
  };
}
