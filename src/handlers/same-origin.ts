// Did a page of this very site send this form? A page anywhere can have a browser send a form
// anywhere, with the visitor's credentials and from the visitor's own network (CSRF). So a form is
// heeded only when the browser says that it comes from here, in the order that OWASP's "Cross-Site
// Request Forgery Prevention" asks for.
//
// 1. Sec-Fetch-Site, which no page can forge: "same-origin", and nothing else will do. Browsers
//    send it over TLS and to this machine.
// 2. Else Origin: scheme, host and port are those that the request itself was sent to.
// 3. Else Referer, likewise, for browsers that send neither.
// 4. None of them: refused. Every browser sends one; programs have PUT and DELETE, which no page of
//    another site can send without asking first (Fetch, "CORS-preflight").

import { parseAuthority } from "../http/authority.ts";
import type { Context } from "../http/handler.ts";
import type { Request } from "../http/request.ts";

export type FormSender =
  | { readonly kind: "own"; readonly why: string }
  | { readonly kind: "other"; readonly why: string };

export function formSender(request: Request, context: Pick<Context, "peer">): FormSender {
  const { fields } = request;
  const site = fields.get("sec-fetch-site");
  if (site !== undefined) return verdict(site === "same-origin", `Sec-Fetch-Site: ${site}`);
  const origin = fields.get("origin");
  if (origin !== undefined) {
    return verdict(isOwn(origin, request, context), `Origin: ${origin}`);
  }
  const referrer = fields.get("referer");
  if (referrer !== undefined) {
    return verdict(isOwn(referrer, request, context), `Referer: ${referrer}`);
  }
  return verdict(false, "neither Sec-Fetch-Site nor Origin nor Referer");
}

function verdict(isOurs: boolean, why: string): FormSender {
  return { kind: isOurs ? "own" : "other", why };
}

function isOwn(url: string, { host }: Request, { peer }: Pick<Context, "peer">): boolean {
  const [, scheme, authority = ""] = /^(https?):\/\/([^/?#]*)/i.exec(url) ?? [];
  const theirs = parseAuthority(authority);
  const ours = parseAuthority(host);
  if (scheme === undefined || theirs === undefined || ours === undefined) return false;
  const spoken = peer.forwardedScheme ?? (peer.tls === undefined ? "http" : "https");
  if (scheme.toLowerCase() !== spoken) return false;
  const usual = spoken === "https" ? 443 : 80;
  return theirs.host === ours.host && (theirs.port ?? usual) === (ours.port ?? usual);
}
