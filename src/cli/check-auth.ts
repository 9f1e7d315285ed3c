// `ferrox check --auth`: what follows from the rules about who may do what. Every path that has a rule,
// every verb, every user, and the line that decides. The answers come from the functions that decide
// for the server, so they cannot be others.

import { readFileSync } from "node:fs";
import { parseUserList } from "../base/user-list.ts";
import type { Config } from "../config/config.ts";
import { harmless, shortened } from "../config/reading.ts";
import { type AuthRule, authRules, isGranted } from "../handlers/auth-rules.ts";
import type { UsersSource } from "../handlers/users.ts";
import type { Verb } from "../http/access.ts";
import { parseTarget } from "../http/target.ts";

const VERBS: readonly Verb[] = ["read", "list", "write"];

/** @param path decided about; undefined: all that have a rule of their own. A text: what is wrong */
export function authLines(
  config: Pick<Config, "auth" | "routes" | "file">,
  path: string | undefined,
): readonly string[] | string {
  const places = path === undefined ? placesWithRules(config) : placesAt(config, path);
  if (typeof places === "string") return places;
  const tables = places.flatMap((place) => ["", ...tableOf(place, config.file ?? "")]);
  return [
    `Who may do what: + may, - may not${config.file === undefined ? "" : `; lines are those of ${harmless(config.file)}`}`,
    ...tables,
  ];
}

interface Place {
  readonly name: string;
  readonly rule: AuthRule | undefined;
}

function placesWithRules({ auth }: Pick<Config, "auth">): readonly Place[] {
  const places = auth.map((rule) => ({ name: `${rule.host ?? ""}${rule.path || "/"}`, rule }));
  const isAll = auth.some(({ host, path }) => host === undefined && path === "");
  return isAll ? places : [...places, { name: "everything else", rule: undefined }];
}

/** One for each host that has rules or routes of its own, and one for all the others. */
function placesAt(
  { auth, routes }: Pick<Config, "auth" | "routes">,
  path: string,
): readonly Place[] | string {
  const parsed = parseTarget(encodeURI(path).replace(/%25/g, "%"), "GET");
  if (!path.startsWith("/") || parsed.kind === "malformed" || parsed.target.kind === "asterisk") {
    return `${harmless(path)} is no path: it starts with "/"`;
  }
  const decoded = parsed.target.path;
  const rules = authRules(auth);
  const hosts = new Set([...auth, ...routes].flatMap(({ host }) => host ?? []));
  return ["", ...hosts].map((host) => ({
    name: `${host}${decoded}`,
    rule: rules.ruleFor(host, decoded),
  }));
}

const NAME_WIDTH = 27;
const CELL_WIDTH = 17;

function tableOf({ name, rule }: Place, file: string): readonly string[] {
  const heading = harmless(name);
  const head = rowOf(heading.length < NAME_WIDTH ? heading : "", VERBS);
  const origins = VERBS.map((verb) =>
    rule === undefined ? "no rule" : lineOf(rule.grants[verb].origin, file),
  );
  const users = ["anyone", ...(rule === undefined ? [] : namesIn(rule.users))];
  const rows = users.map((user, at) => {
    const who = at === 0 ? undefined : user;
    const cells = VERBS.map((verb) => (isGranted(rule, verb, who) ? "+" : "-"));
    return rowOf(`  ${shortened(harmless(user), NAME_WIDTH - 3)}`, cells);
  });
  const remarks = rule === undefined ? [] : remarksOn(rule);
  return [
    ...(heading.length < NAME_WIDTH ? [] : [heading]),
    head,
    ...rows,
    rowOf("  decided by", origins),
    ...remarks.map((remark) => `  ${remark}`),
  ];
}

function rowOf(left: string, cells: readonly string[]): string {
  const right = cells.map((cell) => cell.padEnd(CELL_WIDTH)).join("");
  return `${left.padEnd(NAME_WIDTH)}${right}`.trimEnd();
}

function lineOf(origin: string, file: string): string {
  const text = origin.startsWith(`${file}:`) ? `line ${origin.slice(file.length + 1)}` : origin;
  return shortened(harmless(text), CELL_WIDTH - 1);
}

function remarksOn({ insecure, asksItself }: AuthRule): readonly string[] {
  return [
    ...(insecure ? ["passwords are taken in clear, too (insecure: true)"] : []),
    ...(asksItself ? ["asks for passwords in its own way, once a session"] : []),
  ];
}

/** The file was judged with the configuration: it can be read. */
function namesIn(source: UsersSource | undefined): readonly string[] {
  if (source === undefined) return [];
  const { named, diskPath } = source;
  const listed = diskPath === undefined ? [] : parseUserList(readFileSync(diskPath, "utf8")).users;
  return [...new Set([...named.map(([name]) => name), ...listed.map(({ name }) => name)])].sort();
}
