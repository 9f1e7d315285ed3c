// All cases as a list for people: `ferrox probe --list`.

import type { Group } from "./case.ts";
import { wrapped } from "./report.ts";

export function listText(groups: readonly Group[], columns: number): string {
  const lines = groups.flatMap(({ name, title, cases }) => [
    `${title} (${cases.length})`,
    ...cases.flatMap(({ id, level, section, rule }) => [
      `  ${name}/${id}  ${level}  ${section}`,
      ...wrapped(rule, columns - 6).map((line) => `      ${line}`),
    ]),
    "",
  ]);
  return lines.join("\n");
}
