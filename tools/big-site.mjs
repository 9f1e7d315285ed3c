// Somebody else's site through Ferrox: takes a package that ships built documentation (HTML, CSS,
// scripts, fonts, pictures) from the npm registry into a temporary folder, serves it over HTTP and
// HTTPS, compares every byte with the disk (crawl.mjs), and opens its pages in headless Chromium,
// whose console must stay empty. Needs the network once; nothing of it is kept.
//
//   node tools/big-site.mjs [--package NAME@VERSION] [--start PATH] [--main build/src/cli/main.js]

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { crawl, print } from "./crawl.mjs";

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGES_MAX = 40;

const { values: options } = parseArgs({
  options: {
    // Apache-2.0 or MIT; 550 files, 170 of them pages.
    package: { type: "string", default: "vis@4.21.0" },
    start: { type: "string", default: "docs/index.html" },
    main: { type: "string", default: join(PROJECT_ROOT, "build/src/cli/main.js") },
    chromium: { type: "string", default: "/usr/bin/chromium" },
  },
});

const work = mkdtempSync(join(tmpdir(), "ferrox-big-site-"));
let server;
try {
  const folder = fetchPackage(options.package, work);
  server = await serve(folder, work);
  let faults = 0;
  for (const origin of [server.http, server.https]) {
    console.log(`\n${origin}/${options.start}`);
    const ca = readFileSync(join(work, "data/ferrox/ca.pem"));
    const started = performance.now();
    const report = await crawl({ start: `${origin}/${options.start}`, folder, ca, all: true });
    print(report);
    console.log(`  in ${Math.round(performance.now() - started)} ms`);
    faults += report.problems.length + (report.files.length < 100 ? 1 : 0);
    faults += await browse(origin, report, folder);
  }
  console.log(faults === 0 ? "\nall as it should be" : `\n${faults} faults`);
  process.exitCode = faults === 0 ? 0 : 1;
} finally {
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
}

function fetchPackage(name, into) {
  const args = ["pack", name, "--silent", "--pack-destination", into];
  const packed = execFileSync("npm", args, { encoding: "utf8" }).trim().split("\n").at(-1);
  execFileSync("tar", ["xzf", join(into, packed), "-C", into]);
  console.log(`${name}: ${packed}`);
  return join(into, "package");
}

/** Starts the built program and waits until it says where it listens. */
async function serve(folder, into) {
  const config = [
    "server: { addr: 127.0.0.1, http_port: 0, https_port: 0, index: true }",
    `paths: { serve_dir: ${JSON.stringify(folder)}, log_dir: logs }`,
    "tls: { enabled: true, dev: true }",
  ];
  // A second program in clear: with TLS on, the plain port only redirects.
  writeFileSync(join(into, "secure.yml"), config.join("\n"));
  writeFileSync(join(into, "plain.yml"), config.slice(0, 2).join("\n"));
  const env = { ...process.env, XDG_DATA_HOME: join(into, "data") };
  const plain = await started("plain.yml", "http", into, env);
  const secure = await started("secure.yml", "https", into, env);
  const stop = () => Promise.all([plain.stop(), secure.stop()]);
  return { stop, http: plain.url, https: secure.url };
}

function started(config, scheme, cwd, env) {
  const child = spawn(process.execPath, [resolve(options.main), "serve", "--config", config], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const stop = () => {
    child.kill("SIGTERM");
    return gone;
  };
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", (code) => reject(new Error(`${config}: ended with ${code}\n${said}`)));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const [url] = new RegExp(`\\b${scheme}://[^\\s/]+:[0-9]+`).exec(said) ?? [];
      if (url !== undefined) resolve({ stop, url });
    });
  });
}

/**
 * Opens the documentation as a person would. What it loads from elsewhere is answered with nothing;
 * demonstrations beside it, which often cannot do without the elsewhere, are only crawled.
 */
async function browse(origin, report, folder) {
  const pages = report.files
    .map((file) => file.slice(folder.length + 1))
    .filter((path) => path.startsWith(dirname(options.start)) && path.endsWith(".html"))
    .slice(0, PAGES_MAX);
  const browser = await chromium.launch({
    executablePath: options.chromium,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  const complaints = [];
  // 404 for what the site itself has forgotten, or what a browser asks for unasked, is right.
  const absent = new Set(["/favicon.ico", ...report.missing]);
  const isAbsent = (url) => URL.canParse(url) && absent.has(new URL(url).pathname);
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.route(
      (url) => url.origin !== origin,
      (route) => route.fulfill({ status: 204 }),
    );
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
      const isError = message.type() === "error";
      if (isError && !isAbsent(message.location().url)) {
        complaints.push(`${page.url()}: ${message.text()}`);
      }
    });
    for (const path of pages) {
      await page.goto(`${origin}/${encodeURI(path)}`, { waitUntil: "load" });
    }
  } finally {
    await browser.close();
  }
  console.log(`${pages.length} pages opened in Chromium, ${complaints.length} complaints`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  return complaints.length;
}
