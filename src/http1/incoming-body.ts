// A request's body as it arrives: read by a handler, or skipped by the driver so that the next
// request can be found. RFC 9112, section 6; what is skipped is bounded, or the connection ends.

import type { ByteStream } from "../base/byte-stream.ts";
import { earned } from "../base/time-account.ts";
import { TimeoutError } from "../base/timeout-error.ts";
import { HttpError } from "../http/http-error.ts";
import type { IncomingBody } from "../http/request.ts";
import type { Service } from "../http/service.ts";
import { ChunkedDecoder, type ChunkStep } from "./chunked-decoder.ts";
import { bodyLimitOf, type Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";
import type { Http1Request } from "./request-head.ts";

const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

const CUT_SHORT = malformed(400, "the body ended before its length was reached");
const STALLED = malformed(408, "the body stopped arriving", "body_idle");
const TOO_SLOW = malformed(408, "the body arrives too slowly", "receive_rate");

/** How skipping went: the body is over, more of it must come, or it is broken. */
export type Skipped = "end" | "more" | Malformed;

/** What a body is read with: a part of the connection's Wire. */
export interface BodyMeans {
  readonly stream: ByteStream;
  readonly limits: Http1Limits;
  readonly service: Pick<Service, "clock">;
}

export class BodyReader implements IncomingBody {
  readonly length: number | undefined;
  /** The client waits for "100 Continue" and has not been told. */
  awaitsContinue: boolean;
  /** Body bytes and packing seen so far. */
  consumed = 0;
  #bytes: Buffer;
  #at: number;
  #over = false;
  #fault: Malformed | undefined;
  #taken = false;
  readonly #decode: (bytes: Buffer, from: number) => ChunkStep;
  readonly #means: BodyMeans;
  /** How long the client may still be waited for; only waiting spends it, not the handler. */
  #leftMs: number;

  /**
   * @param bytes borrowed; what follows the head begins at `at`. keep() before waiting.
   */
  constructor(
    request: Http1Request,
    means: BodyMeans,
    { bytes, at }: { bytes: Buffer; at: number },
  ) {
    this.#means = means;
    this.#leftMs = means.limits.bodyIdleMs;
    this.#bytes = bytes;
    this.#at = at;
    this.awaitsContinue = request.expectsContinue;
    const { framing } = request;
    this.length = framing.kind === "length" ? framing.length : undefined;
    if (framing.kind === "length") {
      this.#decode = countDown(framing.length);
    } else {
      const decoder = new ChunkedDecoder(means.limits, bodyLimitOf(request.method, means.limits));
      this.#decode = (piece, from) => decoder.step(piece, from);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    if (this.#taken) throw new Error("a body can be read only once");
    this.#taken = true;
    this.keep();
    while (!this.#over) {
      const step = this.#step();
      if (step.kind === "malformed") throw new HttpError(step.status, step.reason);
      if (step.kind === "data") yield this.#bytes.subarray(step.start, step.end);
      if (step.kind === "more") await this.#readMore();
    }
  }

  async #readMore(): Promise<void> {
    const { stream, limits, service } = this.#means;
    if (this.awaitsContinue) {
      this.awaitsContinue = false;
      await stream.write([CONTINUE]);
      await stream.flush();
    }
    const fromMs = service.clock.monotonicMs();
    stream.expireAfter(this.#leftMs, fromMs);
    const chunk = await stream.read().catch((error: unknown) => {
      if (!(error instanceof TimeoutError)) throw error;
      throw this.#broken(this.#leftMs < limits.bodyIdleMs ? TOO_SLOW : STALLED);
    });
    stream.expireAfter(Number.POSITIVE_INFINITY);
    if (chunk === null) throw this.#broken(CUT_SHORT);
    const leftMs = this.#leftMs - (service.clock.monotonicMs() - fromMs);
    const account = { windowMs: limits.bodyIdleMs, rateMin: limits.receiveRateMin };
    this.#leftMs = earned(leftMs, chunk.length, account);
    // A handler may take its time with a chunk, and the next read would write over it.
    this.feed(Buffer.from(chunk));
  }

  #broken(fault: Malformed): HttpError {
    this.#fault = fault;
    return new HttpError(fault.status, fault.reason);
  }

  /** Skips what is already here. What was found broken stays broken. */
  skip(): Skipped {
    if (this.#fault !== undefined) return this.#fault;
    while (!this.#over) {
      const step = this.#step();
      if (step.kind === "malformed") return step;
      if (step.kind === "more") return "more";
    }
    return "end";
  }

  /** The next piece from the wire, once all before it was used. */
  feed(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** Copies what was borrowed; the reader is about to outlive the turn. */
  keep(): void {
    this.#bytes = Buffer.from(this.#bytes.subarray(this.#at));
    this.#at = 0;
  }

  /** What came behind the body: the next request, perhaps. Only once the body is over. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  #step(): ChunkStep {
    const step = this.#decode(this.#bytes, this.#at);
    const end = step.kind === "data" || step.kind === "end" ? step.end : this.#bytes.length;
    this.consumed += end - this.#at;
    this.#at = end;
    this.#over = step.kind === "end";
    if (step.kind === "malformed") this.#fault = step;
    return step;
  }
}

/** A declared length, taken apart like chunks are. */
function countDown(length: number): (bytes: Buffer, from: number) => ChunkStep {
  let left = length;
  return (bytes, from) => {
    if (left === 0) return { kind: "end", end: from };
    const end = Math.min(bytes.length, from + left);
    left -= end - from;
    return end === from ? { kind: "more" } : { kind: "data", start: from, end };
  };
}
