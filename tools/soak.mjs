// Runs the real program under a mixed crowd for minutes, has it read its configuration again every
// few seconds, and looks whether everything is afterwards as it was before.
//   npm run soak                    ten minutes
//   npm run soak -- --minutes 1 --workers 2
//   npm run soak -- --write         the figures go into docs/reliability.md
//   npm run soak -- --build DIR     another build than build/
// Loopback only. Two programs: one plain, one with TLS. Exit status 1 when something is not as it
// was, a good client was not served, or an error was logged.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { crowd } from "./soak-clients.mjs";
import { figuresOf } from "./soak-figures.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE = join(ROOT, "docs", "reliability.md");
const BEGIN = "<!-- soak:begin -->";
const END = "<!-- soak:end -->";

const SAMPLE_MS = 1_000;
const RELOAD_MS = 3_000;
/** Everybody has left; what lingers, and what the garbage collector has left, goes within this. */
const REST_MS = 20_000;
/** A log may be opened anew in the very moment of counting. */
const DESCRIPTORS_MORE_MAX = 4;
/** Of one process: a heap keeps some of what it once needed. */
const MEMORY_MORE_MAX_MIB = 32;

const options = read(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), "ferrox-soak-"));
const running = new Set();
try {
  const complaints = await soak();
  for (const complaint of complaints) console.log(`not as it should be: ${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  progress("");
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function soak() {
  const files = {
    "/small.txt": Buffer.from("small\n"),
    "/page.html": Buffer.from("<p>words to be compressed</p>\n".repeat(700)),
    "/medium.bin": randomBytes(300_000),
  };
  const large = randomBytes(8 << 20);
  const plain = await start("plain", { ...files, "/large.bin": large }, "");
  const tls = "tls: { enabled: true, dev: true }\n";
  const secure = await start("secure", { ...files, "/large.bin": large }, tls);
  const programs = [plain, secure];
  const site = { plainPort: plain.port, securePort: secure.securePort, files, large };
  const ports = [plain.port, secure.port, secure.securePort].filter((port) => port > 0);
  const look = () =>
    figuresOf(
      programs.map(({ pid }) => pid),
      ports,
    );

  const seconds = options.minutes * 60;
  // What is made once (caches, pools, a heap of its size) is made before anything is compared.
  await load(site, programs, look, Math.min(30, seconds / 4), "warming up");
  const before = await atRest(look, programs, undefined);
  const { tally, peak } = await load(site, programs, look, seconds, "under load");
  const after = await atRest(look, programs, before);

  const complaints = complaintsOf({ before, after, tally });
  for (const program of programs) complaints.push(...(await ended(program)));
  const table = tableOf({ before, peak, after, tally, seconds });
  console.log(table);
  if (options.write) writePage(table);
  return complaints;
}

// The programs

async function start(name, files, more) {
  const home = join(folder, name);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(home, "www", path)), { recursive: true });
    writeFileSync(join(home, "www", path), bytes);
  }
  const workers = options.workers === undefined ? "" : `  workers: ${options.workers}\n`;
  writeFileSync(
    join(home, "ferrox.yml"),
    `server:\n  addr: 127.0.0.1\n  http_port: 0\n  https_port: 0\n${workers}` +
      "paths:\n  serve_dir: www\n  log_dir: logs\n" +
      // Small, so that it is full before the comparison; short, so that many deadlines pass.
      `limits: { cache_bytes: 8MiB, head_timeout: 5s, handshake_timeout: 5s, body_idle: 5s }\n${more}`,
  );
  const main = join(resolve(ROOT, options.build), "src", "cli", "main.js");
  if (!existsSync(main)) stop("nothing is built: run `npm run build` first");
  const child = spawn(process.execPath, [main, "serve", "--config", "ferrox.yml"], {
    cwd: home,
    env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, "data"), NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const program = { name, child, pid: child.pid, home, said: "" };
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (text) => {
      program.said += text;
    });
  }
  const portOf = (scheme) =>
    Number(new RegExp(`\\b${scheme}://[^\\s/]+:([0-9]+)\\b`).exec(program.said)?.[1] ?? 0);
  const scheme = more === "" ? "http" : "https";
  for (let tries = 0; portOf(scheme) === 0; tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`no start:\n${program.said}`);
    await sleep(50);
  }
  return { ...program, port: portOf("http"), securePort: portOf("https") };
}

