import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { propertiesOf, schema, schemaJson } from "../../src/config/schema-json.ts";
import { repositoryRoot } from "../support/repository-root.ts";

test("ferrox.schema.json is what the schema says (else: node tools/make-config-docs.mjs)", () => {
  assert.equal(readFileSync(join(repositoryRoot(), "ferrox.schema.json"), "utf8"), schemaJson());
});

test("it is a draft that editors of YAML understand", () => {
  assert.equal(schema().$schema, "http://json-schema.org/draft-07/schema#");
});

test("it describes what people write, not what becomes of it", () => {
  const { limits } = propertiesOf(schema());
  assert.ok(limits !== undefined);
  assert.equal(propertiesOf(limits).header_bytes?.default, "8KiB");
  assert.equal(limits.additionalProperties, false);
});

test("every word has a meaning", () => {
  for (const [section, inner] of Object.entries(propertiesOf(schema()))) {
    assert.ok(inner.description, section);
    for (const [word, row] of Object.entries(propertiesOf(inner))) {
      assert.ok(row.description && row.title, `${section}.${word}`);
    }
  }
});
