import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedBy, validatorsOf } from "../../src/handlers/write-conditions.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Stat } from "../../src/vfs/file-system.ts";
import { requestOf } from "../support/request.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const MODIFIED = Date.UTC(2026, 0, 1, 0, 0, 0, 500);
const FILE: Stat = { kind: "file", size: 3, modifiedMs: MODIFIED, version: "v1" };
const UNKNOWN: Stat = { kind: "file", size: 3, modifiedMs: undefined, version: undefined };

for (const [fields, there, expected] of [
  [{}, FILE, "anything"],
  [{}, undefined, "anything"],
  [{ "If-Match": '"v1"' }, FILE, { version: "v1" }],
  [{ "If-Match": "*" }, UNKNOWN, "something"],
  [{ "If-None-Match": "*" }, undefined, "nothing"],
  [{ "If-None-Match": '"v0"' }, FILE, { version: "v1" }],
  [{ "If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT" }, FILE, { version: "v1" }],
  [{ "If-Match": '"v0"' }, FILE, 412],
  [{ "If-Match": 'W/"v1"' }, FILE, 412],
  [{ "If-Match": '"v1"' }, UNKNOWN, 412],
  [{ "If-Match": "*" }, undefined, 412],
  [{ "If-None-Match": "*" }, FILE, 412],
  [{ "If-None-Match": '"v1"' }, FILE, 412],
  [{ "If-Unmodified-Since": "Wed, 31 Dec 2025 00:00:00 GMT" }, FILE, 412],
] as const) {
  test(`${JSON.stringify(fields)} of ${there?.version ?? there?.kind ?? "nothing"}`, () => {
    const decide = () => expectedBy(requestOf("PUT", "/x", fields), there, NOW);
    if (expected !== 412) assert.deepEqual(decide(), expected);
    else assert.throws(decide, (error) => error instanceof HttpError && error.status === 412);
  });
}

test("a file from the future was not modified after now", () => {
  const { etag, lastModifiedMs } = validatorsOf({ ...FILE, modifiedMs: NOW + 5000 }, NOW);
  assert.deepEqual({ etag, lastModifiedMs }, { etag: '"v1"', lastModifiedMs: NOW });
});
