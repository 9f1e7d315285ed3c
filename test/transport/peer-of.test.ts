// Who is there, as Peer says it.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onBehalfOf, peerOf, peerOfHandle } from "../../src/transport/peer-of.ts";

function socketOf(remoteAddress: string | undefined, localAddress: string): Socket {
  const socket = new Socket();
  const known = { remoteAddress, remotePort: 40_000, localAddress, localPort: 8080 };
  for (const [name, value] of Object.entries(known)) Object.defineProperty(socket, name, { value });
  return socket;
}

test("an IPv4 peer of a socket for both families is an IPv4 peer", () => {
  assert.deepEqual(peerOf(socketOf("::ffff:192.0.2.7", "::ffff:192.0.2.1"), false), {
    address: "192.0.2.7",
    port: 40_000,
    localAddress: "192.0.2.1",
    localPort: 8080,
    isLoopback: false,
  });
});

for (const [address, isLoopback] of [
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::ffff:127.0.0.1", true],
  ["::1", true],
  ["192.0.2.1", false],
  ["2001:db8::1", false],
] as const) {
  test(`${address} ${isLoopback ? "is" : "is not"} loopback`, () => {
    assert.equal(peerOf(socketOf(address, "::"), false)?.isLoopback, isLoopback);
  });
}

test("a peer on a Unix socket has no address", () => {
  assert.deepEqual(peerOf(new Socket(), true), {
    address: "unix",
    port: 0,
    localAddress: "unix",
    localPort: 0,
    isLoopback: true,
  });
});

test("a peer that is gone already is nobody", () => {
  assert.equal(peerOf(socketOf(undefined, "127.0.0.1"), false), undefined);
  assert.equal(peerOf(new Socket(), false), undefined);
});

/** A handle that says what the kernel would. */
const handleOf = (remote: string, local: string) => ({
  getpeername: (facts: object) => says(facts, { address: remote, port: 40_000 }),
  getsockname: (facts: object) => says(facts, { address: local, port: 8080 }),
});

function says(facts: object, what: object): number {
  Object.assign(facts, what);
  return 0;
}

for (const [host, localAddress] of [
  ["192.0.2.9", "192.0.2.9"], // bound there: nobody need be asked
  ["::", "192.0.2.1"],
  ["0.0.0.0", "192.0.2.1"],
] as const) {
  test(`a handle accepted at ${host} has come in at ${localAddress}`, () => {
    const handle = handleOf("::ffff:192.0.2.7", "::ffff:192.0.2.1");
    assert.deepEqual(peerOfHandle(handle, { host, port: 8080 }), {
      address: "192.0.2.7",
      port: 40_000,
      localAddress,
      localPort: 8080,
      isLoopback: false,
    });
  });
}

test("a handle whose peer is gone is nobody's", () => {
  const gone = { getpeername: () => -107 };
  assert.equal(peerOfHandle(gone, { host: "::1", port: 8080 }), undefined);
});

test("an address that is remembered keeps nothing of the header it was cut out of", () => {
  const header = "1.1.1.1, ".repeat(10_000);
  const peer = peerOf(socketOf("127.0.0.1", "127.0.0.1"), false);
  assert.ok(peer !== undefined);
  const remembered: string[] = [];
  const before = process.memoryUsage().heapUsed;
  for (let n = 100; n < 1_000; n++) {
    // Each header a text of its own, 90 kB long.
    const text = Buffer.from(`${header}192.168.100.${n % 156} ${n}`, "latin1").toString("latin1");
    const address = text.slice(header.length, text.lastIndexOf(" "));
    remembered.push(onBehalfOf(peer, { address, port: 0 }).address);
  }
  collectGarbage();
  const grownBytes = process.memoryUsage().heapUsed - before;
  assert.equal(remembered.length, 900);
  assert.ok(grownBytes < 20_000_000, `${grownBytes} bytes more for 900 addresses`);
});

/** Node hides it unless it is started with --expose-gc. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  Reflect.apply(collect, undefined, []);
}
