import assert from "node:assert/strict";
import { test } from "node:test";
import { type Logger, loggerWith } from "../../src/base/logger.ts";

test("what one adds stands in every record, and gives way to what the record itself says", () => {
  const said: unknown[] = [];
  const at =
    (level: string): Logger["info"] =>
    (...record) =>
      void said.push([level, ...record]);
  const log: Logger = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
  const ours = loggerWith(log, { requestId: "r1", status: 200 });
  ours.debug("core", "a");
  ours.info("file", "b", { path: "/x" });
  ours.warn("tls", "c", { status: 400 });
  ours.error("core", "d");
  assert.deepEqual(said, [
    ["debug", "core", "a", { requestId: "r1", status: 200 }],
    ["info", "file", "b", { requestId: "r1", status: 200, path: "/x" }],
    ["warn", "tls", "c", { requestId: "r1", status: 400 }],
    ["error", "core", "d", { requestId: "r1", status: 200 }],
  ]);
});
