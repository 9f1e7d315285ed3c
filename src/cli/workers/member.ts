// One worker as the primary sees it: a process that starts, serves, is told things, and ends, by
// itself or when it was told to. Who takes its place is the crew's business.

import type { Clock } from "../../base/clock.ts";
import type { OpenDoor } from "../../server/server.ts";
import type { Handle } from "../../transport/node-handle.ts";
import type { Charge } from "../load.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

/** A process of ours, as a port. */
export interface Process {
  readonly pid: number | undefined;
  send(message: ToWorker, handle?: Handle): void;
  kill(signal: NodeJS.Signals): void;
}

export interface ProcessEvents {
  said(message: ToPrimary): void;
  ended(ending: Ending): void;
}

export type Fork = (events: ProcessEvents) => Process;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type Start =
  | { readonly kind: "listening" }
  | { readonly kind: "failed"; readonly reasons: readonly string[] };

/** A worker that has not started, or reloaded, after so long never will. */
const CHANGE_MS = 30_000;
/** What a process may take to end, beyond what its connections may. */
const ENDING_MS = 5_000;

export interface MemberOptions {
  readonly number: number;
  readonly charge: Charge;
  readonly clock: Clock;
  readonly fork: Fork;
  /** Whatever it says beyond how its start and its reloads went. */
  readonly said: (message: ToPrimary, member: Member) => void;
  readonly ended: (ending: Ending, member: Member) => void;
}

export class Member {
  readonly number: number;
  readonly startedMs: number;
  /** How its start went; when it died on the way, that. */
  readonly started: Promise<Start>;
  /** Resolves when the process is no more. */
  readonly gone: Promise<void>;

  readonly #options: MemberOptions;
  readonly #process: Process;
  #phase: "starting" | "serving" | "leaving" | "gone" = "starting";
  #hasServed = false;
  #doors: readonly OpenDoor[] = [];
  #charge: Charge;
  #startIsOver: (start: Start) => void = () => {};
  #isGone: () => void = () => {};
  #reloadIsOver: ((refusals: readonly string[]) => void) | undefined;
  #stopPatience: () => void = () => {};

  constructor(options: MemberOptions) {
    const { number, charge, clock, fork } = options;
    this.number = number;
    this.startedMs = clock.monotonicMs();
    this.#options = options;
    this.#charge = charge;
    this.started = new Promise((resolve) => {
      this.#startIsOver = resolve;
    });
    this.gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    this.#process = fork({
      said: (message) => this.#hear(message),
      ended: (ending) => this.#end(ending),
    });
    this.#killAfter(CHANGE_MS);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it ever came to accept connections. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  /** As they are open; none before it accepts. */
  get doors(): readonly OpenDoor[] {
    return this.#doors;
  }

  /** What it serves, or was told to serve when it started. */
  get charge(): Charge {
    return this.#charge;
  }

  get isLeaving(): boolean {
    return this.#phase === "leaving" || this.#phase === "gone";
  }

  tell(message: ToWorker, handle?: Handle): void {
    if (this.#phase !== "gone") this.#process.send(message, handle);
  }

  /** Resolves to why it would not, or could not; empty: done. */
  async reload(charge: Charge): Promise<readonly string[]> {
    const start = await this.started;
    if (start.kind === "failed") return start.reasons;
    if (this.isLeaving) return [];
    const outcome = new Promise<readonly string[]>((resolve) => {
      this.#reloadIsOver = resolve;
    });
    this.#killAfter(CHANGE_MS);
    this.tell({ kind: "reload", charge });
    const refusals = await outcome;
    if (refusals.length === 0) this.#charge = charge;
    return refusals;
  }

  /** It ends when its connections have; when they take longer than they may, it is ended. */
  leave(how: { readonly atOnce: boolean }): void {
    if (this.isLeaving) return;
    this.#phase = "leaving";
    const { drainMs, drainDelayMs } = this.#charge.config.limits;
    this.#killAfter(drainDelayMs + drainMs + ENDING_MS);
    this.tell({ kind: "drain", ...how });
  }

  cut(): void {
    if (this.#phase === "gone") return;
    this.#phase = "leaving";
    this.#killAfter(ENDING_MS);
    this.tell({ kind: "cut" });
  }

  #hear(message: ToPrimary): void {
    switch (message.kind) {
      case "hello":
        if (!this.isLeaving) this.tell({ kind: "start", charge: this.#charge });
        return;
      case "listening":
        if (this.#phase === "starting") {
          this.#phase = "serving";
          this.#stopPatience();
        }
        this.#hasServed = true;
        this.#doors = message.doors;
        this.#startIsOver({ kind: "listening" });
        return;
      case "failed":
        this.#startIsOver(message);
        return;
      case "reloaded":
        if (this.#phase === "serving") this.#stopPatience();
        this.#doors = message.doors;
        this.#reloadIsOver?.(message.refusals);
        this.#reloadIsOver = undefined;
        return;
      default:
        this.#options.said(message, this);
    }
  }

  #end(ending: Ending): void {
    if (this.#phase === "gone") return;
    this.#phase = "gone";
    const reasons = [`a worker ended while it started (${endingText(ending)})`];
    this.#stopPatience();
    this.#startIsOver({ kind: "failed", reasons });
    this.#reloadIsOver?.([`a worker ended while it reloaded (${endingText(ending)})`]);
    this.#options.ended(ending, this);
    this.#isGone();
  }

  #killAfter(ms: number): void {
    this.#stopPatience();
    this.#stopPatience = this.#options.clock.every(ms, () => this.#process.kill("SIGKILL"));
  }
}

export function endingText({ code, signal }: Ending): string {
  return signal ?? `exit code ${code}`;
}
