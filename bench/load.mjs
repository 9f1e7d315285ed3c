// One turn of one server: a client asks for a bounded time, and what that cost both sides is read
// from the kernel's books.

import { get } from "node:http";
import { get as getSecurely } from "node:https";
import { cpuMsOf, cpuMsOfEnded, pssBytesOf, runClient, startClient, stop } from "./processes.mjs";

/** Beyond the duration, before a client is given up. */
const GRACE_MS = 10_000;
const CONNECT_MS = 60_000;
const SETTLE_MS = 3_000;

/**
 * @returns a sample: `rate` is answers (bulk: bytes) a second, `economy` the same for each second
 *   of the server's processor time
 */
export async function turn(server, scenario, { durationSec, clients, cores }) {
  const run = await clientRun(server, scenario, { durationSec, clients });
  const ownBefore = cpuMsOf(server.child.pid);
  const clientBefore = cpuMsOfEnded();
  const startMs = performance.now();
  const timeMs = durationSec * 1000 + GRACE_MS;
  const text = await runClient({ ...run, cores, timeMs });
  const wallMs = performance.now() - startMs;
  const cpuMs = cpuMsOf(server.child.pid) - ownBefore;
  const clientMs = cpuMsOfEnded() - clientBefore;
  return sampleOf(resultIn(text), { scenario, wallMs, cpuMs, clientMs });
}

function sampleOf(result, { scenario, wallMs, cpuMs, clientMs }) {
  const { answers, us, bytes, broken, refused, p50us, p99us } = result;
  const units = scenario.bulk ? bytes : answers;
  // wrk counts every status from 400 on; here and there it is what was asked for.
  const wrongStatus = scenario.status >= 400 ? answers - refused : refused;
  return {
    rate: units / (us / 1e6),
    economy: units / (cpuMs / 1e3),
    answersPerSec: answers / (us / 1e6),
    mbPerSec: bytes / us,
    cpuUsPerAnswer: (cpuMs * 1e3) / answers,
    cpuSecPerGb: cpuMs / 1e3 / (bytes / 1e9),
    serverBusy: cpuMs / wallMs,
    clientBusy: clientMs / wallMs,
    p50us,
    p99us,
    errors: broken + wrongStatus,
  };
}

async function clientRun(server, scenario, { durationSec, clients }) {
  const { path, connections, setup } = scenario;
  if (scenario.client === "sink") {
    return { command: clients.sink.command, args: [server.port, path, connections, durationSec] };
  }
  const words = scenario.ownTag
    ? ["fields", "If-None-Match", await tagOf(server, scenario)]
    : (scenario.words ?? ["plain"]);
  const scheme = setup.wire === "tls" ? "https" : "http";
  const { command, script, env } = clients.wrk;
  const seconds = Math.max(1, Math.round(durationSec)); // wrk knows whole ones only
  const load = ["-t", setup.workers, "-c", connections, "-d", `${seconds}s`];
  const how = ["--timeout", "5s", "--latency", "-H", "Host: localhost", "-s", script];
  const url = `${scheme}://127.0.0.1:${server.port}${path}`;
  return { command, env, args: [...load, ...how, url, "--", ...words] };
}

function resultIn(text) {
  const line = /^RESULT (.*)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`a client gave no result: ${text.slice(0, 300)}`);
  return JSON.parse(line);
}

/** The server's entity tag for the path of the scenario. */
function tagOf(server, { path, setup }) {
  const ask = setup.wire === "tls" ? getSecurely : get;
  const options = { host: "127.0.0.1", port: server.port, path, agent: false, timeout: 5_000 };
  return new Promise((resolve, reject) => {
    ask({ ...options, rejectUnauthorized: false }, (response) => {
      response.resume();
      const { etag } = response.headers;
      if (etag === undefined) reject(new Error(`${server.name} sends no ETag`));
      else resolve(etag);
    })
      .on("timeout", () => reject(new Error(`${server.name} does not answer`)))
      .on("error", reject);
  });
}

/** What ten thousand open connections weigh, in a server that has just been started. */
export async function idleTurn(server, { path, connections }, { clients, cores }) {
  const { command } = clients.idle;
  const before = pssBytesOf(server.child.pid);
  const holder = startClient({ command, args: [server.port, path, connections], cores });
  try {
    const endMs = performance.now() + CONNECT_MS;
    while (!holder.said().includes("RESULT") && performance.now() < endMs) await after(100);
    const { held } = resultIn(holder.said());
    await after(SETTLE_MS);
    const bytes = pssBytesOf(server.child.pid) - before;
    return { bytesPerConnection: bytes / held, errors: connections - held };
  } finally {
    await stop(holder);
  }
}

export function after(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
