// Run as a process of its own by privileges.test.ts: becomes whom the command line names, then says
// who it is, to whom its other threads belong, and whether it can read what only root can.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { become, identityOf } from "../../src/cli/privileges.ts";

const [user, group] = process.argv.slice(2).map((word) => (word === "-" ? undefined : word));
const identity = identityOf({ user, group });
if (identity.kind === "account") become(identity.account);
const status = readFileSync("/proc/self/status", "latin1");
const lineOf = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim();
console.log(
  JSON.stringify({
    kind: identity.kind,
    uids: lineOf("Uid"),
    gids: lineOf("Gid"),
    groups: lineOf("Groups"),
    capabilities: lineOf("CapEff"),
    shadow: await readFile("/etc/shadow").then(
      () => "read",
      (error: NodeJS.ErrnoException) => error.code,
    ),
  }),
);
