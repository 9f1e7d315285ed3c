import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf, ofFile, ofSameFile } from "../../src/handlers/file-of.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";

const response = (): Response => ({ status: 200, fields: [], body: NO_BODY });

test("an answer knows its file, and stays the value it was", () => {
  const answer = response();
  assert.equal(ofFile(answer, "/docs/index.html"), answer);
  assert.equal(fileOf(answer), "/docs/index.html");
  assert.deepEqual(answer, response());
});

test("another form of it is of the same file", () => {
  const changed = response();
  assert.equal(ofSameFile(ofFile(response(), "/a.html"), changed), changed);
  assert.equal(fileOf(changed), "/a.html");
});

test("an answer of no file makes none of another", () => {
  assert.equal(fileOf(ofSameFile(response(), response())), undefined);
});
