// The cache folder: what the benchmark needs and what does not belong into the repository. Served
// files, a certificate, clients compiled from clients/*.c, wrk when it is not installed, packages.
// Made once; delete the folder to have it made anew.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CLIENTS = join(dirname(fileURLToPath(import.meta.url)), "clients");

/** Peers, and a parser to compare with, in the versions they are compared with. */
const PACKAGES = { sirv: "3.0.2", "http-parser-js": "0.5.10" };
const NPM_MS = 60_000;

export const CACHE =
  process.env.FERROX_BENCH_DIR ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ferrox-bench");

/** A folder inside the cache, made when missing. */
export function folderOf(...names) {
  const folder = join(CACHE, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What a command says; undefined: it cannot be started. Some say their version with status 1. */
export function output(command, args, options = {}) {
  const { stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 30_000,
    ...options,
  });
  return error === undefined ? `${stdout}${stderr}`.trim() : undefined;
}

/**
 * Compiles clients/NAME.c, once for each state of its text.
 * @returns {{ command: string } | { missing: string }}
 */
export function compiledClient(name) {
  const source = join(CLIENTS, `${name}.c`);
  const command = join(folderOf("clients"), name);
  const copy = `${command}.c`;
  const text = readFileSync(source, "utf8");
  if (existsSync(command) && existsSync(copy) && readFileSync(copy, "utf8") === text) {
    return { command };
  }
  const { status, error, stderr } = spawnSync("cc", ["-O2", "-Wall", "-o", command, source], {
    encoding: "utf8",
  });
  if (error !== undefined) return { missing: `${name}: no C compiler (cc)` };
  if (status !== 0) return { missing: `${name}: cc failed: ${stderr.slice(0, 300)}` };
  writeFileSync(copy, text);
  return { command };
}

/**
 * wrk: the installed one, else Debian's package, unpacked into the cache and not installed.
 * @returns {{ command: string, env: object, script: string } | { missing: string }}
 */
export function wrk() {
  const script = join(CLIENTS, "load.lua");
  if (output("wrk", ["-v"]) !== undefined) return { command: "wrk", env: {}, script };
  const folder = folderOf("wrk");
  const command = join(folder, "usr", "bin", "wrk");
  const env = { LD_LIBRARY_PATH: libraryFolders(folder).join(":") };
  if (output(command, ["-v"], { env }) !== undefined) return { command, env, script };
  const names = ["wrk", "libluajit-5.1-2"];
  const fetched = spawnSync("apt-get", ["download", ...names], { cwd: folder, timeout: NPM_MS });
  if (fetched.error !== undefined || fetched.status !== 0) {
    return { missing: "wrk is neither installed nor to be had from Debian (apt-get download wrk)" };
  }
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".deb")) spawnSync("dpkg", ["-x", file, "."], { cwd: folder });
  }
  env.LD_LIBRARY_PATH = libraryFolders(folder).join(":");
  if (output(command, ["-v"], { env }) === undefined) {
    return { missing: "wrk from Debian does not run here" };
  }
  return { command, env, script };
}

function libraryFolders(folder) {
  const lib = join(folder, "usr", "lib");
  return existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name)) : [];
}

/**
 * Packages that are compared with. The first call installs them.
 * @returns {{ folder: string, version: string } | { missing: string }}
 */
export function npmPackage(name) {
  const home = folderOf("packages");
  const folder = join(home, "node_modules", name);
  const known = join(folder, "package.json");
  const isThere = () =>
    existsSync(known) && JSON.parse(readFileSync(known, "utf8")).version === PACKAGES[name];
  if (!isThere()) {
    const manifest = { private: true, dependencies: PACKAGES };
    writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    spawnSync("npm", args, { cwd: home, timeout: NPM_MS, stdio: "ignore" });
  }
  return isThere()
    ? { folder, version: PACKAGES[name] }
    : { missing: `${name} ${PACKAGES[name]} could not be installed from npm` };
}

/** A certificate for localhost; the same key for everybody. */
export function certificate() {
  const folder = folderOf("tls");
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");
  if (!existsSync(cert)) {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const files = ["-keyout", key, "-out", cert, "-days", "3650"];
    spawnSync("openssl", ["req", "-x509", ...curve, ...files, ...subject], { stdio: "ignore" });
  }
  return existsSync(cert)
    ? { key, cert }
    : { missing: "openssl, which makes the certificate, is not installed" };
}
