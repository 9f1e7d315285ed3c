// docs/reliability.md speaks of limits and of tests: of all limits that there are, and of no test
// that there is not.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { propertiesOf, schema } from "../../src/config/schema-json.ts";
import { repositoryRoot } from "../support/repository-root.ts";

const PAGE = readFileSync(join(repositoryRoot(), "docs", "reliability.md"), "utf8");

test("every limit has its row, and every row is a limit", () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name).sort();
  const limits = propertiesOf(schema()).limits;
  assert.ok(typeof limits === "object");
  assert.deepEqual(rows, Object.keys(propertiesOf(limits)).sort());
});

test("every test that is named is there", () => {
  const folders = "base|cli|e2e|faults|fuzz|handlers|http1|packaging|server|transport";
  const named = [...PAGE.matchAll(new RegExp(`\`((?:${folders})/[a-z0-9/-]+)\``, "g"))];
  assert.ok(named.length > 50);
  for (const [, name] of named) {
    assert.ok(existsSync(join(repositoryRoot(), "test", `${name}.test.ts`)), name);
  }
});
