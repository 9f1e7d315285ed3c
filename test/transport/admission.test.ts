// How many may come in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import type { LimitName } from "../../src/base/limit-watch.ts";
import { Admission } from "../../src/transport/admission.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";

function admission(
  connectionsMax: number,
  connectionsPerAddressMax: number,
  hits: LimitName[] = [],
): Admission {
  const limits = { ...DEFAULT_TRANSPORT_LIMITS, connectionsMax, connectionsPerAddressMax };
  const proxies = { trusted: addressSet(["10.0.0.0/8"]), sendHeader: true };
  return new Admission(limits, { hit: (limit) => void hits.push(limit) }, proxies);
}

test("a full server admits the next one when somebody has left", () => {
  const it = admission(2, 0);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.2"), false);
  assert.equal(it.open, 2);
  it.release("192.0.2.1");
  assert.equal(it.admit("192.0.2.2"), true);
});

test("one address has its share, and others theirs", () => {
  const it = admission(100, 2);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), false);
  assert.equal(it.admit("192.0.2.2"), true);
  it.release("192.0.2.1");
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.open, 3);
});

test("all who come over a Unix socket are not taken for one", () => {
  const it = admission(3, 1);
  assert.equal(it.admit("unix"), true);
  assert.equal(it.admit("unix"), true);
});

test("one network of IPv6 has its share, however many addresses it uses", () => {
  const it = admission(100, 2);
  assert.equal(it.admit("2001:db8::1"), true);
  assert.equal(it.admit("2001:db8::2"), true);
  assert.equal(it.admit("2001:db8::ffff:3"), false);
  assert.equal(it.admit("2001:db8:0:1::1"), true);
  it.release("2001:db8::2");
  assert.equal(it.admit("2001:db8::4"), true);
});

test("a trusted proxy is not taken for one client, and whom it speaks for is", () => {
  const it = admission(100, 1);
  for (let count = 0; count < 3; count++) assert.equal(it.admit("10.0.0.1"), true);
  assert.equal(it.move("10.0.0.1", "192.0.2.1"), true);
  assert.equal(it.move("10.0.0.1", "192.0.2.1"), false);
  assert.equal(it.move("10.0.0.1", "192.0.2.2"), true);
  it.release("192.0.2.1");
  assert.equal(it.move("10.0.0.1", "192.0.2.1"), true);
  assert.equal(it.open, 2);
});

test("one who stays in his network is counted once", () => {
  const it = admission(100, 1);
  assert.equal(it.admit("2001:db8::1"), true);
  assert.equal(it.move("2001:db8::1", "2001:db8::2"), true);
  it.release("2001:db8::2");
  assert.equal(it.admit("2001:db8::3"), true);
});

test("which limit turned somebody away is told", () => {
  const hits: LimitName[] = [];
  const it = admission(2, 1, hits);
  it.admit("192.0.2.1");
  it.admit("192.0.2.1");
  it.admit("192.0.2.2");
  it.admit("192.0.2.3");
  assert.deepEqual(hits, ["connections_per_ip", "connections"]);
});

test("what other processes have open counts, and they are told what is open here", () => {
  const told: [string, number][] = [];
  const elsewhere = new Map([["192.0.2.1", 1]]);
  const fellows = {
    others: () => 2,
    othersOf: (client: string) => elsewhere.get(client) ?? 0,
    changed: (client: string, own: number) => void told.push([client, own]),
  };
  const limits = { ...DEFAULT_TRANSPORT_LIMITS, connectionsMax: 4, connectionsPerAddressMax: 2 };
  const it = new Admission(limits, undefined, undefined, fellows);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), false, "its second is open elsewhere");
  assert.equal(it.admit("192.0.2.2"), true);
  assert.equal(it.admit("192.0.2.3"), false, "two here and two elsewhere are four");
  it.release("192.0.2.1");
  assert.deepEqual(told, [
    ["192.0.2.1", 1],
    ["192.0.2.2", 1],
    ["192.0.2.1", 0],
  ]);
});

test("other limits are for those who come now; who is in stays and is counted on", () => {
  const it = admission(3, 0);
  for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.2"]) it.admit(address);
  const limits = { ...DEFAULT_TRANSPORT_LIMITS, connectionsMax: 2, connectionsPerAddressMax: 1 };
  it.limitBy(limits, { trusted: addressSet([]), sendHeader: false });
  assert.equal(it.open, 3);
  assert.equal(it.admit("192.0.2.3"), false);
  it.release("192.0.2.1");
  it.release("192.0.2.2");
  assert.equal(it.admit("192.0.2.1"), false, "has its share already");
  assert.equal(it.admit("192.0.2.3"), true);
});
