// Which rule decides about a path, and what does it say? The rules of the host that was asked for,
// else those without a host; among them the longest path that the other one lies at or below, by
// whole segments. Pure: who somebody is has been found out before.
//
// Paths are compared decoded, as they are when files are looked for, so no way of writing one leads
// around a rule. "/secret" and "/secret/" are the same rule.

import type { Verb } from "../http/access.ts";
import type { UsersSource } from "./users.ts";

export type Who =
  | { readonly kind: "anyone" }
  /** Whoever is known. */
  | { readonly kind: "users" }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "nobody" };

/** What a rule says of one verb, and where that stands: here, or in a rule above. */
export interface Grant {
  readonly who: Who;
  readonly origin: string;
}

/** A rule with all its words: what it left out, it has from the rules above. */
export interface AuthRule {
  /** As routes have it: lower case, without port; undefined: any. */
  readonly host: string | undefined;
  /** Decoded, without a slash at its end; "" is everything. */
  readonly path: string;
  readonly origin: string;
  readonly realm: string;
  /** Credentials are taken in clear, too. */
  readonly insecure: boolean;
  /** undefined: nobody is known here. The same value for rules that share their users. */
  readonly users: UsersSource | undefined;
  readonly grants: Readonly<Record<Verb, Grant>>;
  /** What answers there asks for credentials in a way of its own. */
  readonly asksItself: boolean;
}

export interface AuthRules {
  /** @param host by its bare name (hostNameOf), "" for none; undefined: no rule is about that */
  ruleFor(host: string, path: string): AuthRule | undefined;
  /**
   * A rule with users about a file that may stand for a path: "/page.html" or "/page.de.html" for
   * "/page", "/docs/index.html" for "/docs/".
   */
  ruleBeside(host: string, path: string): AuthRule | undefined;
}

export function authRules(rules: readonly AuthRule[]): AuthRules {
  const tables = new Map<string, Table>();
  for (const rule of rules) {
    const host = rule.host ?? "";
    const table = tables.get(host) ?? { byPath: new Map(), depth: 0 };
    table.byPath.set(rule.path, rule);
    table.depth = Math.max(table.depth, rule.path.split("/").length - 1);
    tables.set(host, table);
  }
  return {
    ruleFor(host, path) {
      return deepest(tables.get(host), path) ?? deepest(tables.get(""), path);
    },
    ruleBeside(host, path) {
      const stem = path.replace(/(?<=[^/])\.[^/.]*$/, "");
      const isBeside = (rule: AuthRule) =>
        rule.path.startsWith(stem) && !rule.path.slice(stem.length).includes("/");
      const beside = rules.filter((rule) => rule.users !== undefined && isBeside(rule));
      const ofHost = (wanted: string) => beside.find((rule) => (rule.host ?? "") === wanted);
      return ofHost(host) ?? ofHost("");
    },
  };
}

interface Table {
  readonly byPath: Map<string, AuthRule>;
  /** Segments of the longest path: a visitor who sends thousands costs no more looks than that. */
  depth: number;
}

function deepest(table: Table | undefined, path: string): AuthRule | undefined {
  if (table === undefined) return undefined;
  let found = table.byPath.get("");
  let end = 0;
  for (let depth = 1; depth <= table.depth && end < path.length; depth++) {
    const slash = path.indexOf("/", end + 1);
    end = slash < 0 ? path.length : slash;
    found = table.byPath.get(path.slice(0, end)) ?? found;
  }
  return found;
}

/** @param user somebody whom the rule knows; undefined: nobody has said who he is */
export function isGranted(
  rule: AuthRule | undefined,
  verb: Verb,
  user: string | undefined,
): boolean {
  if (rule === undefined) return true;
  const { who } = rule.grants[verb];
  switch (who.kind) {
    case "anyone":
      return true;
    case "users":
      return user !== undefined;
    case "names":
      return user !== undefined && who.names.includes(user);
    case "nobody":
      return false;
    default:
      return who satisfies never;
  }
}

export function isOpenToAll(rule: AuthRule | undefined, verb: Verb): boolean {
  return isGranted(rule, verb, undefined);
}
