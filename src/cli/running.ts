// What one serving process is: logs, keys, doors, and how all of them become others in a reload or
// come to an end. Reads no configuration, hears no signal and prints nothing but why it could not
// start: that is serve.ts's business, and with workers the business of two processes.

import { type App, createApp } from "../app.ts";
import { systemClock } from "../base/clock.ts";
import { codeOf } from "../base/system-error.ts";
import type { Config } from "../config/config.ts";
import { metricsText } from "../logging/exposition.ts";
import { Metrics } from "../logging/metrics.ts";
import type { ReloadResult } from "../logging/reload-counts.ts";
import { mergeSnapshots, type Snapshot } from "../logging/snapshot.ts";
import type { DrainHow, OpenDoor } from "../server/server.ts";
import type { Fellows } from "../transport/fellows.ts";
import { type TlsContexts, tlsContexts } from "../transport/tls-context.ts";
import type { Io } from "./io.ts";
import type { Charge } from "./load.ts";
import { bindFailure, messageOf } from "./machine-error.ts";
import type { Logs, PreparedLogs } from "./open-logs.ts";
import { processWatch } from "./process-figures.ts";
import { beginSettling, type Settled } from "./settling.ts";
import { version } from "./version.ts";

export interface Running {
  /** As they are open now: a reload may change them. */
  readonly doors: readonly OpenDoor[];
  /** Worth knowing before going on: "port 8080 is in use, using 8081". */
  readonly notes: readonly string[];
  /** The same for good; what they write to changes. */
  readonly logs: Logs;
  readonly connectionCount: number;
  /** True once it was asked to end. */
  readonly isStopping: boolean;
  /**
   * All of it or nothing. One at a time, in the order asked for; refused once the end has begun.
   * Never rejects.
   */
  reload(next: Charge): Promise<ReloadOutcome>;
  /** Ends well: see Server.drain(). Resolves when nobody is left. */
  drain(how?: DrainHow): Promise<void>;
  /** Ends now. */
  cut(): void;
  /** How a reload went, for whoever asked for it from outside (`ferrox reload`). */
  tell(result: ReloadResult, text: string): void;
  /** The logs and the pid file, when all is over. */
  close(): Promise<void>;
}

export type ReloadOutcome =
  | { readonly kind: "reloaded" }
  /** Everything is as it was, for these reasons. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

export interface RunningOptions {
  readonly charge: Charge;
  /** When the port is taken, the next one will do: nobody wrote it down. */
  readonly mayMovePort: boolean;
  readonly io: Pick<Io, "err">;
  /** Those who serve with this process; undefined: it is alone. */
  readonly fellows?: Fellows | undefined;
  /** Theirs; none are missed that do not answer. */
  readonly fellowsFigures?: (() => Promise<readonly Snapshot[]>) | undefined;
}

/** One that serves itself, and so has figures of its own. */
export interface RunningHere extends Running {
  figures(): Promise<Snapshot>;
}

/** How far the next free port is looked for. */
const PORTS_TRIED_MAX = 100;

/** undefined: it could not be, and why has been said. */
export async function startRunning(options: RunningOptions): Promise<RunningHere | undefined> {
  const { charge, mayMovePort, io } = options;
  const say = (statement: string) => io.err(`ferrox: ${statement}\n`);
  const tls = contextsFor(charge, undefined);
  const settling = beginSettling(charge.config, { say, isWorker: options.fellows !== undefined });
  if (typeof settling === "string") {
    say(settling);
    return undefined;
  }
  const { logs } = settling;
  const state = { isStopping: false };
  const counters = new Metrics({
    clock: systemClock,
    version: version(),
    process: processWatch(systemClock),
  });
  const ports = {
    clock: systemClock,
    log: logs.log,
    exchanges: logs.exchanges,
    tls,
    metrics: async () => {
      const others = (await options.fellowsFigures?.()) ?? [];
      return metricsText(mergeSnapshots([await counters.snapshot(), ...others]));
    },
    counters,
    limitWatch: counters,
    isReady: () => !state.isStopping,
    fellows: options.fellows,
  };
  const wanted = portOf(charge.config);
  for (let port = wanted; ; port += 1) {
    const config = onPort(charge.config, port);
    try {
      const app = await createApp(config, ports);
      const doors = await app.listen();
      const settled = settling.settle();
      if (typeof settled !== "string") {
        return running({ app, doors, tls, logs, settled, counters, state, wanted, port });
      }
      app.cut();
      say(settled);
    } catch (error) {
      const mayTryNext = port < Math.min(wanted + PORTS_TRIED_MAX, 65_535);
      if (codeOf(error) === "EADDRINUSE" && mayMovePort && mayTryNext) continue;
      say(failure(error, config));
    }
    await settling.abandon();
    return undefined;
  }
}

