// All workers of a server: as many places as the configuration asks for, each with a worker in it.
// A place whose worker has died is filled again; a reload goes from one to the next, so that there
// is always somebody who accepts.

import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { OpenDoor } from "../../server/server.ts";
import type { Charge } from "../load.ts";
import { BackOff } from "./back-off.ts";
import { type Ending, endingText, type Fork, Member, type Start } from "./member.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

export interface CrewPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly fork: Fork;
  /** What a worker says to the primary and not to its crew. */
  readonly said: (message: ToPrimary, member: Member) => void;
  readonly joined: (member: Member) => void;
  readonly left: (member: Member) => void;
}

interface Place {
  member: Member | undefined;
  readonly backOff: BackOff;
  /** Present while it waits to be filled. */
  stopWaiting: (() => void) | undefined;
}

/**
 * SIGTERM for the whole process group, as service managers send it, reaches a worker before the
 * primary has heard of it; then all are to end in good order, and not that worker alone.
 */
const SAME_SIGNAL_MS = 100;

export class Crew {
  readonly #ports: CrewPorts;
  readonly #members: Set<Member> = new Set();
  #places: Place[] = [];
  #charge: Charge;
  #isStopping = false;
  #lastNumber = 0;

  constructor(charge: Charge, ports: CrewPorts) {
    this.#charge = charge;
    this.#ports = ports;
  }

  /** Those on their way out included. */
  get members(): ReadonlySet<Member> {
    return this.#members;
  }

  /** All accept; or one cannot, and then none is left. */
  async start(count: number): Promise<Start> {
    this.#resize(count);
    const started = this.#places.map(({ member }) => member?.started);
    // The first that cannot start is reason enough: the others would say the same.
    const outcomes = started.map(async (start) => {
      const outcome = await start;
      if (outcome?.kind === "failed") throw new NotStarted(outcome.reasons);
    });
    try {
      await Promise.all(outcomes);
      return { kind: "listening" };
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      this.cut();
      await this.#allGone();
      return { kind: "failed", reasons: error.reasons };
    }
  }

  /** Of one that accepts: all have the same. */
  get doors(): readonly OpenDoor[] {
    return [...this.#members].find(({ doors }) => doors.length > 0)?.doors ?? [];
  }

  tellAll(message: ToWorker): void {
    for (const member of this.#members) member.tell(message);
  }

  /**
   * One after the other. When the first refuses, nothing has changed and its reasons are returned;
   * whoever refuses later, or dies of it, is replaced by one that starts with the new charge.
   */
  async reload(charge: Charge, count: number): Promise<readonly string[]> {
    let isAgreed = false;
    for (;;) {
      const place = this.#places.find(({ member }) => member && member.charge !== charge);
      const member = place?.member;
      if (place === undefined || member === undefined) break;
      const refusals = await member.reload(charge);
      if (this.#isStopping) return ["the server is stopping"];
      if (refusals.length > 0 && !isAgreed) return refusals;
      isAgreed = true;
      this.#charge = charge;
      if (refusals.length > 0) await this.#replaceRefuser(place, member, refusals);
    }
    this.#charge = charge;
    this.#resize(count);
    await Promise.all(this.#places.map(({ member }) => member?.started));
    return [];
  }

  async #replaceRefuser(place: Place, member: Member, reasons: readonly string[]): Promise<void> {
    // It may have died of it, and been replaced already.
    if (place.member !== member) return;
    const details = { worker: member.pid, reasons };
    this.#ports.log.error("core", "a worker would not reload, another takes its place", details);
    await this.#replace(place);
  }

  /** Resolves when all are gone. */
  async drain(): Promise<void> {
    this.#stop();
    for (const member of this.#members) member.leave({ atOnce: false });
    await this.#allGone();
  }

  cut(): void {
    this.#stop();
    for (const member of this.#members) member.cut();
  }

  #stop(): void {
    this.#isStopping = true;
    for (const place of this.#places) place.stopWaiting?.();
  }

  async #allGone(): Promise<void> {
    await Promise.all([...this.#members].map(({ gone }) => gone));
  }

  #resize(count: number): void {
    for (const superfluous of this.#places.splice(count)) {
      superfluous.stopWaiting?.();
      superfluous.member?.leave({ atOnce: true });
    }
    while (this.#places.length < count) {
      const place: Place = { member: undefined, backOff: new BackOff(), stopWaiting: undefined };
      this.#places.push(place);
      this.#fill(place);
    }
  }

  #fill(place: Place): Member {
    const { clock, fork, said, joined } = this.#ports;
    this.#lastNumber += 1;
    const member = new Member({
      number: this.#lastNumber,
      charge: this.#charge,
      clock,
      fork,
      said: (message) => {
        if (message.kind === "asked to end") this.#askedToEnd(place, member);
        else said(message, member);
      },
      ended: (ending) => this.#ended(place, member, ending),
    });
    place.member = member;
    place.stopWaiting = undefined;
    this.#members.add(member);
    joined(member);
    return member;
  }

  #ended(place: Place, member: Member, ending: Ending): void {
    this.#members.delete(member);
    this.#ports.left(member);
    if (place.member !== member) return;
    place.member = undefined;
    if (this.#isStopping || !this.#places.includes(place)) return;
    const { clock, log } = this.#ports;
    const lived = { ms: clock.monotonicMs() - member.startedMs, hasServed: member.hasServed };
    const delayMs = place.backOff.delayAfter(lived);
    const details = { worker: member.pid, ending: endingText(ending), livedMs: round(lived.ms) };
    log.error("core", "a worker died, another takes its place", { ...details, delayMs });
    if (delayMs === 0) {
      this.#fill(place);
      return;
    }
    const stopTimer = clock.every(delayMs, () => {
      place.stopWaiting?.();
      this.#fill(place);
    });
    place.stopWaiting = () => {
      stopTimer();
      place.stopWaiting = undefined;
    };
  }

  #askedToEnd(place: Place, member: Member): void {
    const stopTimer = this.#ports.clock.every(SAME_SIGNAL_MS, () => {
      stopTimer();
      if (this.#isStopping || place.member !== member || member.isLeaving) return;
      const details = { worker: member.pid };
      this.#ports.log.info("core", "a worker was asked to end, another takes its place", details);
      void this.#replace(place);
    });
  }

  /** The old one goes once the new one accepts; or could not, and then the place fills itself. */
  async #replace(place: Place): Promise<void> {
    const old = place.member;
    const successor = this.#fill(place);
    await successor.started;
    old?.leave({ atOnce: true });
  }
}

class NotStarted extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super("a worker could not start");
    this.reasons = reasons;
  }
}

function round(ms: number): number {
  return Math.round(ms);
}
