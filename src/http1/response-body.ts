// Puts a body on the wire, piece by piece, as fast as the peer takes it. RFC 9112, section 6.
// Whoever sends a body closes it: on success, on error, and when it is not sent at all (HEAD).

import type { BufferPool } from "../base/buffer-pool.ts";
import type { ByteStream } from "../base/byte-stream.ts";
import { pump } from "../base/pump.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Body } from "../http/response.ts";

/** What has been handed to the transport so far; read by the access log even after a cut. */
export interface Progress {
  bodyBytes: number;
  /** The whole body is on its way. */
  complete: boolean;
}

export interface SendOptions {
  readonly chunked: boolean;
  /** How long the peer may take nothing. */
  readonly idleMs: number;
  readonly pool: BufferPool;
}

/**
 * Sends a body that is not at hand as bytes. A body that turns out shorter than its length leaves
 * `complete` false: the caller then cuts the connection, because nothing may be padded or guessed
 * (RFC 9112, section 8). Rejects when the stream is gone or the body cannot be read.
 */
export async function sendBody(
  stream: ByteStream,
  body: Body,
  progress: Progress,
  options: SendOptions,
): Promise<void> {
  switch (body.kind) {
    case "range":
      return sendRange(stream, body, progress, options);
    case "stream":
      return sendStream(stream, body, progress, options);
    case "none":
    case "bytes":
    case "upgrade":
      throw new Error(`a ${body.kind} body is not sent piece by piece`);
    default:
      return unreachable(body);
  }
}

async function sendRange(
  stream: ByteStream,
  body: Extract<Body, { kind: "range" }>,
  progress: Progress,
  { pool, idleMs }: SendOptions,
): Promise<void> {
  try {
    for await (const chunk of pump(body.source, body.start, body.length, pool)) {
      await deliver(stream, [chunk], idleMs);
      progress.bodyBytes += chunk.length;
    }
    progress.complete = progress.bodyBytes === body.length;
  } finally {
    await body.source.close();
  }
}

/**
 * Resolves when the chunks have left: their memory is read into again in the next round. The
 * deadline is for the peer; how long the next chunk takes us is not the peer's fault.
 */
async function deliver(
  stream: ByteStream,
  chunks: readonly Uint8Array[],
  idleMs: number,
): Promise<void> {
  stream.expireAfter(idleMs);
  await stream.write(chunks);
  await stream.flush();
  stream.expireAfter(Number.POSITIVE_INFINITY);
}

const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

async function sendStream(
  stream: ByteStream,
  body: Extract<Body, { kind: "stream" }>,
  progress: Progress,
  { chunked, idleMs }: SendOptions,
): Promise<void> {
  for await (const chunk of body.chunks) {
    if (chunk.length === 0) continue; // an empty chunk would end a chunked body
    const left = (body.length ?? Number.POSITIVE_INFINITY) - progress.bodyBytes;
    if (chunk.length > left) throw new Error("a body longer than it said");
    const framed = chunked ? [sizeLine(chunk.length), chunk, CRLF] : [chunk];
    await deliver(stream, framed, idleMs);
    progress.bodyBytes += chunk.length;
  }
  if (chunked) await deliver(stream, [LAST_CHUNK], idleMs);
  progress.complete = body.length === undefined || progress.bodyBytes === body.length;
}

function sizeLine(length: number): Buffer {
  return Buffer.from(`${length.toString(16)}\r\n`, "latin1");
}

/** Lets go of a body that will not be sent. */
export async function discardBody(body: Body): Promise<void> {
  if (body.kind === "range") await body.source.close();
  if (body.kind === "stream") await body.chunks[Symbol.asyncIterator]().return?.();
}
