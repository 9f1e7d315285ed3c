import assert from "node:assert/strict";
import { test } from "node:test";
import { devNameOf } from "../../src/transport/dev-names.ts";

for (const [text, kind, name] of [
  ["app.test", "dns", "app.test"],
  ["App.TEST.", "dns", "app.test"],
  ["*.app.test", "dns", "*.app.test"],
  ["my_host", "dns", "my_host"],
  ["xn--bcher-kva.test", "dns", "xn--bcher-kva.test"],
  ["a".repeat(63), "dns", "a".repeat(63)],
  ["10.1.2.3.example", "dns", "10.1.2.3.example"],
  ["192.168.1.20", "address", "192.168.1.20"],
  ["[2001:DB8::1]", "address", "2001:db8::1"],
  ["0:0:0:0:0:0:0:1", "address", "::1"],
] as const) {
  test(`${text} is a name of kind ${kind}`, () => {
    assert.deepEqual(devNameOf(text), { kind, name });
  });
}

const EXAMPLES = 'names look like "app.test", "*.app.test" or "192.168.1.20"';

for (const [text, message, hint] of [
  ["", '"" is empty', EXAMPLES],
  ["a,O=evil", '"a,O=evil" is not a host name', EXAMPLES],
  ["a\n.test", '"a\\n.test" has spaces or control characters', EXAMPLES],
  ["\u001b[2Ja", '"\\u001b[2Ja" has spaces or control characters', EXAMPLES],
  ["a b", '"a b" has spaces or control characters', EXAMPLES],
  ["a\u00adb.test", '"a\u00adb.test" has spaces or control characters', EXAMPLES],
  [
    "bücher.test",
    '"bücher.test" has letters beyond ASCII',
    "write it in punycode: xn--bcher-kva.test",
  ],
  ["https://a.test/", '"https://a.test/" is not a host name', "leave out scheme and path"],
  ["a.test/b", '"a.test/b" is not a host name', "leave out scheme and path"],
  ["a.test:80", '"a.test:80" has a port', "leave it out: a certificate is good for all ports"],
  ["*", '"*" is a wildcard that browsers refuse', "it needs two labels: *.app.test"],
  ["*.test", '"*.test" is a wildcard that browsers refuse', "it needs two labels: *.app.test"],
  ["a.*.test", '"a.*.test" is not a host name', EXAMPLES],
  ["a..test", '"a..test" is not a host name', EXAMPLES],
  ["-a.test", '"-a.test" is not a host name', EXAMPLES],
  ["a-.test", '"a-.test" is not a host name', EXAMPLES],
  ["256.1.1.1", '"256.1.1.1" is neither a host name nor an address', EXAMPLES],
  ["10.1", '"10.1" is neither a host name nor an address', EXAMPLES],
  ["fe80::1%eth0", '"fe80::1%eth0" is not a host name', EXAMPLES],
] as const) {
  test(`${JSON.stringify(text)} is refused with a reason`, () => {
    assert.deepEqual(devNameOf(text), { kind: "unusable", message, hint });
  });
}

test("labels and names that are too long are refused", () => {
  const label = "a".repeat(64);
  const long = `${"a.".repeat(126)}ab`;
  assert.deepEqual(devNameOf(label), {
    kind: "unusable",
    message: `"${label}" has a label longer than 63 characters`,
    hint: EXAMPLES,
  });
  assert.deepEqual(devNameOf(long), {
    kind: "unusable",
    message: `"${long}" is longer than 253 characters`,
    hint: EXAMPLES,
  });
});
