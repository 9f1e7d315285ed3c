// A RequestHead read as a Request: text is made of the bytes when somebody asks for it.
// What a message must say to be a request at all (one valid Host, a target of a known form, one
// framing) is decided here, before any handler sees it. RFC 9112, sections 3.2 and 3.3.

import type { HttpVersion, IncomingBody, Request } from "../http/request.ts";
import type { Target } from "../http/target.ts";
import type { FieldBlock } from "./field-block.ts";
import type { Framing } from "./framing.ts";
import type { HeadFields } from "./head-fields.ts";
import type { RequestHead } from "./head-parser.ts";
import { blockOf } from "./known-fields.ts";
import { targetOf } from "./known-targets.ts";
import { bodyLimitOf, type Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";
import { type Said, saidIn } from "./said.ts";

export class Http1Request implements Request {
  readonly method: string;
  readonly target: Target;
  readonly host: string;
  readonly fields: HeadFields;
  readonly framing: Exclude<Framing, Malformed>;
  readonly minor: number;
  /** Whether the client wants to go on after this exchange (RFC 9112, section 9.3). */
  readonly persistent: boolean;
  /** What stands below the request line, if that comes again (known-fields.ts). */
  readonly block: FieldBlock | undefined;
  /** Set by the driver before anyone sees the request. */
  body: IncomingBody = EMPTY_BODY;

  constructor(line: RequestLine, said: Said, block: FieldBlock | undefined) {
    this.method = line.method;
    this.target = line.target;
    this.host = line.host;
    this.minor = line.minor;
    this.fields = said.fields;
    this.framing = said.framing;
    this.persistent = said.persistent;
    this.block = block;
  }

  get version(): HttpVersion {
    return this.minor === 0 ? "1.0" : "1.1";
  }

  /** RFC 9110, section 10.1.1: means nothing in HTTP/1.0, nor without a body. */
  get expectsContinue(): boolean {
    return this.minor > 0 && this.framing.kind !== "none" && this.fields.count("expect") > 0;
  }
}

interface RequestLine {
  readonly method: string;
  readonly target: Target;
  readonly host: string;
  readonly minor: number;
}

export const EMPTY_BODY: IncomingBody = Object.freeze({
  length: 0,
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {},
});

/** The head as a request, or what is wrong with it. Its body is still to be set. */
export function requestOf(head: RequestHead, limits: Http1Limits): Http1Request | Malformed {
  const { minor } = head;
  const method = methodOf(head);
  const parsed = targetOf(head, method);
  if (parsed.kind === "malformed") return malformed(parsed.status, parsed.reason);
  const judged = head.repeats?.said ?? saidIn(head, bodyLimitOf(method, limits));
  if ("status" in judged) return judged;
  const block = head.repeats ?? blockOf(head, judged);
  const said = block?.said ?? judged;
  // Section 3.2.2: an absolute-form target overrides Host, which must still be valid.
  const { target, authority } = parsed;
  const host = authority === undefined ? said.host : authorityText(authority);
  return new Http1Request({ method, target, host, minor }, said, block);
}

function authorityText(authority: { host: string; port: number | undefined }): string {
  return authority.port === undefined ? authority.host : `${authority.host}:${authority.port}`;
}

const GET = [0x47, 0x45, 0x54] as const;

function methodOf({ bytes, start, methodEnd }: RequestHead): string {
  // Compared, not made anew, for nearly every request there is.
  const isGet =
    methodEnd === 3 &&
    bytes[start] === GET[0] &&
    bytes[start + 1] === GET[1] &&
    bytes[start + 2] === GET[2];
  return isGet ? "GET" : bytes.toString("latin1", start, start + methodEnd);
}
