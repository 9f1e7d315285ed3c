// What a request target means. RFC 9112, section 3.2; RFC 3986, sections 2.1, 3.3 and 5.2.4.
// (to be written)

/** Decoded, "/…", no "." or ".." segment, no NUL; made by parseTarget only. */
export type UrlPath = string & { readonly [urlPath]: true };
declare const urlPath: unique symbol;

export type Target =
  | { readonly kind: "path"; readonly raw: string; readonly path: UrlPath; readonly query: string }
  | { readonly kind: "asterisk" };
