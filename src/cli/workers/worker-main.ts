// The program of a worker process: fills the ports of worker.ts from `process`. Started by fork.ts
// and by nobody else.
//
// Loaded in stages, as main.ts does: 64 descriptors are enough for a worker, too.

import { systemClock } from "../../base/clock.ts";
import { EXIT_FAILED, EXIT_FINE } from "../exit-code.ts";
import { isToWorker } from "./messages.ts";
import { type Channel, runWorker } from "./worker.ts";

const channel: Channel = {
  send(message) {
    // Whoever is gone hears nothing; that it is gone is told by "disconnect".
    if (process.connected) process.send?.(message, undefined, {}, () => {});
  },
  onMessage(act) {
    process.on("message", (message, handle) => {
      const isHandle = typeof handle === "object" && handle !== null;
      if (isToWorker(message)) act(message, isHandle ? handle : undefined);
    });
  },
  onClosed(act) {
    process.once("disconnect", act);
  },
  close() {
    if (process.connected) process.disconnect();
  },
};

// A terminal sends these to the whole group; the primary hears them too and says what to do.
for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
  process.on(signal, () => {});
}
// Whoever read our output may be gone: that ends no server.
process.stderr.on("error", () => {});

if (process.send === undefined) {
  process.stderr.write("ferrox: this is part of a server; start it with: ferrox serve\n");
  process.exitCode = EXIT_FAILED;
} else {
  await import("../../handlers/static-files.ts");
  await import("../../transport/listener.ts");
  const { startRunning } = await import("../running.ts");
  const isFine = await runWorker({
    channel,
    clock: systemClock,
    err: (text) => void process.stderr.write(text),
    onSigterm: (act) => void process.on("SIGTERM", act),
    onStrayError(act) {
      process.on("uncaughtException", act);
      process.on("unhandledRejection", act);
    },
    start: startRunning,
  });
  process.exitCode = isFine ? EXIT_FINE : EXIT_FAILED;
}
