import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePasswordHash, passwordHashText } from "../../src/base/password-hash.ts";
import { hashOfPassword, isPasswordOf } from "../../src/handlers/password.ts";

function hash(text: string) {
  const parsed = parsePasswordHash(text);
  assert.ok(parsed.kind === "hash");
  return parsed.hash;
}

test("a password is that of its hash, and no other is", async () => {
  const made = hash(passwordHashText(await hashOfPassword("pa:ss wörd")));
  assert.equal(await isPasswordOf(made, "pa:ss wörd"), true);
  assert.equal(await isPasswordOf(made, "pa:ss wo\u0308rd"), true);
  assert.equal(await isPasswordOf(made, "pa:ss word"), false);
  assert.equal(await isPasswordOf(made, ""), false);
});

test("the same password has another hash each time", async () => {
  const [one, other] = await Promise.all([hashOfPassword("x"), hashOfPassword("x")]);
  assert.notDeepEqual(one.salt, other.salt);
  assert.notDeepEqual(one.key, other.key);
});

test("a hash that another program made is understood: RFC 7914, section 12", async () => {
  const key =
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
    "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  const salt = Buffer.from("NaCl").toString("base64").replaceAll("=", "");
  // Its salt is too short for a file of ours, so the value is made by hand.
  const value = {
    kind: "scrypt",
    costLog2: 10,
    blockSize: 8,
    parallelization: 16,
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "hex"),
  } as const;
  assert.equal(await isPasswordOf(value, "password"), true);
  assert.equal(await isPasswordOf(value, "passwore"), false);
});

test("what htpasswd -B has written is understood", async () => {
  const made = hash("$2y$05$FfKorC2255Kltpx/RNus3eaGPwk1kkvB0ZMlZfXxIjEIWVaDOoboe");
  assert.equal(await isPasswordOf(made, "pa:ss"), true);
  assert.equal(await isPasswordOf(made, "pa"), false);
});
