// What is known of request methods. RFC 9110, section 9; RFC 5789 (PATCH); RFC 4918 (WebDAV).
// A method that is not known here is 501; one that is known but not for this resource is 405, and
// the handler says so, because only it knows what to put into Allow.

/** Case-sensitive: "get" is another method, and not one of these. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
  "PATCH",
  "PROPFIND",
  "PROPPATCH",
  "MKCOL",
  "COPY",
  "MOVE",
  "LOCK",
  "UNLOCK",
]);

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"]);

// LOCK makes a new lock each time; PATCH and POST may do anything.
const IDEMPOTENT: ReadonlySet<string> = new Set([
  ...SAFE,
  "PUT",
  "DELETE",
  "PROPPATCH",
  "MKCOL",
  "COPY",
  "MOVE",
  "UNLOCK",
]);

/** Asks, changes nothing (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Twice means the same as once (RFC 9110, 9.2.2). */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
