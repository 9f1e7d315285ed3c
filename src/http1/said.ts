// What stands below the request line, read and judged: one valid Host, one framing, no expectation
// that is not met. RFC 9112, section 3.2; RFC 9110, section 10.1.1. Depends on nothing above it but
// the version, where there is no body, and can then be remembered by itself (known-fields.ts).

import { parseAuthority } from "../http/authority.ts";
import { type Framing, framingOf } from "./framing.ts";
import { HeadFields } from "./head-fields.ts";
import type { RequestHead } from "./head-parser.ts";
import type { BodyLimit } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";

export interface Said {
  readonly fields: HeadFields;
  /** As the Host field says; "" when HTTP/1.0 sent none. */
  readonly host: string;
  readonly framing: Exclude<Framing, Malformed>;
  /** Whether the client wants to go on after this exchange (RFC 9112, section 9.3). */
  readonly persistent: boolean;
}

export function saidIn(head: RequestHead, bodyLimit: BodyLimit): Said | Malformed {
  const { minor } = head;
  const fields = new HeadFields(head);
  const host = hostOf(fields, minor);
  if (typeof host !== "string") return host;
  const framing = framingOf({ minor, only: (name) => fields.only(name) }, bodyLimit);
  if (framing.kind === "malformed") return framing;
  const unmet = unmetExpectation(fields, minor);
  return unmet ?? { fields, host, framing, persistent: isPersistent(fields, minor) };
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

function isPersistent(fields: HeadFields, minor: number): boolean {
  const options = fields.get("connection");
  if (options === undefined) return minor > 0;
  const words = options.toLowerCase().split(",");
  const says = (option: string) => words.some((word) => word.trim() === option);
  return !says("close") && (minor > 0 || says("keep-alive"));
}
