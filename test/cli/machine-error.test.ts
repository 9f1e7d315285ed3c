import assert from "node:assert/strict";
import { test } from "node:test";
import { bindFailure } from "../../src/cli/machine-error.ts";
import { readConfig } from "../../src/config/read-config.ts";

const RESULT = readConfig("server: { addr: 127.0.0.1 }", "ferrox.yml", { folder: "/" });
assert.ok(RESULT.kind === "config");
const { config } = RESULT;

function bindError(code: string, port?: number): Error {
  return Object.assign(new Error(`listen ${code}`), { code, syscall: "listen", port });
}

for (const [code, port, line] of [
  ["EADDRINUSE", 8080, /^port 8080 on 127\.0\.0\.1 is taken \(try --port 8081, .*lsof -i :8080\)$/],
  ["EACCES", 80, /^port 80 needs more rights .*--port 8080.*setcap/],
  ["EADDRNOTAVAIL", undefined, /^127\.0\.0\.1 is not an address of this machine .*ferrox\.yml/],
  ["ENOTFOUND", undefined, /^127\.0\.0\.1 is no host this machine knows/],
  ["EADDRINUSE", undefined, /^another server listens at 127\.0\.0\.1/],
  ["EWHATEVER", 8080, /^cannot listen on 127\.0\.0\.1: listen EWHATEVER$/],
] as const) {
  test(`${code} is one line that says what to do`, () => {
    const said = bindFailure(bindError(code, port), config);
    assert.match(said, line);
    assert.doesNotMatch(said, /\n/);
  });
}
