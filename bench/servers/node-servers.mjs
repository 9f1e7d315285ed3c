// Servers on Node's own HTTP: sirv, the fastest of the usual static ones, and node:http by itself,
// which answers everything with the same kilobyte and so is what any server on it could reach.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmPackage } from "../cache.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

export const NODE_SERVERS = [
  {
    name: "sirv",
    does: "on node:http",
    answers: ["small", "file", "tag", "range", "gzip", "br"],
    oneProcess: true,
    find: () => {
      const { missing, version } = npmPackage("sirv");
      return missing === undefined ? { version } : { missing };
    },
    command: (means) => node("sirv-server.mjs", means, npmPackage("sirv").folder),
  },
  {
    name: "node:http",
    does: "one and the same kilobyte",
    answers: ["small"],
    oneProcess: true,
    find: () => ({ version: process.versions.node }),
    command: (means) => node("node-http-server.mjs", means, ""),
  },
];

function node(program, { port, site, tls }, folder) {
  const args = [join(HERE, program), port, site, folder, tls?.key ?? "", tls?.cert ?? ""];
  return { command: process.execPath, args };
}
