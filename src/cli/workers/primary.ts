// The process that holds a server of workers together: it has the doors, judges, and keeps the
// places filled; it answers nobody. To serve.ts it is a Running like any other: what is done to
// it, is done to all workers.

import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Clock } from "../../base/clock.ts";
import type { Config } from "../../config/config.ts";
import { ReloadCounts, type ReloadResult } from "../../logging/reload-counts.ts";
import { one, type Samples } from "../../logging/snapshot.ts";
import type { OpenDoor } from "../../server/server.ts";
import type { ListenAddress } from "../../transport/listener.ts";
import { hostsOf, TICKET_KEY_BYTES, takesAway } from "../../transport/tls-context.ts";
import type { Charge } from "../load.ts";
import type { Logs, PreparedLogs } from "../open-logs.ts";
import { failure, type ReloadOutcome, type Running } from "../running.ts";
import type { Settled } from "../settling.ts";
import { CountBoard } from "./count-board.ts";
import { Crew } from "./crew.ts";
import { Figures } from "./figures.ts";
import { TOTAL } from "./gossip.ts";
import { type BindDoor, closeDoors, type HeldDoors, heldHandle, holdDoors } from "./held-doors.ts";
import type { Fork, Member } from "./member.ts";
import { failureOf, type ToPrimary } from "./messages.ts";
import { SpendingBoard } from "./spending.ts";

export interface CrewWorld {
  readonly clock: Clock;
  readonly fork: Fork;
  /**
   * Keeps this process alive while no worker is; until the returned function is called. Signals
   * that nobody hears yet must not end it.
   */
  stand(): () => void;
  readonly bind?: BindDoor;
}

/** How many workers a configuration asks for. */
function workerCount({ server }: Config): number {
  return server.workers === "auto" ? availableParallelism() : server.workers;
}

export interface PrimaryOptions {
  readonly charge: Charge;
  readonly held: HeldDoors;
  readonly logs: Logs;
  readonly settled: Settled;
  readonly world: CrewWorld;
}

export class Primary implements Running {
  readonly logs: Logs;
  readonly notes: readonly string[] = [];
  readonly #own: Logs;
  readonly #settled: Settled;
  readonly #world: CrewWorld;
  readonly #sitDown: () => void;
  readonly #crew: Crew;
  readonly #connections: CountBoard;
  readonly #requests: SpendingBoard;
  #charge: Charge;
  #held: HeldDoors;
  #isStopping = false;
  #turn: Promise<unknown> = Promise.resolve();
  #stopHolding: () => void = () => {};
  /** While a reload goes round: what those still ask for whom it has not reached. */
  #heldBefore: HeldDoors | undefined;
  readonly #figures: Figures;
  readonly #reloads: ReloadCounts;
  readonly #startedMs: number;

