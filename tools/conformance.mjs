// Runs `ferrox probe` against Ferrox, nginx and sirv, and writes docs/conformance.md: how many
// rules each keeps, and which it does not.
//   node tools/conformance.mjs [BUILD]
// All three serve the same folder on this machine, each as its own documentation starts it. nginx
// takes part when it is installed; sirv, on Node's own HTTP server, is installed into a temporary
// folder. Everything started here is ended here.

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { arch, cpus, platform, release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAIN = join(ROOT, process.argv[2] ?? "build", "src", "cli", "main.js");
const PATH = "/page.html";
const SIRV = "3.0.2";
/** The same in every run, for the validators made of it. */
const MODIFIED = new Date("2026-01-01T00:00:00Z");
const START_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), "ferrox-conformance-"));
const site = join(folder, "site");
const running = new Set();

try {
  writeSite();
  const reports = [];
  for (const start of [startFerrox, startNginx, startSirv]) {
    const server = await start(await freePort());
    if (server === undefined) continue;
    console.log(`probing ${server.name}`);
    await listening(server.port);
    reports.push({ ...server, report: await probe(server.port), restarts: server.restarts() });
    await server.stop();
  }
  writeFileSync(join(ROOT, "docs", "conformance.md"), page(reports));
  console.log("written: docs/conformance.md");
} finally {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

/** A page long enough for ranges and for compression to be worth it. */
function writeSite() {
  mkdirSync(site);
  const paragraphs = Array.from({ length: 200 }, (_, at) => `<p>Paragraph ${at} of a page.</p>`);
  const html = ["<!doctype html>", "<title>A page</title>", ...paragraphs, ""].join("\n");
  for (const name of ["page.html", "index.html"]) {
    writeFileSync(join(site, name), html);
    utimesSync(join(site, name), MODIFIED, MODIFIED);
  }
  chmodSync(folder, 0o755); // nginx reads it as nobody
}

function startFerrox(port) {
  const version = output(process.execPath, [MAIN, "--version"]);
  const args = [MAIN, "serve", site, "--port", String(port), "--strict-port"];
  return supervised({ name: "Ferrox", version, port, command: process.execPath, args });
}

function startNginx(port) {
  const version = /nginx\/(\S+)/.exec(output("nginx", ["-v"]))?.[1];
  if (version === undefined) {
    console.log("nginx is not installed: left out");
    return undefined;
  }
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${join(folder, `nginx-${kind}`)};`)
    .join("\n");
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `daemon off;
pid ${join(folder, "nginx.pid")};
error_log ${join(folder, "nginx-error.log")};
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  gzip on;
${temporary}
  server {
    listen 127.0.0.1:${port};
    root ${site};
  }
}
`,
  );
  return supervised({ name: "nginx", version, port, command: "nginx", args: ["-c", config] });
}

function startSirv(port) {
  const home = join(folder, "sirv");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "private": true, "type": "module" }\n');
  const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", `sirv@${SIRV}`], {
    cwd: home,
    encoding: "utf8",
  });
  if (npm.status !== 0) throw new Error(`sirv cannot be installed: ${npm.stderr}`);
  const file = join(home, "server.js");
  writeFileSync(
    file,
    `import { createServer } from "node:http";
import sirv from "sirv";
createServer(sirv(${JSON.stringify(site)}, { etag: true })).listen(${port}, "127.0.0.1");
`,
  );
  const version = `${SIRV} on node:http ${process.version}`;
  return supervised({ name: "sirv", version, port, command: process.execPath, args: [file] });
}

/** Starts it again when it ends by itself, as whoever runs servers does. */
function supervised({ name, version, port, command, args }) {
  let restarts = -1;
  let child;
  let isStopping = false;
  const start = () => {
    restarts++;
    child = spawn(command, args, { cwd: folder, stdio: "ignore" });
    running.add(child);
    const own = child;
    own.once("exit", () => {
      running.delete(own);
      if (!isStopping && restarts < 20) start();
    });
  };
  start();
  const stop = () => {
    isStopping = true;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    return gone;
  };
  return { name, version, port, restarts: () => restarts, stop };
}

function output(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return `${stdout ?? ""}${stderr ?? ""}`.trim();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(port) {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" });
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`nobody listens on port ${port}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function probe(port) {
  const args = [MAIN, "probe", `localhost:${port}`, "--path", PATH, "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  return new Promise((resolve, reject) => {
    child.once("close", (code) => {
      running.delete(child);
      if (code === 0 || code === 1) resolve(JSON.parse(text));
      else reject(new Error(`ferrox probe ended with ${code}`));
    });
  });
}

