// Run by listener.test.ts under a low `ulimit -n`: answers "!" to anything, says its port, what it
// logs, and every 300 ms how many milliseconds of CPU it has used since.

import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Level, Logger } from "../../src/base/logger.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { listen } from "../../src/transport/listener.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import { createTransport } from "../../src/transport/transport.ts";

const say = (level: Level) => (concern: string, message: string) =>
  console.log(`${level} ${concern} ${message}`);
const log: Logger = {
  debug: say("debug"),
  info: say("info"),
  warn: say("warn"),
  error: say("error"),
};

const transport = await createTransport({
  clock: systemClock,
  log,
  limits: DEFAULT_TRANSPORT_LIMITS,
  sharedRead: "on",
});
const { address } = await listen(
  { address: { kind: "tcp", host: "127.0.0.1", port: 0 }, transport, refusal: undefined },
  (stream) => void stream.run(answer(stream)),
);
if (address.kind === "tcp") console.log(String(address.port));

let usedBefore = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(usedBefore);
  usedBefore = process.cpuUsage();
  console.log(`cpu ${Math.round((user + system) / 1000)}`);
}, 300);

function* answer(stream: SocketStream): Loop {
  while (Buffer.isBuffer(yield MORE)) void stream.write([Buffer.from("!")]);
  stream.destroy();
}
