// What a server's listeners share.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { listen } from "../../src/transport/listener.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { until } from "../contract/byte-stream.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { contractPeer, dial, LOOPBACK } from "./ends.ts";
import { recordingLogger } from "./recording-logger.ts";

test("two listeners share the connections and the timer", async (t) => {
  const clock = fakeClock();
  const { log, lines } = recordingLogger();
  const limits = { ...DEFAULT_TRANSPORT_LIMITS, connectionsMax: 1 };
  const transport = await createTransport({ clock, log, limits, sharedRead: "on" });
  const ports: number[] = [];
  for (let count = 0; count < 2; count++) {
    const options = { address: LOOPBACK, transport, refusal: undefined };
    const listener = await listen(options, (stream) => t.after(() => stream.destroy()));
    t.after(() => listener.close());
    if (listener.address.kind === "tcp") ports.push(listener.address.port);
  }
  const [first = 0, second = 0] = ports;
  await dial(t, first);
  await until(() => transport.admission.open === 1, "the first connection");
  const turnedAway = contractPeer(await dial(t, second));
  await until(() => turnedAway.closed, "the second turned away");
  assert.equal(transport.admission.open, 1);
  // One looks after all connections, and each listener has one that looks for descriptors.
  assert.equal(clock.timers, 3);
  assert.deepEqual(lines, []);
});
