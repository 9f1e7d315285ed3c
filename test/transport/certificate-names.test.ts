import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import {
  canonicalHost,
  coversHost,
  namesOf,
  wildcardOver,
} from "../../src/transport/certificate-names.ts";
import { selfSigned, temporaryFolder } from "./openssl.ts";

function namesIn(t: Parameters<typeof temporaryFolder>[0], name: string, san: string) {
  return namesOf(new X509Certificate(selfSigned(temporaryFolder(t), name, san).cert));
}

test("names are the DNS names and addresses of subjectAltName, in one spelling, in order", (t) => {
  const san = "DNS:A.Example,DNS:*.b.example,IP:0:0:0:0:0:0:0:1,IP:10.0.0.1,DNS:a.example";
  assert.deepEqual(namesIn(t, "ignored", san), ["a.example", "*.b.example", "::1", "10.0.0.1"]);
});

test("mail addresses and URIs are no hosts", (t) => {
  const san = "email:me@a.example,URI:https://b.example/,DNS:c.example";
  assert.deepEqual(namesIn(t, "ignored", san), ["c.example"]);
});

test("a name that tries to be two names is left out", (t) => {
  assert.deepEqual(namesIn(t, "ignored", "otherName:1.2.3.4;UTF8:x,DNS:good.example"), [
    "good.example",
  ]);
  const forged = namesOf({
    subjectAltName: 'DNS:"evil.example, DNS:victim.example", DNS:good.example',
    subject: "CN=x",
  });
  assert.deepEqual(forged, ["good.example"]);
});

test("without subjectAltName the common name counts", (t) => {
  assert.deepEqual(namesIn(t, "Old.Example", ""), ["old.example"]);
});

for (const [spelling, canonical] of [
  ["EXAMPLE.org.", "example.org"],
  ["[::1]", "::1"],
  ["2001:DB8:0:0::00A", "2001:db8::a"],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  ["127.0.0.1", "127.0.0.1"],
] as const) {
  test(`${spelling} is ${canonical}`, () => {
    assert.equal(canonicalHost(spelling), canonical);
  });
}

for (const [host, wildcard] of [
  ["a.example.org", "*.example.org"],
  ["a.b.example.org", "*.b.example.org"],
  ["localhost", undefined],
  [".example.org", undefined],
] as const) {
  test(`the wildcard over ${host} is ${wildcard ?? "none"}`, () => {
    assert.equal(wildcardOver(host), wildcard);
  });
}

for (const [host, covered] of [
  ["EXAMPLE.org", true],
  ["www.example.org", true],
  ["a.www.example.org", false],
  ["example.net", false],
  ["[::1]", true],
  ["*.example.org", true],
] as const) {
  test(`example.org, *.example.org and ::1 ${covered ? "cover" : "do not cover"} ${host}`, () => {
    assert.equal(coversHost(["example.org", "*.example.org", "::1"], host), covered);
  });
}
