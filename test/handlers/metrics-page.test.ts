import assert from "node:assert/strict";
import { test } from "node:test";
import { metricsPage } from "../../src/handlers/metrics-page.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { bytesOf, contextOf, fieldOf, get, requestOf } from "../support/request.ts";

test("the figures of this moment, as Prometheus wants them", async () => {
  let asked = 0;
  const handler = metricsPage(async () => `ferrox_asked ${++asked}\n`);
  await handler(get("/metrics"), contextOf());
  const response = await handler(get("/metrics"), contextOf());
  assert.equal(String(await bytesOf(response.body)), "ferrox_asked 2\n");
  assert.equal(fieldOf(response, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(fieldOf(response, "cache-control"), "no-store");
});

test("other methods are refused", async () => {
  const answer = async () => metricsPage(async () => "")(requestOf("DELETE", "/"), contextOf());
  await assert.rejects(answer, (error) => error instanceof HttpError && error.status === 405);
});
