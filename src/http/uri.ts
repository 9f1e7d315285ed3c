// Which characters may stand where in a URI. RFC 3986, appendix A.
// Tables only; target.ts and authority.ts read them, percent.ts writes by them.

import { tableOf } from "../base/ascii.ts";

const UNRESERVED = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
const SUB_DELIMS = "!$&'()*+,;=";

/** Characters of a host name that stand for themselves (reg-name without escapes). */
export const HOST_NAME: Uint8Array = tableOf(UNRESERVED + SUB_DELIMS);

/** Characters of a path segment that stand for themselves (pchar without escapes). */
export const SEGMENT: Uint8Array = tableOf(`${UNRESERVED + SUB_DELIMS}:@`);

// RFC 3986 forbids these too, yet every browser sends them as typed: they are not in the
// percent-encode sets of the WHATWG URL Standard (section 1.3). Refusing them would break links
// that work everywhere else. What browsers do encode (" < > everywhere, ` { } in paths) is refused:
// it comes from hand-made requests only.
const UNENCODED_IN_PATH = "[]^|";
const UNENCODED_IN_QUERY = `${UNENCODED_IN_PATH}{}\`\\`;

/** Characters of the path of a request target, as browsers send them; "%" begins an escape. */
export const SENT_PATH: Uint8Array = tableOf(`${UNRESERVED + SUB_DELIMS}:@/%${UNENCODED_IN_PATH}`);

/** Characters of the query of a request target, as browsers send them. */
export const SENT_QUERY: Uint8Array = tableOf(
  `${UNRESERVED + SUB_DELIMS}:@/?%${UNENCODED_IN_QUERY}`,
);
