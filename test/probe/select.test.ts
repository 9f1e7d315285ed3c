import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group } from "../../src/probe/case.ts";
import { selected } from "../../src/probe/select.ts";

const checked = (id: string) =>
  ({ id, level: "must", section: "", rule: "", send: [], expect: { answers: [] } }) as const;

const GROUPS: readonly Group[] = [
  { name: "host", title: "Host", cases: [checked("missing"), checked("twice")] },
  { name: "tags", title: "Tags", cases: [checked("missing")] },
];

function ids(only: string | undefined): string | string[] {
  const groups = selected(GROUPS, only);
  if (typeof groups === "string") return groups;
  return groups.flatMap(({ name, cases }) => cases.map(({ id }) => `${name}/${id}`));
}

test("without an expression all cases are asked", () => {
  assert.deepEqual(ids(undefined), ["host/missing", "host/twice", "tags/missing"]);
});

test("an expression is held against whole ids, and empty groups are gone", () => {
  assert.deepEqual(ids("^host/"), ["host/missing", "host/twice"]);
  assert.deepEqual(ids("missing$"), ["host/missing", "tags/missing"]);
});

test("an expression that is none, or fits nothing, is told", () => {
  assert.match(String(ids("(")), /^--only takes a regular expression: /);
  assert.equal(ids("nothing"), 'no case is called like "nothing"; see --list');
});
