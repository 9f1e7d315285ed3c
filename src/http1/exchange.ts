// One request and its answer, in all the forms that are not the most common one: an answer that
// comes later, a request with a body, HTTP/1.0, HEAD, a body read from somewhere, a refusal.
// Generators, so that the loop in connection.ts waits where they wait.

import { BufferPool } from "../base/buffer-pool.ts";
import { type Arrival, type ByteStream, MORE } from "../base/byte-stream.ts";
import type { LimitName } from "../base/limit-watch.ts";
import type { Response } from "../http/response.ts";
import type { Service } from "../http/service.ts";
import type { FieldBlock } from "./field-block.ts";
import { keepHead, type RequestHead } from "./head-parser.ts";
import { BodyReader, type Skipped } from "./incoming-body.ts";
import type { Input } from "./input.ts";
import { AT_ONCE_BYTES_MAX, sendLargeBytes } from "./large-bytes.ts";
import type { Http1Limits } from "./limits.ts";
import type { Malformed } from "./malformed.ts";
import type { Http1Request } from "./request-head.ts";
import { discardBody, isPaced, type Progress, sendBody } from "./response-body.ts";
import { bodyFramingOf, encodeHead, type HeadOptions } from "./response-head.ts";

/** What one connection works with. */
export interface Wire {
  readonly stream: ByteStream;
  readonly service: Service;
  readonly limits: Http1Limits;
  readonly input: Input;
  /** The client has said "close", and MUST NOT send more (RFC 9112, section 9.6); nor was there. */
  clientIsDone: boolean;
  /** What stood below the last request line, if that comes again. */
  known: FieldBlock | undefined;
  /** The monotonic clock, when bytes last arrived or an answer last left. */
  nowMs: number;
}

/** A part of a Loop that gives a result. */
export type Step<Result> = Generator<typeof MORE | Promise<unknown>, Result, Arrival>;

export interface Asked {
  readonly head: RequestHead;
  readonly request: Http1Request;
  readonly startedMs: number;
  /** The connection ends after this exchange, whatever the client wants. */
  readonly last: boolean;
}

/** Carries an exchange through to its end. Says whether the connection goes on. */
export function* exchange(
  wire: Wire,
  asked: Asked,
  answer: Response | Promise<Response>,
): Step<boolean> {
  const { service, input } = wire;
  const { request } = asked;
  const body = request.body instanceof BodyReader ? request.body : undefined;
  if (asked.last) service.hit("requests_per_connection");
  const response = answer instanceof Promise ? yield* awaited(wire, asked, answer) : answer;
  const skipped = body === undefined ? "end" : body.skip();
  if (typeof skipped === "object") {
    yield discardBody(response.body);
    return yield* refuse(wire, skipped, asked);
  }
  if (body !== undefined && skipped === "end") input.take(body.rest());
  const persistent =
    request.persistent &&
    !asked.last &&
    !service.draining &&
    canGoOn(response, request) &&
    canDrain(body, skipped, wire);
  const whole = yield* send(wire, asked, response, persistent);
  const promised = !request.persistent && canGoOn(response, request);
  wire.clientIsDone = promised && whole && skipped === "end";
  if (!persistent || !whole) return false;
  return body === undefined || skipped === "end" || (yield* drain(wire, body));
}

/** Some answers use the connection up: they end it, or it becomes something else. */
function canGoOn(response: Response, { minor }: Http1Request): boolean {
  const asked = { minor, persistent: true, isHead: false };
  return response.body.kind !== "upgrade" && bodyFramingOf(response, asked) !== "close";
}

/** Is it cheaper to read the rest of an unread body than to make the client connect again? */
function canDrain(
  body: BodyReader | undefined,
  skipped: Exclude<Skipped, Malformed>,
  { limits, service }: Wire,
): boolean {
  if (body === undefined || skipped === "end") return true;
  // Not told to continue, the client may send the body or the next request: nobody can know.
  if (body.awaitsContinue) return false;
  if ((body.length ?? 0) - body.consumed <= limits.drainBytesMax) return true;
  service.hit("drain_bytes");
  return false;
}

/** An answer that comes later. The turn ends, so everything borrowed is copied. */
function* awaited(wire: Wire, asked: Asked, answer: Promise<Response>): Step<Response> {
  outlive(wire, asked);
  // Nobody knows how long it will take: answers before it need not wait for that.
  void wire.stream.flush();
  wire.stream.expireAfter(Number.POSITIVE_INFINITY);
  const late: { response?: Response; abandoned: boolean; isTaken: boolean } = {
    abandoned: false,
    isTaken: false,
  };
  const landed = answer.then((response) => {
    late.response = response;
    // The connection is gone and nobody will send it: the file it may hold must be closed here.
    return late.abandoned ? discardBody(response.body) : undefined;
  });
  try {
    yield landed;
    late.isTaken = true;
  } finally {
    late.abandoned = late.response === undefined;
    // It landed, but the connection went away before the loop was resumed.
    if (!late.isTaken && late.response !== undefined) yield discardBody(late.response.body);
  }
  if (late.response === undefined) throw new Error("resumed before the answer was there");
  return late.response;
}

function outlive({ input }: Wire, { head, request }: Asked): void {
  keepHead(head);
  if (request.body instanceof BodyReader) request.body.keep();
  input.keep();
}

const POOL = new BufferPool();

