// docs/config.md, made from the schema: a table for each section, so that the reference cannot
// say anything else than the checks do. tools/make-config-docs.mjs writes it.

import { type JsonSchema, propertiesOf, schema } from "./schema-json.ts";

const INTRODUCTION = `# ferrox.yml

<!-- Made by tools/make-config-docs.mjs from src/config/schema.ts. Change that, then run it. -->

Ferrox reads \`ferrox.yml\` in the folder it is started in, or the file named by \`--config\`.
A file that is not right is refused: \`ferrox check\` prints everything that is wrong with it, with
line and column. Unknown keys are errors. The sample \`ferrox.yml\` has every key in a comment.

**Which value counts:** a flag, else an environment variable, else the file, else the default.
\`ferrox check --origin\` shows where each value came from. The variables are \`FERROX_ADDR\`,
\`FERROX_HTTP_PORT\`, \`FERROX_HTTPS_PORT\`, \`FERROX_TIMEOUT\`, \`FERROX_SERVE_DIR\`,
\`FERROX_LOG_DIR\` and \`FERROX_LOG_LEVEL\`; \`HOST\` and \`PORT\` count where those are not set.

**Times** are \`500ms\`, \`5s\`, \`2m\` or \`1h\`; a bare number is seconds. **Sizes** are \`8KiB\`, \`1MiB\`,
\`1GiB\` or \`10kB\`, \`10MB\`, \`1GB\`; a bare number is bytes. **Relative paths** count from the folder of
the file (those in variables and flags from the folder Ferrox is started in).

**Editors** that understand JSON Schema complete and check the file when its first line is
\`# yaml-language-server: $schema=./ferrox.schema.json\`.
`;

export function configMarkdown(): string {
  const sections = Object.entries(propertiesOf(schema())).map(([name, section]) =>
    sectionText(name, section),
  );
  return [INTRODUCTION, ...sections].join("\n");
}

function sectionText(name: string, section: JsonSchema): string {
  const heading = `## ${name}\n\n${section.description ?? ""}\n`;
  const tables = tablesOf(name, section);
  return [heading, ...tables].join("\n");
}

/** Of an object, of each entry of a list, or of what any name may stand for. */
function tablesOf(name: string, section: JsonSchema): readonly string[] {
  const rows = propertiesOf(section);
  if (Object.keys(rows).length > 0) {
    const inner = Object.entries(rows).flatMap(([word, row]) => {
      const entry = single(row.items);
      return entry === undefined ? [] : entryTables(`${name}.${word}[]`, entry);
    });
    return [table(section), ...inner];
  }
  const entry = single(section.items) ?? single(section.additionalProperties);
  return entry === undefined
    ? []
    : entryTables(section.items ? `${name}[]` : `${name}.NAME`, entry);
}

function entryTables(name: string, entry: JsonSchema): readonly string[] {
  const kinds = entry.oneOf?.filter((kind) => kind.title !== undefined) ?? [];
  if (kinds.length > 0) {
    return kinds.map((kind) => `\`${name}\`, \`kind: ${kind.title}\`:\n\n${table(kind)}`);
  }
  return entry.properties === undefined ? [] : [`\`${name}\`:\n\n${table(entry)}`];
}

type Inner = JsonSchema | boolean | readonly (JsonSchema | boolean)[] | undefined;

/** JSON Schema also allows lists and booleans here; ours has neither. */
function single(schema: Inner): JsonSchema | undefined {
  return typeof schema === "object" && !isList(schema) ? schema : undefined;
}

function isList(schema: Inner): schema is readonly (JsonSchema | boolean)[] {
  return Array.isArray(schema);
}

function table(object: JsonSchema): string {
  const required = new Set(object.required);
  const lines = Object.entries(propertiesOf(object)).map(([word, row]) => {
    const value = required.has(word) ? "**required**" : defaultText(row.default);
    return `| \`${word}\` | ${cell(row.title ?? "")} | ${value} | ${cell(row.description ?? "")} |`;
  });
  return ["| key | value | default | meaning |", "|---|---|---|---|", ...lines, ""].join("\n");
}

function defaultText(value: unknown): string {
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : `\`[${value.join(", ")}]\``;
  if (typeof value === "object") return "none";
  return `\`${String(value)}\``;
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
