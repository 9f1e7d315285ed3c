// The version, as the package says it: from build/ and from src/ alike.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function version(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const about: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const isNamed = typeof about === "object" && about !== null && "version" in about;
  return isNamed ? String(about.version) : "unknown";
}
