// One POST to one address over TLS: what goes to a server far away, and what comes back, as far as
// the protocol above looks at it. Connections are kept and bounded, answers are bounded in time and
// size, and nothing is ever sent twice that could be done twice. Only here is node:https used.

import { Agent, request } from "node:https";
import { createSecureContext, rootCertificates } from "node:tls";
import { codeOf } from "../../base/system-error.ts";
import { TimeoutError } from "../../base/timeout-error.ts";
import { connectionFailure } from "./failure.ts";
import { VERSION_FIELD } from "./version.ts";

export interface PostLimits {
  /** Requests on their way at once; the others wait. */
  readonly connectionsMax: number;
  /** For one answer, from the moment its request has a connection, opening that one included. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
}

export interface PostTarget extends PostLimits {
  readonly url: URL;
  /** PEM: whom to trust besides those whom everybody trusts. @throws Error when it is none */
  readonly ca: string | undefined;
}

export interface PostRequest {
  readonly body: string;
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  /** It may be sent again when a connection breaks: it changes nothing. */
  readonly isRepeatable: boolean;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** WWW-Authenticate */
  readonly challenge: string | undefined;
  /** Set-Cookie, one by one. */
  readonly cookies: readonly string[];
  /** VERSION_FIELD */
  readonly version: string | undefined;
}

/** Servers close idle connections after 5 s and later: what lies longer here is not used again. */
const IDLE_MS = 4_000;

export class Post {
  readonly #target: PostTarget;
  readonly #agent: Agent;
  readonly #end = new AbortController();

  constructor(target: PostTarget) {
    const { ca, connectionsMax } = target;
    this.#target = target;
    this.#agent = new Agent({
      keepAlive: true,
      timeout: IDLE_MS,
      maxSockets: connectionsMax,
      // The warmest connection first, so that the others may cool and go.
      scheduling: "lifo",
      // Made once: reading all these certificates for each connection would cost milliseconds.
      ...(ca === undefined
        ? {}
        : { secureContext: createSecureContext({ ca: [...rootCertificates, ca] }) }),
    });
  }

  /** @throws FsError "unavailable" */
  async send(sent: PostRequest): Promise<PostAnswer> {
    const fate = { reused: false };
    try {
      return await this.#once(sent, fate);
    } catch (error) {
      // A connection that lay idle may be closed at the very moment it is used again.
      const isStale = fate.reused && ["ECONNRESET", "EPIPE"].includes(codeOf(error) ?? "");
      if (!isStale || !sent.isRepeatable) throw connectionFailure(error, this.#target.url);
    }
    try {
      return await this.#once(sent, fate);
    } catch (error) {
      throw connectionFailure(error, this.#target.url);
    }
  }

  /** What is on its way fails; nothing can be sent any more. */
  close(): void {
    this.#end.abort();
    this.#agent.destroy();
  }

  #once(sent: PostRequest, fate: { reused: boolean }): Promise<PostAnswer> {
    const { url, timeoutMs, answerBytesMax } = this.#target;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const options = {
        method: "POST",
        agent: this.#agent,
        headers: headersOf(sent),
        signal: this.#end.signal,
      };
      const outgoing = request(url, options, (response) => {
        bytesOf(response, answerBytesMax)
          .then((body) => resolve(answerOf(response, body)))
          .catch((error: unknown) => {
            outgoing.destroy();
            reject(error);
          });
      });
      outgoing.once("socket", () => {
        fate.reused = outgoing.reusedSocket;
        const late = new TimeoutError(`no answer within ${timeoutMs / 1000} s`);
        timer = setTimeout(() => outgoing.destroy(late), timeoutMs);
      });
      outgoing.once("close", () => clearTimeout(timer));
      outgoing.on("error", reject);
      outgoing.end(sent.body);
    });
  }
}

function headersOf({ body, cookie, authorization }: PostRequest): Record<string, string | number> {
  return {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    ...(cookie === undefined ? {} : { Cookie: cookie }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
}

async function bytesOf(chunks: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > bytesMax) throw new Error(`the answer is longer than ${bytesMax} bytes`);
    kept.push(chunk);
  }
  return Buffer.concat(kept);
}

/** What of node:http's IncomingMessage is looked at. */
interface Incoming {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

function answerOf({ statusCode = 0, headers }: Incoming, body: Buffer): PostAnswer {
  const one = (name: string) => [headers[name] ?? []].flat()[0];
  return {
    status: statusCode,
    body,
    challenge: one("www-authenticate"),
    cookies: [headers["set-cookie"] ?? []].flat(),
    version: one(VERSION_FIELD.toLowerCase()),
  };
}
