// `ferrox serve`: reads the configuration, has a server started, says so, and goes on until a
// signal ends it. What a serving process is stands in running.ts; here is how it lives: what is
// printed, what a signal does, and which exit code follows.

import type { Config } from "../config/config.ts";
import type { ServeOptions } from "./arguments.ts";
import { banner, localUrl, plainLines } from "./banner.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { type Loaded, load } from "./load.ts";
import { reloadOnDemand } from "./reloading.ts";
import { reportProblems } from "./report-problems.ts";
import { type Running, type RunningOptions, startRunning } from "./running.ts";
import type { Surroundings } from "./surroundings.ts";
import { version } from "./version.ts";

export async function runServe(
  options: ServeOptions,
  io: Io,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const loading = await load(options, io);
  if (loading.kind === "problems") {
    reportProblems(loading.problems, io);
    return EXIT_USAGE;
  }
  if (loading.kind === "no means") {
    for (const message of loading.messages) io.err(`ferrox: ${message}\n`);
    return EXIT_FAILED;
  }
  // As soon as there is a pid file, somebody may send one, and unheard it would end us there.
  let isReloadAsked = false;
  surroundings.onSignal(["SIGHUP", "SIGUSR2"], () => {
    isReloadAsked = true;
  });
  let stopAsked: NodeJS.Signals | undefined;
  surroundings.onSignal(STOP_SIGNALS, (signal) => {
    stopAsked ??= signal;
  });
  const { loaded } = loading;
  if (options.quiet < 2) reportProblems(loaded.warnings, io);
  const running = await start({ charge: loaded, mayMovePort: loaded.mayMovePort, io });
  if (running === undefined) return EXIT_FAILED;
  // Before a word is said: whoever waits for it may send a signal in the same moment.
  const reload = hearReloads(running, { options, io, surroundings, loaded });
  if (isReloadAsked) void reload();
  const stopped = untilAskedToStop(running, { loaded, surroundings, already: stopAsked });
  running.logs.log.info("core", "listening", { doors: running.doors.map(localUrl) });
  say(running, loaded.config, { options, io, surroundings });
  await stopped;
  await running.close();
  return EXIT_FINE;
}

/** undefined: it could not be, and why has been said. */
async function start(options: RunningOptions): Promise<Running | undefined> {
  const { server } = options.charge.config;
  if (server.workers === 1) return startRunning(options);
  const { startCrew } = await import("./workers/start-crew.ts");
  return startCrew(options);
}

interface Saying {
  readonly options: ServeOptions;
  readonly io: Io;
  readonly surroundings: Surroundings;
}

function say(
  { doors, notes }: Running,
  config: Config,
  { options, io, surroundings }: Saying,
): void {
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

/** What cannot change while a server runs: who it is, where its number stands. */
const START_KEYS = ["server.user", "server.group", "paths.pid_file"];

/** Several workers can become more or fewer; one process stays one. */
function startKeysOf({ server }: Config): readonly string[] {
  return server.workers === 1 ? ["server.workers", ...START_KEYS] : START_KEYS;
}

function hearReloads(
  running: Running,
  { options, io, surroundings, loaded }: Saying & { readonly loaded: Loaded },
): () => Promise<void> {
  const { logs } = running;
  const reload = reloadOnDemand({
    options,
    io,
    log: logs.log,
    loaded,
    startKeys: startKeysOf(loaded.config),
    apply: (next) => running.reload(next),
    isStopping: () => running.isStopping,
    told: (result, text) => running.tell(result, text),
  });
  surroundings.onSignal(["SIGUSR2"], () => logs.reopen());
  surroundings.onSignal(["SIGHUP"], () => {
    if (isHangUp(loaded.config, surroundings)) return;
    // Whatever becomes of the configuration: it may be all that was meant.
    logs.reopen();
    void reload();
  });
  return reload;
}

/**
 * Whoever closes the window in which a folder is served in passing is done with it. Behind a file,
 * or a pid file, there may be somebody who wants a reload.
 */
function isHangUp({ file, pidFile }: Config, surroundings: Surroundings): boolean {
  return file === undefined && pidFile === undefined && surroundings.terminalIsGone();
}

const STOP_SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGQUIT"];

interface Stopping {
  readonly loaded: Loaded;
  readonly surroundings: Surroundings;
  /** Came while the server was being started. */
  readonly already: NodeJS.Signals | undefined;
}

/** The first signal drains, the second cuts. */
function untilAskedToStop(
  running: Running,
  { loaded: { config }, surroundings, already }: Stopping,
): Promise<void> {
  const { log } = running.logs;
  // Node would open its debugger.
  surroundings.onSignal(["SIGUSR1"], () => {});
  surroundings.onStrayError((error) => {
    log.error("core", "an error that nobody caught", { err: error });
  });
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      log.info("core", "stopping", { signal, connections: running.connectionCount });
      void running.drain().then(resolve);
    };
    surroundings.onSignal(["SIGHUP"], (signal) => {
      // The system may say it twice; that asks for no haste.
      if (!running.isStopping && isHangUp(config, surroundings)) stop(signal);
    });
    surroundings.onSignal(STOP_SIGNALS, (signal) => {
      if (running.isStopping) {
        running.cut();
        return resolve();
      }
      stop(signal);
    });
    if (already !== undefined) stop(already);
  });
}
