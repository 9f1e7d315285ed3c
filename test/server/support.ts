// A site for the tests of this folder: a handler given by the test, plain error pages, and a record
// of what was logged.

import type { Details, Logger } from "../../src/base/logger.ts";
import type { Peer } from "../../src/base/peer.ts";
import { fieldsOf } from "../../src/http/fields.ts";
import type { Handler } from "../../src/http/handler.ts";
import type { Request } from "../../src/http/request.ts";
import type { Response } from "../../src/http/response.ts";
import type { Exchange } from "../../src/http/service.ts";
import { parseTarget } from "../../src/http/target.ts";
import { EMPTY_BODY } from "../../src/http1/request-head.ts";
import type { Site, SiteHolder } from "../../src/server/service.ts";
import { fakeClock } from "../support/fake-clock.ts";

export const PEER: Peer = {
  address: "192.0.2.7",
  port: 50_000,
  localAddress: "192.0.2.1",
  localPort: 80,
  isLoopback: false,
};

export interface Said {
  readonly level: string;
  readonly concern: string;
  readonly message: string;
  readonly details: Details | undefined;
}

/** Holds itself, for those who ask a holder. */
export interface TestSite extends Site, SiteHolder {
  readonly said: Said[];
  readonly recorded: { exchange: Exchange; peer: Peer }[];
}

export function siteOf(handler: Handler): TestSite {
  const said: Said[] = [];
  const recorded: { exchange: Exchange; peer: Peer }[] = [];
  const at =
    (level: string): Logger["info"] =>
    (concern, message, details) =>
      void said.push({ level, concern, message, details });
  const site: TestSite = {
    handler,
    errorPages: (error) => text(error.status, `${error.status}: ${error.reason}\n`),
    clock: fakeClock(),
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    exchanges: { record: (exchange, { peer }) => void recorded.push({ exchange, peer }) },
    said,
    recorded,
    get site() {
      return site;
    },
  };
  return site;
}

export function text(status: number, body: string): Response {
  return { status, fields: [], body: { kind: "bytes", bytes: Buffer.from(body) } };
}

export function bodyText(response: Response): string {
  return response.body.kind === "bytes" ? Buffer.from(response.body.bytes).toString() : "";
}

export function get(path: string): Request {
  const parsed = parseTarget(path, "GET");
  if (parsed.kind !== "target") throw new Error(parsed.reason);
  const { target } = parsed;
  const fields = fieldsOf([]);
  return { method: "GET", target, host: "a", version: "1.1", fields, body: EMPTY_BODY };
}
