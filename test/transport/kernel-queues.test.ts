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
`;
const TCP6 = `${HEAD}   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000300007F:0050 01 00000010:00000000 00:00000000 00000000 0 0 1 1
   1: 00000000000000000000000001000000:1F90 B80D0120000000000000000001000000:0050 01 00000020:00000000 00:00000000 00000000 0 0 1 1
`;

function peer(address: string, port: number, localPort = 8080): Peer {
  return { address, port, localAddress: "127.0.0.1", localPort, isLoopback: false };
}

const onlyHere = { skip: endianness() !== "LE" && "the tables above are of another machine" };

for (const [who, of, bytes] of [
  ["IPv4", peer("127.0.0.2", 47_816), 337_920],
  ["the same peer on another port of ours", peer("127.0.0.2", 47_816, 8081), 1],
  ["IPv4 on a socket for both families", peer("127.0.0.3", 80), 16],
  ["IPv6", peer("2001:db8::1", 80), 32],
  ["IPv6 with a zone", peer("2001:db8::1%eth0", 80), 32],
  ["somebody who is not listed", peer("127.0.0.9", 80), 0],
  ["a Unix socket", peer("unix", 0), 0],
] as const) {
  test(`what ${who} has not acknowledged`, onlyHere, () => {
    const queues = new KernelQueues((table) => (table === "tcp" ? TCP : TCP6));
    assert.equal(queues.unacknowledged(of, 1), bytes);
  });
}

test("the tables are read once for all who ask at the same moment", () => {
  let reads = 0;
  const queues = new KernelQueues(() => {
    reads += 1;
    return "";
  });
  queues.unacknowledged(peer("127.0.0.2", 1), 5);
  queues.unacknowledged(peer("127.0.0.3", 2), 5);
  assert.equal(reads, 2);
  queues.unacknowledged(peer("127.0.0.2", 1), 6);
  assert.equal(reads, 4);
});

test("where there are no tables, nobody has anything queued", () => {
  assert.equal(new KernelQueues(() => "").unacknowledged(peer("127.0.0.2", 47_816), 1), 0);
});
