import assert from "node:assert/strict";
import { test } from "node:test";
import { varying } from "../../src/handlers/varying.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, get } from "../support/request.ts";

const PLAIN: Response = { status: 200, fields: [["Vary", "Accept-Encoding"]], body: NO_BODY };

test("what another handler answers names the field too", async () => {
  const handler = varying(() => Promise.resolve(PLAIN), "X-Question");
  const { fields } = await handler(get("/"), contextOf());
  assert.deepEqual(fields, [["Vary", "Accept-Encoding, X-Question"]]);
});

test("the same reusable answer in gives the same one out, without a promise", () => {
  const remembered = reusable({ ...PLAIN, fields: [["ETag", '"x"']] });
  const handler = varying(() => remembered, "X-Question");
  const first = handler(get("/"), contextOf());
  assert.ok(!(first instanceof Promise));
  assert.ok(isReusable(first));
  assert.equal(handler(get("/other"), contextOf()), first);
});

for (const [how, refuse] of [
  ["at once", () => assert.fail(new HttpError(405, "no", [["Allow", "GET"]]))],
  ["later", () => Promise.reject(new HttpError(405, "no", [["Allow", "GET"]]))],
] as const) {
  test(`a refusal that comes ${how} names the field too`, async () => {
    const handler = varying(refuse, "X-Question");
    const asked = (async () => handler(get("/"), contextOf()))();
    await assert.rejects(asked, (error) => {
      assert.ok(error instanceof HttpError);
      assert.deepEqual([error.status, error.reason], [405, "no"]);
      assert.deepEqual(error.fields, [
        ["Allow", "GET"],
        ["Vary", "X-Question"],
      ]);
      return true;
    });
  });
}

test("our own bugs come through as they are", async () => {
  const bug = new TypeError("a bug");
  const handler = varying(() => Promise.reject(bug), "X-Question");
  await assert.rejects(async () => handler(get("/"), contextOf()), bug);
});
