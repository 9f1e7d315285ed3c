// TLS or plain HTTP on this port? A TLS connection begins with a handshake record, whose first
// byte is 0x16 (RFC 8446, section 5.1); no method of HTTP does. Looks, and puts it back.

import { TimeoutError } from "../base/timeout-error.ts";
import type { SocketStream } from "./socket-stream.ts";

export type FirstByte =
  | "tls"
  | "plain"
  /** The peer has finished without a word, or is gone. */
  | "closed"
  /** The deadline that the caller has set passed first. */
  | "timeout";

const TLS_HANDSHAKE_RECORD = 0x16;

/** Waits for the first bytes; they are unread again. */
export async function firstByte(stream: SocketStream): Promise<FirstByte> {
  try {
    const bytes = await stream.read();
    if (bytes === null) return "closed";
    stream.unread(bytes);
    return bytes[0] === TLS_HANDSHAKE_RECORD ? "tls" : "plain";
  } catch (error) {
    return error instanceof TimeoutError ? "timeout" : "closed";
  }
}
