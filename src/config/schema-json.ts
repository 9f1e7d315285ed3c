// The schema as data: a JSON Schema for editors, and what docs.ts and origins.ts need of it.
// Draft 7, because that is what editors' YAML support understands.

import { configSchema } from "./schema.ts";
import { type Zod, z } from "./zod.ts";

export type JsonSchema = Zod.core.JSONSchema.BaseSchema;

/** What stands in ferrox.schema.json. */
export function schemaJson(): string {
  return `${JSON.stringify(schema(), null, 2)}\n`;
}

export function schema(): JsonSchema {
  // Input: what a person writes ("8KiB"), not what it becomes (8192).
  return z.toJSONSchema(configSchema, { target: "draft-7", io: "input" });
}

export interface SectionDefaults {
  readonly section: string;
  /** Of each word of the section, as it would be written; undefined: none of its own. */
  readonly words: readonly (readonly [word: string, value: unknown])[];
  /** Of the section itself; undefined: it is off unless it is there. */
  readonly value: unknown;
}

export function defaultsOfSections(): readonly SectionDefaults[] {
  return Object.entries(propertiesOf(schema())).map(([section, inner]) => ({
    section,
    value: inner.default,
    words: Object.entries(propertiesOf(inner)).map(([word, row]) => [word, row.default] as const),
  }));
}

/** The rows of an object; none of anything else. */
export function propertiesOf({
  properties = {},
}: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(properties).filter(
      (entry): entry is [string, JsonSchema] => typeof entry[1] === "object",
    ),
  );
}
