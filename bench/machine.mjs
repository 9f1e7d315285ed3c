// Where it was measured. A figure without its machine says nothing.

import { arch, cpus, release, totalmem } from "node:os";
import { output } from "./cache.mjs";

export function machine() {
  return {
    cpu: `${cpus()[0]?.model.trim() ?? "unknown"} (${arch()})`,
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
    wrk: /wrk (\S+)/.exec(output("wrk", ["-v"]) ?? "")?.[1] ?? "from Debian",
    date: new Date().toISOString().slice(0, 10),
  };
}
