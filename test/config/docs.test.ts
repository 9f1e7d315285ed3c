import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { configMarkdown } from "../../src/config/docs.ts";
import { VARIABLE_NAMES } from "../../src/config/overrides.ts";
import { repositoryRoot } from "../support/repository-root.ts";

const WRITTEN = readFileSync(join(repositoryRoot(), "docs/config.md"), "utf8");

test("docs/config.md is what the schema says (else: node tools/make-config-docs.mjs)", () => {
  assert.equal(WRITTEN, configMarkdown());
});

test("it has a table row for a key, with kind, default and meaning", () => {
  assert.ok(
    WRITTEN.includes(
      "| `index` | true or false | `false` | Whether a directory without an index file is listed. |",
    ),
  );
});

test("it names every variable", () => {
  for (const name of VARIABLE_NAMES) assert.ok(WRITTEN.includes(`\`${name}\``), name);
});
