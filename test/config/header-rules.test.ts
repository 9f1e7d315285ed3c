import assert from "node:assert/strict";
import { test } from "node:test";
import { FIELD_VALUE, TOKEN } from "../../src/base/ascii.ts";
import {
  FRAMING_NAMES,
  readExtension,
  readHeaderName,
  readHeaderValue,
  readMediaType,
} from "../../src/config/header-rules.ts";
import { FRAMING_FIELDS } from "../../src/http/response-fields.ts";

test("the names that frame an answer are those the drivers write", () => {
  assert.deepEqual([...FRAMING_NAMES].toSorted(), [...FRAMING_FIELDS].toSorted());
});

for (const name of ["X-Frame-Options", "server", "x_y", "!#$%&'*+.^_`|~09Az"]) {
  test(`${name} may be added to every answer`, () => {
    assert.deepEqual(readHeaderName(name), { kind: "value", value: name });
  });
}

for (const name of ["Content-Length", "TRANSFER-ENCODING", "connection", "Date"]) {
  test(`${name} would contradict the body, and is refused`, () => {
    assert.deepEqual(readHeaderName(name), {
      kind: "fault",
      message: `${name} frames the answer; the server writes it itself, for each body`,
      hint: undefined,
    });
  });
}

test("a field that is true of one answer cannot be added to all", () => {
  assert.deepEqual(readHeaderName("Content-Type"), {
    kind: "fault",
    message: "Content-Type differs from answer to answer; the server writes it itself",
    hint: "types are said by media_types",
  });
  assert.equal(readHeaderName("ETag").kind, "fault");
});

for (const name of ["", "X Y", "X:", "X\r\nSet-Cookie", "X\u0000", "Ä", "a".repeat(257)]) {
  test(`${JSON.stringify(name.slice(0, 20))} is no name of a header`, () => {
    assert.equal(readHeaderName(name).kind, "fault");
  });
}

for (const value of ["nosniff", "", 'a, b; c="d"', "caf\u00e9", "a\tb"]) {
  test(`${JSON.stringify(value)} is the value of a header`, () => {
    assert.deepEqual(readHeaderValue(value), { kind: "value", value });
  });
}

for (const [value, message] of [
  ["a\r\nSet-Cookie: x", 'expected text on one line, got "a\\x0d\\x0aSet-Cookie: x"'],
  ["a\n", 'expected text on one line, got "a\\x0a"'],
  ["a\u0000", "a header value cannot hold U+0000"],
  ["a\u007f", "a header value cannot hold U+007F"],
  ["\u2615", "a header value is Latin-1 text; it cannot hold U+2615"],
  ["\ud800", "a header value is Latin-1 text; it cannot hold U+D800"],
  [" a", 'expected no space at either end, got " a"'],
  [1, "expected text, got 1"],
  [["a"], "expected text, got a list"],
] as const) {
  test(`a header value is refused: ${message}`, () => {
    const reading = readHeaderValue(value);
    assert.equal(reading.kind === "fault" && reading.message, message);
  });
}

test("a bare number or boolean is asked for quotes", () => {
  const reading = readHeaderValue(true);
  assert.equal(reading.kind === "fault" && reading.hint, 'write quotes: "true"');
});

for (const type of ["text/plain", "text/html; charset=utf-8", 'a/b;c="d e"', "image/svg+xml"]) {
  test(`${type} is a media type`, () => {
    assert.deepEqual(readMediaType(type), { kind: "value", value: type });
  });
}

for (const type of ["text", "text/", "text/plain;", "a/b\r\nX: y", "a b/c", 5, ""]) {
  test(`${JSON.stringify(type)} is no media type`, () => {
    assert.equal(readMediaType(type).kind, "fault");
  });
}

test("an extension is written without its dot", () => {
  assert.deepEqual(readExtension("d.ts"), { kind: "value", value: "d.ts" });
  assert.deepEqual(readExtension(".md"), {
    kind: "fault",
    message: '".md" is written without its dot',
    hint: "write md",
  });
  assert.equal(readExtension("a/b").kind, "fault");
});

test("what is taken here can be sent: both tables of allowed bytes agree", () => {
  for (let code = 0; code < 256; code++) {
    const character = String.fromCharCode(code);
    const isToken = readHeaderName(`x${character}x`).kind === "value";
    assert.equal(isToken, TOKEN[code] === 1, `U+${code.toString(16)} in a name`);
    const isValue = readHeaderValue(`x${character}x`).kind === "value";
    // C1 controls are obs-text to the wire, but nobody means them.
    const isC1 = code >= 0x80 && code < 0xa0;
    assert.equal(isValue, FIELD_VALUE[code] === 1 && !isC1, `U+${code.toString(16)} in a value`);
  }
});
