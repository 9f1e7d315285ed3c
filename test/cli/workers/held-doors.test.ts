import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BindDoor,
  CannotShare,
  closeDoors,
  heldHandle,
  holdDoors,
} from "../../../src/cli/workers/held-doors.ts";
import type { ListenAddress } from "../../../src/transport/listener.ts";
import { configOf } from "./charges.ts";

const TLS = { kind: "dev", names: [] } as const;
const HERE = "127.0.0.1";

/** Binds nothing: port 0 becomes 50000, 50001 …; `taken` cannot be had. */
function fakeBind(taken?: number): { bind: BindDoor; asked: ListenAddress[]; closed: number[] } {
  const asked: ListenAddress[] = [];
  const closed: number[] = [];
  let nextPort = 50_000;
  const bind: BindDoor = async (address) => {
    asked.push(address);
    const wanted = address.kind === "tcp" ? address.port : undefined;
    if (wanted !== undefined && wanted === taken) throw new Error("taken");
    const port = wanted === 0 ? nextPort++ : wanted;
    return { port, handle: { port }, close: () => closed.push(port ?? -1) };
  };
  return { bind, asked, closed };
}

test("the secure door comes first, and port 0 becomes the one that was chosen", async () => {
  const { bind, asked } = fakeBind();
  const config = { ...configOf({ addr: HERE, httpPort: 0, httpsPort: 0 }), tls: TLS };
  const held = await holdDoors(config, undefined, bind);
  assert.equal(asked.length, 2);
  assert.equal(held.config.server.httpsPort, 50_000);
  assert.equal(held.config.server.httpPort, 50_001);
  const handle = heldHandle(held, { kind: "tcp", host: HERE, port: 50_001 });
  assert.deepEqual(handle, { port: 50_001 });
});

test("without TLS there is one door, and no other is given", async () => {
  const { bind } = fakeBind();
  const held = await holdDoors(configOf({ addr: HERE, httpPort: 81 }), undefined, bind);
  assert.deepEqual([...held.byAddress.keys()], ["127.0.0.1:81"]);
  assert.equal(heldHandle(held, { kind: "tcp", host: HERE, port: 443 }), undefined);
});

test("a Unix socket is one door", async () => {
  const { bind, asked } = fakeBind();
  const held = await holdDoors(
    configOf({ addr: "unix:/run/a.sock", httpPort: 80 }),
    undefined,
    bind,
  );
  assert.deepEqual(asked, [{ kind: "unix", path: "/run/a.sock" }]);
  assert.deepEqual(heldHandle(held, { kind: "unix", path: "/run/a.sock" }), { port: undefined });
});

test("a reload keeps what stays, also at a port that nobody wrote down", async () => {
  const { bind, asked, closed } = fakeBind();
  const config = configOf({ addr: HERE, httpPort: 0 });
  const before = await holdDoors(config, undefined, bind);
  const same = await holdDoors({ ...config }, before, bind);
  const written = await holdDoors(configOf({ addr: HERE, httpPort: 50_000 }), same, bind);
  assert.equal(asked.length, 1);
  closeDoors(before, written);
  assert.deepEqual(closed, []);
});

test("what a reload does not keep is closed when it is over", async () => {
  const { bind, closed } = fakeBind();
  const before = await holdDoors(configOf({ addr: HERE, httpPort: 81 }), undefined, bind);
  const after = await holdDoors(configOf({ addr: HERE, httpPort: 82 }), before, bind);
  assert.deepEqual(closed, []);
  closeDoors(before, after);
  assert.deepEqual(closed, [81]);
});

test("when one cannot be bound, those bound for it are closed, and those of before are not", async () => {
  const { bind, closed } = fakeBind(83);
  const before = await holdDoors(configOf({ addr: HERE, httpPort: 81 }), undefined, bind);
  const config = { ...configOf({ addr: HERE, httpPort: 83, httpsPort: 82 }), tls: TLS };
  await assert.rejects(holdDoors(config, before, bind), /taken/);
  assert.deepEqual(closed, [82]);
});

test("a Node that cannot share says so", async () => {
  await assert.rejects(
    holdDoors(configOf(), undefined, async () => undefined),
    CannotShare,
  );
});
