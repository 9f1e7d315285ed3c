// What the disk says of a file, as a Stat. Pure.
//
// The version is made of all that changes with the content: the time of the last write and of
// the last change of any kind, to the nanosecond, and the size. Seconds would not do: two writes
// of the same size within one second would share an entity tag, and a browser would keep the old
// page. The second time catches tools that set the first one back (cp -p, rsync -t). What is left
// are two files of one size put under one name within one tick of the kernel's clock (4 ms); the
// inode would tell them apart, but must not be told (CVE-2003-1418).

import type { BigIntStats } from "node:fs";
import type { Stat } from "./file-system.ts";

/** undefined: neither file nor directory. */
export function statOf(stats: BigIntStats): Stat | undefined {
  const modified = { modifiedMs: millisecondsOf(stats.mtimeNs), modifiedNs: stats.mtimeNs };
  // A folder makes no promise: what it holds may change without its own times.
  if (stats.isDirectory()) return { kind: "directory", size: 0, ...modified, version: undefined };
  if (!stats.isFile()) return undefined;
  return { kind: "file", size: Number(stats.size), ...modified, version: versionOf(stats) };
}

/** In two parts: as one number, nanoseconds since 1970 are too many digits for a double. */
function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;
}

/**
 * Milliseconds as the seconds that node:fs sets times with. What those lose is cut off, and a
 * client that asks for the millisecond it has set would be told the one before: so not below.
 */
export function secondsOf(milliseconds: number): number {
  const whole = Math.floor(milliseconds / 1000);
  const fraction = (milliseconds - whole * 1000) / 1000;
  const seconds = whole + fraction;
  return seconds - whole < fraction ? whole + fraction + DOUBLE_STEP : seconds;
}

/** Between two doubles of this size: seconds since 1970, from 2004 until 2038. */
const DOUBLE_STEP = 2 ** -22;

function versionOf(stats: BigIntStats): string {
  return [stats.mtimeNs, stats.size, stats.ctimeNs].map((part) => part.toString(36)).join(".");
}
