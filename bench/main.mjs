// npm run bench: Ferrox beside other servers, in the same seconds, on the same machine.
// README.md says how to read what comes out.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HELP, readArguments } from "./arguments.mjs";
import { CACHE, certificate, compiledClient, folderOf, wrk } from "./cache.mjs";
import { evaluate } from "./goals.mjs";
import { machine } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { page } from "./page.mjs";
import { endChildrenWithUs } from "./processes.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { participants, serversAt } from "./servers/all.mjs";
import { site } from "./site.mjs";
import { goalTable, terminalProgress, textTable } from "./terminal.mjs";

const PAGE = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "performance.md");

try {
  await main();
} catch (error) {
  // What was asked for cannot be done; our own bugs keep their stack.
  if (error.constructor !== Error && !("code" in error)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
}

async function main() {
  const asked = readArguments(process.argv.slice(2));
  if (asked.help) return void console.log(HELP);
  if (asked.micro) {
    const { micro } = await import("./micro.mjs");
    return micro(asked);
  }
  if (asked.from !== undefined) return report(JSON.parse(readFileSync(asked.from, "utf8")), asked);
  const scenarios = SCENARIOS.filter(({ name }) => asked.only.test(name));
  const { servers, absent } = serversAt(asked);
  for (const { name, reason } of absent) console.log(`left out: ${name}: ${reason}`);
  if (asked.list) return list(scenarios, servers);
  await run({ asked, scenarios, servers, absent });
}

async function run({ asked, scenarios, servers, absent }) {
  if (process.platform !== "linux") throw new Error("this benchmark reads /proc: Linux only");
  const { rounds, durationSec } = asked;
  const clients = { wrk: wrk(), sink: compiledClient("sink"), idle: compiledClient("idle") };
  const possible = scenarios.filter((scenario) => isPossible(scenario, clients));
  const means = { clients, tls: certificate(), site: site(), rounds, durationSec };
  endChildrenWithUs();
  process.on("exit", () => rmSync(join(CACHE, "run", String(process.pid)), REMOVE));
  const results = await measure(possible, servers, means, terminalProgress());
  const taking = servers.filter((server) =>
    possible.some((scenario) => participants([server], scenario).length > 0),
  );
  report(
    {
      results,
      rounds,
      durationSec,
      machine: machine(),
      servers: taking.map(({ name, version, does }) => ({ name, version, does })),
      absent,
    },
    asked,
  );
}

const REMOVE = { recursive: true, force: true };

/** Without its client a scenario is left out, and the reason said. */
function isPossible({ name, client }, clients) {
  const { missing } = clients[client];
  if (missing !== undefined) console.log(`left out: ${name}: ${missing}`);
  return missing === undefined;
}

function report(record, { write, from }) {
  if (from === undefined) {
    const last = join(folderOf(), "last.json");
    writeFileSync(last, JSON.stringify(record));
    console.log(`\nresults: ${last}`);
  } else {
    const progress = terminalProgress();
    for (const scenario of SCENARIOS) {
      const samples = record.results[scenario.name];
      if (samples !== undefined) progress.done(scenario, samples);
    }
  }
  const goals = evaluate(record.results);
  const measured = goals.filter(({ met }) => met !== undefined);
  if (measured.length > 0) process.stdout.write(`\ngoals\n${goalTable(measured)}`);
  if (!write) return;
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, page({ ...record, scenarios: SCENARIOS, goals }));
  console.log(`written: ${PAGE}`);
}

function list(scenarios, servers) {
  const line = ({ name, title, setup }) => [name, setup.wire, setup.workers, title];
  const head = ["scenario", "wire", "workers", "what"];
  process.stdout.write(textTable({ head, cells: scenarios.map(line) }));
  const known = servers.map(({ name, version, does }) => [name, version, does]);
  process.stdout.write(`\n${textTable({ head: ["server", "version", "how"], cells: known })}`);
}
