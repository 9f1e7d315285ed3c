// What a visitor is told who may not: that he should say who he is (401), or that it would be of no
// use (403). And over what kind of connection a password may be sent at all. RFC 7617.

import type { Peer } from "../base/peer.ts";
import type { Access, Verb } from "../http/access.ts";
import { HttpError } from "../http/http-error.ts";
import type { UrlPath } from "../http/target.ts";
import { type AuthRule, isOpenToAll } from "./auth-rules.ts";

export function challengeOf(realm: string): string {
  return `Basic realm="${realm.replace(/["\\]/g, "\\$&")}", charset="UTF-8"`;
}

/**
 * Whether nobody on the way could read a password: TLS, with us or with a proxy of ours, or no way at
 * all. A proxy that says its client spoke in clear is believed.
 */
export function isConfidential({ tls, forwardedScheme, isLoopback }: Peer): boolean {
  if (isLoopback || forwardedScheme === "https") return true;
  return forwardedScheme === undefined && tls !== undefined;
}

export interface Refused {
  readonly rule: AuthRule;
  readonly verb: Verb;
  /** Known by the rule's own users; undefined: nobody, or a wrong password. */
  readonly user: string | undefined;
  readonly peer: Peer;
}

export function refusalOf({ rule, verb, user, peer }: Refused): HttpError {
  const { origin, who } = rule.grants[verb];
  if (who.kind === "nobody") return new HttpError(403, `nobody may ${verb} here (${origin})`);
  if (user !== undefined) return new HttpError(403, `${user} may not ${verb} here (${origin})`);
  if (!mayAsk(rule, peer)) {
    const why = `${verb} is for those who say who they are (${origin}), and a password would be sent in clear`;
    return new HttpError(403, `${why}: use https, or say auth.insecure: true`);
  }
  return new HttpError(401, `to ${verb} here, say who you are (${origin})`, [
    ["WWW-Authenticate", challengeOf(rule.realm)],
  ]);
}

/** For handlers that find out late what a request comes to: a GET to a listing. @throws HttpError */
export function demand(access: Access | undefined, verb: Verb, path: UrlPath): void {
  if (access === undefined || access.may(verb, path)) return;
  throw access.refusal?.(verb, path) ?? new HttpError(403, `${path} is not yours to ${verb}`);
}

/** Whether credentials are taken from this peer. */
export function mayAsk(rule: AuthRule, peer: Peer): boolean {
  return rule.insecure || isConfidential(peer);
}

/** Whether an answer is for him alone who asked: shared caches must not keep it (RFC 9111, 3.5). */
export function isForOne(
  rule: AuthRule | undefined,
  verb: Verb,
  user: string | undefined,
): boolean {
  return user !== undefined || !isOpenToAll(rule, verb);
}
