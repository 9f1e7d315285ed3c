import assert from "node:assert/strict";
import { test } from "node:test";
import { isLocalVisitor } from "../../src/handlers/local-visitor.ts";
import { get, LOCAL_PEER, STRANGER } from "../support/request.ts";

for (const host of [
  "localhost",
  "localhost:8080",
  "app.localhost",
  "127.0.0.1:8080",
  "127.1.2.3",
  "[::1]:80",
]) {
  test(`a visitor from this machine who asked for ${host} is local`, () => {
    assert.ok(isLocalVisitor(get("/", { host }), LOCAL_PEER));
  });
}

for (const host of [
  "example.org",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "10.0.0.1",
  "",
]) {
  test(`a connection from this machine for "${host}" may come through a proxy`, () => {
    assert.ok(!isLocalVisitor(get("/", { host }), LOCAL_PEER));
  });
}

for (const name of ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP"]) {
  test(`${name} gives a proxy away`, () => {
    assert.ok(!isLocalVisitor(get("/", { [name]: "203.0.113.9" }), LOCAL_PEER));
  });
}

test("an empty Forwarded gives a proxy away too", () => {
  assert.ok(!isLocalVisitor(get("/", { forwarded: "" }), LOCAL_PEER));
});

test("whoever comes from elsewhere is not local, whatever he asks for", () => {
  assert.ok(!isLocalVisitor(get("/", { host: "localhost" }), STRANGER));
});
