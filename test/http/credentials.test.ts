import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialsOf, parseCredentials } from "../../src/http/credentials.ts";
import { fieldsOf } from "../../src/http/fields.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

for (const [name, value, user, password] of [
  ["RFC 7617's own", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"],
  ["one with a pound sign", "Basic dGVzdDoxMjPCow==", "test", "123£"],
  ["a password with colons", `Basic ${base64("a:b:c::")}`, "a", "b:c::"],
  ["an empty password", `Basic ${base64("a:")}`, "a", ""],
  ["an empty name", `Basic ${base64(":b")}`, "", "b"],
  ["any case of the scheme", `bASIC   ${base64("a:b")} `, "a", "b"],
  ["one without padding", `Basic ${base64("a:bc").replaceAll("=", "")}`, "a", "bc"],
  [
    "one of Latin-1",
    `Basic ${Buffer.from("zo\u00eb:\u00fc", "latin1").toString("base64")}`,
    "zoë",
    "ü",
  ],
  ["letters of two parts", `Basic ${base64("zoe\u0308:u\u0308")}`, "zo\u00eb", "\u00fc"],
] as const) {
  test(`${name} is read`, () => {
    assert.deepEqual(parseCredentials(value), { kind: "basic", credentials: { user, password } });
  });
}

for (const value of ["Bearer abc.def", "Digest username=x", "Basically", ""]) {
  test(`"${value}" says nothing to us`, () => {
    assert.deepEqual(parseCredentials(value), { kind: "none" });
  });
}

for (const [value, reason] of [
  ["Basic", "Basic credentials that are no base64"],
  ["Basic a:b", "Basic credentials that are no base64"],
  [`Basic ${base64("a:b")}, x`, "Basic credentials that are no base64"],
  [`Basic ${base64("ab")}`, "Basic credentials without a colon"],
  [`Basic ${base64("a:b\n")}`, "a control character in credentials"],
  [`Basic ${base64("a\0:b")}`, "a control character in credentials"],
] as const) {
  test(`"${value}" is malformed: ${reason}`, () => {
    assert.deepEqual(parseCredentials(value), { kind: "malformed", reason });
  });
}

test("of two fields nobody knows which the next server believes", () => {
  const field = ["Authorization", `Basic ${base64("a:b")}`] as const;
  assert.deepEqual(credentialsOf(fieldsOf([field, field])), {
    kind: "malformed",
    reason: "more than one Authorization field",
  });
  assert.equal(credentialsOf(fieldsOf([field])).kind, "basic");
  assert.equal(credentialsOf(fieldsOf([])).kind, "none");
});
