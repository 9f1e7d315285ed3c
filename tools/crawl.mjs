// Follows every link of a served folder and compares each answer with the disk: the disk says
// what must come. A file there: 200, its very bytes, its media type. A folder: a redirect to the
// slash, then its index.html. Nothing there: 404. Speaks through Node's own client, a stranger.
//
//   node tools/crawl.mjs URL FOLDER [--ca FILE] [--all] [--json]
//
// --ca: the authority to trust for https. --all: also ask for files no link leads to.
// Exit status 1 when server and disk disagree anywhere.

import { readdir, readFile, stat } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { baseOf, linksOf } from "./links.mjs";

/** Written out here, not taken from the library the server uses: two opinions, not one. */
const TYPES = {
  ".avif": "image/avif",
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".htm": "text/html",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".otf": "font/otf",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".zip": "application/zip",
};

/**
 * @param {{ start: string, folder: string, ca?: Buffer, all?: boolean }} options
 * @returns {Promise<{ files: string[], bytes: number, redirects: number, listings: number,
 *   missing: string[], foreign: number, problems: string[] }>} `missing`: links to nothing, told so
 */
export async function crawl({ start, folder, ca, all = false }) {
  const { origin } = new URL(start);
  const ask = asker(start, ca);
  const report = {
    files: [],
    bytes: 0,
    redirects: 0,
    listings: 0,
    missing: [],
    foreign: 0,
    problems: [],
  };
  const seen = new Set();
  const waiting = [];
  const add = (url) => {
    if (url.origin !== origin) {
      report.foreign++;
      return;
    }
    url.hash = "";
    if (seen.has(url.href)) return;
    seen.add(url.href);
    waiting.push(url);
  };
  add(new URL(start));
  if (all) for (const url of await filesAsUrls(folder, origin)) add(url);
  try {
    const worker = async () => {
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
        for (const link of await visit(url, { folder, ask: ask.get, report })) add(link);
      }
    };
    // A worker that finds nothing to do may end while another still finds links: go round again.
    while (waiting.length > 0) await Promise.all(Array.from({ length: 8 }, worker));
  } finally {
    ask.close();
  }
  // One file may have several addresses: its folder's, or one with a query.
  report.files = [...new Set(report.files)].sort();
  report.missing.sort();
  return report;
}

/** Asks for one URL, judges the answer, and gives the links of the file. */
async function visit(url, { folder, ask, report }) {
  const path = decodeURIComponent(url.pathname);
  const answer = await ask(url);
  const fail = (why) => void report.problems.push(`${url.href}: ${why}`);
  const place = await placeOf(folder, path);
  switch (place.kind) {
    case "nothing":
      if (answer.status !== 404) fail(`nothing on disk, but ${answer.status}`);
      report.missing.push(url.pathname);
      return [];
    case "folder":
      return folderLinks(url, answer, { report, fail });
    case "listing":
      report.listings++;
      if (answer.status !== 200 && answer.status !== 403) fail(`a folder, but ${answer.status}`);
      return [];
    default:
      return fileLinks(url, place.diskPath, answer, { report, fail });
  }
}

function folderLinks(url, answer, { report, fail }) {
  report.redirects++;
  const wanted = `${url.pathname}/${url.search}`;
  const location = answer.fields.location ?? "";
  const target = new URL(location, url);
  if (![301, 302, 307, 308].includes(answer.status)) fail(`a folder, but ${answer.status}`);
  else if (target.origin !== url.origin || target.pathname + target.search !== wanted) {
    fail(`redirected to ${JSON.stringify(location)} instead of ${wanted}`);
  }
  return [new URL(wanted, url)];
}

async function fileLinks(url, diskPath, answer, { report, fail }) {
  const bytes = await readFile(diskPath);
  if (answer.status !== 200) {
    fail(`a file, but ${answer.status}`);
    return [];
  }
  report.files.push(diskPath);
  report.bytes += bytes.length;
  if (!bytes.equals(answer.body)) fail(`${answer.body.length} bytes differ from ${bytes.length}`);
  const [type = "", ...parameters] = (answer.fields["content-type"] ?? "").split(/\s*;\s*/);
  const wanted = TYPES[extname(diskPath).toLowerCase()];
  if (wanted !== undefined && type !== wanted) fail(`${JSON.stringify(type)} instead of ${wanted}`);
  if (parameters.some((one) => one.toLowerCase() !== "charset=utf-8")) fail(`with ${parameters}`);
  const text = bytes.toString("utf8");
  const base = new URL((type === "text/html" ? baseOf(text) : undefined) ?? "", url);
  return linksOf(text, type).flatMap((link) =>
    URL.canParse(link, base) ? [new URL(link, base)] : [],
  );
}

/** What the disk has at a path. */
async function placeOf(folder, path) {
  const diskPath = join(folder, path);
  const found = await stat(diskPath).catch(() => undefined);
  if (found === undefined || (found.isFile() && path.endsWith("/"))) return { kind: "nothing" };
  if (found.isFile()) return { kind: "file", diskPath };
  if (!path.endsWith("/")) return { kind: "folder" };
  const index = join(diskPath, "index.html");
  const hasIndex = (await stat(index).catch(() => undefined))?.isFile() ?? false;
  return hasIndex ? { kind: "file", diskPath: index } : { kind: "listing" };
}

async function filesAsUrls(folder, origin) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length))
    .map((path) => path.split(sep).filter(Boolean).map(encodeURIComponent).join("/"))
    .filter((path) => !/(^|\/)\./.test(path))
    .map((path) => new URL(`/${path}`, origin));
}

function asker(start, ca) {
  const secure = new URL(start).protocol === "https:";
  const agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 8, ca });
  const get = (url) =>
    new Promise((resolve, reject) => {
      const request = (secure ? https : http).get(url, { agent }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            fields: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.setTimeout(20_000, () => request.destroy(new Error(`no answer: ${url.href}`)));
      request.on("error", reject);
    });
  return { get, close: () => agent.destroy() };
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { ca: { type: "string" }, all: { type: "boolean" }, json: { type: "boolean" } },
  });
  const [start, folder] = positionals;
  if (start === undefined || folder === undefined) {
    console.error("usage: node tools/crawl.mjs URL FOLDER [--ca FILE] [--all] [--json]");
    process.exit(2);
  }
  const ca = values.ca === undefined ? undefined : await readFile(values.ca);
  const report = await crawl({ start, folder, ca, all: values.all });
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
  process.exitCode = report.problems.length > 0 || report.files.length === 0 ? 1 : 0;
}

export function print({ files, bytes, redirects, listings, missing, foreign, problems }) {
  console.log(
    `${files.length} files (${bytes} bytes) as on disk, ${redirects} redirects, ` +
      `${listings} folders without a page, ${missing.length} links to nothing, ${foreign} to elsewhere`,
  );
  for (const problem of problems) console.log(`  wrong: ${problem}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
