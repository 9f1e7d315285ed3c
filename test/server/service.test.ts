import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError } from "../../src/http/http-error.ts";
import { ConnectionService } from "../../src/server/service.ts";
import { bodyText, get, PEER, siteOf, text } from "./support.ts";

const STATE = { idle: false, draining: false };

test("what a handler returns is the answer, at once when it can be", async () => {
  const now = new ConnectionService(
    siteOf(() => text(200, "now")),
    PEER,
    STATE,
  );
  const answer = now.answer(get("/"));
  assert.ok(!(answer instanceof Promise));
  assert.equal(bodyText(answer), "now");
  const later = new ConnectionService(
    siteOf(async () => text(200, "later")),
    PEER,
    STATE,
  );
  assert.equal(bodyText(await later.answer(get("/"))), "later");
});

test("a refusal becomes its page, thrown at once or later", async () => {
  const refuse = () => {
    throw new HttpError(405, "only read here");
  };
  for (const handler of [refuse, async () => refuse()]) {
    const site = siteOf(handler);
    const answer = await new ConnectionService(site, PEER, STATE).answer(get("/"));
    assert.equal(answer.status, 405);
    assert.equal(bodyText(answer), "405: only read here\n");
    assert.deepEqual(site.said, [], "a refusal is no error of ours");
  }
});

test("any other exception is a 500 that says nothing, and is logged with its stack", async () => {
  const fail = () => {
    throw new Error("secret of the house");
  };
  for (const handler of [fail, async () => fail()]) {
    const site = siteOf(handler);
    const answer = await new ConnectionService(site, PEER, STATE).answer(get("/"));
    assert.equal(answer.status, 500);
    assert.doesNotMatch(bodyText(answer), /secret/);
    const [said] = site.said;
    assert.equal(said?.level, "error");
    const error = said?.details?.err;
    assert.ok(error instanceof Error);
    assert.match(error.stack ?? "", /service\.test/);
  }
});

test("an error page that fails still leaves a status", () => {
  const site = {
    ...siteOf(() => {
      throw new HttpError(404, "nothing here");
    }),
    errorPages: () => {
      throw new Error("the template is broken");
    },
  };
  const answer = new ConnectionService(site, PEER, STATE).answer(get("/"));
  assert.ok(!(answer instanceof Promise));
  assert.deepEqual([answer.status, answer.body], [404, { kind: "none" }]);
});

test("refused bytes are told to the parser's log at debug, our own faults as errors", () => {
  const site = siteOf(() => text(200, ""));
  const service = new ConnectionService(site, PEER, STATE);
  assert.equal(service.refuse(400, "no Host field").status, 400);
  assert.equal(service.refuse(500, "fields that cannot be sent").status, 500);
  assert.deepEqual(
    site.said.map(({ level, concern, message }) => [level, concern, message]),
    [
      ["debug", "parser", "no Host field"],
      ["error", "core", "fields that cannot be sent"],
    ],
  );
});

test("a body that our side could not send is an error of the file", () => {
  const site = siteOf(() => text(200, ""));
  const service = new ConnectionService(site, PEER, STATE);
  const exchange = {
    request: get("/"),
    firstLine: "",
    response: text(200, ""),
    bodyBytes: 3,
    complete: false,
    durationMs: 1,
    failure: new Error("EIO"),
  };
  service.sent(exchange);
  assert.deepEqual(site.recorded, [{ exchange, peer: PEER }]);
  assert.equal(site.said[0]?.concern, "file");
});

test("the signal is aborted when the connection is gone, asked for before or after", () => {
  const before = new ConnectionService(
    siteOf(() => text(200, "")),
    PEER,
    STATE,
  );
  const { signal } = before.context;
  assert.equal(signal.aborted, false);
  before.context.gone();
  assert.equal(signal.aborted, true);
  const after = new ConnectionService(
    siteOf(() => text(200, "")),
    PEER,
    STATE,
  );
  after.context.gone();
  assert.equal(after.context.signal.aborted, true);
});
