// Rounds: in each, every server has its turn, one right after the other; in every other round the
// other way about, so that what grows warm or cold in between wrongs nobody. All servers stay up
// for the whole of a group, and each is warmed up before its first turn.

import { existsSync, truncateSync } from "node:fs";
import { connect, createServer } from "node:net";
import { cpus } from "node:os";
import { join } from "node:path";
import { folderOf } from "./cache.mjs";
import { after, idleTurn, turn } from "./load.mjs";
import { startServer, stop } from "./processes.mjs";
import { groupsOf } from "./scenarios.mjs";
import { participants } from "./servers/all.mjs";

const START_MS = 15_000;
const WARM_UP_SEC = 1;
/** A weight does not waver as a speed does, and each takes a server of its own. */
const IDLE_ROUNDS_MAX = 3;

/**
 * @param means site, tls, clients; durationSec, rounds
 * @param progress told of every turn, and of every server that has to stay out
 * @returns {Promise<Record<string, Record<string, object[]>>>} samples by scenario and server
 */
export async function measure(scenarios, servers, means, progress) {
  const results = {};
  for (const group of groupsOf(scenarios)) {
    const running = await startAll(group, servers, means, progress);
    for (const scenario of group.scenarios) {
      const competitors = participants(running, scenario);
      const of = scenario.client === "idle" ? idleRounds : rounds;
      results[scenario.name] = await of(scenario, competitors, means, progress);
      progress.done(scenario, results[scenario.name]);
    }
    for (const server of running) await stop(server.child);
  }
  return results;
}

async function rounds(scenario, servers, means, progress) {
  const samples = Object.fromEntries(servers.map(({ name }) => [name, []]));
  const options = { ...means, cores: coresOf(scenario.setup).client };
  const warmUp = { ...options, durationSec: WARM_UP_SEC };
  const isWarm = means.warmUp === false;
  for (const server of isWarm ? [] : servers) await attempt(server, scenario, warmUp, progress);
  for (let round = 0; round < means.rounds; round++) {
    for (const server of round % 2 === 0 ? servers : [...servers].reverse()) {
      progress.turn(scenario, server, `round ${round + 1} of ${means.rounds}`);
      samples[server.name][round] = await attempt(server, scenario, options, progress);
    }
  }
  return samples;
}

/** A server that fails in one scenario is said to, and the others go on. */
async function attempt(server, scenario, options, progress) {
  try {
    return await turn(server, scenario, options);
  } catch (error) {
    progress.trouble(`${scenario.name}: ${server.name}: ${error.message}`);
    return undefined;
  } finally {
    emptyLogs(server.folder);
  }
}

/** Ten million lines a scenario would fill the disk; and no server minds, for it appends. */
function emptyLogs(folder) {
  for (const path of [join(folder, "access.log"), join(folder, "logs", "access.log")]) {
    if (existsSync(path)) truncateSync(path);
  }
}

async function idleRounds(scenario, servers, means, progress) {
  const samples = Object.fromEntries(servers.map(({ name }) => [name, []]));
  const cores = coresOf(scenario.setup);
  for (let round = 0; round < Math.min(means.rounds, IDLE_ROUNDS_MAX); round++) {
    for (const { name, spec } of servers) {
      progress.turn(scenario, spec, `round ${round + 1}`);
      const fresh = await startOne(spec, scenario.setup, means);
      if (fresh.reason !== undefined) continue;
      await attemptIdle(fresh, scenario, { ...means, cores: cores.client }, progress).then(
        (sample) => {
          samples[name][round] = sample;
        },
      );
      await stop(fresh.child);
    }
  }
  return samples;
}

async function attemptIdle(server, scenario, options, progress) {
  try {
    return await idleTurn(server, scenario, options);
  } catch (error) {
    progress.trouble(`${scenario.name}: ${server.name}: ${error.message}`);
    return undefined;
  }
}

async function startAll({ setup, scenarios }, servers, means, progress) {
  const wanted = servers.filter((server) =>
    scenarios.some((scenario) => participants([server], scenario).length > 0),
  );
  const running = [];
  for (const spec of wanted) {
    const server = await startOne(spec, setup, means);
    if (server.reason === undefined) running.push(server);
    else
      progress.trouble(`${spec.name} (${setup.wire}, ${setup.workers} workers): ${server.reason}`);
  }
  return running;
}

/** @returns the server as it runs, or `{ reason }` */
async function startOne(spec, setup, { site, tls }) {
  const port = await freePort();
  const folder = folderOf("run", String(process.pid), `${spec.name.replace(":", "-")}-${port}`);
  const means = { folder, site, port, setup, tls: setup.wire === "tls" ? tls : undefined };
  const child = startServer({ ...spec.command(means), cores: coresOf(setup).server });
  const endMs = performance.now() + START_MS;
  while (performance.now() < endMs && child.exitCode === null && child.signalCode === null) {
    if (await accepts(port)) return { ...spec, spec, port, folder, child };
    await after(50);
  }
  await stop(child);
  const said = child.said().trim().split("\n").slice(0, 3).join(" | ");
  return { reason: `does not start: ${said.slice(0, 300)}` };
}

/** Each side on a core of its own, or both on all. */
function coresOf({ pinned }) {
  const last = cpus().length - 1;
  if (!pinned || last === 0) return { server: `0-${last}`, client: `0-${last}` };
  return { server: "0", client: last === 1 ? "1" : `1-${last}` };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
