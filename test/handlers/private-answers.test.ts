import assert from "node:assert/strict";
import { test } from "node:test";
import { marksPrivate, privateAnswers } from "../../src/handlers/private-answers.ts";
import type { Access } from "../../src/http/access.ts";
import type { Field } from "../../src/http/fields.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, fieldOf, get } from "../support/request.ts";

const open: Access = { user: undefined, may: () => true };
const own: Access = marksPrivate({ user: "alice", may: () => true });

function answered(response: Response, access: Access | undefined): Response {
  const given = privateAnswers(() => response)(get("/"), contextOf({ access }));
  assert.ok(!(given instanceof Promise));
  return given;
}

const saying = (...values: readonly string[]): Response => ({
  status: 200,
  fields: values.map((value): Field => ["Cache-Control", value]),
  body: NO_BODY,
});

for (const [values, expected] of [
  [[], "private"],
  [["no-cache"], "private, no-cache"],
  [["public, max-age=31536000, immutable"], "private, max-age=31536000, immutable"],
  [["PUBLIC", "s-maxage=60"], "private"],
  [["max-age=5, s-maxage = 60, proxy-revalidate"], "private, max-age=5"],
  [['private="set-cookie", max-age=1'], "private, max-age=1"],
  [["no-store"], "no-store"],
] as const) {
  test(`an answer for one that says "${values.join(", ")}" says ${expected}`, () => {
    assert.equal(fieldOf(answered(saying(...values), own), "cache-control"), expected);
  });
}

test("an answer for all stays as it is", () => {
  const response = saying("public");
  assert.equal(answered(response, open), response);
  assert.equal(answered(response, undefined), response);
});

test("the same reusable answer gives the same one again", () => {
  const response = reusable(saying("public"));
  const first = answered(response, own);
  assert.equal(isReusable(first), true);
  assert.equal(answered(response, own), first);
  assert.equal(fieldOf(first, "cache-control"), "private");
  assert.equal(fieldOf(response, "cache-control"), "public");
});

test("an answer that comes later is private too", async () => {
  const later = privateAnswers(async () => saying("public"));
  const response = await later(get("/"), contextOf({ access: own }));
  assert.equal(fieldOf(response, "cache-control"), "private");
});
