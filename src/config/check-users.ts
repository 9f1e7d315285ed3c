// Does a users file hold what a users file should? Said with its own lines, and never with what stands
// behind a colon there: it may be a password.

import { readFileSync, statSync } from "node:fs";
import { parseUserList, USER_LIST_BYTES_MAX } from "../base/user-list.ts";
import type { DiskClaim } from "./draft.ts";
import { type KeyPath, keyText } from "./key.ts";
import type { Origins } from "./origins.ts";
import type { Place, Problem } from "./problem.ts";
import { shown } from "./reading.ts";

type UsersClaim = Extract<DiskClaim, { kind: "users-file" }>;

/** Of a file that is there and may be read. */
export function usersFileProblems(claim: UsersClaim, origins: Origins): readonly Problem[] {
  const { diskPath, key, mentioned } = claim;
  const at = (where: KeyPath, message: string, more: Partial<Problem> = {}): Problem => ({
    place: origins.placeOf(where),
    key: keyText(where),
    message,
    hint: undefined,
    severity: "error",
    ...more,
  });
  const { size, mode } = statSync(diskPath);
  if (size > USER_LIST_BYTES_MAX) return [at(key, `is larger than any users file: ${diskPath}`)];
  const text = readFileSync(diskPath, "utf8");
  const { users, faults } = parseUserList(text);
  const lines = text.split(/\r?\n/);
  const broken = faults.map(({ line, message }) => {
    const hint = "ferrox user add FILE NAME makes lines that are right";
    return at([], message, { place: placeIn(diskPath, line, lines[line - 1] ?? ""), hint });
  });
  const known = new Set(users.map(({ name }) => name));
  const strangers = mentioned
    .filter(({ name }) => faults.length === 0 && !known.has(name))
    .map((one) => at(one.key, `no user is called ${shown(one.name)}`, { severity: "warning" }));
  return [...broken, ...strangers, ...(isForAll(mode) ? [at(key, FOR_ALL, MORE_SECRET)] : [])];
}

/** Windows has no such modes, and says the one below of every file. */
function isForAll(mode: number): boolean {
  return (mode & 0o006) !== 0 && (mode & 0o777) !== 0o666;
}

const FOR_ALL = "may be read by every user of this machine";
const MORE_SECRET: Partial<Problem> = { severity: "warning", hint: "chmod o-r it" };

function placeIn(diskPath: string, line: number, content: string): Place {
  const name = /^[^:]*/.exec(content)?.[0] ?? "";
  // Without a colon nobody knows whether it is a name or a password.
  const source = content.includes(":") ? `${name}:…` : "…";
  return { name: diskPath, spot: { line, column: 1, source, width: Math.max(1, name.length) } };
}
