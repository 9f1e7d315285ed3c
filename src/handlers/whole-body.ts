// A request's body in one piece, for what must be seen whole to be understood. Bounded.

import { HttpError } from "../http/http-error.ts";
import type { IncomingBody } from "../http/request.ts";

/** @throws HttpError 413; and what reading the body throws */
export async function wholeBody(body: IncomingBody, bytesMax: number): Promise<Buffer> {
  // Before anything is read: a client that waits for "100 Continue" need not send it then.
  if ((body.length ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    // Borrowed until the next one is asked for.
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces, length);
}

function tooLarge(bytesMax: number): HttpError {
  return new HttpError(413, `a body of more than ${bytesMax} bytes`);
}
