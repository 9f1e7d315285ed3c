// `ferrox compile`: a folder becomes a store of the answers that a server would give for it. Reads the
// configuration as `serve` would with the same folder; what a route says of it, the store says.

import { mkdirSync, realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type CompiledRoute, compileRoute } from "../app/compile-site.ts";
import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/system-error.ts";
import type { Config, FileSystemConfig } from "../config/config.ts";
import { harmless } from "../config/reading.ts";
import { CompileFailure } from "../handlers/precomputed/asking-site.ts";
import { BEST_CODINGS } from "../handlers/precomputed/best-codings.ts";
import type { CompileReport, StoreFormat } from "../handlers/precomputed/compile.ts";
import { diskFileSystem } from "../vfs/disk.ts";
import { FsError } from "../vfs/fs-error.ts";
import { configFromArguments, NO_FLAGS, type Start } from "./config-from-arguments.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./machine-error.ts";
import { pages } from "./report-problems.ts";
import { sizeText } from "./size-text.ts";
import { formatOf } from "./store-format.ts";

export interface CompileOptions {
  /** SITE, STORE */
  readonly operands: readonly string[];
  /** -c, as named by the user. */
  readonly file: string | undefined;
  /** Of the route, where there are several. */
  readonly at: string | undefined;
  readonly format: string | undefined;
}

export interface CompilePorts {
  readonly io: Io;
  readonly clock: Clock;
  /** What compresses, with its versions. */
  readonly maker: string;
}

export async function runCompile(options: CompileOptions, ports: CompilePorts): Promise<ExitCode> {
  const { io } = ports;
  const [site, store, ...spare] = options.operands;
  const format = formatOf(options.format);
  if (site === undefined || store === undefined || spare.length > 0) {
    return refuse(io, "say what becomes what: ferrox compile SITE STORE");
  }
  if (format === undefined) return refuse(io, "--format is flatbuffers or json");
  try {
    const storeRoot = madeFolder(resolve(io.cwd, store));
    if (isWithin(realPath(resolve(io.cwd, site)), storeRoot)) {
      return refuse(
        io,
        `${harmless(store)} lies in ${harmless(site)}, and would be served with it`,
      );
    }
    const { file, at } = options;
    return await compiled({ site, store, storeRoot, format, file, at }, ports);
  } catch (error) {
    const isKnown = error instanceof CompileFailure || error instanceof FsError;
    if (!isKnown && codeOf(error) === undefined) throw error;
    io.err(`ferrox compile: ${harmless(`${store}: ${messageOf(error)}`)}\n`);
    return EXIT_FAILED;
  }
}

function refuse(io: Io, why: string): ExitCode {
  io.err(`ferrox compile: ${why}\n`);
  return EXIT_USAGE;
}

/** Before the configuration is read, which may have a route for it. */
function madeFolder(diskPath: string): string {
  mkdirSync(diskPath, { recursive: true });
  return realpathSync(diskPath);
}

/** That nothing is there, the configuration's own check says better. */
function realPath(diskPath: string): string {
  try {
    return realpathSync(diskPath);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return diskPath;
    throw error;
  }
}

function isWithin(folder: string, other: string): boolean {
  const way = relative(folder, other);
  return way === "" || !(way === ".." || way.startsWith("../") || way.startsWith("..\\"));
}

interface Job {
  readonly site: string;
  readonly store: string;
  readonly storeRoot: string;
  readonly format: StoreFormat;
  readonly file: string | undefined;
  readonly at: string | undefined;
}

async function compiled(job: Job, { io, clock, maker }: CompilePorts): Promise<ExitCode> {
  const { store, storeRoot, format } = job;
  const found = placeOf(job, io);
  if (typeof found === "string") return refuse(io, found);
  if (found.kind === "problems") {
    io.err(pages(found.problems, io));
    return EXIT_USAGE;
  }
  const { config, route, folder } = found;
  if (route.action.router === "spa") {
    io.err("ferrox compile: paths that name no file will be 404: a store cannot know them all\n");
  }
  const progress = progressOn(io, clock);
  const report = await compileRoute(config, route, {
    clock,
    maker,
    format,
    site: diskFileSystem({ ...folder, writable: false, clock }),
    store: diskFileSystem({
      root: storeRoot,
      symlinks: "never",
      dotfiles: false,
      writable: true,
      clock,
    }),
    onProgress: progress.show,
  }).finally(progress.end);
  say(report, store, io);
  return EXIT_FINE;
}

type Folder = Extract<FileSystemConfig, { kind: "disk" }>;

interface Found {
  readonly kind: "found";
  readonly config: Config;
  readonly route: CompiledRoute;
  readonly folder: Folder;
}

type Problems = Extract<Start, { kind: "problems" }>;

/** As a route of the configuration has it; else as its site would be, were it this folder. */
function placeOf({ site, file, at }: Job, io: Io): Found | Problems | string {
  const root = resolve(io.cwd, site);
  const start = configFromArguments(
    { ...NO_FLAGS, dir: file === undefined ? site : undefined, file },
    io,
  );
  if (start.kind === "problems") return start;
  const found = routeOf(start.config, root, at);
  if (typeof found !== "string" || file === undefined || at !== undefined) return found;
  const other = configFromArguments({ ...NO_FLAGS, dir: site, file }, io);
  return other.kind === "problems" ? other : routeOf(other.config, root, at);
}

/** A text says why there is none. */
function routeOf(config: Config, root: string, at: string | undefined): Found | string {
  const serving = config.routes.flatMap((route): Found[] => {
    const { action } = route;
    if (action.kind !== "files") return [];
    const folder = config.fileSystems.get(action.fileSystem);
    if (folder?.kind !== "disk" || folder.root !== root) return [];
    return [{ kind: "found", config, route: { ...route, action }, folder }];
  });
  const meant = serving.filter(({ route }) => at === undefined || route.path === at);
  const [first, ...others] = meant;
  if (first === undefined) {
    const where = at === undefined ? "" : ` at ${harmless(at)}`;
    return `no route${where} serves the files of ${harmless(root)}`;
  }
  if (others.length === 0) return first;
  return `${meant.length} routes serve ${harmless(root)}; name one: --at PATH`;
}

const REDRAW_MS = 100;
const ERASE = "\r\x1b[K";

/** Only for people: one line that is drawn over and over. */
function progressOn(io: Io, clock: Clock) {
  let drawnMs = clock.monotonicMs();
  let isDrawn = false;
  return {
    show(done: number, total: number, target: string) {
      const nowMs = clock.monotonicMs();
      if (!io.isTerminal || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      isDrawn = true;
      const line = `${done} of ${total}  ${harmless(target)}`;
      io.err(ERASE + line.slice(0, io.columns - 1));
    },
    end() {
      if (isDrawn) io.err(ERASE);
    },
  };
}

function say(report: CompileReport, store: string, io: Io): void {
  const { targets, written, removed, bytesWritten, errors } = report;
  for (const { path, why } of errors) {
    io.err(`ferrox compile: left out ${harmless(path)}: ${harmless(why)}\n`);
  }
  const gone = removed === 0 ? "" : `, ${removed} removed`;
  io.out(
    `${harmless(store)}: ${targets} answers, ${written} of them written${gone} ` +
      `(${sizeText(bytesWritten)})\n`,
  );
  if (!BEST_CODINGS.includes("zstd")) {
    io.out("zstd is left out: this Node cannot make it (22.15 can)\n");
  }
}
