// Whom a request is from, behind proxies that are trusted and in front of those who are not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import type { Peer } from "../../src/base/peer.ts";
import { fieldsOf } from "../../src/http/fields.ts";
import { clientOf } from "../../src/server/forwarded.ts";

const PROXY: Peer = {
  address: "10.0.0.1",
  port: 40_000,
  localAddress: "10.0.0.9",
  localPort: 80,
  isLoopback: false,
};
const TRUSTED = addressSet(["10.0.0.0/8", "2001:db8:ffff::/48", "127.0.0.1"]);

function client(...lines: readonly (readonly [string, string])[]): Peer {
  return clientOf(PROXY, fieldsOf(lines), TRUSTED);
}

const XFF = "X-Forwarded-For";

for (const [what, list, address] of [
  ["one word", "203.0.113.5", "203.0.113.5"],
  [
    "what the client wrote is left of what the proxy added",
    "198.51.100.7, 203.0.113.5",
    "203.0.113.5",
  ],
  ["proxies that are trusted are passed over", "203.0.113.5, 10.0.0.2, 10.0.0.3", "203.0.113.5"],
  ["all trusted: the leftmost", "10.0.0.4, 10.0.0.3", "10.0.0.4"],
  ["a port", "203.0.113.5:1234", "203.0.113.5"],
  ["IPv6 without brackets", "2001:DB8::5", "2001:db8::5"],
  ["IPv6 with brackets", "[2001:db8::5]", "2001:db8::5"],
  ["IPv4 in disguise", "::ffff:203.0.113.5", "203.0.113.5"],
  ["what cannot be read", "nonsense", "10.0.0.1"],
  ["what cannot be read, behind a trusted word", "203.0.113.5, nonsense, 10.0.0.3", "10.0.0.3"],
  ["nothing", "", "10.0.0.1"],
  ["a client without an address", "unknown", "unknown"],
] as const) {
  test(`X-Forwarded-For, ${what}`, () => {
    assert.equal(client([XFF, list]).address, address);
  });
}

for (const [what, list, address] of [
  ["one word", "for=203.0.113.5", "203.0.113.5"],
  ["quoted IPv6 and a port", 'For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
  ["a hidden client", "for=_hidden", "_hidden"],
  ["hidden behind a trusted one", "for=_hidden, for=10.0.0.3", "_hidden"],
  ["a client that opens a quotation", 'for="_x, for=203.0.113.5', "203.0.113.5"],
  ["a client that closes one too", 'for="127.0.0.1", for=203.0.113.5', "203.0.113.5"],
  ["an element that says nothing of an address", "for=203.0.113.5, proto=https", "10.0.0.1"],
  ["what cannot be read", "for=203.0.113.5;;=, for=10.0.0.3", "10.0.0.3"],
] as const) {
  test(`Forwarded, ${what}`, () => {
    assert.equal(client(["Forwarded", list]).address, address);
  });
}

test("lines of one name are one list", () => {
  assert.equal(client([XFF, "198.51.100.7"], [XFF, "203.0.113.5"]).address, "203.0.113.5");
});

test("nothing said: the proxy itself, and the very same value", () => {
  assert.equal(client(["Via", "1.1 proxy"]), PROXY);
});

test("the port, and whether it is this machine, are the client's", () => {
  const far = client(["Forwarded", 'for="203.0.113.5:4711"']);
  assert.deepEqual(far, { ...PROXY, address: "203.0.113.5", port: 4711 });
  assert.equal(client([XFF, "127.0.0.1"]).isLoopback, true);
  const near: Peer = { ...PROXY, address: "127.0.0.1", isLoopback: true };
  for (const name of ["203.0.113.5", "unknown"]) {
    assert.equal(clientOf(near, fieldsOf([[XFF, name]]), TRUSTED).isLoopback, false);
  }
});

test("both, and both say the same: Forwarded is believed, with its port and scheme", () => {
  const known = client(
    ["Forwarded", 'for="203.0.113.5:4711";proto=https'],
    [XFF, "203.0.113.5"],
    ["X-Forwarded-Proto", "http"],
  );
  assert.deepEqual(known, {
    ...PROXY,
    address: "203.0.113.5",
    port: 4711,
    forwardedScheme: "https",
  });
});

for (const [what, forwarded, listed] of [
  ["a proxy that only knows X-Forwarded-For", "for=127.0.0.1", "203.0.113.5"],
  ["a proxy that only knows Forwarded", "for=203.0.113.5", "127.0.0.1"],
] as const) {
  test(`${what} does not let a client choose its address with the other`, () => {
    const { address, isLoopback } = client(["Forwarded", forwarded], [XFF, listed]);
    assert.deepEqual({ address, isLoopback }, { address: "unknown", isLoopback: false });
  });
}

for (const [what, lines, scheme] of [
  ["X-Forwarded-Proto alone", [["X-Forwarded-Proto", "HTTPS"]], "https"],
  [
    "one word for two hops",
    [
      [XFF, "203.0.113.5, 10.0.0.2"],
      ["X-Forwarded-Proto", "https"],
    ],
    "https",
  ],
  [
    "a word for each hop",
    [
      [XFF, "203.0.113.5, 10.0.0.2"],
      ["X-Forwarded-Proto", "https, http"],
    ],
    "https",
  ],
  [
    "a word of the client's own",
    [
      [XFF, "203.0.113.5"],
      ["X-Forwarded-Proto", "https, http"],
    ],
    "http",
  ],
  ["another scheme", [["X-Forwarded-Proto", "gopher"]], undefined],
  ["Forwarded", [["Forwarded", "for=203.0.113.5;proto=https, for=10.0.0.2;proto=http"]], "https"],
  [
    "Forwarded that says nothing of it",
    [
      ["Forwarded", "for=203.0.113.5"],
      ["X-Forwarded-Proto", "https"],
    ],
    undefined,
  ],
] as const) {
  test(`the client's scheme by ${what}`, () => {
    assert.equal(client(...lines).forwardedScheme, scheme);
  });
}
