// The trial that decides how TLS is read and written, and what must hold once it has been passed.

import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { MORE } from "../../src/base/byte-stream.ts";
import { readInto } from "../../src/transport/node-handle.ts";
import { openSharedTls } from "../../src/transport/shared-tls.ts";
import type { SocketStream } from "../../src/transport/socket-stream.ts";
import { type KeyPair, tlsContexts } from "../../src/transport/tls-context.ts";
import { startTls } from "../../src/transport/tls-server.ts";
import { until } from "../contract/byte-stream.ts";
import { holdings, leaksSettled } from "../support/leaks.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { dial, dialTls, openGround, testCertificates } from "./ends.ts";

const cleanups: (() => void)[] = [];
let main: KeyPair;

before(async () => {
  ({ main } = await testCertificates({ after: (act) => cleanups.push(act) }));
});
after(() => {
  for (const act of cleanups) act();
});

test("this Node shares memory under TLS, and the trial leaves nothing behind", async () => {
  await openSharedTls(); // OpenSSL's own things are loaded with the first
  const before = holdings();
  assert.notEqual(await openSharedTls(), undefined);
  assert.deepEqual(await leaksSettled(before), []);
});

test("the trial refuses a way of reading that does not deliver", { timeout: 10_000 }, async () => {
  assert.equal(await openSharedTls({ adopt: () => false }), undefined);
  assert.equal(await openSharedTls({ adopt: () => true }), undefined);
  const throwing = {
    adopt: () => {
      throw new TypeError("handle is not what it was");
    },
  };
  assert.equal(await openSharedTls(throwing), undefined);
});

test("a socket without a handle is left as it was", async (t) => {
  const ground = await openGround(t);
  const socket = await dial(t, ground.port);
  socket.destroy();
  assert.equal(
    readInto(socket, Buffer.alloc(1), () => true),
    false,
  );
});

async function shake(
  t: Cleanup,
  sharedRead: "on" | "off",
): Promise<{ client: Socket; wire: Socket; stream: SocketStream }> {
  const ground = await openGround(t, { sharedRead });
  const { transport } = ground;
  const wire = await dial(t, ground.port);
  const options = { contexts: tlsContexts({ main, others: [] }), transport, protocols: ["x"] };
  const [client, stream] = await Promise.all([
    dialTls(wire),
    ground.accepted().then((plain) => startTls(plain, options)),
  ]);
  assert.ok(stream);
  t.after(() => stream.destroy());
  return { client, wire, stream };
}

const LINES = 4_000;
/** Says by itself whether a piece of it has been overwritten. */
const lineOf = (at: number) => `${String(at).padStart(6, "0")}${"x".repeat(57)}\n`;

for (const sharedRead of ["on", "off"] as const) {
  test(`many records at once are echoed whole, sharing ${sharedRead}`, async (t) => {
    const { client, wire, stream } = await shake(t, sharedRead);
    let echoed = "";
    client.setEncoding("latin1").on("data", (text: string) => {
      echoed += text;
    });
    void stream.run(echo(stream));
    // One segment of many records, so that the next is decrypted right after each.
    wire.cork();
    for (let at = 0; at < LINES; at++) client.write(lineOf(at));
    wire.uncork();
    await until(() => echoed.length === LINES * 64, "all lines");
    for (let at = 0; at < LINES; at++) {
      assert.equal(echoed.slice(at * 64, at * 64 + 64), lineOf(at));
    }
  });

  test(`bursts in a row do not overwrite each other, sharing ${sharedRead}`, async (t) => {
    const { client, stream } = await shake(t, sharedRead);
    let got = "";
    client.setEncoding("latin1").on("data", (text: string) => {
      got += text;
    });
    for (let at = 0; at < LINES; at++) {
      const line = lineOf(at);
      void stream.write([Buffer.from(line.slice(0, 10)), Buffer.from(line.slice(10))]);
      void stream.flush();
    }
    await until(() => got.length === LINES * 64, "all lines");
    for (let at = 0; at < LINES; at++) assert.equal(got.slice(at * 64, at * 64 + 64), lineOf(at));
  });
}

/** Holds on to what it was lent for as long as it may: writes first, and looks again afterwards. */
function* echo(stream: SocketStream): Generator<typeof MORE | Promise<unknown>, void, unknown> {
  for (;;) {
    const lent = yield MORE;
    if (!Buffer.isBuffer(lent)) return;
    const copy = Buffer.from(lent);
    const slow = stream.write([copy.subarray(0, 5), copy.subarray(5)]) ?? stream.flush();
    assert.deepEqual(lent, copy);
    if (slow !== undefined) yield slow;
  }
}
