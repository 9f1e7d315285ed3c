// The worker processes of a running program, and which connections are whose: read from /proc, so
// that a test can tell what a dead worker took with it from what it should not have.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { eventually, type Program } from "./program.ts";

export function workersOf(pid: number): readonly number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`);
  return children.split(" ").filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  const state = /^State:\s+(\S)/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  return state !== undefined && state !== "Z";
}

/** Waits until it has so many workers, all different from `former`, and all accept. */
export async function newWorkers(
  program: Program,
  count: number,
  former: readonly number[] = [],
): Promise<readonly number[]> {
  return eventually(
    `${count} workers`,
    async () => {
      const workers = workersOf(program.pid);
      const isNew = workers.every((pid) => !former.includes(pid) && accepts(pid));
      return workers.length === count && isNew ? workers : undefined;
    },
    15_000,
  );
}

/** Ports of the clients whose connections to `port` this process has accepted. */
export function clientPortsOf(pid: number, port: number): ReadonlySet<number> {
  const inodes = inodesOf(pid);
  const ports = new Set<number>();
  for (const { local, remote, inode } of tcpConnections()) {
    if (local === port && inodes.has(inode)) ports.add(remote);
  }
  return ports;
}

function accepts(pid: number): boolean {
  const inodes = inodesOf(pid);
  return [...tcpListeners()].some((inode) => inodes.has(inode)) || hasUnixListener(inodes);
}

function inodesOf(pid: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const name of namesIn(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${name}`))?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

interface TcpConnection {
  readonly local: number;
  readonly remote: number;
  readonly state: string;
  readonly inode: string;
}

function tcpConnections(): readonly TcpConnection[] {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => textOf(path).split("\n"));
  return lines.flatMap((line) => {
    const [, local = "", remote = "", state = "", , , , , , inode = ""] = line.trim().split(/\s+/);
    return /^\d+$/.test(inode)
      ? [{ local: portOf(local), remote: portOf(remote), state, inode }]
      : [];
  });
}

function tcpListeners(): ReadonlySet<string> {
  return new Set(tcpConnections().flatMap(({ state, inode }) => (state === "0A" ? [inode] : [])));
}

/** Flags 00010000: it listens. */
function hasUnixListener(inodes: ReadonlySet<string>): boolean {
  const lines = textOf("/proc/net/unix").split("\n");
  return lines.some((line) => {
    const [, , , flags, , , inode = ""] = line.split(/\s+/);
    return flags === "00010000" && inodes.has(inode);
  });
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(":") + 1), 16);
}

/** "": the process is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
