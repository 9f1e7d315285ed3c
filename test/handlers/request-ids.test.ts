import assert from "node:assert/strict";
import { test } from "node:test";
import { requestIds } from "../../src/handlers/request-ids.ts";
import type { Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, fieldOf, get } from "../support/request.ts";

const ANSWER: Response = reusable({ status: 200, fields: [["A", "b"]], body: NO_BODY });

/** "n1", "n2" … */
function counting(): () => string {
  let last = 0;
  return () => `n${++last}`;
}

test("every answer has a number of its own, and the context knows it while it is made", async () => {
  const seen: string[] = [];
  const inner: Handler = (_, { requestId }) => {
    seen.push(requestId);
    return ANSWER;
  };
  for (const handler of [inner, async (...asked: Parameters<Handler>) => inner(...asked)]) {
    const { answers } = requestIds(counting());
    const context = contextOf();
    const first = await answers(handler)(get("/"), context);
    const second = await answers(handler)(get("/"), context);
    assert.deepEqual(first.fields, [
      ["A", "b"],
      ["X-Request-Id", "n1"],
    ]);
    assert.equal(fieldOf(second, "x-request-id"), "n2");
  }
  assert.deepEqual(seen, ["n1", "n2", "n1", "n2"]);
});

test("an answer that is given again stays as it was", async () => {
  const answer = await requestIds().answers(() => ANSWER)(get("/"), contextOf());
  assert.equal(isReusable(answer), false);
  assert.deepEqual(ANSWER.fields, [["A", "b"]]);
});

test("numbers are random", async () => {
  const { answers } = requestIds();
  const ask = async () =>
    fieldOf(await answers(() => ANSWER)(get("/"), contextOf()), "x-request-id");
  const [one = "", two = ""] = [await ask(), await ask()];
  assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(one, two);
});

for (const [who, sent, kept] of [
  ["a proxy", "Az09._-", "Az09._-"],
  ["a proxy", "x".repeat(128), "x".repeat(128)],
  ["a proxy", "x".repeat(129), "n1"],
  ["a proxy", "", "n1"],
  ["a proxy", "a b", "n1"],
  ["a proxy", "a\n", "n1"],
  ["a proxy", 'a"', "n1"],
  ["a proxy", "\u00fc", "n1"],
  ["a stranger", "abc", "n1"],
] as const) {
  test(`${JSON.stringify(sent.slice(0, 12))} of ${sent.length} characters from ${who}: ${kept.slice(0, 12)}`, async () => {
    const { answers } = requestIds(counting());
    const answer = await answers(() => ANSWER)(
      get("/", { "x-request-id": sent }),
      contextOf({ viaProxy: who === "a proxy" }),
    );
    assert.equal(fieldOf(answer, "x-request-id"), kept);
  });
}

test("a number sent twice is no number", async () => {
  const { answers } = requestIds(counting());
  const request = get("/", { "x-request-id": "a, b" });
  const answer = await answers(() => ANSWER)(request, contextOf({ viaProxy: true }));
  assert.equal(fieldOf(answer, "x-request-id"), "n1");
});

test("what the handler says of it does not count", async () => {
  const own: Handler = () => ({ ...ANSWER, fields: [["x-request-id", "own"]] });
  const answer = await requestIds(counting()).answers(own)(get("/"), contextOf());
  assert.deepEqual(answer.fields, [["X-Request-Id", "n1"]]);
});

test("an error page has its request's number; what no handler has seen gets one now", () => {
  const { answers, pages } = requestIds(counting());
  const context = contextOf();
  const dressed = pages(() => ANSWER);
  const request = get("/", { "x-request-id": "abc" });
  const fails: Handler = () => {
    throw new HttpError(404, "");
  };
  assert.throws(() => answers(fails)(request, context));
  const page = dressed(new HttpError(404, ""), request, context);
  assert.equal(fieldOf(page, "x-request-id"), "n1");
  for (const [asked, viaProxy, id] of [
    [undefined, true, "n2"],
    [request, false, "n3"],
    [request, true, "abc"],
  ] as const) {
    const unseen = contextOf({ viaProxy });
    const refusal = dressed(new HttpError(429, ""), asked, unseen);
    assert.equal(fieldOf(refusal, "x-request-id"), id);
    assert.equal(unseen.requestId, id);
  }
});
