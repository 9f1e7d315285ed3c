// What a worker does: serves what it is told to, at the doors it is given, until it is told to go
// or has nobody left to tell it anything. It reads no configuration and decides nothing.

import type { Clock } from "../../base/clock.ts";
import type { Snapshot } from "../../logging/snapshot.ts";
import type { DrainHow } from "../../server/server.ts";
import type { ListenAddress } from "../../transport/listener.ts";
import type { Handle } from "../../transport/node-handle.ts";
import type { Charge } from "../load.ts";
import { messageOf } from "../machine-error.ts";
import type { RunningHere, RunningOptions, startRunning } from "../running.ts";
import { Gossip } from "./gossip.ts";
import { errorOf, type ToPrimary, type ToWorker } from "./messages.ts";
import { Spending } from "./spending.ts";

/** The way to the primary, as a port. */
export interface Channel {
  send(message: ToPrimary): void;
  onMessage(act: (message: ToWorker, handle: Handle | undefined) => void): void;
  /** The primary is no more, or wants no more of this worker. */
  onClosed(act: () => void): void;
  close(): void;
}

export interface WorkerPorts {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly err: (text: string) => void;
  /** SIGTERM; other signals are for the primary, which is in the same process group. */
  readonly onSigterm: (act: () => void) => void;
  readonly onStrayError: (act: (error: unknown) => void) => void;
  readonly start: typeof startRunning;
}

/** The number of a question that was not asked. */
const LAST_WORDS = 0;

/** Resolves when all is over; false: it never came to serve. */
export async function runWorker(ports: WorkerPorts): Promise<boolean> {
  const worker = new Worker(ports);
  const isFine = await worker.ended;
  ports.channel.close();
  return isFine;
}

class Worker {
  /** False: it could not start. */
  readonly ended: Promise<boolean>;
  readonly #ports: WorkerPorts;
  readonly #connections: Gossip;
  readonly #requests: Spending;
  /** What was asked of the primary and is not answered yet. */
  readonly #questions: Map<number, (message: ToWorker, handle: Handle | undefined) => void> =
    new Map();
  #lastQuestion = 0;
  #running: RunningHere | undefined;
  /** Starts and reloads, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isOver: (isFine: boolean) => void = () => {};
  #isEnding = false;
  #isCut = false;

  constructor(ports: WorkerPorts) {
    const { channel, clock } = ports;
    this.#ports = ports;
    this.#connections = new Gossip(clock, (counts) => channel.send({ kind: "own", counts }));
    this.#requests = new Spending(clock, (counts) => channel.send({ kind: "spent", counts }));
    this.ended = new Promise((resolve) => {
      this.#isOver = resolve;
    });
    channel.onMessage((message, handle) => this.#hear(message, handle));
    // Nobody is left whom a delay would help, and whoever starts anew needs the doors.
    channel.onClosed(() => void this.#drain({ atOnce: true }));
    ports.onSigterm(() => channel.send({ kind: "asked to end" }));
    ports.onStrayError((error) => this.#strayed(error));
    channel.send({ kind: "hello" });
  }

  #hear(message: ToWorker, handle: Handle | undefined): void {
    switch (message.kind) {
      case "start":
        this.#inTurn(() => this.#start(message.charge));
        return;
      case "reload":
        this.#inTurn(() => this.#reload(message.charge));
        return;
      case "drain":
        void this.#drain(message);
        return;
      case "cut":
        this.#isCut = true;
        this.#running?.cut();
        void this.#drain();
        return;
      case "reopen logs":
        this.#running?.logs.reopen();
        return;
      case "others":
        this.#connections.hear(message.counts);
        return;
      case "spent elsewhere":
        this.#requests.hear(message.counts);
        return;
      case "tell figures":
        void this.#tellFigures(message.question);
        return;
      case "door":
      case "figures":
        this.#questions.get(message.question)?.(message, handle);
        this.#questions.delete(message.question);
        return;
      default:
        message satisfies never;
    }
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(act);
  }

  async #start(charge: Charge): Promise<void> {
    if (this.#isEnding) return;
    const { channel, start, err } = this.#ports;
    const reasons: string[] = [];
    let isStarting = true;
    const options: RunningOptions = {
      charge,
      mayMovePort: false,
      // Why it could not start is said by the primary, once for all.
      io: { err: (text) => (isStarting ? void reasons.push(text) : err(text)) },
      fellows: {
        handleFor: (address) => this.#handleFor(address),
        connections: this.#connections,
        requests: this.#requests,
      },
      fellowsFigures: () => this.#fellowsFigures(),
    };
    const running = await start(options).catch((error: unknown) => {
      reasons.push(`ferrox: ${messageOf(error)}\n`);
    });
    isStarting = false;
    if (running === undefined) {
      channel.send({ kind: "failed", reasons: reasons.map(bareSentence) });
      this.#isOver(false);
      return;
    }
    for (const text of reasons) err(text);
    this.#running = running;
    channel.send({ kind: "listening", doors: running.doors });
  }

  async #reload(charge: Charge): Promise<void> {
    const outcome = await this.#running?.reload(charge);
    const refusals = outcome?.kind === "refused" ? outcome.reasons : [];
    const doors = this.#running?.doors ?? [];
    this.#ports.channel.send({ kind: "reloaded", refusals, doors });
  }

  async #drain(how?: DrainHow): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    await this.#turn;
    const drained = this.#running?.drain(how);
    if (this.#isCut) this.#running?.cut();
    await drained;
    await this.#tellFigures(LAST_WORDS);
    await this.#running?.close();
    this.#isOver(true);
  }

  async #handleFor(address: ListenAddress): Promise<Handle> {
    const { message, handle } = await this.#ask((question) => ({
      kind: "door",
      question,
      address,
    }));
    if (message.kind === "door" && message.failure !== undefined) throw errorOf(message.failure);
    if (handle === undefined) throw new Error("a door came without its handle");
    return handle;
  }

  async #fellowsFigures(): Promise<readonly Snapshot[]> {
    const { message } = await this.#ask((question) => ({ kind: "all figures", question }));
    return message.kind === "figures" ? message.figures : [];
  }

  async #tellFigures(question: number): Promise<void> {
    const figures = await this.#running?.figures();
    this.#ports.channel.send({ kind: "told figures", question, figures: figures ?? {} });
  }

  #ask(
    questionOf: (number: number) => ToPrimary,
  ): Promise<{ message: ToWorker; handle: Handle | undefined }> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    return new Promise((resolve) => {
      this.#questions.set(question, (message, handle) => resolve({ message, handle }));
      this.#ports.channel.send(questionOf(question));
    });
  }

  #strayed(error: unknown): void {
    const log = this.#running?.logs.log;
    if (log === undefined) this.#ports.err(`ferrox: ${messageOf(error)}\n`);
    else log.error("core", "an error that nobody caught", { err: error });
  }
}

/** As it was before it was made a line for standard error. */
function bareSentence(line: string): string {
  return line.replace(/^ferrox: /, "").trimEnd();
}
