// Is a slow reader slow, or has it stopped? What left us waits in the kernel until the peer has
// acknowledged it. On a fast path that queue grows to megabytes, and the kernel asks for more only
// when a third of it is free: at 10 kB/s that is minutes during which nothing seems to move,
// although the peer reads all the time. Linux tells how long the queue is, in /proc/net/tcp.
//
// Asked only before a connection would be given up; one reading serves all of a sweep.

import { readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import type { Peer } from "../base/peer.ts";

export class KernelQueues {
  readonly #read: (table: "tcp" | "tcp6") => string;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #queues: Map<string, number> = new Map();

  constructor(read: (table: "tcp" | "tcp6") => string = readTable) {
    this.#read = read;
  }

  /** Bytes of ours that the peer has not acknowledged; 0 when nobody can tell. */
  unacknowledged(peer: Peer, nowMs: number): number {
    if (nowMs !== this.#readAtMs) {
      this.#readAtMs = nowMs;
      this.#queues = new Map();
      collect(this.#read("tcp"), this.#queues);
      collect(this.#read("tcp6"), this.#queues);
    }
    const address = hexOf(peer.address);
    if (address === undefined) return 0;
    return this.#queues.get(`${address}:${hex(peer.port, 4)}:${hex(peer.localPort, 4)}`) ?? 0;
  }
}

/** Not Linux, or not to be read: then only what the kernel has taken counts as progress. */
function readTable(table: "tcp" | "tcp6"): string {
  try {
    return readFileSync(`/proc/net/${table}`, "latin1");
  } catch {
    return "";
  }
}

// "   0: 0100007F:1F90 0100007F:BAC8 01 00000010:00000000 …": local, remote, state, tx:rx queues.
const LINE = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+ ([0-9A-F]{8}):/;
const MAPPED = "0000000000000000FFFF0000";

function collect(table: string, queues: Map<string, number>): void {
  for (const line of table.split("\n")) {
    const found = LINE.exec(line);
    if (found === null || found[4] === "00000000") continue;
    const [, localPort = "", address = "", port = "", queued = ""] = found;
    const remote = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
    queues.set(`${remote}:${port}:${localPort}`, Number.parseInt(queued, 16));
  }
}

/** An address as the table writes it: words of 32 bits, each in the byte order of the machine. */
function hexOf(address: string): string | undefined {
  if (isIPv4(address)) return wordHex(address.split(".").map(Number));
  if (!isIPv6(address)) return undefined;
  const bytes = groupsOf(address.replace(/%.*$/, "")).flatMap((group) => [group >> 8, group & 255]);
  return [0, 4, 8, 12].map((at) => wordHex(bytes.slice(at, at + 4))).join("");
}

/** The eight groups of an IPv6 address without embedded IPv4; "::" stands for as many 0 as needed. */
function groupsOf(address: string): number[] {
  const [before = "", after] = address.split("::");
  const head = numbersOf(before);
  if (after === undefined) return head;
  const tail = numbersOf(after);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function numbersOf(groups: string): number[] {
  return groups === "" ? [] : groups.split(":").map((group) => Number.parseInt(group, 16));
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function wordHex(bytes: readonly number[]): string {
  const inOrder = LITTLE_ENDIAN ? [...bytes].reverse() : bytes;
  return inOrder.map((byte) => hex(byte, 2)).join("");
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