/** Writes the response. Says whether all of it is on its way. */
function* send(wire: Wire, asked: Asked, response: Response, persistent: boolean): Step<boolean> {
  const { stream, service, limits } = wire;
  const { request } = asked;
  const options = { minor: request.minor, persistent, isHead: request.method === "HEAD" };
  const progress: Progress = { bodyBytes: 0, complete: false };
  let failure: unknown;
  const head = headOf(response, options, service);
  if (head === undefined) {
    yield discardBody(response.body);
    return yield* refuse(wire, UNSENDABLE, asked);
  }
  try {
    const sent = startResponse(wire, response, options, progress, head);
    if (sent !== undefined) {
      outlive(wire, asked);
      stream.expireAfter(limits.bodyIdleMs);
      yield sent;
    }
  } catch (error) {
    failure = error ?? new Error("a body was given up without a reason");
  } finally {
    // Also when the connection went away while we waited: the log has a line for every exchange.
    const endedMs = service.clock.monotonicMs();
    service.sent({
      request,
      firstLine: "",
      response,
      bodyBytes: progress.bodyBytes,
      complete: progress.complete,
      durationMs: endedMs - asked.startedMs,
      endedMs,
      ...(request.body instanceof BodyReader ? { receivedBytes: request.body.consumed } : {}),
      ...(failure === undefined ? {} : { failure }),
    });
  }
  return progress.complete;
}

const UNSENDABLE = { status: 500, reason: "a response with fields that cannot be sent" };

/** undefined: the response carries what no response may, and nothing of it has been sent yet. */
function headOf(response: Response, options: HeadOptions, service: Service): Buffer | undefined {
  try {
    return encodeHead(response, options, service.clock);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Joins head and body to the burst. A promise: the rest takes time. */
function startResponse(
  { stream, service, limits }: Wire,
  response: Response,
  options: HeadOptions,
  progress: Progress,
  head: Buffer,
): Promise<unknown> | undefined {
  const { body } = response;
  const framing = bodyFramingOf(response, options);
  if (options.isHead || framing === "none" || body.kind === "none") {
    progress.complete = true;
    const slow = stream.write([head]);
    if (body.kind === "upgrade") return (slow ?? Promise.resolve()).then(() => body.run(stream));
    if (body.kind === "none" || body.kind === "bytes") return slow;
    return Promise.all([discardBody(body), slow]);
  }
  const isWhole = body.kind === "bytes" && !isPaced(body.bytes.length, limits.bandwidthMax);
  if (isWhole && body.bytes.length > AT_ONCE_BYTES_MAX) {
    return sendLargeBytes(stream, head, body.bytes, progress);
  }
  if (isWhole) {
    progress.complete = true;
    progress.bodyBytes = body.bytes.length;
    return stream.write([head, body.bytes]);
  }
  // The same holds for the first piece of a stream.
  if (body.kind === "stream") void stream.flush();
  const slow = stream.write([head]);
  const rest = () =>
    sendBody(stream, body, progress, {
      chunked: framing === "chunked",
      idleMs: limits.bodyIdleMs,
      pool: POOL,
      clock: service.clock,
      bandwidthMax: limits.bandwidthMax,
    });
  if (slow === undefined) return rest();
  // A peer that goes away while the head waits must not leave the body open.
  return slow.then(rest, async (error: unknown) => {
    await discardBody(body);
    throw error;
  });
}

/** Reads the rest of a body nobody wanted, within one deadline for all of it. */
function* drain({ stream, service, limits, input }: Wire, body: BodyReader): Step<boolean> {
  stream.expireAfter(limits.bodyIdleMs);
  const bound = body.consumed + limits.drainBytesMax;
  while (body.consumed <= bound) {
    const arrival = yield MORE;
    if (arrival === "expired") service.hit("body_idle");
    if (arrival === null || arrival === "expired") return false;
    body.feed(arrival);
    const skipped = body.skip();
    if (skipped === "end") {
      input.take(body.rest());
      return true;
    }
    if (skipped === "more") continue;
    if (skipped.limit !== undefined) service.hit(skipped.limit);
    return false;
  }
  service.hit("drain_bytes");
  return false;
}

/** Why there is no proper answer. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly limit?: LimitName;
}

/** Answers what is no request and ends the connection: what follows cannot be told apart. */
export function* refuse(wire: Wire, fault: Refusal, asked?: Asked): Step<false> {
  const { stream, service, limits } = wire;
  const startedMs = asked?.startedMs ?? service.clock.monotonicMs();
  const firstLine = asked === undefined ? firstLineOf(wire.input) : "";
  if (fault.limit !== undefined) service.hit(fault.limit);
  const response = service.refuse(fault.status, fault.reason);
  // Also of what is no request: the client goes by the method that it sent (RFC 9112, 6.3).
  const isHead = asked === undefined ? HEAD_LINE.test(firstLine) : asked.request.method === "HEAD";
  const head = encodeHead(response, { minor: 1, persistent: false, isHead }, service.clock);
  const body = response.body.kind === "bytes" && !isHead ? response.body.bytes : undefined;
  const slow = stream.write(body === undefined ? [head] : [head, body]);
  const endedMs = service.clock.monotonicMs();
  service.sent({
    request: asked?.request,
    firstLine,
    response,
    bodyBytes: body?.length ?? 0,
    complete: true,
    durationMs: endedMs - startedMs,
    endedMs,
  });
  if (slow !== undefined) {
    stream.expireAfter(limits.bodyIdleMs);
    yield slow;
  }
  return false;
}

const FIRST_LINE_BYTES_MAX = 1024;
const HEAD_LINE = /^HEAD /;

/** What stood where a request line was expected; the parser forgives empty lines before it. */
function firstLineOf({ bytes, at }: Input): string {
  const text = bytes.toString("latin1", at, Math.min(bytes.length, at + FIRST_LINE_BYTES_MAX));
  return text.replace(/^(?:\r\n){1,2}/, "").split(/\r?\n/, 1)[0] ?? "";
}
