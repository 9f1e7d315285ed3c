// `ferrox serve`: reads the configuration, opens the logs and the doors, says so, and goes on
// until a signal ends it. What a server is made of stands in app.ts; here is how it lives in a
// process: what is printed, what a signal does, and which exit code follows.

import { createApp } from "../app.ts";
import { systemClock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import type { OpenDoor, Server } from "../server/server.ts";
import { type TlsContexts, tlsContexts } from "../transport/tls-context.ts";
import type { ServeOptions } from "./arguments.ts";
import { banner, localUrl, plainLines } from "./banner.ts";
import { configFromArguments } from "./config-from-arguments.ts";
import { dataFolder } from "./data-folder.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { keyPairsOf } from "./key-pairs.ts";
import { bindFailure, codeOf, messageOf } from "./machine-error.ts";
import { type Logs, openLogs } from "./open-logs.ts";
import { reportProblems } from "./report-problems.ts";
import type { Surroundings } from "./surroundings.ts";
import { version } from "./version.ts";

export async function runServe(
  options: ServeOptions,
  io: Io,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const loaded = configFromArguments(options, io);
  if (loaded.kind === "problems") {
    reportProblems(loaded.problems, io);
    return EXIT_USAGE;
  }
  reportProblems(loaded.warnings, io);
  const { config } = loaded;
  const keys = await keyPairsOf(config.tls, dataFolder(io), io.nowMs);
  if (keys.kind === "problems") {
    for (const message of keys.messages) io.err(`ferrox: ${message}\n`);
    return EXIT_FAILED;
  }
  const tls = keys.kind === "off" ? undefined : tlsContexts(keys.pairs);
  const logs = openLogs(config.log, (statement) => io.err(`ferrox: ${statement}\n`));
  const started = await start({ config, mayMove: loaded.mayMovePort, tls, logs, io });
  if (started === undefined) {
    await logs.close();
    return EXIT_FAILED;
  }
  const reload = () => reloadKeys({ config, tls, logs, io });
  // Before a word is said: whoever waits for it may send a signal in the same moment.
  const stopped = untilAskedToStop(started.server, { logs, surroundings, reload });
  logs.log.info("core", "listening", { doors: started.doors.map(localUrl) });
  say(started, config, { options, io, surroundings });
  await stopped;
  await logs.close();
  return EXIT_FINE;
}

interface Starting {
  readonly config: Config;
  /** When the port is taken, the next free one will do. */
  readonly mayMove: boolean;
  readonly tls: TlsContexts | undefined;
  readonly logs: Logs;
  readonly io: Io;
}

interface Started {
  readonly server: Server;
  readonly doors: readonly OpenDoor[];
  readonly notes: readonly string[];
}

/** How far the next free port is looked for. */
const PORTS_TRIED_MAX = 100;

/** undefined: it could not be, and why has been said. */
async function start(starting: Starting): Promise<Started | undefined> {
  const { mayMove, tls, logs, io } = starting;
  const ports = {
    clock: systemClock,
    log: logs.log,
    exchanges: logs.exchanges,
    tls,
    metrics: async () => "",
    isReady: () => true,
  };
  const wanted = portOf(starting.config);
  for (let config = starting.config; ; config = onNextPort(config)) {
    try {
      const server = await createApp(config, ports);
      const doors = await server.listen();
      const moved = portOf(config) !== wanted;
      const notes = moved ? [`port ${wanted} is in use, using ${portOf(config)}`] : [];
      return { server, doors, notes };
    } catch (error) {
      const isTaken = codeOf(error) === "EADDRINUSE";
      const mayTryNext = portOf(config) < Math.min(wanted + PORTS_TRIED_MAX, 65_535);
      if (isTaken && mayMove && mayTryNext) continue;
      io.err(`ferrox: ${failure(error, config)}\n`);
      return undefined;
    }
  }
}

/** The port people will ask at: that of the secure door, when there is one. */
function portOf({ server, tls }: Config): number {
  return (tls.kind === "off" ? server.httpPort : server.httpsPort) ?? 0;
}

function onNextPort(config: Config): Config {
  const { server, tls } = config;
  const next = portOf(config) + 1;
  return {
    ...config,
    server: tls.kind === "off" ? { ...server, httpPort: next } : { ...server, httpsPort: next },
  };
}

function failure(error: unknown, config: Config): string {
  const isBind = error instanceof Error && "syscall" in error && error.syscall !== "open";
  if (!isBind) return messageOf(error);
  return bindFailure(error, config);
}

interface Saying {
  readonly options: ServeOptions;
  readonly io: Io;
  readonly surroundings: Surroundings;
}

function say(started: Started, config: Config, { options, io, surroundings }: Saying): void {
  const { doors, notes } = started;
  const facts = {
    version: version(),
    doors,
    notes,
    serving: servingText(config),
    networkAddresses: surroundings.networkAddresses(),
  };
  if (options.quiet === 0) io.out(io.isTerminal ? banner(facts) : plainLines(facts));
  const first = doors[0];
  if (options.open && first !== undefined) surroundings.showInBrowser(`${localUrl(first)}/`);
}

function servingText({ file, fileSystems, routes }: Config): string {
  const roots = [...fileSystems.values()].flatMap((it) => (it.kind === "disk" ? [it.root] : []));
  const what = roots.length === 1 ? (roots[0] ?? "") : `${routes.length} routes`;
  return file === undefined ? what : `${what} (${file})`;
}

interface Stopping {
  readonly logs: Logs;
  readonly surroundings: Surroundings;
  readonly reload: () => Promise<void>;
}

/** The first signal drains, the second cuts. */
function untilAskedToStop(server: Server, stopping: Stopping): Promise<void> {
  const { logs, surroundings, reload } = stopping;
  surroundings.onSignal(["SIGUSR2"], () => logs.reopen());
  surroundings.onSignal(["SIGHUP"], () => {
    logs.reopen();
    void reload();
  });
  // Node would open its debugger.
  surroundings.onSignal(["SIGUSR1"], () => {});
  surroundings.onStrayError((error) => {
    logs.log.error("core", "an error that nobody caught", { err: error });
  });
  return new Promise((resolve) => {
    let asked = false;
    surroundings.onSignal(["SIGINT", "SIGTERM", "SIGQUIT"], (signal) => {
      if (asked) {
        server.cut();
        return resolve();
      }
      asked = true;
      logs.log.info("core", "stopping", { signal, connections: server.connectionCount });
      void server.drain().then(resolve);
    });
  });
}

/** New handshakes see new certificates; open connections go on. Bad files change nothing. */
async function reloadKeys(reloading: Omit<Starting, "mayMove">): Promise<void> {
  const { config, tls, logs, io } = reloading;
  if (tls === undefined) return;
  const keys = await keyPairsOf(config.tls, dataFolder(io), systemClock.wallMs());
  if (keys.kind === "pairs") {
    tls.reload(keys.pairs);
    for (const warning of keys.warnings) logs.log.warn("tls", warning);
    logs.log.info("tls", "certificates reloaded", { hosts: tls.hosts });
  } else if (keys.kind === "problems") {
    for (const message of keys.messages) logs.log.error("tls", `not reloaded: ${message}`);
  }
}