/** SIGTERM: it ends by itself, with status 0 and without an error in its log. */
async function ended({ name, child, home }) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const code = await Promise.race([gone, sleep(20_000).then(() => "no end")]);
  running.delete(child);
  if (code === "no end") child.kill("SIGKILL");
  const errors = readFileSync(join(home, "logs", "error.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"level":"error"'));
  return [
    ...(code === 0 ? [] : [`${name} ended with ${code}`]),
    ...errors.slice(0, 5).map((line) => `${name} logged ${line}`),
  ];
}

// Load and rest

async function load(site, programs, look, seconds, what) {
  const clients = crowd(site);
  const started = performance.now();
  let reloadedMs = started;
  let peak = look();
  for (;;) {
    await sleep(SAMPLE_MS);
    const now = performance.now();
    peak = highest(peak, look());
    const { good, slow, broken, hostile, failures } = clients.tally;
    const left = Math.max(0, seconds - (now - started) / 1000);
    progress(
      `${what}: ${left.toFixed(0)} s left; ${good} good, ${slow} slow, ${broken} broken, ` +
        `${hostile} hostile, ${failures.length} failures; ${peak.memoryMib.toFixed(0)} MiB at most`,
    );
    if (left === 0) break;
    if (now - reloadedMs < RELOAD_MS) continue;
    reloadedMs = now;
    for (const { child } of programs) child.kill("SIGHUP");
  }
  await clients.stop();
  return { tally: clients.tally, peak };
}

function highest(one, other) {
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, Math.max(value, other[name])]),
  );
}

/** What is held once it no longer falls: at the latest when the patience is at its end. */
async function atRest(look, programs, before) {
  const end = performance.now() + REST_MS;
  let now = look();
  while (performance.now() < end) {
    progress(`resting: ${now.connections} connections, ${now.descriptors} descriptors`);
    await sleep(SAMPLE_MS);
    now = look();
    if (before !== undefined && differences(before, now).length === 0) break;
  }
  for (const { name, child } of programs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} has ended`);
  }
  return now;
}

function differences(before, after) {
  const found = [];
  const memory = after.memoryMib - before.memoryMib;
  if (memory > MEMORY_MORE_MAX_MIB * before.processes) found.push(`${memory.toFixed(0)} MiB more`);
  const descriptors = after.descriptors - before.descriptors;
  if (descriptors > DESCRIPTORS_MORE_MAX) found.push(`${descriptors} descriptors more`);
  if (after.connections > 0) found.push(`${after.connections} connections are still open`);
  if (after.processes !== before.processes) found.push(`${after.processes} processes`);
  return found;
}

function complaintsOf({ before, after, tally }) {
  const { failures, good, slow } = tally;
  const found = differences(before, after);
  if (good === 0 || slow === 0) found.push("nobody was served");
  if (failures.length > 0) found.push(`${failures.length} failures`, ...failures.slice(0, 5));
  return found;
}

// Telling

function tableOf({ before, peak, after, tally, seconds }) {
  const row = (...cells) => `| ${cells.join(" | ")} |`;
  const figures = [
    ["memory, MiB", "memoryMib", `${MEMORY_MORE_MAX_MIB} more a process`],
    ["descriptors", "descriptors", `${DESCRIPTORS_MORE_MAX} more`],
    ["connections", "connections", "none open"],
    ["processes", "processes", "the same"],
  ].map(([what, key, allowed]) =>
    row(what, ...[before, peak, after].map((it) => it[key].toFixed(0)), allowed),
  );
  const { good, slow, again, broken, hostile, failures } = tally;
  const cpu = ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100;
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  return [
    row("", "before", "at most", "after", "allowed"),
    row("---", "---", "---", "---", "---"),
    ...figures,
    "",
    `${seconds} s, ${good} good and ${slow} slow requests of which ${failures.length} failed ` +
      `(${again} asked again on a connection that had ended), ${broken} broken and ${hostile} ` +
      `hostile clients, a reload every ${RELOAD_MS / 1000} s, ${cpu.toFixed(0)} % of a processor.`,
    "",
    `${new Date().toISOString().slice(0, 10)}, ${platform()} ${release()} ${arch()}, ${processor} ` +
      `× ${cpus().length}, Node ${process.version}; ` +
      `${options.workers ?? "no"} workers asked for, one program plain and one with TLS.`,
  ].join("\n");
}

function writePage(table) {
  const empty = `# Reliability\n\n${BEGIN}\n${END}\n`;
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : empty;
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to < from)
    stop(`docs/reliability.md has no place between ${BEGIN} and ${END}`);
  writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(to)}`);
  console.log("written: docs/reliability.md");
}

/** One line that is written over, for people only. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function read(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: "string", default: "10" },
        workers: { type: "string" },
        build: { type: "string", default: "build" },
        write: { type: "boolean", default: false },
      },
    });
    const minutes = Number(values.minutes);
    if (!(minutes > 0)) throw new Error("--minutes takes a number above 0");
    return { ...values, minutes };
  } catch (error) {
    return stop(error.message);
  }
}

function stop(line) {
  process.stderr.write(`soak: ${line}\n`);
  process.exit(2);
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
