// What is said once the doors are open: for people a few aligned lines, for scripts one line for
// each address, which they may wait for.

import type { OpenDoor } from "../server/server.ts";
import type { BoundAddress } from "../transport/listener.ts";

export interface BannerFacts {
  readonly version: string;
  readonly doors: readonly OpenDoor[];
  /** What is served: a folder, or where the routes stand. */
  readonly serving: string;
  /** Worth knowing before going on: "8080 is in use, using 8081". */
  readonly notes: readonly string[];
  /** This machine's addresses as others see them, for a server that listens on all of them. */
  readonly networkAddresses: readonly string[];
}

/** One line per address: scripts wait for them. */
export function plainLines({ doors, notes }: BannerFacts): string {
  const lines = doors.map((door) => `Ferrox running on ${urlOf(door)}`);
  return `${[...notes, ...lines].join("\n")}\n`;
}

/** For a terminal. */
export function banner(facts: BannerFacts): string {
  const { version, doors, serving, notes } = facts;
  const rows: [string, string][] = [["Serving", serving]];
  for (const door of doors) {
    rows.push(["Local", localUrl(door)]);
    const { address } = door;
    if (!isWildcard(address)) continue;
    for (const host of facts.networkAddresses) {
      rows.push(["Network", urlOf({ ...door, address: { ...address, host } })]);
    }
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const table = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  const hints = notes.map((note) => `  ${note}`);
  return ["", `  Ferrox ${version}`, "", ...table, "", ...hints, "  Ctrl+C stops it", "", ""].join(
    "\n",
  );
}

/** As bound, without a final slash. */
export function urlOf({ address, secure }: OpenDoor): string {
  const scheme = secure ? "https" : "http";
  if (address.kind === "unix") return `${scheme}+unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const isUsual = address.port === (secure ? 443 : 80);
  return isUsual ? `${scheme}://${host}` : `${scheme}://${host}:${address.port}`;
}

/** As a browser on this machine would ask for it. */
export function localUrl(door: OpenDoor): string {
  const { address } = door;
  if (address.kind === "unix") return urlOf(door);
  const isHere = LOOPBACK.has(address.host) || isWildcard(address);
  return isHere ? urlOf({ ...door, address: { ...address, host: "localhost" } }) : urlOf(door);
}

const LOOPBACK = new Set(["127.0.0.1", "::1"]);

function isWildcard(address: BoundAddress): address is Extract<BoundAddress, { kind: "tcp" }> {
  return address.kind === "tcp" && (address.host === "0.0.0.0" || address.host === "::");
}
