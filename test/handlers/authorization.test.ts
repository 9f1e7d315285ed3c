import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../src/base/clock.ts";
import { nobodyWatches } from "../../src/base/limit-watch.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { Peer } from "../../src/base/peer.ts";
import type { AuthRule, Grant, Who } from "../../src/handlers/auth-rules.ts";
import { type Authority, authority } from "../../src/handlers/authorization.ts";
import { guessBrake } from "../../src/handlers/guess-brake.ts";
import type { UsersSource } from "../../src/handlers/users.ts";
import type { Access } from "../../src/http/access.ts";
import type { Context } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import type { UrlPath } from "../../src/http/target.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  get,
  LOCAL_PEER,
  requestOf,
} from "../support/request.ts";

// bcrypt of "pw" with the least of work.
const PW = "$2b$04$3fFzJ1Z5eFBwLyqJDCoOpu8gf4hTYwGQ22O38MNoZawbdHbgfWuQS";
const ALL: UsersSource = {
  named: [
    ["alice", PW],
    ["bob", PW],
  ],
  diskPath: undefined,
};
const OTHERS: UsersSource = { named: [["alice", PW]], diskPath: undefined };

const ANYONE: Who = { kind: "anyone" };
const USERS: Who = { kind: "users" };
const ALICE: Who = { kind: "names", names: ["alice"] };

type Whos = readonly [read: Who, list: Who, write: Who];

function rule(path: string, [read, list, write]: Whos, changes: Partial<AuthRule> = {}): AuthRule {
  const grant = (who: Who): Grant => ({ who, origin: `rule ${path}` });
  const grants = { read: grant(read), list: grant(list), write: grant(write) };
  const rest = { realm: "R", insecure: false, users: ALL, asksItself: false };
  return { host: undefined, path, origin: `rule ${path}`, ...rest, grants, ...changes };
}

const RULES = [
  rule("/secret", [USERS, USERS, ALICE]),
  rule("/secret/pub", [ANYONE, ANYONE, ANYONE]),
  rule("/seen", [ANYONE, USERS, ALICE]),
  rule("/closed", [{ kind: "nobody" }, { kind: "nobody" }, { kind: "nobody" }]),
  rule("/other", [USERS, USERS, USERS], { users: OTHERS }),
  rule("/vfs", [USERS, USERS, ALICE], { asksItself: true }),
  rule("", [USERS, USERS, USERS], { host: "private.example" }),
];

function authorityOver(rules: readonly AuthRule[], clock: Clock): Authority {
  return authority(rules, {
    clock,
    log: silentLogger,
    brake: guessBrake({ failuresMax: 100, windowMs: 60_000, clock, watch: nobodyWatches }),
    checks: { inTurn: (check) => check() },
    fileAt: () => assert.fail("there is no file"),
  });
}

/** Answers 200, and keeps the access it was given. */
function site(rules: readonly AuthRule[] = RULES, peer: Peer = LOCAL_PEER) {
  const clock = fakeClock();
  const known = authorityOver(rules, clock);
  const seen: (Access | undefined)[] = [];
  const handler = known.around((_request, context) => {
    seen.push(context.access);
    return { status: 200, fields: [], body: NO_BODY };
  });
  const context = contextOf({ peer, clock });
  const ask = async (request: Request, given: Context = context): Promise<Response> => {
    try {
      return await handler(request, given);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return { status: error.status, fields: error.fields, body: NO_BODY };
    }
  };
  return { known, ask, seen, context };
}

