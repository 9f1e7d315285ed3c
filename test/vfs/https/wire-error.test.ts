import assert from "node:assert/strict";
import { test } from "node:test";
import {
  debugText,
  decodeError,
  encodeError,
  type WireError,
} from "../../../src/vfs/https/wire-error.ts";

const ERRORS: readonly (readonly [json: string, debug: string, error: WireError])[] = [
  ['{"IoError":"text"}', 'IoError("text")', { kind: "IoError", message: "text" }],
  [
    '{"FileNotFound":{"path":"/x"}}',
    'FileNotFound { path: "/x" }',
    { kind: "FileNotFound", path: "/x" },
  ],
  [
    '{"InvalidPath":{"path":"/.."}}',
    'InvalidPath { path: "/.." }',
    { kind: "InvalidPath", path: "/.." },
  ],
  ['{"Other":{"message":"m"}}', 'Other { message: "m" }', { kind: "Other", message: "m" }],
  [
    '{"WithContext":{"context":"c","cause":"NotSupported"}}',
    'WithContext { context: "c", cause: NotSupported }',
    { kind: "WithContext", context: "c", cause: { kind: "NotSupported" } },
  ],
  ['"NotSupported"', "NotSupported", { kind: "NotSupported" }],
];

for (const [json, debug, error] of ERRORS) {
  test(`${json} is said, understood, and shown as ${debug}`, () => {
    assert.equal(JSON.stringify(encodeError(error)), json);
    assert.deepEqual(decodeError(JSON.parse(json)), error);
    assert.equal(debugText(error), debug);
  });
}

test("what would break out of a line is escaped as Rust does", () => {
  const error: WireError = { kind: "FileNotFound", path: '/"\\\n\u001b\u202e\u00e4' };
  assert.equal(debugText(error), 'FileNotFound { path: "/\\"\\\\\\n\\u{1b}\\u{202e}\u00e4" }');
});

test("causes of causes are followed so deep and no deeper", () => {
  const nested = (depth: number) => {
    let json = '"NotSupported"';
    for (let at = 0; at < depth; at++) json = `{"WithContext":{"context":"","cause":${json}}}`;
    return decodeError(JSON.parse(json));
  };
  assert.equal(nested(64)?.kind, "WithContext");
  assert.equal(nested(65), undefined);
  assert.equal(nested(20_000), undefined);
});
