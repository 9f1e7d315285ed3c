import assert from "node:assert/strict";
import { test } from "node:test";
import { wrappingOf } from "../../src/handlers/wrapping.ts";
import type { ErrorPages, Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, fieldOf, get, STRANGER } from "../support/request.ts";

const ANSWER: Response = reusable({ status: 200, fields: [], body: NO_BODY });
const OFF = { requestIds: false, serverTiming: [] };
const ASKING = get("/", { "want-server-timing": "?1", "x-request-id": "theirs" });

test("off means the very same handler and pages", () => {
  const handler: Handler = () => ANSWER;
  const pages: ErrorPages = () => ANSWER;
  const wrapping = wrappingOf(OFF);
  assert.equal(wrapping.answers(handler), handler);
  assert.equal(wrapping.pages(pages), pages);
});

for (const [requestIds, serverTiming] of [
  [true, []],
  [false, [STRANGER.address]],
  [true, [STRANGER.address]],
] as const) {
  test(`numbers ${requestIds}, timing for ${serverTiming.length}: on answers and pages`, async () => {
    const wrapping = wrappingOf({ requestIds, serverTiming });
    const context = contextOf({ viaProxy: true });
    const answer = await wrapping.answers(() => ANSWER)(ASKING, context);
    const page = wrapping.pages(() => ANSWER)(new HttpError(404, ""), ASKING, context);
    for (const one of [answer, page]) {
      assert.equal(fieldOf(one, "x-request-id"), requestIds ? "theirs" : undefined);
      assert.equal(fieldOf(one, "server-timing") !== undefined, serverTiming.length > 0);
    }
  });
}
