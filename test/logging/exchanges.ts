// Exchanges and peers for the tests of this folder.

import type { Peer } from "../../src/base/peer.ts";
import { type Field, fieldsOf } from "../../src/http/fields.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY } from "../../src/http/response.ts";
import type { Circumstances, Exchange } from "../../src/http/service.ts";

/** 2026-01-02T03:04:05.678Z */
export const NOW_MS = 1_767_323_045_678;

export const PEER: Peer = {
  address: "192.0.2.7",
  port: 40000,
  localAddress: "192.0.2.1",
  localPort: 443,
  isLoopback: false,
};

export const AT: Circumstances = { peer: PEER, route: "", requestId: "", limit: "" };

export function request(target: string | undefined, fields: readonly Field[] = []): Request {
  return {
    method: "GET",
    target: target === undefined ? { kind: "asterisk" } : pathTarget(target),
    host: "localhost:8080",
    version: "1.1",
    fields: fieldsOf(fields),
    body: {
      length: 0,
      async *[Symbol.asyncIterator]() {},
    },
  };
}

/** The log reads `raw` only, so the decoded path, which http alone can make, is never there. */
function pathTarget(raw: string): Request["target"] {
  return {
    kind: "path",
    raw,
    query: "",
    get path(): never {
      throw new Error("the log has no business with the decoded path");
    },
  };
}

export function exchange(parts: Partial<Exchange> & { status?: number } = {}): Exchange {
  const { status = 200, ...rest } = parts;
  return {
    request: request("/"),
    firstLine: "",
    response: { status, fields: [], body: NO_BODY },
    bodyBytes: 512,
    complete: true,
    durationMs: 0.1234,
    endedMs: 1000,
    ...rest,
  };
}
