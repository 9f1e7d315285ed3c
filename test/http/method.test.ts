import assert from "node:assert/strict";
import { test } from "node:test";
import { KNOWN_METHODS } from "../../src/http/method.ts";

test("the methods of RFC 9110, PATCH and WebDAV are known", () => {
  assert.deepEqual(
    [...KNOWN_METHODS].join(" "),
    "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH " +
      "PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK",
  );
});

test("methods are case-sensitive, and others are not known", () => {
  for (const method of ["get", "Get", "GE", "MKCOLA", "M-SEARCH", "constructor", ""]) {
    assert.equal(KNOWN_METHODS.has(method), false, method);
  }
});
