// What one HTTP/1.1 connection may cost. Every limit has an answer, named beside it.

import type { LimitName } from "../base/limit-watch.ts";

export interface Http1Limits {
  /** Request line, in bytes without its CRLF. 414 */
  readonly requestLineBytesMax: number;
  /** Field section, in bytes. 431 */
  readonly headBytesMax: number;
  /** Field lines. 431 */
  readonly fieldCountMax: number;
  /** Body of one request, in bytes. 413 */
  readonly bodyBytesMax: number;
  /** The same of PUT, whose body becomes a file and need not be held anywhere. 413 */
  readonly uploadBytesMax: number;
  /** Unread body that is still drained to keep the connection; past it the connection closes. */
  readonly drainBytesMax: number;
  /** From the first byte of a head (from accept for the first one) to its end. 408 */
  readonly headTimeoutMs: number;
  /** Between the end of an answer and the first byte of the next head. Closed without a word. */
  readonly keepAliveMs: number;
  /** A body, or a reader, that makes no progress. 408 where an answer is still possible. */
  readonly bodyIdleMs: number;
  /** One line of chunked packing: size with extensions, or a trailer. 400 */
  readonly chunkLineBytesMax: number;
  /** All packing of a chunked body beyond twice its content. 413 */
  readonly chunkOverheadBytesMax: number;
  /** Requests on one connection; 0: no limit. The last answer says `Connection: close`. */
  readonly requestsMax: number;
  /**
   * Bytes a second that a body must bring on the average. Every byte gains time, up to
   * `bodyIdleMs`; when it is used up: 408. 0: any progress will do.
   */
  readonly receiveRateMin: number;
  /** Bytes a second that one response is sent with, at most; 0: as fast as it goes. */
  readonly bandwidthMax: number;
}

export const DEFAULT_HTTP1_LIMITS: Http1Limits = {
  requestLineBytesMax: 8 * 1024,
  headBytesMax: 8 * 1024,
  fieldCountMax: 100,
  bodyBytesMax: 100 * 1024 * 1024,
  uploadBytesMax: 10 * 1024 * 1024 * 1024,
  drainBytesMax: 64 * 1024,
  headTimeoutMs: 10_000,
  keepAliveMs: 10_000,
  bodyIdleMs: 15_000,
  chunkLineBytesMax: 4 * 1024,
  chunkOverheadBytesMax: 16 * 1024,
  requestsMax: 0,
  receiveRateMin: 500,
  bandwidthMax: 0,
};

/** What the body of one request may hold, and which limit says so. */
export interface BodyLimit {
  readonly bytesMax: number;
  readonly name: LimitName;
}

export function bodyLimitOf(method: string, limits: Http1Limits): BodyLimit {
  return method === "PUT"
    ? { bytesMax: limits.uploadBytesMax, name: "upload_bytes" }
    : { bytesMax: limits.bodyBytesMax, name: "body_bytes" };
}
