// One connection, from the first byte to the last: does what a case says, reads what comes back,
// and looks how it ends. It judges nothing, and every wait in it has an end.

import type { Clock } from "../base/clock.ts";
import type { Expectation, Step } from "./case.ts";
import { type Answer, type Reading, readAnswers } from "./response-reader.ts";
import type { Wire } from "./wire.ts";

export interface Patience {
  /** For an answer. */
  readonly answerMs: number;
  /** For the end of a connection that must end, and for answers that may stay away. */
  readonly closeMs: number;
  /** For bytes that must not come. */
  readonly settleMs: number;
  /** Between the bytes of a drip. */
  readonly dripMs: number;
  readonly receivedBytesMax: number;
}

export interface Script {
  /** Filled in. */
  readonly steps: readonly Step[];
  readonly methods: readonly string[];
  readonly expect: Expectation;
  /** A request that must be answered while a connection is said to be open. */
  readonly followUp: string;
}

export type Ending = "open" | "finished" | "reset" | "flooded us";

export interface Exchange {
  readonly sent: readonly string[];
  readonly sentBytes: number;
  readonly reading: Reading;
  readonly ending: Ending;
  /** Something came (or the connection ended) in a silence. */
  readonly spokeEarly: boolean;
  /** The answer to the follow-up; "none": there was none. Absent: it was not sent. */
  readonly followUp?: Answer | "none";
}

/** The wire is the caller's, and gone afterwards in any case. */
export async function converse(
  wire: Wire,
  script: Script,
  patience: Patience,
  clock: Clock,
): Promise<Exchange> {
  const talk = new Talk(wire, script, patience, clock);
  try {
    return await talk.whole();
  } finally {
    wire.destroy();
  }
}

class Talk {
  readonly #wire: Wire;
  readonly #script: Script;
  readonly #patience: Patience;
  readonly #clock: Clock;
  readonly #sent: string[] = [];
  #sentBytes = 0;
  #received: Buffer = Buffer.alloc(0);
  #ending: Ending = "open";
  #spokeEarly = false;

  constructor(wire: Wire, script: Script, patience: Patience, clock: Clock) {
    this.#wire = wire;
    this.#script = script;
    this.#patience = patience;
    this.#clock = clock;
  }

  async whole(): Promise<Exchange> {
    const { steps, expect } = this.#script;
    for (const step of steps) await this.#do(step);
    const { answerMs, closeMs } = this.#patience;
    const wanted = expect.answers.length;
    const isWhole = await this.#until(
      ({ answers }) => answers.length >= wanted,
      expect.mayWait === true ? closeMs : answerMs,
    );
    if (!isWhole) return this.#outcome();
    if (this.#mustClose()) await this.#until(() => false, closeMs);
    else if (expect.connection !== undefined) return this.#outcome(await this.#askAgain());
    else await this.#until(() => false, this.#patience.settleMs);
    return this.#outcome();
  }

