// What became of a form, on its way to the page that is shown next. The answer to a form leads back
// to the listing (303), so that reloading it sends nothing twice; what there is to say travels in a
// cookie that lives for a minute and that only this site can set: in the address, anybody could
// write it into a link.

import type { Field } from "../http/fields.ts";
import type { FsErrorCode } from "../vfs/fs-error.ts";
import { escapeHtml } from "./html.ts";
import { shownName } from "./shown-name.ts";

/** What was done to an entry. */
const DONE = ["uploaded", "replaced", "created", "renamed", "deleted"] as const;

/** Why nothing was done. */
const WHY_NOT: Readonly<Record<string, string>> = {
  "not-found": "is not there any more.",
  "not-a-directory": "is not there any more.",
  "is-a-directory": "is a directory.",
  denied: "may not be changed.",
  "read-only": "may not be changed.",
  exists: "is there already; it was left as it is.",
  changed: "was changed by somebody else in the meantime; it was left as it is.",
  "not-empty": "is not empty.",
  "no-space": "was not stored: there is no room left.",
  unsupported: "cannot be changed in this way.",
  unavailable: "cannot be changed at the moment.",
  "no-name": "is no name that a file can have here.",
} satisfies Record<FsErrorCode | "no-name", string>;

export type Done = (typeof DONE)[number];
export type WhyNot = FsErrorCode | "no-name";

export interface Outcome {
  readonly name: string;
  readonly what: Done | WhyNot;
}

const COOKIE = "ferrox-said";
/** All of them are counted; so many are named. A cookie holds 4096 bytes. */
const NAMED_MAX = 12;
const NAME_LENGTH_MAX = 60;

/** To be sent with the answer that leads back. */
export function outcomesToSay(outcomes: readonly Outcome[]): Field {
  const kinds = [...new Set(outcomes.map(({ what }) => what))];
  let room = NAMED_MAX;
  const groups = kinds.map((what) => {
    const names = outcomes.filter((one) => one.what === what).map(({ name }) => cut(name));
    const named = names.slice(0, room);
    room -= named.length;
    return [what, names.length, ...named];
  });
  const value = Buffer.from(JSON.stringify(groups)).toString("base64url");
  return ["Set-Cookie", `${COOKIE}=${value}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict`];
}

/** By characters, so that none is halved. */
function cut(name: string): string {
  const characters = [...name];
  if (characters.length <= NAME_LENGTH_MAX) return name;
  return `${characters.slice(0, NAME_LENGTH_MAX).join("")}…`;
}

/** It is said once. */
export const NOTHING_TO_SAY: Field = [
  "Set-Cookie",
  `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`,
];

export interface Said {
  readonly text: string;
  readonly isGood: boolean;
}

/**
 * One statement for each kind of outcome. Empty: there is nothing to say, or what the browser sent
 * was not written by us.
 */
export function outcomesSaid(cookies: string | undefined): readonly Said[] {
  const value = new RegExp(`(?:^|;)\\s*${COOKIE}=([\\w-]+)`).exec(cookies ?? "")?.[1];
  if (value === undefined) return [];
  const groups = parsed(Buffer.from(value, "base64url").toString());
  if (!Array.isArray(groups)) return [];
  return groups.slice(0, NAMED_MAX).flatMap((group: unknown) => statement(group) ?? []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A cookie is whatever a browser says it is.
    return undefined;
  }
}

function statement(group: unknown): Said | undefined {
  if (!Array.isArray(group)) return undefined;
  const [what, count, ...rest]: readonly unknown[] = group;
  if (typeof what !== "string" || typeof count !== "number" || !Number.isSafeInteger(count)) {
    return undefined;
  }
  const names = rest.filter((name) => typeof name === "string").slice(0, NAMED_MAX);
  const more = count - names.length;
  const listed = [...names.map(quoted), ...(more > 0 ? [`${more} more`] : [])].join(", ");
  const done = DONE.find((word) => word === what);
  if (done !== undefined) {
    return { text: `${done[0]?.toUpperCase()}${done.slice(1)}: ${listed}.`, isGood: true };
  }
  const why = Object.hasOwn(WHY_NOT, what) ? WHY_NOT[what] : undefined;
  return why === undefined ? undefined : { text: `${listed}: ${why}`, isGood: false };
}

/** Between marks that keep the reading direction of a name to itself. */
function quoted(name: string): string {
  return `\u{2068}${shownName(name)}\u{2069}`;
}

export function saidHtml(said: readonly Said[]): string {
  return said
    .map(({ text, isGood }) => `<p class="${isGood ? "good" : "bad"}">${escapeHtml(text)}</p>`)
    .join("\n");
}
