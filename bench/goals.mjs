// What Ferrox wants to reach, each goal with a figure, and whether it is reached.
//
// Against whom: "N" is the fastest of nginx with and without tcp_nopush and sendfile, for no one
// setting of it is best everywhere; "P" the faster of lighttpd and h2o; else a server by its name.
// By what: requests (bulk: bytes) a second; but the same per second of processor time where the
// client was the bottleneck, for then a faster server gets no more requests.

import { median, medianOf, ratios } from "./statistics.mjs";

const AGAINST = { N: ["nginx", "nginx-nonopush", "nginx-nosendfile"], P: ["lighttpd", "h2o"] };

/** One thread of wrk asks no faster than this, whatever the server. */
const CLIENT_LIMIT_PER_SEC = 110_000;
const CLIENT_BUSY = 0.97;

const atLeast = (factor, against, more) => ({ factor, against, ...more });

/** Goals by scenario; `server` is the variant of Ferrox that is meant. */
const GOALS = [
  ["1k", atLeast(1.15, "N"), atLeast(1.0, "P"), atLeast(9, "sirv")],
  ["1k-c256", atLeast(1.15, "N"), atLeast(1.0, "P"), atLeast(9, "sirv")],
  ["10k-browser", atLeast(1.2, "N"), atLeast(1.05, "P")],
  ["many-1000", atLeast(1.1, "N")],
  ["many-10000", atLeast(1.1, "N")],
  ["304", atLeast(1.05, "N"), atLeast(1.8, "sirv")],
  ["range", atLeast(1.1, "N")],
  ["pipeline", atLeast(5, "P", { by: "rate" })],
  ["100k", atLeast(1.0, "N")],
  ["10m", atLeast(0.8, "nginx"), atLeast(2, "sirv"), atLeast(0.7, "nginx-nonopush", { far: true })],
  ["1g", atLeast(0.8, "nginx"), atLeast(2, "sirv"), atLeast(0.7, "nginx-nonopush", { far: true })],
  ["1m", atLeast(1.4, "nginx", { server: "ferrox-memory" })],
  ["10m", atLeast(1.4, "nginx", { server: "ferrox-memory" })],
  ["tls-1k", atLeast(1.0, "nginx")],
  ["tls-100k", atLeast(1.3, "nginx")],
  ["tls-10m", atLeast(1.25, "nginx")],
  ["close", atLeast(0.85, "nginx", { by: "rate" })],
  [
    "idle",
    { atMostBytes: 4_500 },
    { atMost: 0.55, word: "bytesPerConnection", against: "node:http" },
  ],
  ["1k", { atMost: 1.5, word: "p99us", against: "nginx" }],
];

/** @returns one row for each goal; `met` is undefined where it was not measured */
export function evaluate(results) {
  return GOALS.flatMap(([scenario, ...goals]) =>
    goals.map((goal) => {
      const samples = results[scenario] ?? {};
      const server = goal.server ?? "ferrox";
      return { scenario, server, far: goal.far === true, ...outcome(goal, samples, server) };
    }),
  );
}

function outcome(goal, samples, server) {
  const ours = (samples[server] ?? []).filter(Boolean).length > 0 ? samples[server] : undefined;
  if (goal.atMostBytes !== undefined) return weight(goal, ours);
  if (goal.atMost !== undefined) return bound(goal, ours, samples[goal.against]);
  const rival = ours && best(AGAINST[goal.against] ?? [goal.against], samples);
  const wanted = `at least ${goal.factor} × ${goal.against}`;
  if (rival === undefined) return { wanted, figure: undefined, met: undefined };
  const theirs = samples[rival];
  const word = goal.by ?? (clientIsTheLimit(ours, theirs) ? "economy" : "rate");
  const figure = median(ratios(ours, theirs, word));
  const by = word === "rate" ? "by rate" : "by processor time";
  return { wanted, figure, met: isMet(figure >= goal.factor, figure), note: `${rival}, ${by}` };
}

function weight({ atMostBytes }, ours) {
  const figure = ours && medianOf(ours, "bytesPerConnection");
  const wanted = `at most ${atMostBytes} bytes each`;
  return { wanted, figure, met: isMet(figure <= atMostBytes, figure), note: "bytes" };
}

function bound({ atMost, word, against }, ours, theirs) {
  const figure = ours && theirs && median(ratios(ours, theirs, word));
  const wanted = `${word === "p99us" ? "p99 " : ""}at most ${atMost} × ${against}`;
  return { wanted, figure, met: isMet(figure <= atMost, figure), note: against };
}

function isMet(met, figure) {
  return figure === undefined ? undefined : met;
}

/** The one with the best median; not the best of each round, which would be the luckiest. */
function best(names, samples) {
  let found;
  let most = 0;
  for (const name of names) {
    const rate = medianOf(samples[name] ?? [], "economy") ?? 0;
    if (rate > most) [found, most] = [name, rate];
  }
  return found;
}

function clientIsTheLimit(ours, theirs) {
  return [ours, theirs].some(
    (samples) =>
      medianOf(samples, "answersPerSec") >= CLIENT_LIMIT_PER_SEC ||
      medianOf(samples, "clientBusy") >= CLIENT_BUSY,
  );
}
