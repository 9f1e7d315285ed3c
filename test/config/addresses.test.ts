import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, readHost, readHostPattern } from "../../src/config/addresses.ts";

for (const [written, address] of [
  ["127.0.0.1", "127.0.0.1"],
  ["0.0.0.0", "0.0.0.0"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ["::", "::"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  ["LocalHost", "localhost"],
  ["unix:/run/ferrox.sock", "unix:/run/ferrox.sock"],
] as const) {
  test(`${written} is an address to listen on`, () => {
    assert.deepEqual(readAddress(written), { kind: "value", value: address });
  });
}

for (const [written, hint] of [
  ["300.1.2.3", undefined],
  ["1.2.3", undefined],
  ["127.0.0.1:80", "the port is said by http_port and https_port"],
  ["[::1]:80", "the port is said by http_port and https_port"],
  ["localhost:80", "the port is said by http_port and https_port"],
  ["*", "0.0.0.0 listens on all IPv4 addresses, :: on IPv6 too"],
  ["", "0.0.0.0 listens on all of this machine, 127.0.0.1 on itself only"],
  ["example.org", "a host name is not looked up; write the address it stands for"],
  [80, undefined],
] as const) {
  test(`${JSON.stringify(written)} is no address to listen on`, () => {
    const reading = readAddress(written);
    assert.ok(reading.kind === "fault");
    assert.match(reading.message, /^expected an IP address, localhost or "unix:\/path", got /);
    assert.equal(reading.hint, hint);
  });
}

for (const path of ["unix:", "unix:run/x", "unix:./x"]) {
  test(`${path} is no absolute path of a socket`, () => {
    assert.deepEqual(readAddress(path), {
      kind: "fault",
      message: `expected "unix:" and an absolute path, got "${path}"`,
      hint: undefined,
    });
  });
}

test("the path of a socket that the kernel would cut is refused", () => {
  assert.equal(readAddress(`unix:/${"a".repeat(102)}`).kind, "value");
  assert.deepEqual(readAddress(`unix:/${"a".repeat(103)}`), {
    kind: "fault",
    message: "the path of a Unix socket has at most 103 bytes, not 104",
    hint: undefined,
  });
});

for (const [written, host] of [
  ["Docs.Example.ORG", "docs.example.org"],
  ["example.org.", "example.org"],
  ["localhost", "localhost"],
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "[::1]"],
  ["[::1]", "[::1]"],
  ["a_b.example", "a_b.example"],
] as const) {
  test(`the host ${written} is ${host}`, () => {
    assert.deepEqual(readHost(written), { kind: "value", value: host });
  });
}

for (const [written, hint] of [
  ["example.org:80", "without a port"],
  ["http://example.org", "without http://"],
  ["*.example.org", "wildcards match no route"],
  ["bücher.example", 'beyond ASCII, write its "xn--" form'],
  ["a b", undefined],
  ["-a.example", undefined],
  ["a..b", undefined],
  [`${"a".repeat(64)}.example`, undefined],
  ["1.2.3.400", undefined],
  ["", undefined],
  [5, undefined],
] as const) {
  test(`${JSON.stringify(written)} is no host`, () => {
    const reading = readHost(written);
    assert.ok(reading.kind === "fault");
    assert.equal(reading.hint, hint);
  });
}

test("a certificate may be for all names one level below", () => {
  assert.deepEqual(readHostPattern("*.Example.org"), { kind: "value", value: "*.example.org" });
  assert.equal(readHostPattern("*.*.example.org").kind, "fault");
  assert.equal(readHostPattern("*").kind, "fault");
});
