// The keep-alive loop: read a head, answer it, write, again. RFC 9112, section 9.
// Runs over any ByteStream and knows no socket; asks the Service above it for every answer.
//
// It reads top to bottom and costs no promise per request: `yield MORE` waits for bytes and is
// resumed in the turn in which they arrive. What happens rarely stands in generators of its own
// behind `yield*` (exchange.ts); what happens always stands here.
//
// Bytes are borrowed, so there are three copies, all where we are about to wait anyway: a head
// that was cut, an answer that comes later, a body that goes on.
//
// Reading a clock costs as much as finding an answer (0.07 us), so it is read when bytes arrive and
// when an answer is on its way, and nowhere between: `nowMs`. The end of one exchange is the
// beginning of the next one in its burst.

import { type Arrival, type ByteStream, type Loop, MORE } from "../base/byte-stream.ts";
import { bodyLength, type Response } from "../http/response.ts";
import type { Service } from "../http/service.ts";
import { type Asked, exchange, refuse, type Step, type Wire } from "./exchange.ts";
import { type HeadParse, parseHead, type RequestHead } from "./head-parser.ts";
import { BodyReader } from "./incoming-body.ts";
import { Input } from "./input.ts";
import { AT_ONCE_BYTES_MAX } from "./large-bytes.ts";
import type { Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";
import { requestOf } from "./request-head.ts";
import { isPaced } from "./response-body.ts";
import { reusedBytes } from "./response-head.ts";

/** Serves one connection until either side has had enough; the stream is finished then. */
export function* serveHttp1(stream: ByteStream, service: Service, limits: Http1Limits): Loop {
  const wire: Wire = {
    stream,
    service,
    limits,
    input: new Input(),
    known: undefined,
    nowMs: 0,
    clientIsDone: false,
  };
  const { input } = wire;
  stream.expireAfter(limits.headTimeoutMs);
  for (let count = 1; ; count++) {
    // Finished or idle too long: closed without a word, for nothing had been asked.
    if (input.isEmpty && !hasArrived(wire, yield idle(wire, count), count)) break;
    let head = parseHead(input.bytes, input.at, input.at, limits, wire.known);
    if (head.kind === "incomplete") head = yield* restOfHead(wire, count);
    const asked = understood(wire, head, count);
    if ("status" in asked) {
      yield* refuse(wire, asked);
      break;
    }
    const answer = service.answer(asked.request, wire.nowMs);
    const slow = sendAtOnce(wire, asked, answer);
    if (slow === undefined) continue;
    if (slow === NOT_AT_ONCE && !(yield* exchange(wire, asked, answer))) break;
    if (slow instanceof Promise) yield patience(wire, slow);
    wire.nowMs = service.clock.monotonicMs();
  }
  yield farewell(wire);
}

function hasArrived(wire: Wire, arrival: Arrival, count: number): boolean {
  const { service, input } = wire;
  if (!input.take(arrival)) {
    if (arrival === "expired") service.hit(count === 1 ? "head_timeout" : "keep_alive");
    return false;
  }
  service.idle(false);
  wire.nowMs = service.clock.monotonicMs();
  return true;
}

/** The connection is over; a client that is done need not be waited for. */
function farewell({ stream, input, clientIsDone }: Wire): Promise<void> {
  return clientIsDone && input.isEmpty ? stream.leave() : stream.finish();
}

/** Between two requests, or before the first: whose deadline runs from accept. */
function idle({ stream, service, limits, input, nowMs }: Wire, count: number): typeof MORE {
  input.keep();
  if (count > 1) stream.expireAfter(limits.keepAliveMs, nowMs);
  service.idle(true);
  return MORE;
}

/** The head as a request; its bytes are used up. */
function understood(wire: Wire, head: RequestHead | Malformed, count: number): Asked | Malformed {
  if (head.kind === "malformed") return head;
  const { limits, input } = wire;
  const request = requestOf(head, limits);
  if ("status" in request) return request;
  wire.known = request.block ?? wire.known;
  input.at = head.start + head.length;
  if (request.framing.kind !== "none") {
    request.body = new BodyReader(request, wire, input);
    input.at = input.bytes.length; // the reader has them now, and gives back what follows
  }
  return { head, request, startedMs: wire.nowMs, last: count === limits.requestsMax };
}

/** The peer is slow: what is borrowed is copied, and its time runs. */
function patience<Slow>({ stream, limits, input }: Wire, slow: Slow): Slow {
  input.keep();
  stream.expireAfter(limits.bodyIdleMs);
  return slow;
}

/** The rest of a head that came in pieces; its deadline does not move with each piece. */
function* restOfHead(wire: Wire, count: number): Step<Exclude<HeadParse, { kind: "incomplete" }>> {
  const { stream, service, limits, input } = wire;
  // The first head's deadline runs from accept: an open connection is no reason for more time.
  if (count > 1) stream.expireAfter(limits.headTimeoutMs);
  for (;;) {
    input.keep();
    const scanned = input.bytes.length;
    const arrival = yield MORE;
    if (arrival === null || arrival === "expired") return cutHead(arrival);
    input.append(arrival);
    wire.nowMs = service.clock.monotonicMs();
    const head = parseHead(input.bytes, 0, scanned, limits);
    if (head.kind !== "incomplete") return head;
  }
}

const CUT_SHORT = malformed(400, "the connection ended inside a request head");
const TOO_SLOW = malformed(408, "the request head did not arrive in time", "head_timeout");

/** The deadline passed, or the peer finished, with half a head here. */
function cutHead(arrival: null | "expired"): Malformed {
  return arrival === null ? CUT_SHORT : TOO_SLOW;
}

/** The most common exchange: HTTP/1.1, no body, not HEAD, and the connection goes on. */
function isPlain({ service }: Wire, { request, last }: Asked): boolean {
  return (
    request.minor > 0 &&
    request.framing.kind === "none" &&
    request.method !== "HEAD" &&
    !last &&
    !service.draining &&
    request.persistent
  );
}

const NOT_AT_ONCE: unique symbol = Symbol("not at once");

/** A response that was sent before goes out as the bytes it was encoded to then. */
function sendAtOnce(
  wire: Wire,
  asked: Asked,
  response: Response | Promise<Response>,
): Promise<void> | undefined | typeof NOT_AT_ONCE {
  if (response instanceof Promise || !isPlain(wire, asked)) return NOT_AT_ONCE;
  const { stream, service, limits } = wire;
  const { bandwidthMax } = limits;
  if (bandwidthMax > 0 && isPaced(bodyLength(response.body), bandwidthMax)) return NOT_AT_ONCE;
  const encoded = reusedBytes(response, service.clock, wire.nowMs);
  if (encoded === undefined || encoded.bodyBytes > AT_ONCE_BYTES_MAX) return NOT_AT_ONCE;
  const slow = stream.write(encoded.chunks);
  const endedMs = service.clock.monotonicMs();
  service.sent({
    request: asked.request,
    firstLine: "",
    response,
    bodyBytes: encoded.bodyBytes,
    complete: true,
    durationMs: endedMs - asked.startedMs,
    endedMs,
  });
  wire.nowMs = endedMs;
  return slow;
}
