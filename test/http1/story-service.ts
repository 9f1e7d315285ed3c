// The Service behind the wire stories: small, with one path for each kind of answer.

import { sourceOf } from "../../src/base/byte-source.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { LimitName } from "../../src/base/limit-watch.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import type { Exchange, Service } from "../../src/http/service.ts";

export interface StoryService extends Service {
  readonly exchanges: Exchange[];
  /** Limits that have bitten. */
  readonly hits: LimitName[];
  draining: boolean;
  /** Sources handed out and not closed yet. */
  openSources: number;
  /** Answers of /never are settled with this. */
  release(response: Response): void;
  isIdle: boolean;
}

export function textResponse(status: number, text: string): Response {
  return { status, fields: [], body: { kind: "bytes", bytes: Buffer.from(text) } };
}

export function storyService(clock: Clock): StoryService {
  const reused = reusable(textResponse(200, "again\n"));
  const waiting: ((response: Response) => void)[] = [];
  const service: StoryService = {
    clock,
    draining: false,
    exchanges: [],
    hits: [],
    openSources: 0,
    isIdle: false,
    answer: (request) => answer(request, service),
    refuse: (status, reason) => textResponse(status, `${reason}\n`),
    sent: (exchange) => void service.exchanges.push(exchange),
    hit: (limit) => void service.hits.push(limit),
    idle: (now) => {
      service.isIdle = now;
    },
    release: (response) => {
      for (const settle of waiting.splice(0)) settle(response);
    },
  };
  const answers: Record<string, (request: Request) => Response | Promise<Response>> = {
    "/": () => textResponse(200, "hello\n"),
    "/again": () => reused,
    "/late": () => Promise.resolve(textResponse(200, "late\n")),
    "/never": () => new Promise((settle) => waiting.push(settle)),
    "/fields": async (request) => {
      await Promise.resolve();
      return textResponse(200, `${request.method} ${request.fields.get("x-mark")}\n`);
    },
    "/host": (request) => textResponse(200, `${request.host}\n`),
    "/echo": async (request) => {
      const pieces: Buffer[] = [];
      for await (const piece of request.body) pieces.push(Buffer.from(piece));
      return textResponse(200, `[${Buffer.concat(pieces).toString("latin1")}]\n`);
    },
    "/gone": () => ({ status: 204, fields: [], body: NO_BODY }),
    "/same": () => ({ status: 304, fields: [["ETag", '"1"']], body: NO_BODY }),
    "/range": () => ranged(service, Buffer.from("0123456789"), 2, 5),
    "/short": () => ranged(service, Buffer.from("0123456789"), 8, 5),
    "/stream": () => streamed(undefined),
    "/sized": () => streamed(6),
    "/silent": () => silent(),
    "/split": () => ({ status: 200, fields: [["X-Bad", "a\r\nSet-Cookie: b"]], body: NO_BODY }),
    "/framing": () => ({ status: 200, fields: [["Content-Length", "9"]], body: NO_BODY }),
  };
  function answer(request: Request, self: StoryService): Response | Promise<Response> {
    const path = request.target.kind === "path" ? request.target.path : "*";
    const response = answers[path]?.(request) ?? self.refuse(404, "not in this story");
    if (!(response instanceof Promise)) return response;
    return response.catch((error: unknown) =>
      error instanceof HttpError ? self.refuse(error.status, error.reason) : self.refuse(500, "?"),
    );
  }
  return service;
}

function ranged(service: StoryService, bytes: Buffer, start: number, length: number): Response {
  const inner = sourceOf(bytes);
  service.openSources++;
  const source = {
    readAt: inner.readAt,
    async close() {
      service.openSources--;
    },
  };
  return { status: 200, fields: [], body: { kind: "range", source, start, length } };
}

function streamed(length: number | undefined): Response {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("abc");
    yield Buffer.alloc(0);
    yield Buffer.from("def");
  }
  return { status: 200, fields: [], body: { kind: "stream", chunks: chunks(), length } };
}

/** A stream of which nothing ever comes. */
function silent(): Response {
  async function* chunks(): AsyncGenerator<Buffer> {
    await new Promise(() => {});
  }
  return { status: 200, fields: [], body: { kind: "stream", chunks: chunks(), length: undefined } };
}
