// What is asked of each server. One row is one scenario.
//
//   needs    what a server must be able to do to take part ("small" is any body of 1 KiB)
//   client   wrk, or sink: drops bodies in the kernel, so that it never is what is measured; or idle
//   setup    in which form the servers run: plain or TLS, workers, each side on a core of its own
//   bulk     compared by bytes, not by answers
//   also     variants of Ferrox that take part besides the usual one (servers/ferrox.mjs)

const PLAIN = { wire: "plain", workers: 1, pinned: true };
const TLS = { ...PLAIN, wire: "tls" };
const BOTH_CORES = { ...PLAIN, pinned: false };
const TWO_WORKERS = { ...BOTH_CORES, workers: 2 };

/** The head of a browser's navigation, 700 bytes. Without compression, for not all peers have it. */
export const BROWSER_FIELDS = [
  [
    "User-Agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  ],
  [
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  ],
  ["Accept-Language", "en-GB,en;q=0.9,de;q=0.7"],
  ["Accept-Encoding", "identity"],
  ["Cache-Control", "max-age=0"],
  ["Upgrade-Insecure-Requests", "1"],
  ["Sec-Fetch-Dest", "document"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-Site", "same-origin"],
  ["Sec-Fetch-User", "?1"],
  ["Sec-Ch-Ua", '"Chromium";v="131", "Not_A Brand";v="24"'],
  ["Sec-Ch-Ua-Mobile", "?0"],
  ["Sec-Ch-Ua-Platform", '"Linux"'],
  ["Referer", "http://localhost/index.html"],
];

const fields = (...pairs) => ["fields", ...pairs.flat()];

function row(name, title, more) {
  return { name, title, client: "wrk", needs: "file", connections: 50, setup: PLAIN, ...more };
}

const small = (name, title, more) => row(name, title, { path: "/1k.txt", needs: "small", ...more });

export const SCENARIOS = [
  small("1k", "1 KiB, 50 connections", {
    also: ["ferrox-nolog", "ferrox-store"],
  }),
  small("1k-c256", "1 KiB, 256 connections", { connections: 256 }),
  row("10k-browser", "10 KiB, asked for as a browser does", {
    path: "/10k.html",
    words: fields(...BROWSER_FIELDS),
    also: ["ferrox-store"],
  }),
  row("many-1000", "1,000 paths, 8.5 KiB each on the average", {
    path: "/",
    words: ["many", "1000"],
  }),
  row("many-10000", "10,000 paths, 8.5 KiB each on the average", {
    path: "/",
    words: ["many", "10000"],
    also: ["ferrox-memory"],
  }),
  row("304", "Not modified: If-None-Match with the server's own tag", {
    path: "/10k.html",
    needs: "tag",
    ownTag: true,
    also: ["ferrox-store"],
  }),
  row("range", "1 KiB out of 1 MiB", {
    path: "/1m.bin",
    needs: "range",
    words: fields(["Range", "bytes=1000-2023"]),
    also: ["ferrox-memory"],
  }),
  row("gzip", "64 KiB of text, compressed beforehand (.gz)", {
    path: "/64k.txt",
    needs: "gzip",
    words: fields(["Accept-Encoding", "gzip"]),
    also: ["ferrox-store"],
  }),
  row("br", "64 KiB of text, compressed beforehand (.br)", {
    path: "/64k.txt",
    needs: "br",
    words: fields(["Accept-Encoding", "br"]),
    also: ["ferrox-store"],
  }),
  small("pipeline", "1 KiB, 16 requests in a row without waiting", {
    words: ["burst", "16"],
    also: ["ferrox-store"],
  }),
  row("404", "A path that does not exist", { path: "/nothing.txt", status: 404 }),
  row("listing", "A listing of 1,000 entries", { path: "/list/", needs: "listing" }),
  row("100k", "100 KiB", { path: "/100k.bin", bulk: true }),
  row("1m", "1 MiB", {
    path: "/1m.bin",
    client: "sink",
    connections: 8,
    bulk: true,
    also: ["ferrox-memory"],
  }),
  row("10m", "10 MiB", {
    path: "/10m.bin",
    client: "sink",
    connections: 4,
    bulk: true,
    also: ["ferrox-memory"],
  }),
  row("1g", "1 GiB", { path: "/1g.bin", client: "sink", connections: 1, bulk: true }),
  small("close", "1 KiB, a connection for each request", {
    words: fields(["Connection", "close"]),
  }),
  small("idle", "10,000 idle connections", { client: "idle", connections: 10_000 }),
  small("tls-1k", "1 KiB over TLS", { setup: TLS }),
  row("tls-100k", "100 KiB over TLS", { path: "/100k.bin", setup: TLS, bulk: true }),
  row("tls-10m", "10 MiB over TLS", {
    path: "/10m.bin",
    setup: TLS,
    connections: 8,
    bulk: true,
    also: ["ferrox-memory"],
  }),
  small("1k-unpinned", "1 KiB, server and client free to use both cores", { setup: BOTH_CORES }),
  row("100k-unpinned", "100 KiB, server and client free to use both cores", {
    path: "/100k.bin",
    setup: BOTH_CORES,
    bulk: true,
  }),
  small("1k-workers", "1 KiB, two workers", { setup: TWO_WORKERS, connections: 256 }),
  small("close-workers", "1 KiB, a connection for each request, two workers", {
    setup: TWO_WORKERS,
    words: fields(["Connection", "close"]),
  }),
];

/** Scenarios that run on the same servers, in the order above. */
export function groupsOf(scenarios) {
  const groups = new Map();
  for (const scenario of scenarios) {
    const key = JSON.stringify(scenario.setup);
    if (!groups.has(key)) groups.set(key, { setup: scenario.setup, scenarios: [] });
    groups.get(key).scenarios.push(scenario);
  }
  return [...groups.values()];
}
