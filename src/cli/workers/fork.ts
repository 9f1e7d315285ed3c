// A worker as a real process: this very program, started at its other entrance (worker-main.ts),
// with a channel to talk over. fork() of node:child_process and not of node:cluster: see
// docs/decisions/0014-workers.md.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Process, ProcessEvents } from "./member.ts";
import { isToPrimary } from "./messages.ts";

/** From build/ and from src/ alike. */
const ENTRANCE = fileURLToPath(
  new URL(`worker-main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);

export function forkWorker(events: ProcessEvents): Process {
  const child = fork(ENTRANCE, [], {
    // Values arrive as they were sent, Maps and Buffers too.
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", (message) => {
    if (isToPrimary(message)) events.said(message);
  });
  child.once("exit", (code, signal) => events.ended({ code, signal }));
  // It could not be started, or killed, or told something. Only the first ends without "exit".
  child.on("error", () => {
    if (child.pid === undefined) events.ended({ code: null, signal: null });
  });
  return {
    pid: child.pid,
    send: (message, handle) => send(child, [message, handle]),
    kill: (signal) => void child.kill(signal),
  };
}

/** A worker that is just dying cannot be told anything; that it died is told by its end. */
function send(child: ChildProcess, said: readonly unknown[]): void {
  if (!child.connected) return;
  // A bound handle that nobody listens at is in no list of types; Node has a way for it.
  Reflect.apply(child.send, child, [...said, {}, () => {}]);
}