function page(reports) {
  const [first] = reports;
  const names = reports.map(({ name }) => name);
  const score = ({ passed, run }) => (run === 0 ? "–" : `${passed}/${run}`);
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const levels = ["must", "should", "house"];
  const lines = [
    "# Conformance",
    "",
    "Made by `node tools/conformance.mjs`; do not edit. What each server keeps of the rules that",
    "`ferrox probe` asks for, as passed/asked. *must* and *should* are the words of RFC 9110 and 9112;",
    "*house* is stricter than they are: our own taste, by which nobody else need be judged. Cases that",
    "a server gives no ground for (no ranges, no entity tags) are not asked.",
    "",
    "We wrote the cases, and Ferrox passes what we thought of. A case that judges another server",
    "unfairly is a bug of ours: `src/probe/cases`.",
    "",
    row(["", ...names]),
    row(["---", ...names.map(() => "---")]),
    row(["version", ...reports.map(({ version }) => version)]),
    ...levels.map((level) =>
      row([`**${level}**`, ...reports.map(({ report }) => score(report.counts[level]))]),
    ),
    row(["seconds", ...reports.map(({ report }) => report.seconds)]),
    row(["ended by itself", ...reports.map(({ restarts }) => (restarts === 0 ? "no" : restarts))]),
    "",
    `${new Date().toISOString().slice(0, 10)}, ${platform()} ${release()} ${arch()}, ${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}.`,
    "Settings: `ferrox serve DIR`; nginx with `root` and `gzip on`; `sirv(DIR, { etag: true })`,",
    "started again whenever it ended.",
    "",
    "## By group",
    "",
    "must · should · house",
    "",
    row(["group", ...names]),
    row(["---", ...names.map(() => "---")]),
    ...first.report.groups.map(({ name, title }) =>
      row([
        title,
        ...reports.map(({ report }) => {
          const { counts } = report.groups.find((group) => group.name === name);
          return levels.map((level) => score(counts[level])).join(" · ");
        }),
      ]),
    ),
    "",
    "## What each misses",
    "",
    ...reports.flatMap(({ name, report }) => misses(name, report, levels)),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function misses(name, { results }, levels) {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  const skipped = results.filter(({ outcome }) => outcome === "skipped");
  const reasons = [...new Set(skipped.map(({ why }) => why))];
  const notAsked = reasons.map(
    (why) => `${why} (${skipped.filter((it) => it.why === why).length})`,
  );
  return [
    `### ${name}`,
    "",
    ...(failed.length === 0 ? ["Nothing.", ""] : []),
    ...levels.flatMap((level) => {
      const ofLevel = failed.filter((one) => one.level === level);
      if (ofLevel.length === 0) return [];
      return [
        `*${level}*`,
        "",
        ...ofLevel.map(
          ({ id, rule, section, why }) =>
            `- \`${id}\`: ${rule} (${section}) It was: ${plain(why)}.`,
        ),
        "",
      ];
    }),
    ...(notAsked.length === 0 ? [] : [`Not asked: ${notAsked.join(", ")}.`, ""]),
  ];
}

/** What servers sent stands in a code span, so that none of it is markup; ports are not the point. */
function plain(text) {
  const harmless = text.replace(/localhost:[0-9]+/g, "localhost").replace(/[`\p{Cc}]/gu, " ");
  return `\`${harmless}\``;
}
