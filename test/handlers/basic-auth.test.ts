import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../../src/base/peer.ts";
import type { AuthRule, Who } from "../../src/handlers/auth-rules.ts";
import { challengeOf, demand, isConfidential, refusalOf } from "../../src/handlers/basic-auth.ts";
import type { Access } from "../../src/http/access.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { get, LOCAL_PEER, STRANGER } from "../support/request.ts";

const TLS = { version: "TLSv1.3", cipher: "x", serverName: undefined, alpn: undefined };
const USERS: Who = { kind: "users" };

function rule(who: Who, changes: Partial<AuthRule> = {}): AuthRule {
  const grant = { who, origin: "ferrox.yml:7" };
  return {
    host: undefined,
    path: "",
    origin: "ferrox.yml:6",
    realm: "Ferrox",
    insecure: false,
    users: { named: [], diskPath: undefined },
    grants: { read: grant, list: grant, write: grant },
    asksItself: false,
    ...changes,
  };
}

test("the challenge asks for UTF-8, and its realm cannot end early", () => {
  assert.equal(challengeOf('a "b" \\'), 'Basic realm="a \\"b\\" \\\\", charset="UTF-8"');
});

for (const [name, peer, expected] of [
  ["this machine", LOCAL_PEER, true],
  ["TLS", { ...STRANGER, tls: TLS }, true],
  ["TLS with a trusted proxy", { ...STRANGER, forwardedScheme: "https" }, true],
  ["in clear", STRANGER, false],
  ["in clear with a trusted proxy", { ...STRANGER, tls: TLS, forwardedScheme: "http" }, false],
] as const) {
  test(`a password over ${name} is ${expected ? "" : "not "}between the two`, () => {
    const given: Peer = peer;
    assert.equal(isConfidential(given), expected);
  });
}

for (const [name, refused, status] of [
  ["a stranger may log in", { rule: rule(USERS), user: undefined, peer: LOCAL_PEER }, 401],
  ["a user without the right may not", { rule: rule(USERS), user: "bob", peer: LOCAL_PEER }, 403],
  ["nobody may", { rule: rule({ kind: "nobody" }), user: undefined, peer: LOCAL_PEER }, 403],
  ["nobody is asked in clear", { rule: rule(USERS), user: undefined, peer: STRANGER }, 403],
  [
    "but where the operator insists",
    { rule: rule(USERS, { insecure: true }), user: undefined, peer: STRANGER },
    401,
  ],
] as const) {
  test(`${name}: ${status}`, () => {
    const error = refusalOf({ ...refused, verb: "read" });
    assert.equal(error.status, status);
    assert.match(error.reason, /ferrox\.yml:7/);
    const challenges = error.fields.filter(([field]) => field === "WWW-Authenticate");
    assert.equal(challenges.length, status === 401 ? 1 : 0);
  });
}

test("what is demanded late is refused in the words of the access, or with 403", () => {
  const { target } = get("/x");
  assert.ok(target.kind === "path");
  const { path } = target;
  const access: Access = { user: undefined, may: (verb) => verb === "read" };
  assert.doesNotThrow(() => demand(undefined, "list", path));
  assert.doesNotThrow(() => demand(access, "read", path));
  assert.throws(() => demand(access, "list", path), { status: 403 });
  const refusal = () => new HttpError(401, "who are you?");
  assert.throws(() => demand({ ...access, refusal }, "list", path), { status: 401 });
});
