// The trial that decides how sockets are read, and what happens when it fails.

import assert from "node:assert/strict";
import { createServer, type Server, Socket } from "node:net";
import { test } from "node:test";
import { silentLogger } from "../../src/base/logger.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import { socketOver } from "../../src/transport/node-handle.ts";
import {
  type Accepted,
  openSharedRead,
  type SharedRead,
  sharedReadInto,
} from "../../src/transport/shared-read.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { until } from "../contract/byte-stream.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { holdings, leaksSettled } from "../support/leaks.ts";
import { dial } from "./ends.ts";

test("this Node shares one read buffer, and the trial leaves nothing behind", async () => {
  const before = holdings();
  assert.equal((await openSharedRead())?.takesHandles, true);
  assert.deepEqual(await leaksSettled(before), []);
});

test("the trial refuses a way of reading that does not deliver", { timeout: 10_000 }, async () => {
  const before = holdings();
  const deaf = { adopt: () => undefined };
  assert.equal(await openSharedRead(deaf), undefined);
  const mute = {
    adopt: (accepted: Accepted) => (accepted instanceof Socket ? accepted : socketOver(accepted)),
  };
  assert.equal(await openSharedRead(mute), undefined);
  const throwing = {
    adopt: () => {
      throw new TypeError("handle is not what it was");
    },
  };
  assert.equal(await openSharedRead(throwing), undefined);
  assert.deepEqual(await leaksSettled(before), []);
});

test("a Node that hands over no handles still shares the buffer", async () => {
  const shared = sharedReadInto(Buffer.alloc(16));
  const socketsOnly: SharedRead = {
    adopt: (accepted, receive) =>
      accepted instanceof Socket ? shared.adopt(accepted, receive) : undefined,
  };
  assert.equal(await openSharedRead(socketsOnly), socketsOnly);
});

test("it can be turned off", async () => {
  const transport = await createTransport({
    clock: fakeClock(),
    log: silentLogger,
    limits: DEFAULT_TRANSPORT_LIMITS,
    sharedRead: "off",
  });
  assert.equal(transport.sharedRead, undefined);
});

test("an adopted socket fills the one buffer, pauses when told to, and can be resumed", async (t) => {
  const buffer = Buffer.alloc(16);
  const sharedRead = sharedReadInto(buffer);
  const seen: string[] = [];
  let socket: Socket | undefined;
  const server = await accepting((accepted) => {
    socket = sharedRead.adopt(accepted, (lent) => {
      assert.equal(lent.buffer, buffer.buffer);
      seen.push(lent.toString());
      return false;
    });
  });
  t.after(() => {
    server.close();
    socket?.destroy();
  });
  const client = await dial(t, portOf(server));
  client.write("0123456789abcdefGHIJ");
  await until(() => seen.length === 1, "the first chunk");
  assert.deepEqual(seen, ["0123456789abcdef"]);
  socket?.resume();
  await until(() => seen.length === 2, "the second chunk");
  assert.deepEqual(seen, ["0123456789abcdef", "GHIJ"]);
});

test("the server no longer counts a connection whose handle was taken", async (t) => {
  const sharedRead = sharedReadInto(Buffer.alloc(16));
  let socket: Socket | undefined;
  const server = await accepting((accepted) => {
    socket = sharedRead.adopt(accepted, () => true);
  });
  t.after(() => socket?.destroy());
  await dial(t, portOf(server));
  await until(() => socket !== undefined, "the connection");
  let closed = false;
  server.close(() => {
    closed = true;
  });
  await until(() => closed, "the server closed although the connection is open");
  assert.equal(socket?.destroyed, false);
});

test("a socket that is gone already cannot be adopted", async (t) => {
  const sharedRead = sharedReadInto(Buffer.alloc(16));
  const adopted: unknown[] = [];
  const server = await accepting((accepted) => {
    accepted.destroy();
    adopted.push(sharedRead.adopt(accepted, () => true));
  });
  t.after(() => server.close());
  await dial(t, portOf(server));
  await until(() => adopted.length === 1, "the connection");
  assert.deepEqual(adopted, [undefined]);
});

function accepting(accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer({ pauseOnConnect: true }, accept);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}
