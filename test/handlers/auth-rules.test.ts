import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AuthRule,
  authRules,
  isGranted,
  isOpenToAll,
  type Who,
} from "../../src/handlers/auth-rules.ts";

function rule(path: string, host?: string, who: Who = { kind: "users" }): AuthRule {
  const origin = `${host ?? ""}${path || "/"}`;
  const grant = { who, origin };
  const grants = { read: grant, list: grant, write: grant };
  const users = { named: [], diskPath: undefined };
  return { host, path, origin, realm: "", insecure: false, users, grants, asksItself: false };
}

const RULES = authRules([
  rule("/secret"),
  rule("/secret/deep/pub"),
  rule("", "a.example"),
  rule("/in", "a.example"),
  rule("/secret", "b.example"),
]);

for (const [host, path, expected] of [
  ["", "/", undefined],
  ["", "/secret", "/secret"],
  ["", "/secret/", "/secret"],
  ["", "/secret/x", "/secret"],
  ["", "/secretx", undefined],
  ["", "/SECRET", undefined],
  ["", "/secret\uDC2Fx", undefined], // an encoded slash: no file can be called so
  ["", "/secret/deep", "/secret"],
  ["", "/secret/deep/pub", "/secret/deep/pub"],
  ["", "/secret/deep/pub/a/b/c", "/secret/deep/pub"],
  ["", "/secret/deep/public", "/secret"],
  ["a.example", "/secret/x", "a.example/"], // the host's own rules come first
  ["a.example", "/in/x", "a.example/in"],
  ["b.example", "/secret/deep/pub", "b.example/secret"],
  ["b.example", "/other", undefined],
  ["c.example", "/secret", "/secret"],
] as const) {
  test(`${path} on ${host || "no host"} is decided by ${expected ?? "no rule"}`, () => {
    assert.equal(RULES.ruleFor(host, path)?.origin, expected);
  });
}

for (const [who, nobody, alice, bob] of [
  [{ kind: "anyone" }, true, true, true],
  [{ kind: "users" }, false, true, true],
  [{ kind: "names", names: ["alice"] }, false, true, false],
  [{ kind: "nobody" }, false, false, false],
] as const) {
  test(`what is for ${who.kind}`, () => {
    const one = rule("", undefined, who);
    assert.equal(isGranted(one, "read", undefined), nobody);
    assert.equal(isGranted(one, "read", "alice"), alice);
    assert.equal(isGranted(one, "read", "bob"), bob);
    assert.equal(isOpenToAll(one, "read"), nobody);
  });
}

test("where there is no rule anyone may do anything", () => {
  assert.equal(isGranted(undefined, "write", undefined), true);
});

test("a path of thousands of segments costs no more looks than the deepest rule", () => {
  const long = "/a".repeat(100_000);
  assert.equal(RULES.ruleFor("", `/secret${long}`)?.origin, "/secret");
});

for (const [path, found] of [
  ["/page", "/page.html"],
  ["/page.html", "/page.html"],
  ["/docs/", "/docs/index.html"],
  ["/docs", undefined],
  ["/docs/page", undefined],
  ["/open", undefined], // nobody is known there
] as const) {
  test(`beside ${path} is ${found}`, () => {
    const known = { named: [], diskPath: "/users" };
    const rules = authRules([
      { ...rule("/page.html"), users: known },
      { ...rule("/docs/index.html"), users: known },
      { ...rule("/open.html"), users: undefined },
      { ...rule("/page.html", "other.example"), users: known },
    ]);
    assert.equal(rules.ruleBeside("own.example", path)?.path, found);
  });
}
