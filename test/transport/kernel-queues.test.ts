// Reading /proc/net/tcp, from tables as Linux prints them.

import assert from "node:assert/strict";
import { endianness } from "node:os";
import { test } from "node:test";
import type { Peer } from "../../src/base/peer.ts";
import { KernelQueues } from "../../src/transport/kernel-queues.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const TCP = `${HEAD}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 16853 1
   1: 0100007F:1F90 0200007F:BAC8 01 00052800:00000000 01:00000014 00000000     0        0 17000 2
  12: 0100007F:1F91 0200007F:BAC8 01 00000001:00000000 01:00000014 00000000     0        0 17001 2
   3: 0200007F:BAC8 0100007F:1F91 01 00000000:00000400 01:00000014 00000000     0        0 17002 2
`;
const TCP6 = `${HEAD}   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000300007F:0050 01 00000010:00000000 00:00000000 00000000 0 0 1 1
   1: 00000000000000000000000001000000:1F90 B80D0120000000000000000001000000:0050 01 00000020:00000000 00:00000000 00000000 0 0 1 1
`;

function peer(address: string, port: number, local = "127.0.0.1:8080"): Peer {
  const [, localAddress = "", localPort = ""] = /^(.*):(\d+)$/.exec(local) ?? [];
  return { address, port, localAddress, localPort: Number(localPort), isLoopback: false };
}

const onlyHere = { skip: endianness() !== "LE" && "the tables above are of another machine" };

for (const [who, of, bytes, isAll] of [
  ["IPv4", peer("127.0.0.2", 47_816), 337_920, false],
  [
    "a peer on this machine that has not read it all",
    peer("127.0.0.2", 47_816, "127.0.0.1:8081"),
    1025,
    true,
  ],
  [
    "the same peer at another address of ours",
    peer("127.0.0.2", 47_816, "127.0.0.9:8080"),
    0,
    false,
  ],
  ["IPv4 on a socket for both families", peer("127.0.0.3", 80), 16, false],
  ["IPv6", peer("2001:db8::1", 80, "::1:8080"), 32, false],
  ["IPv6 with a zone", peer("2001:db8::1%eth0", 80, "::1:8080"), 32, false],
  ["somebody who is not listed", peer("127.0.0.9", 80), 0, false],
  ["a Unix socket", peer("unix", 0, "unix:0"), 0, false],
] as const) {
  test(`what is underway to ${who}`, onlyHere, () => {
    const queues = new KernelQueues((table) => (table === "tcp" ? TCP : TCP6));
    assert.deepEqual(queues.underway(of, 1), { bytes, isAll });
  });
}

test("the tables are read once for all who ask at the same moment", () => {
  let reads = 0;
  const queues = new KernelQueues(() => {
    reads += 1;
    return "";
  });
  queues.underway(peer("127.0.0.2", 1), 5);
  queues.underway(peer("127.0.0.3", 2), 5);
  assert.equal(reads, 2);
  queues.underway(peer("127.0.0.2", 1), 6);
  assert.equal(reads, 4);
});

test("the longer the tables, the more rarely they are read, but every five seconds", () => {
  let lines = 2_499;
  const queues = new KernelQueues(() => "\n".repeat(lines));
  const isKnown = (nowMs: number) => queues.underway(peer("127.0.0.2", 1), nowMs) !== undefined;
  // Five thousand lines: two seconds.
  assert.deepEqual([0, 500, 1_999, 2_000].map(isKnown), [true, false, false, true]);
  lines = 1_000_000;
  assert.deepEqual([4_000, 8_999, 9_000].map(isKnown), [true, false, true]);
});

test("where there are no tables, nobody has anything queued", () => {
  const queues = new KernelQueues(() => "");
  assert.deepEqual(queues.underway(peer("127.0.0.2", 47_816), 1), {
    bytes: 0,
    isAll: false,
  });
});
