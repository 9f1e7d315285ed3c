// Checking a password against a hash of bcrypt, which the library `bcryptjs` computes in JavaScript:
// a tenth of a second at a time, in which nobody else is answered. So it is done on a thread, and
// whoever floods us with wrong passwords takes up a processor, but not the loop. How many threads
// there are at a time, password-checks.ts decides.
//
// The thread runs this very file, with a task.

import { parentPort, Worker, workerData } from "node:worker_threads";
import { compare, compareSync } from "bcryptjs";
import type { BcryptHash } from "../base/password-hash.ts";

/** Some milliseconds: less than a thread takes to begin. */
const QUICK_ROUNDS_MAX = 6;

export function isBcryptOf({ rounds, text }: BcryptHash, password: string): Promise<boolean> {
  if (rounds <= QUICK_ROUNDS_MAX) return compare(password, text);
  return new Promise((resolve, reject) => {
    const task: Task = { kind: TASK, password, text };
    const thread = new Worker(new URL(import.meta.url), { workerData: task });
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => reject(new Error("the thread that checks a password said nothing")));
  });
}

const TASK = "ferrox: check with bcrypt";

interface Task {
  readonly kind: typeof TASK;
  readonly password: string;
  readonly text: string;
}

/** Whoever runs all of the server on a thread has data of his own there. */
function isTask(data: unknown): data is Task {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === TASK;
}

const given: unknown = workerData;
if (isTask(given)) parentPort?.postMessage(compareSync(given.password, given.text));
