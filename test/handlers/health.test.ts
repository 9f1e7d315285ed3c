import assert from "node:assert/strict";
import { test } from "node:test";
import { health } from "../../src/handlers/health.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { bytesOf, contextOf, fieldOf, get, head, requestOf } from "../support/request.ts";

test("200 while all is well, 503 once it is not", async () => {
  let isWell = true;
  const handler = health(() => isWell);
  const before = await handler(get("/ready"), contextOf());
  assert.equal(before.status, 200);
  assert.equal(String(await bytesOf(before.body)), "ok\n");
  isWell = false;
  const after = await handler(head("/ready"), contextOf());
  assert.equal(after.status, 503);
  assert.equal(String(await bytesOf(after.body)), "stopping\n");
});

test("nobody keeps the answer", async () => {
  const response = await health(() => true)(get("/live"), contextOf());
  assert.equal(fieldOf(response, "cache-control"), "no-store");
});

test("other methods are refused with what there is", () => {
  const handler = health(() => true);
  assert.throws(
    () => handler(requestOf("POST", "/ready"), contextOf()),
    (error) =>
      error instanceof HttpError &&
      error.status === 405 &&
      String(error.fields) === "Allow,GET, HEAD",
  );
});
