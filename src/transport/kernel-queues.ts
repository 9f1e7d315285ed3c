// Is a slow reader slow, or has it stopped? What left us waits in our kernel until the peer's has
// acknowledged it, and then in the peer's until the peer reads it. On a fast path both queues grow
// to megabytes, and the kernel asks us for more only when a third of ours is free: at 10 kB/s that
// is minutes during which nothing seems to move, although the peer reads all the time. Linux tells
// how long the queues are, in /proc/net/tcp: ours of every peer, and the peer's own when it lives on
// this machine, as reverse proxies do.
//
// One reading serves all who ask in a sweep. It costs about 8 us a connection of this machine, so
// the next one comes the later the more there are: a fiftieth of a core, up to twelve thousand.

import { readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import type { Peer } from "../base/peer.ts";

export interface Underway {
  /** Bytes that were handed to the kernel and, as far as can be seen, not read yet. */
  readonly bytes: number;
  /** Some of them wait in the peer's own queue, which we see: nothing is hidden from us. */
  readonly isAll: boolean;
}

/** Not Linux, or not to be read: then only what the kernel has taken counts. */
const NOTHING: Underway = { bytes: 0, isAll: false };

const REST_MS_PER_LINE = 0.4;
const REST_MS_MAX = 5_000;

export class KernelQueues {
  readonly #read: (table: "tcp" | "tcp6") => string;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #restMs = 0;
  #queues: Map<string, Queues> = new Map();

  constructor(read: (table: "tcp" | "tcp6") => string = readTable) {
    this.#read = read;
  }

  /**
   * @param peer as the kernel knows it
   * @returns undefined: it is too early to ask again
   */
  underway(peer: Peer, nowMs: number): Underway | undefined {
    if (nowMs !== this.#readAtMs) {
      if (nowMs < this.#readAtMs + this.#restMs) return undefined;
      this.#readAgain(nowMs);
    }
    const ours = endOf(peer.localAddress, peer.localPort);
    const theirs = endOf(peer.address, peer.port);
    if (ours === undefined || theirs === undefined) return NOTHING;
    const sent = this.#queues.get(`${ours} ${theirs}`)?.sendBytes ?? 0;
    const unread = this.#queues.get(`${theirs} ${ours}`)?.receiveBytes ?? 0;
    return { bytes: sent + unread, isAll: unread > 0 };
  }

  #readAgain(nowMs: number): void {
    this.#readAtMs = nowMs;
    this.#queues = new Map();
    const lines =
      collect(this.#read("tcp"), this.#queues) + collect(this.#read("tcp6"), this.#queues);
    this.#restMs = Math.min(REST_MS_MAX, lines * REST_MS_PER_LINE);
  }
}

interface Queues {
  readonly sendBytes: number;
  readonly receiveBytes: number;
}

function readTable(table: "tcp" | "tcp6"): string {
  try {
    return readFileSync(`/proc/net/${table}`, "latin1");
  } catch {
    return "";
  }
}

// "   0: 0100007F:1F90 0100007F:BAC8 01 00000010:00000000 …": local, remote, state, tx:rx queues.
const LINE =
  /^ *\d+: ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+) ([0-9A-F]+):([0-9A-F]+)/;
const LISTENING = "0A";

/** Says how many lines there were. */
function collect(table: string, queues: Map<string, Queues>): number {
  const lines = table.split("\n");
  for (const line of lines) {
    const found = LINE.exec(line);
    if (found === null || found[3] === LISTENING) continue;
    const [, local = "", remote = "", , sent = "", received = ""] = found;
    const sendBytes = Number.parseInt(sent, 16);
    const receiveBytes = Number.parseInt(received, 16);
    if (sendBytes + receiveBytes === 0) continue;
    queues.set(`${withoutMapping(local)} ${withoutMapping(remote)}`, { sendBytes, receiveBytes });
  }
  return lines.length;
}

const MAPPED = "0000000000000000FFFF0000";

function withoutMapping(end: string): string {
  return end.startsWith(MAPPED) ? end.slice(MAPPED.length) : end;
}

function endOf(address: string, port: number): string | undefined {
  const text = hexOf(address);
  return text === undefined ? undefined : `${text}:${hex(port, 4)}`;
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
