// The program of a worker process. The only file of workers/ that reads `process`; it is started
// by fork.ts and by nobody else.

import { systemClock } from "../../base/clock.ts";
import { EXIT_FAILED, EXIT_FINE } from "../exit-code.ts";
import { startRunning } from "../running.ts";
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
