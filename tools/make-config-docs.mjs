// Writes docs/config.md and ferrox.schema.json from src/config/schema.ts, as built into build/.
//   node tools/make-config-docs.mjs [BUILD]
// A test fails while the committed files differ from what this would write.

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "..");
const build = resolve(root, process.argv[2] ?? "build");
const load = (file) => import(pathToFileURL(resolve(build, "src/config", file)).href);

const { configMarkdown } = await load("docs.js");
const { schemaJson } = await load("schema-json.js");
writeFileSync(resolve(root, "docs/config.md"), configMarkdown());
writeFileSync(resolve(root, "ferrox.schema.json"), schemaJson());
console.log("written: docs/config.md, ferrox.schema.json");
