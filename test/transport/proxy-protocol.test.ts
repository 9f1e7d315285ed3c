// Headers as proxies send them, cut at every place, and as nobody should.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProxyClient, parseProxyHeader } from "../../src/transport/proxy-protocol.ts";
import {
  extra,
  summed,
  V2_SIGNATURE,
  V4_ADDRESSES,
  V6_ADDRESSES,
  v2,
} from "../support/proxy-header.ts";

const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;

const V4: ProxyClient = { address: "192.0.2.1", port: 56_324 };
const V6: ProxyClient = { address: "2001:db8:0:0:0:0:0:1", port: 56_324 };
const UNIX = Buffer.alloc(216, "/");

const GOOD: readonly (readonly [string, Buffer, ProxyClient | undefined])[] = [
  ["TCP4", Buffer.from("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"), V4],
  [
    "TCP6",
    Buffer.from("PROXY TCP6 2001:DB8::1 2001:db8::2 56324 443\r\n"),
    { ...V6, address: "2001:DB8::1" },
  ],
  ["UNKNOWN alone", Buffer.from("PROXY UNKNOWN\r\n"), undefined],
  ["UNKNOWN with addresses", Buffer.from("PROXY UNKNOWN 1 2 3 anything\r\n"), undefined],
  ["a line of 107 bytes", Buffer.from(`PROXY UNKNOWN ${"x".repeat(91)}\r\n`), undefined],
  [
    "ports at their bounds",
    Buffer.from("PROXY TCP4 192.0.2.1 192.0.2.2 0 65535\r\n"),
    { ...V4, port: 0 },
  ],
  ["version 2, IPv4", v2(PROXY, TCP4, V4_ADDRESSES), V4],
  ["version 2, IPv6", v2(PROXY, TCP6, V6_ADDRESSES), V6],
  ["version 2, a Unix socket", v2(PROXY, 0x31, UNIX), undefined],
  ["version 2, unspecified", v2(PROXY, 0x00, Buffer.alloc(0)), undefined],
  ["version 2, datagrams", v2(PROXY, 0x12, V4_ADDRESSES), undefined],
  ["LOCAL", v2(LOCAL, 0x00, Buffer.alloc(0)), undefined],
  ["LOCAL with bytes that mean nothing", v2(LOCAL, 0xff, Buffer.from("anything")), undefined],
  [
    "extras that are skipped",
    v2(
      PROXY,
      TCP4,
      Buffer.concat([
        V4_ADDRESSES,
        extra(0x02, Buffer.from("a.example")),
        extra(0x04, Buffer.alloc(0)),
      ]),
    ),
    V4,
  ],
  ["a checksum that is right", summed(PROXY, TCP4, V4_ADDRESSES), V4],
  ["a checksum beside unspecified addresses", summed(PROXY, 0x00, Buffer.alloc(0)), undefined],
  [
    "4,096 bytes",
    v2(PROXY, TCP4, Buffer.concat([V4_ADDRESSES, extra(0x05, Buffer.alloc(4_065))])),
    V4,
  ],
];

for (const [what, bytes, client] of GOOD) {
  test(`${what}: the client, wherever the header is cut`, () => {
    const whole = { kind: "header", length: bytes.length, client };
    assert.deepEqual(parseProxyHeader(bytes), whole);
    assert.deepEqual(
      parseProxyHeader(Buffer.concat([bytes, Buffer.from("GET / HTTP/1.1\r\n")])),
      whole,
    );
    for (let cut = 0; cut < bytes.length; cut++) {
      assert.equal(parseProxyHeader(bytes.subarray(0, cut)).kind, "incomplete", `cut at ${cut}`);
    }
  });
}

function wrongSum(): Buffer {
  const bytes = summed(PROXY, TCP4, V4_ADDRESSES);
  bytes[16] = 193;
  return bytes;
}

