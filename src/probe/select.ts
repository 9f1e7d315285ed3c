// Which cases are asked: all, or those whose id fits an expression.

import type { Group } from "./case.ts";

/** Groups with what is left of them. A text: why there is nothing to ask. */
export function selected(
  groups: readonly Group[],
  only: string | undefined,
): readonly Group[] | string {
  if (only === undefined) return groups;
  const pattern = expression(only);
  if (typeof pattern === "string") return pattern;
  const left = groups
    .map((group) => ({
      ...group,
      cases: group.cases.filter(({ id }) => pattern.test(`${group.name}/${id}`)),
    }))
    .filter(({ cases }) => cases.length > 0);
  return left.length === 0 ? `no case is called like ${JSON.stringify(only)}; see --list` : left;
}

function expression(text: string): RegExp | string {
  try {
    return new RegExp(text);
  } catch (error) {
    return `--only takes a regular expression: ${error instanceof Error ? error.message : error}`;
  }
}
