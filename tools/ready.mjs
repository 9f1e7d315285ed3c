// Makes the tree ready to run: packages installed, sources built. Says one line for each thing it
// does, and nothing when there is nothing to do. Everything is judged by content, not by time, so a
// copy or a checkout of a ready tree is ready. No dependencies, because it is what installs them.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MIN = [20, 19];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD = join(ROOT, "build");
const STAMP = join(BUILD, "built-from.txt");
const LOCK = join(BUILD, "ready.lock");
const LOCK_WAIT_MS = 10 * 60 * 1000;

/** Why the tree cannot be made ready; for people, so without a stack. */
class Stop extends Error {}

try {
  main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`ready: ${error.message}\n`);
  process.exitCode = 1;
}

function main() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    throw new Stop(`Node ${NODE_MIN.join(".")} or newer is needed; this is ${process.version}`);
  }
  if (isInstalled() && isBuilt(digestOfSources())) return;
  const release = lock();
  try {
    // Judged again: whoever held the lock has probably done the work.
    if (!isInstalled()) install();
    const digest = digestOfSources();
    if (!isBuilt(digest)) build(digest);
  } finally {
    release();
  }
}

function say(line) {
  process.stdout.write(`ready: ${line}\n`);
}

// ── packages ────────────────────────────────────────────────────────────────────────────────────

/**
 * npm notes in node_modules what it has put there, last of all. Everything that package-lock.json
 * asks for must be there in that very version; optional packages of other platforms never are.
 */
function isInstalled() {
  const installed = packagesIn(join(ROOT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const wanted = packagesIn(join(ROOT, "package-lock.json"));
  if (wanted === undefined) throw new Stop("package-lock.json is missing or broken");
  const isThere = ([name, { version, integrity }]) =>
    installed[name]?.version === version && installed[name]?.integrity === integrity;
  return Object.entries(wanted)
    .filter(([name, entry]) => name !== "" && !entry.optional)
    .every(isThere);
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined; // not there, or cut off: both mean that npm has to run
  }
}

function install() {
  say("installing packages (npm ci)");
  const npm = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32", // npm is a script there
  });
  if (npm.error) throw new Stop(`npm cannot be started: ${npm.error.message}`);
  if (npm.status !== 0) {
    process.stderr.write(npm.stdout + npm.stderr);
    throw new Stop("npm ci failed, see above; nothing was built");
  }
}

// ── build ───────────────────────────────────────────────────────────────────────────────────────

function sourceFiles() {
  const below = (folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return below(path);
      return entry.name.endsWith(".ts") ? [path] : [];
    });
  return ["src", "test"].flatMap(below).sort();
}

/** Changes whenever tsc could give something else. package-lock.json holds the version of tsc. */
function digestOfSources() {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "package.json", "tsconfig.json", ...sourceFiles()]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function isBuilt(digest) {
  if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== digest) return false;
  return sourceFiles().every((file) => existsSync(join(BUILD, outputOf(file))));
}

function outputOf(source) {
  return source.replace(/\.ts$/, ".js");
}

function build(digest) {
  say("building (tsc)");
  rmSync(STAMP, { force: true });
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const tsc = spawnSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.json")], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (tsc.error) throw new Stop(`tsc cannot be started: ${tsc.error.message}`);
  if (tsc.status !== 0) {
    process.stderr.write(tsc.stdout + tsc.stderr);
    throw new Stop("the build failed, see above");
  }
  const removed = removeOrphans();
  if (removed > 0) say(`removed ${removed} outputs of sources that are gone`);
  // A source saved while tsc ran may be half in: no stamp then, and the next run builds again.
  if (digestOfSources() === digest) writeFileSync(STAMP, digest);
}

/** Outputs that no source stands for any more would still be imported, and tests still be run. */
function removeOrphans() {
  const sources = new Set(sourceFiles());
  let removed = 0;
  const sweep = (folder) => {
    for (const entry of readdirSync(join(BUILD, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        sweep(path);
      } else if (!sources.has(path.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, ".ts"))) {
        unlinkSync(join(BUILD, path));
        removed++;
      }
    }
    if (readdirSync(join(BUILD, folder)).length === 0) rmdirSync(join(BUILD, folder));
  };
  for (const folder of ["src", "test"]) if (existsSync(join(BUILD, folder))) sweep(folder);
  return removed;
}

// ── one at a time ───────────────────────────────────────────────────────────────────────────────

/**
 * A file with the number of the process that holds it, put there whole by link(2), which fails when
 * it exists. A holder that has died is noticed, and its lock taken away.
 */
function lock() {
  mkdirSync(BUILD, { recursive: true });
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  const endMs = Date.now() + LOCK_WAIT_MS;
  let hasSaid = false;
  try {
    while (!tryLink(mine)) {
      const holder = holderOfLock();
      if (holder === undefined) continue;
      if (!isAlive(holder)) {
        takeAway(holder);
        continue;
      }
      if (!hasSaid) say(`waiting for process ${holder}, which is at it`);
      hasSaid = true;
      if (Date.now() > endMs)
        throw new Stop(`process ${holder} does not finish; or delete ${LOCK}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  } finally {
    unlinkSync(mine);
  }
  return () => unlinkSync(LOCK);
}

function tryLink(mine) {
  try {
    linkSync(mine, LOCK);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function holderOfLock() {
  try {
    return Number(readFileSync(LOCK, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined; // given back in between
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // alive, and somebody else's
  }
}

/** Moved first, so that of two who notice only one removes it; put back if it was not that one. */
function takeAway(dead) {
  const moved = `${LOCK}.${process.pid}.dead`;
  try {
    renameSync(LOCK, moved);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (Number(readFileSync(moved, "utf8")) !== dead) tryLink(moved);
  unlinkSync(moved);
}
