// Which file of the site is an answer made of? Rules about "*.html" mean the index of "/" too, and
// the page of an application, and neither shows in the address that was asked for. Kept beside the
// response, by identity, as memo.ts does, and for the same reason.

import type { Response } from "../http/response.ts";

const FILES = new WeakMap<Response, string>();

/**
 * @param path of the file on this site, as a URL would name it: decoded, below the root "/";
 *   undefined: of none that anybody knows
 */
export function ofFile(response: Response, path: string | undefined): Response {
  if (path !== undefined) FILES.set(response, path);
  return response;
}

/** undefined: made of no file (a redirect, a listing), or nobody said so. */
export function fileOf(response: Response): string | undefined {
  return FILES.get(response);
}

/** `changed` is the same answer in another form. */
export function ofSameFile(response: Response, changed: Response): Response {
  return ofFile(changed, FILES.get(response));
}
