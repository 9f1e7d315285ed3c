// All servers there are, and which of them can take part here.

import { C_SERVERS } from "./c-servers.mjs";
import { ferroxServers } from "./ferrox.mjs";
import { NODE_SERVERS } from "./node-servers.mjs";

/**
 * @param peers names of those wanted besides Ferrox; undefined: all
 * @returns {{ servers: object[], absent: { name: string, reason: string }[] }}
 */
export function serversAt({ build, peers }) {
  const all = [...ferroxServers(build), ...C_SERVERS, ...NODE_SERVERS];
  const unknown = (peers ?? []).filter(
    (wanted) => wanted !== "none" && !all.some(({ name }) => name === wanted),
  );
  if (unknown.length > 0) throw new Error(`no such peer: ${unknown.join(", ")}`);
  const servers = [];
  const absent = [];
  for (const server of all) {
    if (server.ours !== true && peers !== undefined && !peers.includes(server.name)) continue;
    const { version, missing } = server.find();
    if (missing === undefined) servers.push({ ...server, version });
    else absent.push({ name: server.name, reason: missing });
  }
  return { servers, absent };
}

/** Variants of Ferrox take part where the scenario names them, everybody else where they can. */
export function participants(servers, { needs, also = [], setup }) {
  return servers.filter(
    ({ name, ours, answers, oneProcess }) =>
      answers.includes(needs) &&
      !(oneProcess && setup.workers > 1) &&
      (ours !== true || name === "ferrox" || also.includes(name)),
  );
}
