// A Response as a program that a web server has started says it: RFC 3875, section 6.

import type { Response } from "../http/response.ts";
import { reasonPhrase } from "../http/status.ts";

/** Only for answers that are whole already, as those of vfs_https are. */
export function cgiAnswer({ status, fields, body }: Response): Buffer {
  if (body.kind !== "none" && body.kind !== "bytes") {
    throw new Error(`a ${body.kind} body is not said in one piece`);
  }
  const bytes = body.kind === "bytes" ? body.bytes : Buffer.alloc(0);
  const head = [
    ["Status", `${status} ${reasonPhrase(status)}`],
    ...fields,
    // Demanded for every body (section 6.3.1); clients of the protocol do not look at it.
    ...(bytes.length > 0 ? [["Content-Type", "application/json"]] : []),
    ["Content-Length", String(bytes.length)],
  ];
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${lines.join("")}\r\n`, "latin1"), bytes]);
}
