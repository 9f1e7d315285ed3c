// Ferrox as it is measured: its usual settings and its access log on. Where a setting differs, the
// reason stands beside it. The variants show what a setting is worth.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "../cache.mjs";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ANSWERS = ["small", "file", "tag", "range", "gzip", "br", "listing"];

/** @param build the folder of the build, from the root of the repository */
export function ferroxServers(build) {
  const main = resolve(ROOT, build, "src", "cli", "main.js");
  const find = () => {
    const version = output(process.execPath, [main, "--version"]);
    return { version: `${version}, Node ${process.versions.node}` };
  };
  const server = (name, does, settings) => ({
    name,
    does,
    answers: ANSWERS,
    ours: true,
    find,
    command: (means) => ({
      command: process.execPath,
      args: [main, "serve", "--config", configFile(means, settings)],
    }),
  });
  return [
    server("ferrox", "usual settings, access log on", {}),
    server("ferrox-nolog", "access log off", { access: "off" }),
    server("ferrox-memory", "256 MiB for files in memory", { cacheBytes: "256MiB" }),
    server("ferrox-store", "answers made beforehand, of what is at the top of the folder", {
      store: (site) => storeOf(main, site),
    }),
  ];
}

/** Compiled once for each folder of files: without its giants, and the ten thousand. */
function storeOf(main, site) {
  const store = `${site}-store`;
  const part = `${site}-store-of`;
  mkdirSync(part, { recursive: true });
  for (const name of STORED) {
    cpSync(join(site, name), join(part, name), { preserveTimestamps: true });
  }
  output(process.execPath, [main, "compile", part, store]);
  return store;
}

const STORED = "index.html 1k.txt 10k.html 100k.bin 1m.bin 64k.txt 64k.txt.gz 64k.txt.br".split(
  " ",
);

function configFile(
  { folder, site, port, setup, tls },
  { access = "combined", cacheBytes, store },
) {
  mkdirSync(folder, { recursive: true });
  const route =
    store === undefined
      ? ""
      : `{ path: /, precomputed: ${JSON.stringify(store(site))}, mode: rfc }`;
  const isTls = setup.wire === "tls";
  const text = `server:
  addr: 127.0.0.1
  ${isTls ? `http_port: off\n  https_port: ${port}` : `http_port: ${port}`}
  index: true
${setup.workers > 1 ? `  workers: ${setup.workers}\n` : ""}paths:
  serve_dir: ${JSON.stringify(site)}
  log_dir: ${JSON.stringify(join(folder, "logs"))}
${isTls ? `tls: { enabled: true, cert_path: ${JSON.stringify(tls.cert)}, key_path: ${JSON.stringify(tls.key)} }\n` : ""}limits:
  keep_alive: 75s      # as nginx: idle connections must last as long as they are weighed
  connections: 20000   # ten thousand idle ones, and whoever comes besides
${cacheBytes === undefined ? "" : `  cache_bytes: ${cacheBytes}\n`}logging: { access: ${access}, level: warn }
${route === "" ? "" : `routes: [${route}]\n`}`;
  const file = join(folder, "ferrox.yml");
  writeFileSync(file, text);
  return file;
}
