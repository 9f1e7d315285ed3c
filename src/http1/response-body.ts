// Puts a body on the wire, piece by piece, as fast as the peer takes it. RFC 9112, section 6.
// Whoever sends a body closes it: on success, on error, and when it is not sent at all (HEAD).

import type { BufferPool } from "../base/buffer-pool.ts";
import type { ByteStream } from "../base/byte-stream.ts";
import type { Clock } from "../base/clock.ts";
import { pump } from "../base/pump.ts";
import { unreachable } from "../base/unreachable.ts";
import { type Body, bodyLength } from "../http/response.ts";
import { Pace } from "./pace.ts";

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
  readonly clock: Clock;
  /** Bytes a second at most; 0: as fast as it goes. */
  readonly bandwidthMax: number;
}

/**
 * Sends a body piece by piece. A body that turns out shorter than its length leaves `complete`
 * false: the caller then cuts the connection, because nothing may be padded or guessed (RFC 9112,
 * section 8). Rejects when the stream is gone or the body cannot be read.
 */
export async function sendBody(
  stream: ByteStream,
  body: Body,
  progress: Progress,
  options: SendOptions,
): Promise<void> {
  const out: Out = { stream, progress, options, pace: paceOf(body, options) };
  switch (body.kind) {
    case "range":
      return sendRange(body, out);
    case "stream":
      return sendStream(body, out);
    case "bytes":
      return sendBytes(body, out);
    case "none":
    case "upgrade":
      throw new Error(`a ${body.kind} body is not sent piece by piece`);
    default:
      return unreachable(body);
  }
}

/** Where a body goes, and what holds it back. */
interface Out {
  readonly stream: ByteStream;
  readonly progress: Progress;
  readonly options: SendOptions;
  /** undefined: as fast as the peer takes it. */
  readonly pace: Pace | undefined;
}

type BodyOf<Kind extends Body["kind"]> = Extract<Body, { kind: Kind }>;

/** What leaves within a second anyway needs no pace; nor does it take a timer then. */
export function isPaced(length: number | undefined, bandwidthMax: number): boolean {
  return bandwidthMax > 0 && (length === undefined || length > bandwidthMax);
}

function paceOf(body: Body, { clock, bandwidthMax }: SendOptions): Pace | undefined {
  return isPaced(bodyLength(body), bandwidthMax) ? new Pace(clock, bandwidthMax) : undefined;
}

async function sendRange(body: BodyOf<"range">, out: Out): Promise<void> {
  const { stream, progress, pace, options } = out;
  const { idleMs, pool, clock } = options;
  try {
    const pumped = pump(body, pool, pace?.pieceBytesMax);
    for await (const chunk of pumped) {
      await pace?.turn(chunk.length);
      const startMs = clock.monotonicMs();
      await deliver(stream, [chunk], idleMs);
      pumped.took(clock.monotonicMs() - startMs);
      progress.bodyBytes += chunk.length;
    }
    progress.complete = progress.bodyBytes === body.length;
  } finally {
    await body.source.close();
  }
}

/** Only under a pace: else they leave in one burst with their head. */
async function sendBytes({ bytes }: BodyOf<"bytes">, out: Out): Promise<void> {
  for (const piece of piecesOf(bytes, out.pace)) {
    await out.pace?.turn(piece.length);
    await deliver(out.stream, [piece], out.options.idleMs);
    out.progress.bodyBytes += piece.length;
  }
  out.progress.complete = true;
}

function* piecesOf(bytes: Uint8Array, pace: Pace | undefined): Generator<Uint8Array> {
  const most = pace?.pieceBytesMax ?? bytes.length;
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}

/**
 * Resolves when the chunks have left: their memory is read into again in the next round. The
 * deadline is for the peer; how long the next chunk takes us is not the peer's fault, nor is the
 * time it has to wait for its turn.
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

async function sendStream(body: BodyOf<"stream">, out: Out): Promise<void> {
  const { stream, progress, pace, options } = out;
  const { chunked, idleMs } = options;
  // An empty chunk would end a chunked body; piecesOf() gives none for it.
  for await (const chunk of body.chunks) {
    const left = (body.length ?? Number.POSITIVE_INFINITY) - progress.bodyBytes;
    if (chunk.length > left) throw new Error("a body longer than it said");
    for (const piece of piecesOf(chunk, pace)) {
      await pace?.turn(piece.length);
      const framed = chunked ? [sizeLine(piece.length), piece, CRLF] : [piece];
      await deliver(stream, framed, idleMs);
      progress.bodyBytes += piece.length;
    }
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
