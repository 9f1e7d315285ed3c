// What a web server says of a request to the program it starts for it, in variables and on standard
// input (RFC 3875), as the Request and the Peer that handlers know.

import { addressSet } from "../base/ip-address.ts";
import type { Peer } from "../base/peer.ts";
import { type Field, fieldsOf } from "../http/fields.ts";
import { HttpError } from "../http/http-error.ts";
import { encodePath } from "../http/percent.ts";
import type { IncomingBody, Request } from "../http/request.ts";
import { parseTarget } from "../http/target.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

export interface CgiRequest {
  readonly request: Request;
  readonly peer: Peer;
  /** Where the program stands for clients: SCRIPT_NAME. */
  readonly place: string;
  /** Whom the web server has found the sender to be; undefined: it has not asked. */
  readonly remoteUser: string | undefined;
}

/** Whether a web server has started us. */
export function isCgi(env: Variables): boolean {
  return env.GATEWAY_INTERFACE !== undefined && env.REQUEST_METHOD !== undefined;
}

/** @throws HttpError 400 for what no client could have asked for */
export function cgiRequest(env: Variables, input: AsyncIterable<Uint8Array>): CgiRequest {
  const method = env.REQUEST_METHOD ?? "";
  const place = env.SCRIPT_NAME ?? "";
  const query = env.QUERY_STRING ?? "";
  const path = encodePath(place + (env.PATH_INFO ?? "")) || "/";
  const parsed = parseTarget(query === "" ? path : `${path}?${query}`, method);
  if (parsed.kind === "malformed") throw new HttpError(400, parsed.reason);
  const fields = fieldsOf(fieldListOf(env));
  return {
    place: place === "" ? "/" : place,
    peer: peerOf(env),
    remoteUser: saidOf(env.REMOTE_USER),
    request: {
      method,
      target: parsed.target,
      host: fields.get("host") ?? env.SERVER_NAME ?? "",
      version: "1.1",
      fields,
      body: bodyOf(env.CONTENT_LENGTH, input),
    },
  };
}

/** A variable without a value says as little as none (RFC 3875, section 4.1). */
function saidOf(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

/** Section 4.1.18: every field of the request as HTTP_NAME. Some servers hide one elsewhere. */
function fieldListOf(env: Variables): readonly Field[] {
  const list = Object.entries(env).flatMap(([name, value]): Field[] => {
    if (!name.startsWith("HTTP_") || value === undefined) return [];
    return [[name.slice("HTTP_".length).toLowerCase().replaceAll("_", "-"), asBytes(value)]];
  });
  // Apache keeps Authorization to itself; a rewrite rule that passes it on ends here.
  const hidden = env.REDIRECT_HTTP_AUTHORIZATION;
  const isThere = list.some(([name]) => name === "authorization");
  return hidden === undefined || isThere ? list : [...list, ["authorization", asBytes(hidden)]];
}

/** Fields are one character a byte; variables were read as UTF-8. */
function asBytes(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1");
}

const LOOPBACK = addressSet(["127.0.0.0/8", "::1"]);

function peerOf(env: Variables): Peer {
  const address = env.REMOTE_ADDR ?? "unknown";
  const isSecure = /^(?:on|1|https)$/i.test(env.HTTPS ?? "");
  return {
    address,
    port: Number(env.REMOTE_PORT ?? 0),
    localAddress: env.SERVER_ADDR ?? "",
    localPort: Number(env.SERVER_PORT ?? 0),
    isLoopback: LOOPBACK.has(address),
    // TLS was the web server's: what it says of it is believed, as of a trusted proxy.
    forwardedScheme: isSecure ? "https" : "http",
  };
}

/** Section 4.2: exactly CONTENT_LENGTH bytes; there may be no end behind them. */
function bodyOf(declared: string | undefined, input: AsyncIterable<Uint8Array>): IncomingBody {
  const text = saidOf(declared) ?? "0";
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, "CONTENT_LENGTH is no number");
  const length = Number(text);
  return {
    length,
    async *[Symbol.asyncIterator]() {
      let missing = length;
      if (missing === 0) return;
      for await (const chunk of input) {
        const piece = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, missing));
        missing -= piece.length;
        yield piece;
        if (missing === 0) return;
      }
      throw new HttpError(400, `the body ends ${missing} bytes too early`);
    },
  };
}
