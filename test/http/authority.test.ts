import assert from "node:assert/strict";
import { isIPv6 } from "node:net";
import { test } from "node:test";
import { hostNameOf, parseAuthority } from "../../src/http/authority.ts";
import { randomFrom } from "../support/random.ts";

for (const [text, host, port] of [
  ["localhost", "localhost", undefined],
  ["LocalHost", "localhost", undefined],
  ["localhost:", "localhost", undefined],
  ["localhost:0", "localhost", 0],
  ["localhost:65535", "localhost", 65_535],
  ["localhost:00080", "localhost", 80],
  ["127.0.0.1:80", "127.0.0.1", 80],
  ["a_b.example.", "a_b.example.", undefined],
  ["xn--bcher-kva.example", "xn--bcher-kva.example", undefined],
  ["a%20b", "a%20b", undefined],
  ["a%C3%BC:1", "a%c3%bc", 1],
  ["!$&'()*+,;=~", "!$&'()*+,;=~", undefined],
  ["[::1]", "[::1]", undefined],
  ["[::1]:8080", "[::1]", 8080],
  ["[2001:DB8::1]:", "[2001:db8::1]", undefined],
  ["[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", undefined],
  ["[v1.fe:80]", "[v1.fe:80]", undefined],
] as const) {
  test(`${text} is an authority`, () => {
    assert.deepEqual(parseAuthority(text), { host, port });
  });
}

for (const text of [
  "",
  ":",
  ":80",
  "localhost:http",
  "localhost:-1",
  "localhost:+1",
  "localhost: 80",
  "localhost:80:80",
  "localhost:65536",
  "localhost:99999999999999999999",
  "user@localhost",
  "user:pw@localhost",
  "localhost/x",
  "localhost?x",
  "localhost#x",
  "local\\host",
  "local host",
  "local\thost",
  "local\0host",
  "a\x0bb",
  "a`b",
  "a<b",
  'a"b',
  "a, b", // two Host lines, joined
  "b\xfccher",
  "a%2",
  "a%zz",
  "a%",
  "]",
  "[",
  "[]",
  "[::1",
  "::1",
  "[::1]x",
  "[::1]80",
  "[::1]:x",
  "[::1%25eth0]",
  "[127.0.0.1]",
  "[localhost]",
  "[1:2:3:4:5:6:7]",
  "[1:2:3:4:5:6:7:8:9]",
  "[1:2:3:4:5:6:7:8::]",
  "[1::2::3]",
  "[:::]",
  "[1:]",
  "[:1::]",
  "[12345::]",
  "[::1.2.3]",
  "[::1.2.3.256]",
  "[::01.2.3.4]",
  "[1.2.3.4::]",
  "[v.a]",
  "[v1.]",
  "[vg.a]",
  "x[::1]",
]) {
  test(`${JSON.stringify(text)} is no authority`, () => {
    assert.equal(parseAuthority(text), undefined);
  });
}

test("IPv6 addresses are judged as by node:net", () => {
  const random = randomFrom(4291);
  const pieces = [
    ":",
    "::",
    "0",
    "1f",
    "abcd",
    "1.2.3.4",
    "255.255.255.255",
    "fffff",
    "1.2.3",
  ] as const;
  let valid = 0;
  for (let round = 0; round < 100_000; round++) {
    let address = "";
    for (let count = random.below(17); count > 0; count--) address += random.pick(pieces);
    assert.equal(parseAuthority(`[${address}]`) !== undefined, isIPv6(address), address);
    if (isIPv6(address)) valid++;
  }
  assert.ok(valid > 500, `only ${valid} of them were valid`);
});

test("a long one costs time in proportion to its length", () => {
  assert.equal(parseAuthority("a".repeat(100_000))?.host.length, 100_000);
  assert.equal(parseAuthority(`[${":".repeat(100_000)}]`), undefined);
  assert.equal(parseAuthority(`[${"1:".repeat(50_000)}]`), undefined);
  assert.equal(parseAuthority(`[v1.${":".repeat(100_000)}\x20]`), undefined);
});

for (const [sent, name] of [
  ["Example.ORG:8080", "example.org"],
  ["example.org.", "example.org"],
  ["[::1]:80", "[::1]"],
  ["", ""],
  ["a b", ""],
] as const) {
  test(`rules and routes call "${sent}" "${name}"`, () => {
    assert.equal(hostNameOf(sent), name);
  });
}
