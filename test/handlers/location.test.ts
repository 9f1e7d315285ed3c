import assert from "node:assert/strict";
import { test } from "node:test";
import { locationOf, pathAbove, pathBelow, permanentStatus } from "../../src/handlers/location.ts";

for (const [prefix, path, rest] of [
  ["/", "/", "/"],
  ["/", "/a/b", "/a/b"],
  ["/up", "/up", ""],
  ["/up", "/up/", "/"],
  ["/up/", "/up/a", "/a"],
  ["/up/", "/up", ""],
  ["/up", "/upper", undefined],
  ["/up/", "/", undefined],
] as const) {
  test(`below ${prefix}, ${path} is ${rest}`, () => {
    assert.equal(pathBelow(prefix, path), rest);
  });
}

test("a location is encoded and keeps the query as it was sent", () => {
  assert.equal(locationOf("/d\u00fcr/", "a=%20&b"), "/d%C3%BCr/?a=%20&b");
  assert.equal(locationOf("/a b/", ""), "/a%20b/");
});

test("no decoded path comes out as another host", () => {
  assert.equal(locationOf("//evil.example/", ""), "/evil.example/");
  assert.equal(locationOf("/\\evil.example/", ""), "/%5Cevil.example/");
  assert.equal(locationOf("/a\r\nX: y/", ""), "/a%0D%0AX:%20y/");
});

test("methods that may carry a body keep it", () => {
  assert.equal(permanentStatus("HEAD"), 301);
  assert.equal(permanentStatus("POST"), 308);
});

for (const [prefix, below, path] of [
  ["/", "/x", "/x"],
  ["/up", "/x", "/up/x"],
  ["/up/", "/x", "/up/x"],
] as const) {
  test(`${below} below ${prefix} is ${path} of the site`, () => {
    assert.equal(pathAbove(prefix, below), path);
  });
}