function as(user: string, password = "pw"): FieldMap {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

function pathOf(text: string): UrlPath {
  const { target } = get(text);
  assert.ok(target.kind === "path");
  return target.path;
}

for (const [method, path, nobody, bob, alice] of [
  ["GET", "/", 200, 200, 200],
  ["GET", "/secret/x", 401, 200, 200],
  ["HEAD", "/secret", 401, 200, 200],
  ["OPTIONS", "/secret/x", 401, 200, 200],
  ["PROPFIND", "/secret/x", 401, 200, 200],
  ["PUT", "/secret/x", 401, 403, 200],
  ["DELETE", "/secret/x", 401, 403, 200],
  ["POST", "/secret/x", 401, 403, 200],
  ["LOCK", "/secret/x", 401, 403, 200],
  ["UNHEARD-OF", "/secret/x", 401, 403, 200],
  ["get", "/secret/x", 401, 403, 200], // methods know case: this one is unknown
  ["GET", "/secret/pub/x", 200, 200, 200],
  ["PUT", "/secret/pub/x", 200, 200, 200],
  ["GET", "/secret/pub/../x", 401, 200, 200],
  ["GET", "/secret/publication", 401, 200, 200],
  ["GET", "/seen/x", 200, 200, 200],
  ["PROPFIND", "/seen/x", 401, 200, 200],
  ["PUT", "/seen/x", 401, 403, 200],
  ["GET", "/closed/x", 403, 403, 403],
  ["GET", "/vfs", 200, 200, 200], // it asks itself
  ["POST", "/vfs/x", 200, 200, 200],
  ["GET", "/%73ecret/x", 401, 200, 200],
  ["GET", "/%2e/secret/x", 401, 200, 200],
  ["GET", "//secret//x", 401, 200, 200],
  ["GET", "/x/%2e%2e/secret/x", 401, 200, 200],
  ["GET", "/secret%2Fx", 200, 200, 200], // one segment, which no file can be called
  ["GET", "http://localhost/secret/x", 401, 200, 200],
] as const) {
  test(`${method} ${path}: ${nobody} to strangers, ${bob} to bob, ${alice} to alice`, async () => {
    const { ask } = site();
    const status = async (fields: FieldMap) => (await ask(requestOf(method, path, fields))).status;
    assert.deepEqual(
      [await status({}), await status(as("bob")), await status(as("alice"))],
      [nobody, bob, alice],
    );
  });
}

for (const [host, status] of [
  ["private.example", 401],
  ["PRIVATE.example:8080", 401],
  ["private.example.", 401],
  ["public.example", 200],
] as const) {
  test(`a rule of one host: ${host} is answered ${status}`, async () => {
    assert.equal((await site().ask(get("/x", { host }))).status, status);
  });
}

for (const [method, from, to, bob, alice] of [
  ["COPY", "/open/a", "/open/b", 200, 200],
  ["COPY", "/open/a", "/secret/b", 403, 200],
  ["COPY", "/open/a", "http://localhost/%73ecret/b", 403, 200],
  ["COPY", "/open/a", "/secret/pub/b", 200, 200],
  ["COPY", "/secret/a", "/open/b", 200, 200],
  ["MOVE", "/secret/a", "/open/b", 403, 200],
  ["MOVE", "/open/a", "/secret/b", 403, 200],
  ["COPY", "/open/a", "/other/b", 401, 200], // bob is none of the users there
  ["COPY", "/secret/a", "/other/b", 401, 401], // alice here need not be alice there
] as const) {
  test(`${method} ${from} to ${to}: ${bob} to bob, ${alice} to alice`, async () => {
    const { ask } = site();
    const status = async (fields: FieldMap) =>
      (await ask(requestOf(method, from, { destination: to, ...fields }))).status;
    assert.deepEqual([await status(as("bob")), await status(as("alice"))], [bob, alice]);
  });
}

test("a Destination that cannot be understood leads nowhere", async () => {
  const { ask } = site();
  for (const destination of ["secret/b", "/a\\b", "http://a b/", ["/a", "/b"]] as const) {
    const request = requestOf("COPY", "/open/a", { destination });
    assert.equal((await ask(request)).status, 400);
  }
});

test("the answer to a stranger is a challenge, and the same for any mistake", async () => {
  const { ask } = site();
  const challenge = 'Basic realm="R", charset="UTF-8"';
  for (const fields of [{}, as("alice", "wrong"), as("nobody"), { authorization: "Bearer x" }]) {
    const response = await ask(get("/secret/x", fields));
    assert.equal(response.status, 401);
    assert.deepEqual(response.fields, [["WWW-Authenticate", challenge]]);
  }
});

test("credentials that are none, or two, are refused", async () => {
  const { ask } = site();
  assert.equal((await ask(get("/secret/x", { authorization: "Basic ?" }))).status, 400);
  const two = { authorization: [as("alice").authorization, as("bob").authorization].map(String) };
  assert.equal((await ask(get("/secret/x", two))).status, 400);
});

test("wrong credentials do not take away what anyone may have", async () => {
  const { ask, seen } = site();
  assert.equal((await ask(get("/seen/x", as("alice", "wrong")))).status, 200);
  assert.equal(seen[0]?.user, undefined);
});

test("preflights of browsers, and questions about the server, need no credentials", async () => {
  const { ask } = site();
  const preflight = { origin: "https://a.example", "access-control-request-method": "PUT" };
  assert.equal((await ask(requestOf("OPTIONS", "/secret/x", preflight))).status, 200);
  assert.equal((await ask(requestOf("OPTIONS", "*"))).status, 200);
});

test("a method that only looks like a preflight is none", async () => {
  const { ask } = site();
  const fields = { "access-control-request-method": "GET" };
  assert.equal((await ask(get("/secret/x", fields))).status, 401);
});

test("in clear nobody is asked, and no password is looked at", async () => {
  const { ask } = site(RULES, contextOf().peer);
  for (const fields of [{}, as("alice")]) {
    const response = await ask(get("/secret/x", fields));
    assert.equal(response.status, 403);
    assert.equal(fieldOf(response, "www-authenticate"), undefined);
  }
  const insisting = site([rule("", [USERS, USERS, USERS], { insecure: true })], contextOf().peer);
  assert.equal((await insisting.ask(get("/", as("alice")))).status, 200);
});

test("what one has shown in an insecure corner opens nothing elsewhere", async () => {
  const corner = rule("/corner", [USERS, USERS, USERS], { insecure: true });
  const { ask, seen } = site([corner, rule("/secret", [USERS, USERS, USERS])], contextOf().peer);
  assert.equal((await ask(get("/corner/x", as("alice")))).status, 200);
  assert.equal(seen[0]?.user, "alice");
  assert.equal(seen[0]?.may("read", pathOf("/corner/y")), true);
  assert.equal(seen[0]?.may("read", pathOf("/secret/y")), false);
});

test("whoever asks later is told of each path by its own rule", async () => {
  const { ask, seen } = site();
  await ask(get("/secret/x", as("bob")));
  const access = seen[0];
  assert.equal(access?.user, "bob");
  for (const [verb, path, may] of [
    ["read", "/secret/y", true],
    ["write", "/secret/y", false],
    ["write", "/secret/pub/y", true],
    ["read", "/closed/y", false],
    ["read", "/other/y", false],
    ["write", "/anywhere", true],
  ] as const) {
    assert.equal(access?.may(verb, pathOf(path)), may, `${verb} ${path}`);
  }
  assert.equal(access?.refusal?.("write", pathOf("/secret/y")).status, 403);
  assert.equal(access?.refusal?.("read", pathOf("/other/y")).status, 401);
});

test("a target that comes again is decided anew for another host, method or visitor", async () => {
  const { ask } = site();
  const { target } = get("/seen/x");
  assert.ok(target.kind === "path");
  const lasting = { ...target, isLasting: true } as const;
  const send = (method: string, fields: FieldMap = {}) =>
    ask({ ...requestOf(method, "/seen/x", fields), target: lasting });
  for (let times = 0; times < 2; times++) {
    assert.equal((await send("GET")).status, 200);
    assert.equal((await send("GET", { host: "private.example" })).status, 401);
    assert.equal((await send("GET", { host: "private.example", ...as("bob") })).status, 200);
    assert.equal((await send("HEAD")).status, 200);
    assert.equal((await send("PUT")).status, 401);
    assert.equal((await send("PUT", as("alice"))).status, 200);
    assert.equal((await send("COPY", { destination: "/secret/x" })).status, 401);
  }
});

test("nothing of one request is left for the next one on its connection", async () => {
  const { ask, seen, context } = site();
  await ask(get("/secret/x", as("alice")));
  assert.equal(context.access?.user, "alice");
  await ask(get("/secret/x"));
  assert.equal(context.access?.user, undefined);
  assert.equal(context.access?.may("read", pathOf("/secret/x")), false);
  await ask(requestOf("OPTIONS", "*"));
  assert.equal(context.access, undefined);
  assert.deepEqual(
    seen.map((access) => access?.user),
    ["alice", undefined],
  );
});

test("requests that wait at the same time do not mix", async () => {
  const { ask, seen } = site();
  const asked = ["alice", "bob", "alice", "bob"].map((name) =>
    ask(get("/secret/x", as(name)), contextOf({ peer: LOCAL_PEER })),
  );
  await Promise.all(asked);
  assert.deepEqual(seen.map((access) => access?.user).sort(), ["alice", "alice", "bob", "bob"]);
});

test("what was decided is told to whoever traces the request", async () => {
  const { ask } = site();
  const notes: string[] = [];
  const trace = { note: (where: string, decision: string) => notes.push(`${where}: ${decision}`) };
  await ask(requestOf("PUT", "/secret/x", as("bob")), contextOf({ peer: LOCAL_PEER, trace }));
  assert.deepEqual(notes, [
    "handlers/authorization: credentials of bob",
    "handlers/authorization: bob may not write /secret/x (rule /secret)",
  ]);
});

test("a doorkeeper knows the same users, and refuses passwords in clear", async () => {
  const { known } = site();
  const keeper = known.doorkeeperOf({ host: undefined, path: "/vfs" });
  assert.ok(keeper !== undefined);
  const alice = { user: "alice", password: "pw" };
  assert.equal(await keeper.check(alice, LOCAL_PEER), "alice");
  assert.equal(await keeper.check({ ...alice, password: "x" }, LOCAL_PEER), undefined);
  await assert.rejects(keeper.check(alice, contextOf().peer), { status: 403 });
  assert.deepEqual([keeper.may("read", "bob"), keeper.may("write", "bob")], [true, false]);
  assert.equal(keeper.asks, true);
  assert.equal(known.doorkeeperOf({ host: undefined, path: "/open" }), undefined);
});

test("the rule of a route that asks itself holds on the other routes that it is about", async () => {
  const clock = fakeClock();
  const known = authorityOver(RULES, clock);
  const handler = known.around(
    known.aroundRoute(() => ({ status: 200, fields: [], body: NO_BODY })),
  );
  const context = contextOf({ peer: LOCAL_PEER, clock });
  const statusOf = async (fields: FieldMap, path = "/vfs/x", method = "GET") => {
    try {
      return (await handler(requestOf(method, path, fields), context)).status;
    } catch (error) {
      assert.ok(error instanceof HttpError);
      return error.status;
    }
  };
  assert.equal(await statusOf({}), 401);
  assert.equal(await statusOf(as("bob")), 200);
  assert.equal(await statusOf(as("bob"), "/vfs/x", "PUT"), 403);
  assert.equal(await statusOf({}, "/seen"), 200);
  // Whoever answers a preflight tells what is there.
  const preflight = { origin: "https://a.example", "access-control-request-method": "PUT" };
  assert.equal(await statusOf(preflight, "/secret/x", "OPTIONS"), 204);
  assert.equal(await statusOf(preflight, "/seen", "OPTIONS"), 200);
});

test("who is who is known where no rule is, if a file may stand for it, or all have the same users", async () => {
  const others = rule("/other", [USERS, USERS, USERS], { users: OTHERS });
  for (const [path, more, user] of [
    ["/elsewhere", [], "bob"],
    ["/elsewhere", [others], undefined],
    ["/secret/page", [others], "bob"],
  ] as const) {
    const { ask, seen } = site([...more, rule("/secret/page.html", [USERS, USERS, USERS])]);
    assert.equal((await ask(get(path, as("bob")))).status, 200);
    assert.equal(seen[0]?.user, user);
    assert.equal(seen[0]?.may("read", pathOf("/secret/page.html")), user === "bob");
  }
});
