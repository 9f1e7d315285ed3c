import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { version } from "../../src/cli/version.ts";
import { repositoryRoot } from "../support/repository-root.ts";

test("the version is the package's", () => {
  const text = readFileSync(join(repositoryRoot(), "package.json"), "utf8");
  assert.match(text, new RegExp(`"version": "${version().replaceAll(".", "\\.")}"`));
});
