// Looks at the program from inside: loaded in front of it by NODE_OPTIONS=--import, it answers
// signals that mean nothing to the program.
//   SIGWINCH: writes what the process holds, as JSON, into $FERROX_INSIDE
//   SIGCONT:  a promise is rejected that nobody waits for
//   SIGURG:   an exception is thrown that nobody catches

import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { pathToFileURL } from "node:url";
import { queryObjects } from "node:v8";

export interface Inside {
  /** Active handles and requests by Node's names, without those that come and go by themselves. */
  readonly resources: Readonly<Record<string, number>>;
  readonly promises: number;
  readonly sockets: number;
}

/** The environment that puts this file in front of the program. */
export function insideEnv(file: string): Readonly<Record<string, string>> {
  const self = pathToFileURL(new URL(import.meta.url).pathname).href;
  return { NODE_OPTIONS: `--import=${self}`, FERROX_INSIDE: file };
}

const file = process.env.FERROX_INSIDE;
if (file !== undefined) {
  process.on("SIGWINCH", () => writeFileSync(file, JSON.stringify(look())));
  process.on("SIGCONT", () => void Promise.reject(new Error("rejected for a test")));
  process.on("SIGURG", () => {
    throw new Error("thrown for a test");
  });
}

function look(): Inside {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    resources[name] = (resources[name] ?? 0) + 1;
  }
  // Counting them collects the garbage first.
  const promises = queryObjects(Promise, { format: "count" });
  const sockets = queryObjects(Socket, { format: "count" });
  return { resources, promises, sockets };
}
