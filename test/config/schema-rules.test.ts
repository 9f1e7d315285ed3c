import assert from "node:assert/strict";
import { test } from "node:test";
import { propertiesOf, schema } from "../../src/config/schema-json.ts";
import { securityLevel } from "../../src/config/schema-rules.ts";

test("editors take true and false for cors, and know its words", () => {
  const { cors } = propertiesOf(schema());
  assert.deepEqual(cors?.type, ["boolean", "object"]);
  assert.deepEqual(Object.keys(propertiesOf(cors ?? {})), [
    "origins",
    "methods",
    "headers",
    "expose",
    "max_age",
  ]);
  assert.equal(cors?.additionalProperties, false);
});

test("a level of safety is a flag, or the one word there is", () => {
  assert.deepEqual(securityLevel.read("strict"), { kind: "value", value: "strict" });
  assert.deepEqual(securityLevel.read(true), { kind: "value", value: "basic" });
  assert.deepEqual(securityLevel.read("no"), {
    kind: "fault",
    message: 'expected true, false or strict, got "no"',
    hint: "YAML 1.2 takes it for text; write false",
  });
});
