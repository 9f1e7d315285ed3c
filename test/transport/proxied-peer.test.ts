// The header in front of everything: over real connections, in whatever pieces it comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import { type ProxiedPeer, proxiedPeer } from "../../src/transport/proxied-peer.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import { until } from "../contract/byte-stream.ts";
import { extra, V6_ADDRESSES, v2 } from "../support/proxy-header.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { dial, type Ground, openGround } from "./ends.ts";

const PROXIES = { trusted: addressSet(["127.0.0.1"]), sendHeader: true };

interface Scene {
  readonly ground: Ground;
  readonly stream: SocketStream;
  readonly outcome: Promise<ProxiedPeer>;
  send(bytes: Uint8Array | string): void;
  end(): void;
}

async function scene(t: Cleanup, shared?: Ground): Promise<Scene> {
  const ground = shared ?? (await openGround(t, { proxies: PROXIES }));
  const client = await dial(t, ground.port);
  client.on("error", () => {});
  const stream = await ground.accepted();
  stream.expireAfter(5_000);
  const outcome = proxiedPeer(stream);
  return {
    ground,
    stream,
    outcome,
    send: (bytes) => void client.write(bytes),
    end: () => void client.end(),
  };
}

test("the peer becomes the client, and what follows is read as if nothing had been there", async (t) => {
  const { stream, outcome, send } = await scene(t);
  send("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET /");
  assert.deepEqual(await outcome, { kind: "known" });
  const { localAddress, localPort } = stream.wirePeer;
  assert.deepEqual(stream.peer, {
    address: "192.0.2.1",
    port: 56_324,
    localAddress,
    localPort,
    isLoopback: false,
  });
  assert.equal(stream.wirePeer.address, "127.0.0.1");
  assert.equal(String(await stream.read()), "GET /");
});

test("a header that comes byte by byte is the same", async (t) => {
  const { stream, outcome, send } = await scene(t);
  const bytes = v2(0x21, 0x21, Buffer.concat([V6_ADDRESSES, extra(4, Buffer.alloc(9))]));
  for (const byte of bytes) {
    send(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await outcome, { kind: "known" });
  assert.equal(stream.peer.address, "2001:db8::1");
});

test("a proxy that speaks for itself stays the peer", async (t) => {
  const { stream, outcome, send } = await scene(t);
  send(v2(0x20, 0x00, Buffer.alloc(0)));
  assert.deepEqual(await outcome, { kind: "known" });
  assert.equal(stream.peer, stream.wirePeer);
});

test("anything else is refused, with the reason", async (t) => {
  const { outcome, send } = await scene(t);
  send("GET / HTTP/1.1\r\n\r\n");
  assert.deepEqual(await outcome, { kind: "refused", reason: "no PROXY header" });
});

test("a proxy that goes away in the middle is refused", async (t) => {
  const { outcome, send, end } = await scene(t);
  send("PROXY TC");
  end();
  assert.deepEqual(await outcome, { kind: "refused", reason: "the proxy went away" });
});

test("a header that dribbles has the stream's deadline for all of it", async (t) => {
  const { ground, outcome, send } = await scene(t);
  let over = false;
  void outcome.then(() => {
    over = true;
  });
  for (const letter of "PROXY TC") {
    if (over) break;
    send(letter);
    // The byte takes its way through two kernels.
    await new Promise((resolve) => setTimeout(resolve, 5));
    ground.clock.advance(1_000);
  }
  assert.deepEqual(await outcome, { kind: "timeout" });
});

test("the client is counted, not the proxy", async (t) => {
  const limits = { connectionsPerAddressMax: 1 };
  const ground = await openGround(t, { limits, proxies: PROXIES });
  const header = (address: string) => `PROXY TCP4 ${address} 198.51.100.1 56324 443\r\n`;
  const outcomes: string[] = [];
  for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
    const { outcome, send } = await scene(t, ground);
    send(header(address));
    const known = await outcome;
    outcomes.push(known.kind === "refused" ? known.reason : known.kind);
  }
  assert.deepEqual(outcomes, ["known", "known", "192.0.2.1 has too many connections"]);
  ground.streams[0]?.destroy();
  await until(() => ground.transport.admission.open === 2, "the first one gone");
  const again = await scene(t, ground);
  again.send(header("192.0.2.1"));
  assert.deepEqual(await again.outcome, { kind: "known" });
});
