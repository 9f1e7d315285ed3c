import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import type { Peer } from "../../src/base/peer.ts";
import { type Field, fieldsOf } from "../../src/http/fields.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import type { Circumstances } from "../../src/http/service.ts";
import { requestRate } from "../../src/server/request-rate.ts";
import { ConnectionService } from "../../src/server/service.ts";
import { fakeClock } from "../support/fake-clock.ts";
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
  const answer = new ConnectionService({ site }, PEER, STATE).answer(get("/"));
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
    endedMs: 1001,
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

test("a request is answered by the site that is there now, and ends with the one it began with", async () => {
  const door = { site: siteOf(() => text(200, "before")) };
  let fail = () => {};
  const slow = siteOf(
    () =>
      new Promise((_resolve, reject) => {
        fail = () => reject(new HttpError(404, "of before"));
      }),
  );
  const service = new ConnectionService(door, PEER, STATE);
  door.site = slow;
  const late = service.answer(get("/"));
  door.site = { ...siteOf(() => text(200, "after")), errorPages: () => text(404, "page of after") };
  const next = service.answer(get("/"));
  assert.ok(!(next instanceof Promise));
  assert.equal(bodyText(next), "after");
  assert.equal(bodyText(service.refuse(400, "nonsense")), "page of after");
  fail();
  assert.equal(bodyText(await late), "404: of before\n");
});

function asking(fields: readonly Field[]): Request {
  return { ...get("/"), fields: fieldsOf(fields) };
}

const trustedProxies = addressSet([PEER.address]);

test("behind a trusted proxy each request has a peer of its own, and its record too", async () => {
  const seen: string[] = [];
  const site = siteOf((_, { peer }) => {
    seen.push(peer.address);
    return text(200, "");
  });
  const service = new ConnectionService({ site: { ...site, trustedProxies } }, PEER, STATE);
  for (const address of ["203.0.113.5", "203.0.113.6"]) {
    await service.answer(asking([["X-Forwarded-For", address]]));
  }
  await service.answer(asking([]));
  assert.deepEqual(seen, ["203.0.113.5", "203.0.113.6", PEER.address]);
});

test("from anybody else the fields of proxies mean nothing", async () => {
  const liar = asking([
    ["X-Forwarded-For", "127.0.0.1"],
    ["Forwarded", "for=127.0.0.1;proto=https"],
    ["X-Forwarded-Proto", "https"],
  ]);
  const peers: Peer[] = [];
  const site = siteOf((_, { peer }) => {
    peers.push(peer);
    return text(200, "");
  });
  for (const trusted of [{}, { trustedProxies: addressSet(["10.0.0.0/8"]) }]) {
    await new ConnectionService({ site: { ...site, ...trusted } }, PEER, STATE).answer(liar);
  }
  assert.deepEqual(peers, [PEER, PEER]);
});

test("what is no request is the connection's, not the last client's", async () => {
  const site = siteOf(() => text(200, ""));
  const service = new ConnectionService({ site: { ...site, trustedProxies } }, PEER, STATE);
  await service.answer(asking([["X-Forwarded-For", "203.0.113.5"]]));
  const response = service.refuse(400, "no Host field");
  const refused = {
    firstLine: "x",
    response,
    bodyBytes: 0,
    complete: true,
    durationMs: 1,
    endedMs: 1,
  };
  service.sent({ ...refused, request: undefined });
  assert.equal(site.recorded[0]?.peer.address, PEER.address);
});

test("a client that asks too often is refused before the handler hears of it", () => {
  let asked = 0;
  const site = siteOf(() => {
    asked += 1;
    return text(200, "");
  });
  const rate = requestRate({ rateMax: 1, burstMax: 2, clock: fakeClock() });
  const quick = { ...site, trustedProxies, requestRate: rate };
  const service = new ConnectionService({ site: quick }, PEER, STATE);
  const statusOf = (address: string) => {
    const answer = service.answer(asking([["X-Forwarded-For", address]]));
    return answer instanceof Promise ? undefined : answer.status;
  };
  const one = [1, 2, 3].map(() => statusOf("203.0.113.5"));
  assert.deepEqual([...one, statusOf("203.0.113.6")], [200, 200, 429, 200]);
  assert.equal(asked, 3);
});

test("limits of the wire are told to whoever counts", () => {
  const hits: string[] = [];
  const site = {
    ...siteOf(() => text(200, "")),
    limitWatch: { hit: (it: string) => void hits.push(it) },
  };
  new ConnectionService({ site }, PEER, STATE).hit("keep_alive");
  assert.deepEqual(hits, ["keep_alive"]);
});

test("what was written of one request is not the next one's", () => {
  const seen: unknown[] = [];
  const site = siteOf((request, context) => {
    seen.push([context.route, context.requestId]);
    if (request.method === "GET") Object.assign(context, { route: "/a", requestId: "r1" });
    return text(200, "");
  });
  const service = new ConnectionService(site, PEER, STATE);
  void service.answer(get("/"), 0);
  assert.equal(service.context.route, "/a");
  void service.answer(get("/"), 0);
  service.refuse(400, "nonsense");
  seen.push([service.context.route, service.context.requestId]);
  assert.deepEqual(seen, [
    ["", ""],
    ["", ""],
    ["", ""],
  ]);
});

test("a record tells the limit that its exchange has met, and the next one does not", () => {
  const limits: unknown[] = [];
  const site = siteOf(() => text(200, ""));
  const exchanges = { record: (_: unknown, { limit }: Circumstances) => void limits.push(limit) };
  const service = new ConnectionService({ site: { ...site, exchanges } }, PEER, STATE);
  const refused = {
    request: undefined,
    firstLine: "GET / HTTP/1.1",
    response: text(431, ""),
    bodyBytes: 0,
    complete: true,
    durationMs: 0,
    endedMs: 0,
  };
  service.hit("header_bytes");
  service.refuse(431, "too long");
  service.sent(refused);
  service.sent(refused);
  assert.deepEqual(limits, ["header_bytes", ""]);
});

test("records of a request that has a number carry it", () => {
  const site = siteOf((_, context) => {
    context.requestId = "r1";
    throw new Error("ours");
  });
  const service = new ConnectionService(site, PEER, STATE);
  void service.answer(get("/"), 0);
  service.refuse(400, "nonsense");
  assert.deepEqual(
    site.said.map(({ details }) => details?.requestId),
    ["r1", undefined],
  );
});

test("only a trusted proxy's request is told to be a proxy's", () => {
  const told: unknown[] = [];
  const site = siteOf((_, context) => {
    told.push(context.viaProxy);
    return text(200, "");
  });
  for (const trusted of [{}, { trustedProxies: addressSet(["10.0.0.0/8"]) }, { trustedProxies }]) {
    const service = new ConnectionService({ site: { ...site, ...trusted } }, PEER, STATE);
    void service.answer(get("/"), 0);
  }
  assert.deepEqual(told, [false, false, true]);
});