interface Started {
  readonly app: App;
  readonly doors: readonly OpenDoor[];
  readonly tls: TlsContexts | undefined;
  readonly logs: Logs;
  readonly settled: Settled;
  readonly counters: Metrics;
  readonly state: { isStopping: boolean };
  readonly wanted: number;
  /** The one that was free. */
  readonly port: number;
}

function running(started: Started): RunningHere {
  const { app, logs, settled, counters, state, wanted, port } = started;
  let { doors, tls } = started;
  let turn: Promise<unknown> = Promise.resolve();

  const apply = async (next: Charge): Promise<ReloadOutcome> => {
    if (state.isStopping) return { kind: "refused", reasons: ["the server is stopping"] };
    // It has moved once: those who found it there must find it there again.
    const hasMoved = portOf(next.config) === wanted;
    const config = hasMoved ? onPort(next.config, port) : next.config;
    let prepared: PreparedLogs | undefined;
    try {
      const contexts = contextsFor(next, tls);
      prepared = logs.prepare(config.log);
      doors = await app.reload(config, contexts);
      prepared.use();
      tls = contexts;
      return { kind: "reloaded" };
    } catch (error) {
      prepared?.abandon();
      // What the system refuses has a code; anything else may be a fault of ours.
      if (codeOf(error) === undefined) logs.log.error("core", "a reload failed", { err: error });
      return { kind: "refused", reasons: [failure(error, config)] };
    }
  };

  return {
    get doors() {
      return doors;
    },
    notes: port === wanted ? [] : [`port ${wanted} is in use, using ${port}`],
    logs,
    get connectionCount() {
      return app.connectionCount;
    },
    get isStopping() {
      return state.isStopping;
    },
    reload(next) {
      const outcome = turn.then(() => apply(next));
      turn = outcome;
      return outcome;
    },
    drain(how) {
      state.isStopping = true;
      return app.drain(how);
    },
    cut() {
      state.isStopping = true;
      app.cut();
    },
    tell(result, text) {
      counters.reloads.reloaded(result);
      settled.pidFile?.status.reloaded(result, text);
    },
    figures: () => counters.snapshot(),
    async close() {
      settled.pidFile?.remove();
      await logs.close();
    },
  };
}

function contextsFor(
  { keys, ticketKeys }: Charge,
  before: TlsContexts | undefined,
): TlsContexts | undefined {
  return keys === undefined ? undefined : tlsContexts(keys, { before, ticketKeys });
}

/** The port people will ask at: that of the secure door, when there is one. */
function portOf({ server, tls }: Config): number {
  return (tls.kind === "off" ? server.httpPort : server.httpsPort) ?? 0;
}

function onPort(config: Config, port: number): Config {
  if (port === portOf(config)) return config;
  const { server, tls } = config;
  return {
    ...config,
    server: tls.kind === "off" ? { ...server, httpPort: port } : { ...server, httpsPort: port },
  };
}

/** Why it could not start, or reload. */
export function failure(error: unknown, config: Config): string {
  const isBind = error instanceof Error && "syscall" in error && error.syscall !== "open";
  if (!isBind) return messageOf(error);
  return bindFailure(error, config);
}
