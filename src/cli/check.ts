// `ferrox check`: what is wrong with the configuration, or what it would serve. Reads exactly what
// `serve` reads, variables included, and starts nothing.

import { relative } from "node:path";
import type { Config, FileSystemConfig, FilesAction, RouteConfig } from "../config/config.ts";
import type { Origins } from "../config/origins.ts";
import { harmless } from "../config/reading.ts";
import { authLines } from "./check-auth.ts";
import { configFromArguments, NO_FLAGS } from "./config-from-arguments.ts";
import { EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { ROOT_WARNING } from "./privileges.ts";
import { pages } from "./report-problems.ts";

export interface CheckOptions {
  readonly file: string | undefined;
  readonly origin: boolean;
  readonly auth: boolean;
  /** With `auth`: of this path alone. */
  readonly path: string | undefined;
}

export function runCheck({ file, origin, auth, path }: CheckOptions, io: Io): ExitCode {
  const start = configFromArguments({ ...NO_FLAGS, file }, io);
  if (start.kind === "problems") {
    io.err(pages(start.problems, io));
    return EXIT_USAGE;
  }
  if (start.warnings.length > 0) io.err(pages(start.warnings, io));
  // What `serve` would warn of, were it started by the same user.
  const staysRoot = io.isRoot === true && start.config.server.user === undefined;
  if (staysRoot) io.err(`ferrox: warning: ${ROOT_WARNING}\n`);
  if (auth) return showAuth(start.config, path, io);
  io.out(
    `${[...servedLines(start.config, io.cwd), ...originLines(start.origins, origin)].join("\n")}\n`,
  );
  return EXIT_FINE;
}

function showAuth(config: Config, path: string | undefined, io: Io): ExitCode {
  const lines = authLines(config, path);
  if (typeof lines === "string") {
    io.err(`ferrox: ${lines}\n`);
    return EXIT_USAGE;
  }
  io.out(`${lines.join("\n")}\n`);
  return EXIT_FINE;
}

type Row = readonly [left: string, right: string];

function servedLines(config: Config, cwd: string): string[] {
  const near = (path: string) => nearPath(path, cwd);
  const routes = config.routes.map(
    (route): Row => [routeName(route), actionText(route, config, near)],
  );
  const { dir, isOnStreams } = config.log;
  const log = dir === undefined ? (isOnStreams ? "standard streams" : "none") : near(dir);
  return [
    `${harmless(config.file ?? "the command line")} is fine`,
    ...addresses(config).map((address) => `  ${address}`),
    ...aligned([...routes, ["logs", log]]),
  ];
}

function addresses({ server }: Config): string[] {
  const { addr, httpPort, httpsPort } = server;
  if (addr.startsWith("unix:")) return [harmless(addr)];
  const host = addr.includes(":") ? `[${addr}]` : addr;
  const ports = [
    ["https", httpsPort, 443],
    ["http", httpPort, 80],
  ] as const;
  return ports.flatMap(([scheme, port, usual]) => {
    if (port === undefined) return [];
    if (port === 0) return [`${scheme}://${host}, on any free port`];
    const to = scheme === "http" && httpsPort !== undefined ? ", to HTTPS" : "";
    return [`${scheme}://${host}${port === usual ? "" : `:${port}`}${to}`];
  });
}

function routeName({ host, path }: RouteConfig): string {
  return harmless((host ?? "") + path);
}

function actionText(
  { action }: RouteConfig,
  { fileSystems }: Config,
  near: (path: string) => string,
): string {
  if (action.kind === "redirect") return `to ${harmless(action.to)} (${action.status})`;
  if (action.kind === "metrics") return "figures for Prometheus";
  if (action.kind === "precomputed") return `${near(action.root)}, answers made beforehand`;
  if (action.kind === "health") return `health: ${action.of}`;
  const where = placeText(fileSystems.get(action.fileSystem), near);
  if (action.kind === "vfs_https") return `${where}, lent to programs`;
  return [where, ...remarks(action)].join(", ");
}

function placeText(config: FileSystemConfig | undefined, near: (path: string) => string): string {
  switch (config?.kind) {
    case "disk":
      return near(config.root);
    case "memory":
      return "files in memory";
    case "https":
      return `files of ${harmless(config.url)}`;
    case "overlay":
      return [config.upper, ...config.lower].map(harmless).join(" over ");
    case "subtree":
      return `${harmless(config.path)} of ${harmless(config.of)}`;
    case "read-only":
      return harmless(config.of);
    case "mounts":
      return Array.from(config.at, ([at, name]) => harmless(`${name} at ${at}`)).join(", ");
    case undefined:
      return "nothing";
    default:
      return config satisfies never;
  }
}

function remarks({ router, listing, fallback, changes }: FilesAction): string[] {
  const spa = router === "spa" ? [`single page: ${harmless(fallback)}`] : [];
  const listed = listing && router === "static" ? ["directories listed"] : [];
  const changed = changes === "allowed" ? ["can be changed"] : [];
  return [...spa, ...listed, ...changed];
}

function originLines(origins: Origins, isAsked: boolean): string[] {
  if (!isAsked) return [];
  const rows = origins
    .settings()
    .map(({ key, value, origin }): readonly string[] => [
      `${harmless(key)}: ${value}`,
      harmless(origin),
    ]);
  return ["", ...aligned(rows.map(([left = "", right = ""]): Row => [left, right]))];
}

function aligned(rows: readonly Row[]): string[] {
  // One long value must not push the others off the screen.
  const width = Math.min(48, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** As people would type it here; absolute when it lies elsewhere. */
function nearPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return harmless(short === "" ? "." : short.startsWith("..") ? path : short);
}
