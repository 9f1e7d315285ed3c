// The sample configuration: it must serve as it is, name every word there is, and stay right when
// lines are switched on.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type JsonSchema, propertiesOf, schema } from "../../src/config/schema-json.ts";
import { repositoryRoot } from "../support/repository-root.ts";
import { configOf, lines, read } from "./support.ts";

const SAMPLE = readFileSync(join(repositoryRoot(), "ferrox.yml"), "utf8");

test("editors find the schema in its first line", () => {
  assert.equal(SAMPLE.split("\n")[0], "# yaml-language-server: $schema=./ferrox.schema.json");
});

test("as it is, it serves www on http://127.0.0.1:8080", () => {
  const config = configOf(SAMPLE, { folder: "/site" });
  const { addr, httpPort, httpsPort, workers } = config.server;
  assert.deepEqual(
    { addr, httpPort, httpsPort, workers },
    {
      addr: "127.0.0.1",
      httpPort: 8080,
      httpsPort: undefined,
      workers: 1,
    },
  );
  const site = config.fileSystems.get("site");
  assert.equal(site?.kind === "disk" && site.root, "/site/www");
  assert.deepEqual(
    config.routes.map(({ path, action }) => [path, action.kind === "files" && action.listing]),
    [["/", true]],
  );
  assert.equal(config.limits.http1.headTimeoutMs, 5000);
  assert.equal(config.errorsDir, "/site/errors");
  assert.equal(config.log.dir, "/site/logs");
  assert.deepEqual(config.headers, [
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
  ]);
});

test("with TLS switched on, HTTPS is on port 8443", () => {
  const text = SAMPLE.replace("enabled: false", "enabled: true").replace("  #dev:", "  dev:");
  assert.equal(configOf(text).server.httpsPort, 8443);
});

test("every line that is switched off is right when switched on", () => {
  // "# Prose" has one space; a line that is switched off has none, or is indented further.
  const on = SAMPLE.replace(/^( *)#(?=\w|-| {2})/gm, "$1")
    .replace("enabled: false", "enabled: true")
    // These are for instead of PEM files.
    .replace("  pkcs12_path: certs/identity.p12\n  passphrase_env: TLS_PASSPHRASE\n", "")
    .replace("  dev: true\n  names: [my-laptop.local]\n", "");
  const result = read(on, { env: { FAR_PASSWORD: "secret" } });
  // All are shown, and go together badly with several workers.
  const [warning, ...more] = lines(result);
  assert.match(warning ?? "", / file_systems\.scratch: .*each worker has its own memory$/);
  const ofLogins = more.filter((line) => /\.vfs_https: knows a login in the worker/.test(line));
  assert.equal(ofLogins.length, 1);
  assert.deepEqual(
    more.filter((line) => !ofLogins.includes(line)),
    [],
  );
  assert.ok(result.kind === "config");
  assert.equal(result.config.routes.length, 15);
  assert.equal(result.config.tls.kind, "files");
  assert.deepEqual(
    [...result.config.fileSystems.keys()],
    ["docs", "scratch", "changed", "manuals", "shown", "far", "all", "site"],
  );
});

function wordsOf(inner: JsonSchema | boolean | undefined): string[] {
  if (typeof inner !== "object") return [];
  const { items, additionalProperties, oneOf = [] } = inner;
  const nested = [additionalProperties, ...oneOf, ...(Array.isArray(items) ? items : [items])];
  const own = Object.entries(propertiesOf(inner));
  return [
    ...own.flatMap(([word, row]) => [word, ...wordsOf(row)]),
    ...nested.flatMap((part) => wordsOf(part)),
  ];
}

test("it has every word there is", () => {
  const words = new Set(wordsOf(schema()));
  assert.ok(words.size > 50);
  for (const word of words) {
    assert.match(SAMPLE, new RegExp(`^ *#? *(- )?${word}:`, "m"), word);
  }
});