for (const [what, bytes, reason] of [
  ["a request", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "no PROXY header"],
  ["a ClientHello", Buffer.from("160301", "hex"), "no PROXY header"],
  ["a word that begins alike", Buffer.from("PROXX"), "no PROXY header"],
  ["lower case", Buffer.from("proxy TCP4"), "no PROXY header"],
  [
    "a line of 108 bytes",
    Buffer.from(`PROXY UNKNOWN ${"x".repeat(92)}\r\n`),
    "a line that is too long",
  ],
  ["a line without an end", Buffer.alloc(107, "PROXY "), "a line that is too long"],
  [
    "an unknown family",
    Buffer.from("PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n"),
    "neither TCP4, TCP6 nor UNKNOWN",
  ],
  ["IPv6 called TCP4", Buffer.from("PROXY TCP4 ::1 ::1 1 1\r\n"), "wrong addresses"],
  ["IPv4 called TCP6", Buffer.from("PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n"), "wrong addresses"],
  ["leading zeros", Buffer.from("PROXY TCP4 01.2.3.4 1.2.3.4 1 1\r\n"), "wrong addresses"],
  ["a zone", Buffer.from("PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n"), "wrong addresses"],
  ["a word too many", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1\r\n"), "wrong addresses"],
  ["two spaces", Buffer.from("PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n"), "wrong addresses"],
  ["a word too few", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n"), "wrong ports"],
  ["a port beyond", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n"), "wrong ports"],
  ["a port with a sign", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1 +1\r\n"), "wrong ports"],
  ["version 3", v2(0x31, TCP4, V4_ADDRESSES), "neither LOCAL nor PROXY of version 2"],
  ["an unknown command", v2(0x22, TCP4, V4_ADDRESSES), "neither LOCAL nor PROXY of version 2"],
  ["an unknown family", v2(PROXY, 0x41, V4_ADDRESSES), "an unknown family"],
  ["an unknown protocol", v2(PROXY, 0x13, V4_ADDRESSES), "an unknown family"],
  ["addresses cut short", v2(PROXY, TCP6, V4_ADDRESSES), "addresses cut short"],
  ["4,097 bytes", v2(PROXY, TCP4, Buffer.alloc(4_081)), "a header that is too long"],
  [
    "an extra's head cut short",
    v2(PROXY, TCP4, Buffer.concat([V4_ADDRESSES, Buffer.from([4, 0])])),
    "an extra cut short",
  ],
  [
    "an extra's value cut short",
    v2(PROXY, TCP4, Buffer.concat([V4_ADDRESSES, Buffer.from([4, 0, 2, 1])])),
    "an extra cut short",
  ],
  ["a wrong checksum", wrongSum(), "a wrong checksum"],
  [
    "a checksum of two bytes",
    v2(PROXY, TCP4, Buffer.concat([V4_ADDRESSES, extra(0x03, Buffer.alloc(2))])),
    "a wrong checksum",
  ],
] as const) {
  test(`${what} is refused`, () => {
    assert.deepEqual(parseProxyHeader(bytes), { kind: "malformed", reason });
  });
}

test("what cannot become a header is refused at the first byte that shows it", () => {
  assert.equal(parseProxyHeader(Buffer.from("\r\n")).kind, "incomplete");
  assert.equal(parseProxyHeader(Buffer.from("\r\nG")).kind, "malformed");
  assert.equal(parseProxyHeader(Buffer.from("P")).kind, "incomplete");
  assert.equal(parseProxyHeader(Buffer.from("PO")).kind, "malformed");
  // A length beyond the bound is not waited for.
  const long = Buffer.concat([V2_SIGNATURE, Buffer.from([PROXY, TCP4, 0xff, 0xff])]);
  assert.equal(parseProxyHeader(long).kind, "malformed");
});

test("no bytes at all make it throw", () => {
  for (let seed = 0; seed < 2_000; seed++) {
    const bytes = v2(PROXY, (seed * 7) & 0xff, Buffer.alloc(seed % 300, seed));
    for (let at = 0; at < 4; at++) bytes[12 + ((seed + at) % 60)] = (seed * 31 + at) & 0xff;
    assert.ok(["incomplete", "header", "malformed"].includes(parseProxyHeader(bytes).kind));
  }
});
