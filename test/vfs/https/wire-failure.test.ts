import assert from "node:assert/strict";
import { test } from "node:test";
import type { FsErrorCode } from "../../../src/vfs/fs-error.ts";
import { fsErrorOfWire, invalidPath, wireErrorOf } from "../../../src/vfs/https/wire-failure.ts";

for (const [code, wire] of [
  ["not-found", { kind: "FileNotFound", path: "/x" }],
  ["read-only", { kind: "NotSupported" }],
  ["unsupported", { kind: "NotSupported" }],
  ["not-a-directory", { kind: "IoError", message: "Not a directory" }],
  ["is-a-directory", { kind: "IoError", message: "Is a directory" }],
  ["exists", { kind: "IoError", message: "File exists" }],
  ["not-empty", { kind: "IoError", message: "Directory not empty" }],
  ["denied", { kind: "IoError", message: "Permission denied" }],
  ["changed", { kind: "IoError", message: "Changed by somebody else" }],
  ["no-space", { kind: "IoError", message: "No space left on device" }],
  ["unavailable", { kind: "IoError", message: "Resource temporarily unavailable" }],
] as const satisfies readonly (readonly [FsErrorCode, unknown])[]) {
  test(`"${code}" is said as ${JSON.stringify(wire)}, and found again`, () => {
    assert.deepEqual(wireErrorOf(code, "/x"), wire);
    const expected = code === "read-only" ? "unsupported" : code;
    assert.equal(fsErrorOfWire(wire, "/x").code, expected);
  });
}

test("the number of a system error does not hide which one it is", () => {
  const error = { kind: "IoError", message: "Directory not empty (os error 39)" } as const;
  const found = fsErrorOfWire(error, "/d on example.org");
  assert.equal(found.code, "not-empty");
  assert.equal(found.message, "/d on example.org: Directory not empty (os error 39)");
});

test("a context does not hide its cause", () => {
  const cause = { kind: "FileNotFound", path: "/x" } as const;
  const found = fsErrorOfWire({ kind: "WithContext", context: "reading", cause }, "/x");
  assert.equal(found.code, "not-found");
  assert.equal(found.message, "/x: reading: FileNotFound /x");
});

test("an error with unknown words may pass", () => {
  assert.equal(fsErrorOfWire({ kind: "Other", message: "?" }, "/x").code, "unavailable");
});

test("an invalid path is one that nobody may have", () => {
  assert.deepEqual(invalidPath("/.."), { kind: "InvalidPath", path: "/.." });
  assert.equal(fsErrorOfWire(invalidPath("/.."), "/..").code, "denied");
});
