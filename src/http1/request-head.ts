// A RequestHead read as a Request: text is made of the bytes when somebody asks for it.
// What a message must say to be a request at all (one valid Host, a target of a known form, one
// framing) is decided here, before any handler sees it. RFC 9112, sections 3.2 and 3.3.

import { equalsIgnoringCase } from "../base/ascii.ts";
import { parseAuthority } from "../http/authority.ts";
import type { Field, Fields } from "../http/fields.ts";
import type { HttpVersion, IncomingBody, Request } from "../http/request.ts";
import { parseTarget, type Target } from "../http/target.ts";
import { type Framing, framingOf } from "./framing.ts";
import type { RequestHead } from "./head-parser.ts";
import type { Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";

/** Fields over offsets. Works as long as the head's bytes do: see keepHead(). */
export class HeadFields implements Fields {
  readonly #head: RequestHead;

  constructor(head: RequestHead) {
    this.#head = head;
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (let index = 0; index < this.#head.fieldCount; index++) {
      if (!this.#isNamed(index, name)) continue;
      value = value === undefined ? this.#value(index) : `${value}, ${this.#value(index)}`;
    }
    return value;
  }

  count(name: string): number {
    let count = 0;
    for (let index = 0; index < this.#head.fieldCount; index++) {
      if (this.#isNamed(index, name)) count++;
    }
    return count;
  }

  /** The value of a field that must not be repeated. */
  only(name: string): string | "twice" | undefined {
    const count = this.count(name);
    return count > 1 ? "twice" : count === 1 ? this.get(name) : undefined;
  }

  *[Symbol.iterator](): Iterator<Field> {
    for (let index = 0; index < this.#head.fieldCount; index++) {
      yield [this.#text(index * 4), this.#value(index)];
    }
  }

  #isNamed(index: number, name: string): boolean {
    const { bytes, fields, start } = this.#head;
    const nameStart = start + (fields[index * 4] ?? 0);
    const nameEnd = start + (fields[index * 4 + 1] ?? 0);
    // Lengths differ for nearly all pairs; comparing them first spares the call.
    return (
      nameEnd - nameStart === name.length && equalsIgnoringCase(bytes, nameStart, nameEnd, name)
    );
  }

  #value(index: number): string {
    return this.#text(index * 4 + 2);
  }

  #text(slot: number): string {
    const { bytes, fields, start } = this.#head;
    return bytes.toString("latin1", start + (fields[slot] ?? 0), start + (fields[slot + 1] ?? 0));
  }
}

export class Http1Request implements Request {
  readonly method: string;
  readonly target: Target;
  readonly host: string;
  readonly fields: HeadFields;
  readonly framing: Exclude<Framing, Malformed>;
  readonly minor: number;
  /** Set by the driver before anyone sees the request. */
  body: IncomingBody = EMPTY_BODY;

  constructor(start: RequestStart, fields: HeadFields, framing: Exclude<Framing, Malformed>) {
    this.method = start.method;
    this.target = start.target;
    this.host = start.host;
    this.minor = start.minor;
    this.fields = fields;
    this.framing = framing;
  }

  get version(): HttpVersion {
    return this.minor === 0 ? "1.0" : "1.1";
  }

  /** Whether the client wants to go on after this exchange (RFC 9112, section 9.3). */
  get persistent(): boolean {
    const options = this.fields.get("connection");
    if (options === undefined) return this.minor > 0;
    const words = options.toLowerCase().split(",");
    const says = (option: string) => words.some((word) => word.trim() === option);
    return !says("close") && (this.minor > 0 || says("keep-alive"));
  }

  /** RFC 9110, section 10.1.1: means nothing in HTTP/1.0, nor without a body. */
  get expectsContinue(): boolean {
    return this.minor > 0 && this.framing.kind !== "none" && this.fields.count("expect") > 0;
  }
}

interface RequestStart {
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
  const { bytes, start } = head;
  const method = methodOf(head);
  const raw = bytes.toString("latin1", start + head.targetStart, start + head.targetEnd);
  const parsed = parseTarget(raw, method);
  if (parsed.kind === "malformed") return malformed(parsed.status, parsed.reason);
  const fields = new HeadFields(head);
  const host = hostOf(fields, head.minor);
  if (typeof host !== "string") return host;
  const framing = framingOf({ minor: head.minor, only: (name) => fields.only(name) }, limits);
  if (framing.kind === "malformed") return framing;
  const unmet = unmetExpectation(fields, head.minor);
  if (unmet !== undefined) return unmet;
  // Section 3.2.2: an absolute-form target overrides Host, which must still be valid.
  const authority = parsed.authority;
  const named = authority === undefined ? host : authorityText(authority);
  return new Http1Request(
    { method, target: parsed.target, host: named, minor: head.minor },
    fields,
    framing,
  );
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

/** RFC 9112, section 3.2: exactly one valid Host in HTTP/1.1. */
function hostOf(fields: HeadFields, minor: number): string | Malformed {
  const host = fields.only("host");
  if (host === "twice") return malformed(400, "more than one Host field");
  if (host === undefined) return minor === 0 ? "" : malformed(400, "no Host field");
  if (host === "" && minor === 0) return "";
  return parseAuthority(host) === undefined ? malformed(400, "Host is no host") : host;
}

/** 100-continue is the only expectation there is (RFC 9110, section 10.1.1). */
function unmetExpectation(fields: HeadFields, minor: number): Malformed | undefined {
  const expected = fields.get("expect");
  if (expected === undefined || minor === 0) return undefined;
  return expected.toLowerCase() === "100-continue"
    ? undefined
    : malformed(417, "an expectation other than 100-continue");
}