  #mustClose(): boolean {
    const { connection } = this.#script.expect;
    if (connection !== "as said") return connection === "closed";
    const last = this.#reading().answers.at(-1);
    return last !== undefined && saysClose(last);
  }

  async #askAgain(): Promise<Answer | "none"> {
    const before = this.#reading().answers.length;
    this.#send(this.#script.followUp);
    await this.#until(({ answers }) => answers.length > before, this.#patience.answerMs);
    // Had hidden bytes been run, theirs was that answer, and ours is still to come.
    await this.#until(() => false, this.#patience.settleMs);
    return this.#reading().answers[before] ?? "none";
  }

  #outcome(followUp?: Answer | "none"): Exchange {
    return {
      sent: this.#sent,
      sentBytes: this.#sentBytes,
      reading: this.#reading(),
      ending: this.#ending,
      spokeEarly: this.#spokeEarly,
      ...(followUp === undefined ? {} : { followUp }),
    };
  }

  async #do(step: Step): Promise<void> {
    const { answerMs } = this.#patience;
    if (typeof step === "string") this.#send(step);
    else if ("drip" in step) await this.#drip(step.drip);
    else if ("flood" in step) await this.#flood(step.flood, step.bytes);
    else if ("silentMs" in step) await this.#silence(step.silentMs);
    else if ("pauseMs" in step) await this.#until(() => false, step.pauseMs);
    else if ("answers" in step) {
      await this.#until(({ answers }) => answers.length >= step.answers, answerMs);
    } else if ("wait" in step) {
      await this.#until(
        ({ answers, interim }) => answers.length > 0 || interim.includes(100),
        answerMs,
      );
    } else this.#wire.finish();
  }

  #send(text: string): void {
    const bytes = Buffer.from(text, "latin1");
    this.#sent.push(text);
    this.#sentBytes += bytes.length;
    this.#wire.send(bytes);
  }

  async #drip(text: string): Promise<void> {
    this.#sent.push(text);
    for (const byte of Buffer.from(text, "latin1")) {
      this.#wire.send(Uint8Array.of(byte));
      this.#sentBytes++;
      await this.#until(() => false, this.#patience.dripMs);
      if (this.#ending !== "open") return;
    }
  }

  /**
   * Pours until it is cut off, stuck, or has poured enough. An answer is no reason to stop: it is
   * to be seen whether the server stops reading.
   */
  async #flood(text: string, bytes: number): Promise<void> {
    const piece = Buffer.from(text, "latin1");
    const endMs = this.#clock.monotonicMs() + this.#patience.answerMs;
    this.#sent.push(text);
    for (let poured = 0; poured < bytes && this.#clock.monotonicMs() < endMs; ) {
      const isStuck = this.#wire.backlogBytes > BACKLOG_BYTES_MAX;
      if (!isStuck) {
        this.#wire.send(piece);
        poured += piece.length;
        this.#sentBytes += piece.length;
      }
      await this.#until(() => false, isStuck ? 20 : 0);
      if (this.#ending !== "open") return;
    }
  }

  async #silence(ms: number): Promise<void> {
    await this.#until(({ restBytes, answers }) => restBytes + answers.length > 0, ms);
    if (this.#received.length > 0 || this.#ending !== "open") this.#spokeEarly = true;
  }

  /** Receives until it is so, the connection ends, or the time is over. Says whether it is so. */
  async #until(isSo: (reading: Reading) => boolean, ms: number): Promise<boolean> {
    const endMs = this.#clock.monotonicMs() + ms;
    for (;;) {
      if (isSo(this.#reading())) return true;
      if (this.#ending !== "open") return false;
      const left = endMs - this.#clock.monotonicMs();
      // A last look even when no time is left: bytes may be there already.
      const came = await this.#wire.receive(Math.max(0, left));
      if (came === "silent") {
        if (this.#clock.monotonicMs() >= endMs) return false;
      } else this.#take(came);
    }
  }

  #take(came: Buffer | "finished" | "reset"): void {
    this.#cachedReading = undefined;
    if (typeof came === "string") {
      this.#ending = came;
      return;
    }
    this.#received = Buffer.concat([this.#received, came]);
    if (this.#received.length > this.#patience.receivedBytesMax) this.#ending = "flooded us";
  }

  #cachedReading: Reading | undefined;

  #reading(): Reading {
    // A reset ends a body as well: ours may have crossed the answer to what was too much.
    const isEnded = this.#ending !== "open";
    this.#cachedReading ??= readAnswers(this.#received, this.#script.methods, isEnded);
    return this.#cachedReading;
  }
}

const BACKLOG_BYTES_MAX = 256 * 1024;

/** RFC 9112, section 9.3. */
export function saysClose({ fields, version, framing }: Answer): boolean {
  const options = (fields.get("connection") ?? "").toLowerCase().split(/[\t ]*,[\t ]*/);
  if (options.includes("close") || framing === "close") return true;
  return version === "1.0" && !options.includes("keep-alive");
}
