// `server.workers` of more than one: the doors are bound, root is given up, as many processes are
// started as were asked for, and what comes back is a Running like that of one process.
//
// The primary gives root up too, before it starts anybody: workers are handed doors and keys, and
// need no more rights than it has. Ports do not move here: where nobody has written one down, in
// `ferrox serve DIR`, nobody has asked for workers either.

import { systemClock } from "../../base/clock.ts";
import { failure, type Running, type RunningOptions } from "../running.ts";
import { beginSettling } from "../settling.ts";
import { forkWorker } from "./fork.ts";
import { closeDoors, holdDoors } from "./held-doors.ts";
import { type CrewWorld, Primary } from "./primary.ts";

const REAL_WORLD: CrewWorld = { clock: systemClock, fork: forkWorker, stand };

/** As long as a timer can wait. */
const LONG_MS = 2 ** 31 - 1;

function stand(): () => void {
  for (const signal of ["SIGHUP", "SIGUSR2"] as const) process.on(signal, () => {});
  const timer = setInterval(() => {}, LONG_MS);
  return () => clearInterval(timer);
}

/** undefined: it could not be, and why has been said. */
export async function startCrew(
  options: RunningOptions,
  world: CrewWorld = REAL_WORLD,
): Promise<Running | undefined> {
  const { charge, io } = options;
  const say = (statement: string) => io.err(`ferrox: ${statement}\n`);
  const settling = beginSettling(charge.config, { say, isWorker: false });
  if (typeof settling === "string") {
    say(settling);
    return undefined;
  }
  const { logs } = settling;
  const held = await holdDoors(charge.config, undefined, world.bind).catch((error: unknown) => {
    say(failure(error, charge.config));
    return undefined;
  });
  if (held !== undefined) {
    const settled = settling.settle();
    if (typeof settled !== "string") {
      const primary = new Primary({ charge, held, logs, settled, world });
      const reasons = await primary.start();
      if (reasons.length === 0) return primary;
      for (const reason of reasons) say(reason);
    } else {
      closeDoors(held, undefined);
      say(settled);
    }
  }
  await settling.abandon();
  return undefined;
}
