// Results as rows: what the terminal and the page both show.

import { median, medianOf, ratios } from "./statistics.mjs";

/** Compared with nginx; where it does not take part, with whoever comes first. */
const BASE = "nginx";

/** Rows for one scenario, the fastest first. */
export function rowsOf(samples) {
  const names = Object.keys(samples).filter((name) => samples[name].some(Boolean));
  const base = names.includes(BASE) ? BASE : names[0];
  const rows = names.map((name) => rowOf(name, samples[name], samples[base]));
  const order = (row) => -(row.rate ?? -(row.bytesPerConnection ?? 0));
  return { base, rows: rows.sort((a, b) => order(a) - order(b)) };
}

function rowOf(name, samples, base) {
  const times = ratios(samples, base, "rate");
  const of = (word) => medianOf(samples, word);
  return {
    name,
    rate: of("rate"),
    answersPerSec: of("answersPerSec"),
    mbPerSec: of("mbPerSec"),
    times: median(times),
    timesMin: Math.min(...times),
    timesMax: Math.max(...times),
    economyTimes: median(ratios(samples, base, "economy")),
    p50us: of("p50us"),
    p99us: of("p99us"),
    cpuUsPerAnswer: of("cpuUsPerAnswer"),
    cpuSecPerGb: of("cpuSecPerGb"),
    serverBusy: of("serverBusy"),
    clientBusy: of("clientBusy"),
    bytesPerConnection: of("bytesPerConnection"),
    errors: samples.reduce((sum, sample) => sum + (sample?.errors ?? 0), 0),
  };
}

/** Column heads and cells as texts. */
export function cellsOf(scenario, samples) {
  const { base, rows } = rowsOf(samples);
  if (scenario.client === "idle") {
    const head = ["server", "bytes a connection", "errors"];
    const cells = rows.map((row) => [row.name, digits(row.bytesPerConnection, 0), row.errors]);
    return { head, cells };
  }
  const weight = scenario.bulk ? "CPU s/GB" : "CPU µs/req";
  const head = ["server", "req/s", "MB/s", `× ${base}`, "(min–max)", `CPU × ${base}`];
  head.push(weight, "p50 µs", "p99 µs", "server %", "client %", "errors");
  const cells = rows.map((row) => [
    row.name,
    digits(row.answersPerSec, row.answersPerSec < 100 ? 1 : 0),
    digits(row.mbPerSec, 0),
    digits(row.times, 2),
    `${digits(row.timesMin, 2)}–${digits(row.timesMax, 2)}`,
    digits(row.economyTimes, 2),
    scenario.bulk ? digits(row.cpuSecPerGb, 3) : digits(row.cpuUsPerAnswer, 1),
    digits(row.p50us, 0),
    digits(row.p99us, 0),
    digits(row.serverBusy * 100, 0),
    digits(row.clientBusy * 100, 0),
    row.errors,
  ]);
  return { head, cells };
}

export function digits(number, count) {
  return Number.isFinite(number) ? number.toFixed(count) : "–";
}
