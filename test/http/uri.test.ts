import assert from "node:assert/strict";
import { test } from "node:test";
import { HOST_NAME, SEGMENT, SENT_PATH, SENT_QUERY } from "../../src/http/uri.ts";

const ALPHANUMERIC = /[0-9A-Za-z]/g;

/** What a table holds besides letters and digits, which all of them hold. */
function signsOf(table: Uint8Array): string {
  const bytes = Array.from(table.keys()).filter((byte) => table[byte] === 1);
  const characters = Buffer.from(bytes).toString("latin1");
  assert.equal(characters.match(ALPHANUMERIC)?.length, 62);
  return characters.replace(ALPHANUMERIC, "");
}

test("a host name has unreserved characters and sub-delimiters", () => {
  assert.equal(signsOf(HOST_NAME), "!$&'()*+,-.;=_~");
});

test("a segment has colon and at-sign as well", () => {
  assert.equal(signsOf(SEGMENT), "!$&'()*+,-.:;=@_~");
});

test("a path as sent may have brackets, caret and bar, which browsers do not encode", () => {
  assert.equal(signsOf(SENT_PATH), "!$%&'()*+,-./:;=@[]^_|~");
});

test("a query as sent may have braces, backquote, backslash and question mark besides", () => {
  assert.equal(signsOf(SENT_QUERY), "!$%&'()*+,-./:;=?@[\\]^_`{|}~");
});
