import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressSet,
  limitKeyOf,
  parseAddressRange,
  parseIpAddress,
} from "../../src/base/ip-address.ts";

for (const [text, groups] of [
  ["192.0.2.7", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207]],
  ["::ffff:192.0.2.7", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207]],
  ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
  ["::1", [0, 0, 0, 0, 0, 0, 0, 1]],
  ["2001:db8::8:800:200C:417A", [0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a]],
  ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
  ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]],
  ["64:ff9b::192.0.2.33", [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x0221]],
  ["fe80::1%eth0", [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
] as const) {
  test(`${text} is an address`, () => {
    assert.deepEqual(parseIpAddress(text), groups);
  });
}

for (const text of [
  "",
  "unix",
  "1.2.3",
  "1.2.3.256",
  "01.2.3.4",
  "1.2.3.4.5",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "12345::",
  "1.2.3.4::",
  "g::",
  "localhost",
]) {
  test(`"${text}" is no address`, () => {
    assert.equal(parseIpAddress(text), undefined);
  });
}

for (const text of [
  "10.0.0.0/33",
  "10.1.2.3/8",
  "::/129",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "/8",
  "a/8",
  "fe80::1%a/64",
]) {
  test(`"${text}" is no range`, () => {
    assert.equal(parseAddressRange(text), undefined);
  });
}

test("a set holds what its ranges hold, in whatever family it is written", () => {
  const set = addressSet(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"]);
  for (const inside of [
    "10.0.0.0",
    "10.255.255.255",
    "::ffff:10.1.2.3",
    "192.0.2.7",
    "2001:db8:ffff::",
    "::1",
  ]) {
    assert.equal(set.has(inside), true, inside);
  }
  for (const outside of [
    "9.255.255.255",
    "11.0.0.0",
    "192.0.2.8",
    "2001:db9::",
    "::2",
    "unix",
    "nonsense",
  ]) {
    assert.equal(set.has(outside), false, outside);
  }
});

test("0.0.0.0/0 is all of IPv4 and nothing of IPv6; ::/0 is everybody with an address", () => {
  assert.equal(addressSet(["0.0.0.0/0"]).has("203.0.113.9"), true);
  assert.equal(addressSet(["0.0.0.0/0"]).has("2001:db8::1"), false);
  assert.equal(addressSet(["::/0"]).has("2001:db8::1"), true);
  assert.equal(addressSet(["::/0"]).has("203.0.113.9"), true);
});

test("peers on a Unix socket are in a set that names them", () => {
  assert.equal(addressSet(["unix"]).has("unix"), true);
  assert.equal(addressSet(["::/0"]).has("unix"), false);
});

test("an empty set holds nobody", () => {
  assert.equal(addressSet([]).has("127.0.0.1"), false);
});

test("one IPv6 network shares a limit; IPv4 addresses do not", () => {
  assert.equal(limitKeyOf("2001:db8:0:1::1"), limitKeyOf("2001:db8:0:1:ffff::2"));
  assert.notEqual(limitKeyOf("2001:db8:0:1::1"), limitKeyOf("2001:db8:0:2::1"));
  assert.equal(limitKeyOf("2001:db8:0:1::1"), "2001:db8:0:1::/64");
  assert.equal(limitKeyOf("192.0.2.7"), "192.0.2.7");
  assert.equal(limitKeyOf("unix"), "unix");
});
