import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import { serverTiming } from "../../src/handlers/server-timing.ts";
import type { Context, Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { contextOf, fieldOf, get } from "../support/request.ts";

const STRANGER = contextOf().peer.address;
const LISTED = addressSet([STRANGER]);
const ASKING = { "want-server-timing": "?1" };
const ANSWER: Response = reusable({
  status: 200,
  fields: [["Cache-Control", "public, max-age=60"]],
  body: NO_BODY,
});

function setting(): { clock: FakeClock; context: Context } {
  const clock = fakeClock();
  return { clock, context: contextOf({ clock }) };
}

test("who is on the list and asks is told how long it took, on a copy that nobody stores", async () => {
  const { clock, context } = setting();
  const slow: Handler = async (_, about) => {
    clock.advance(12.3456);
    about.cache = "miss";
    return ANSWER;
  };
  const answer = await serverTiming(LISTED).answers(slow)(get("/", ASKING), context);
  assert.deepEqual(answer.fields, [
    ["Cache-Control", "no-store"],
    ["Server-Timing", "app;dur=12.346, cache;desc=miss"],
  ]);
  assert.deepEqual(ANSWER.fields, [["Cache-Control", "public, max-age=60"]]);
});

test("what the request before found in the cache is not told", () => {
  const { context } = setting();
  context.cache = "hit";
  const answer = serverTiming(LISTED).answers(() => ANSWER)(get("/", ASKING), context);
  assert.ok(!(answer instanceof Promise));
  assert.equal(fieldOf(answer, "server-timing"), "app;dur=0");
});

test("who is not on the list gets the very answer that all get", () => {
  const { context } = setting();
  const { answers } = serverTiming(addressSet(["203.0.113.10"]));
  assert.equal(answers(() => ANSWER)(get("/", ASKING), context), ANSWER);
});

for (const [sent, isTold] of [
  ["?1", true],
  ["?1;scope=all", true],
  [" ?1 ", true],
  ["?0", false],
  ["1", false],
  ["?11", false],
  ["?1, ?1", false],
  ["", false],
  ["true", false],
] as const) {
  test(`Want-Server-Timing: ${JSON.stringify(sent)} ${isTold ? "asks" : "does not ask"}`, () => {
    const request = get("/", { "want-server-timing": sent });
    const answer = serverTiming(LISTED).answers(() => ANSWER)(request, setting().context);
    assert.equal(answer !== ANSWER, isTold);
  });
}

test("who does not ask is not told", () => {
  const { answers } = serverTiming(LISTED);
  assert.equal(answers(() => ANSWER)(get("/"), setting().context), ANSWER);
});

test("an error page tells it too, to whoever asked; what was no request cannot ask", () => {
  const { clock, context } = setting();
  const { answers, pages } = serverTiming(LISTED);
  const dressed = pages(() => ANSWER);
  const fails: Handler = () => {
    clock.advance(2);
    throw new HttpError(404, "");
  };
  const [asking, silent] = [get("/", ASKING), get("/")];
  assert.throws(() => answers(fails)(asking, context));
  assert.throws(() => answers(fails)(silent, context));
  const page = dressed(new HttpError(404, ""), asking, context);
  assert.equal(fieldOf(page, "server-timing"), "app;dur=4");
  assert.equal(dressed(new HttpError(404, ""), silent, context), ANSWER);
  assert.equal(dressed(new HttpError(400, ""), undefined, context), ANSWER);
});
