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