  constructor({ charge, held, logs, settled, world }: PrimaryOptions) {
    this.#own = logs;
    this.#settled = settled;
    this.#world = world;
    this.#sitDown = world.stand();
    this.#held = held;
    const { clock, fork } = world;
    this.#figures = new Figures(clock);
    this.#reloads = new ReloadCounts(clock);
    this.#startedMs = clock.monotonicMs();
    this.#connections = new CountBoard(clock);
    this.#requests = new SpendingBoard(clock);
    this.#charge = chargeOf(charge, held.config, undefined);
    this.logs = {
      ...logs,
      reopen: () => {
        logs.reopen();
        this.#crew.tellAll({ kind: "reopen logs" });
      },
    };
    this.#crew = new Crew(this.#charge, {
      clock,
      fork,
      log: logs.log,
      said: (message, member) => this.#hear(message, member),
      joined: (member) => this.#join(member),
      left: (member) => this.#leave(member),
    });
  }

  get doors(): readonly OpenDoor[] {
    return this.#crew.doors;
  }

  get connectionCount(): number {
    return this.#connections.sumOf(TOTAL);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Resolves to why not all of them accept, and then none is left. */
  async start(): Promise<readonly string[]> {
    const start = await this.#crew.start(workerCount(this.#charge.config));
    if (start.kind === "listening") return [];
    this.#letGo();
    this.#sitDown();
    return start.reasons;
  }

  reload(next: Charge): Promise<ReloadOutcome> {
    const outcome = this.#turn.then(() => this.#apply(next));
    this.#turn = outcome;
    return outcome;
  }

  async drain(): Promise<void> {
    this.#isStopping = true;
    const { drainDelayMs } = this.#charge.config.limits;
    // As long as workers accept, the door must be there; longer would let people wait in vain.
    if (drainDelayMs > 0) {
      const stop = this.#world.clock.every(drainDelayMs, () => this.#letGo());
      this.#stopHolding = stop;
    } else {
      this.#letGo();
    }
    await this.#crew.drain();
    this.#letGo();
    this.#sitDown();
  }

  cut(): void {
    this.#isStopping = true;
    this.#letGo();
    this.#crew.cut();
    this.#sitDown();
  }

  tell(result: ReloadResult, text: string): void {
    this.#reloads.reloaded(result);
    this.#settled.pidFile?.status.reloaded(result, text);
  }

  close(): Promise<void> {
    this.#settled.pidFile?.remove();
    return this.#own.close();
  }

  async #apply(next: Charge): Promise<ReloadOutcome> {
    if (this.#isStopping) return { kind: "refused", reasons: ["the server is stopping"] };
    const written = next.config;
    const before = this.#held;
    let prepared: PreparedLogs | undefined;
    try {
      prepared = this.#own.prepare(written.log);
      this.#held = await holdDoors(written, before, this.#world.bind);
      this.#heldBefore = before;
      const charge = chargeOf(next, this.#held.config, this.#charge);
      const refusals = await this.#crew.reload(charge, workerCount(written));
      if (refusals.length > 0) {
        this.#takeBack(before);
        prepared.abandon();
        return { kind: "refused", reasons: refusals };
      }
      this.#charge = charge;
      if (!this.#isStopping) closeDoors(before, this.#held);
      prepared.use();
      return { kind: "reloaded" };
    } catch (error) {
      this.#takeBack(before);
      prepared?.abandon();
      return { kind: "refused", reasons: [failure(error, written)] };
    } finally {
      this.#heldBefore = undefined;
    }
  }

  /** Nobody has come to use what was new. */
  #takeBack(before: HeldDoors): void {
    closeDoors(this.#held, before);
    this.#held = before;
  }

  #letGo(): void {
    this.#stopHolding();
    this.#stopHolding = () => {};
    closeDoors(this.#held, undefined);
  }

  #join(member: Member): void {
    const { number } = member;
    this.#connections.join(number, (counts) => member.tell({ kind: "others", counts }));
    this.#requests.join(number, (counts) => member.tell({ kind: "spent elsewhere", counts }));
  }

  #leave(member: Member): void {
    this.#connections.leave(member.number);
    this.#requests.leave(member.number);
    this.#figures.leave(member.number);
  }

  #hear(message: ToPrimary, member: Member): void {
    switch (message.kind) {
      case "own":
        this.#connections.hear(member.number, message.counts);
        return;
      case "spent":
        this.#requests.hear(member.number, message.counts);
        return;
      case "door":
        this.#giveDoor(message.question, message.address, member);
        return;
      case "told figures":
        this.#figures.hear(member.number, message.question, message.figures);
        return;
      case "all figures":
        void this.#giveFigures(message.question, member);
        return;
      default:
        return; // the crew's own
    }
  }

  #giveDoor(question: number, address: ListenAddress, member: Member): void {
    const handle =
      heldHandle(this.#held, address) ??
      (this.#heldBefore && heldHandle(this.#heldBefore, address));
    const failure =
      handle === undefined ? failureOf(new Error("the primary holds no such door")) : undefined;
    member.tell({ kind: "door", question, failure }, handle);
  }

  /** Those of all but the one who asks, who knows his own. */
  async #giveFigures(question: number, member: Member): Promise<void> {
    const others = [...this.#crew.members].filter((other) => other !== member);
    const uptimeMs = this.#world.clock.monotonicMs() - this.#startedMs;
    const own: Samples = {
      ...this.#reloads.samples(),
      ferrox_uptime_seconds: [one(uptimeMs / 1000)],
    };
    const figures = [{ ...own }, ...(await this.#figures.collect(others))];
    member.tell({ kind: "figures", question, figures });
  }
}

/** What is sent to workers: nothing else that the caller may have put beside it. */
function chargeOf(next: Charge, config: Config, before: Charge | undefined): Charge {
  return { config, keys: next.keys, ticketKeys: ticketKeysFor(next, before) };
}

/** A host that was taken away takes its sessions with it: see TlsContextOptions.before. */
function ticketKeysFor(next: Charge, before: Charge | undefined): Buffer | undefined {
  if (next.ticketKeys !== undefined || next.keys === undefined) return next.ticketKeys;
  const goesOn = before?.keys !== undefined && !takesAway(hostsOf(before.keys), hostsOf(next.keys));
  return (goesOn ? before.ticketKeys : undefined) ?? randomBytes(TICKET_KEY_BYTES);
}
