import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { type Door, Doors } from "../../src/server/doors.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";
import type { ListenAddress } from "../../src/transport/listener.ts";
import { createTransport } from "../../src/transport/transport.ts";
import { type Cleanup, tempFolder } from "../support/temp-folder.ts";
import { siteOf, text } from "./support.ts";

const SITE = siteOf(() => text(200, ""));
const ANY = { address: { kind: "tcp", host: "127.0.0.1", port: 0 }, site: SITE } as const;

async function doorsFor(t: Cleanup): Promise<Doors> {
  const ports = { clock: systemClock, log: silentLogger };
  const limits = DEFAULT_TRANSPORT_LIMITS;
  const transport = await createTransport({ ...ports, limits, sharedRead: "off" });
  const doors = new Doors(transport, (stream) => stream.destroy());
  t.after(() => doors.close());
  return doors;
}

function doorAt(port: number, host = "127.0.0.1"): Door {
  return { address: { kind: "tcp", host, port }, site: SITE };
}

function portOf(address: ListenAddress | undefined): number {
  assert.ok(address?.kind === "tcp");
  return address.port;
}

/** "in", or why not. */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve("in");
    });
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : "?"));
  });
}

/** A free port, most probably. */
async function freePort(t: Cleanup): Promise<number> {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const port = portOf(doors.open[0]?.address);
  doors.close();
  return port;
}

test("a door that stays keeps its port, also when nobody chose it", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const before = doors.open;
  let told: ListenAddress | undefined;
  const closed = await doors.exchange([
    {
      ...ANY,
      opened: (address) => {
        told = address;
      },
    },
  ]);
  assert.deepEqual(doors.open, before);
  assert.deepEqual(told, before[0]?.address);
  assert.deepEqual(closed, []);
});

test("whoever writes down the port that was chosen keeps the door", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const port = portOf(doors.open[0]?.address);
  assert.deepEqual(await doors.exchange([doorAt(port)]), []);
  assert.equal(portOf(doors.open[0]?.address), port);
  assert.equal(await knock(port), "in");
});

test("what is new is opened, what is gone is closed and told", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const old = portOf(doors.open[0]?.address);
  const port = await freePort(t);
  const closed = await doors.exchange([doorAt(port)]);
  assert.deepEqual(
    closed.map(({ isClosed }) => isClosed),
    [true],
  );
  assert.equal(await knock(port), "in");
  assert.equal(await knock(old), "ECONNREFUSED");
});

test("an address that cannot be had changes nothing, and what was opened is closed", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const before = doors.open;
  const other = await doorsFor(t);
  await other.exchange([ANY]);
  const taken = portOf(other.open[0]?.address);
  const fresh = await freePort(t);
  await assert.rejects(doors.exchange([doorAt(fresh), doorAt(taken)]), { code: "EADDRINUSE" });
  assert.deepEqual(doors.open, before);
  assert.equal(await knock(portOf(before[0]?.address)), "in");
  assert.equal(await knock(fresh), "ECONNREFUSED");
});

test("every address instead of one, at the same port: the one makes way", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const port = portOf(doors.open[0]?.address);
  await doors.exchange([doorAt(port, "0.0.0.0")]);
  assert.deepEqual(doors.open[0]?.address, { kind: "tcp", host: "0.0.0.0", port });
  assert.equal(await knock(port), "in");
  await doors.exchange([doorAt(port)]);
  assert.deepEqual(doors.open[0]?.address, { kind: "tcp", host: "127.0.0.1", port });
});

test("a door that made way for nothing is opened again", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const port = portOf(doors.open[0]?.address);
  // Somebody else's, at the same port and another address: every address cannot be had.
  const other = await doorsFor(t);
  await other.exchange([doorAt(port, "127.0.0.2")]);
  await assert.rejects(doors.exchange([doorAt(port, "0.0.0.0")]), { code: "EADDRINUSE" });
  assert.deepEqual(doors.open[0]?.address, { kind: "tcp", host: "127.0.0.1", port });
  assert.equal(await knock(port), "in");
  doors.close();
  assert.equal(await knock(port), "ECONNREFUSED");
});

test("a Unix socket and a port take turns", async (t) => {
  const path = `${tempFolder(t)}/s`;
  const doors = await doorsFor(t);
  const door: Door = { address: { kind: "unix", path }, site: SITE };
  await doors.exchange([door]);
  assert.deepEqual(await doors.exchange([door]), []);
  assert.equal((await doors.exchange([ANY])).length, 1);
  assert.equal(doors.open[0]?.address.kind, "tcp");
});

test("after the end nothing is opened any more", async (t) => {
  const doors = await doorsFor(t);
  await doors.exchange([ANY]);
  const fresh = await freePort(t);
  const exchange = doors.exchange([doorAt(fresh)]);
  doors.close();
  await assert.rejects(exchange, /the server is closed/);
  assert.equal(await knock(fresh), "ECONNREFUSED");
});
