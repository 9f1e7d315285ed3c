// When the file of a Unix socket may be removed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { nameOfSocket, removeStaleSocket } from "../../src/transport/unix-socket.ts";
import { type Cleanup, tempFolder } from "../support/temp-folder.ts";

/** As a server leaves it that was killed. */
function staleSocket(test: Cleanup): string {
  const path = join(tempFolder(test), "server.sock");
  const script = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script, path]);
  assert.equal(existsSync(path), true);
  return path;
}

test("a socket on which nobody answers is removed", async (t) => {
  const path = staleSocket(t);
  await removeStaleSocket(path);
  assert.equal(existsSync(path), false);
});

test("a socket on which somebody answers stays", async (t) => {
  const path = join(tempFolder(t), "server.sock");
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await removeStaleSocket(path);
  assert.equal(existsSync(path), true);
  server.close();
});

test("a file that is no socket stays, and so does a link to a dead one", async (t) => {
  const path = join(tempFolder(t), "precious.txt");
  writeFileSync(path, "data");
  await removeStaleSocket(path);
  assert.equal(existsSync(path), true);
  const link = join(tempFolder(t), "link.sock");
  symlinkSync(staleSocket(t), link);
  await removeStaleSocket(link);
  assert.equal(existsSync(link), true);
});

test("a path that is not there is nobody's business", async (t) => {
  await removeStaleSocket(join(tempFolder(t), "none.sock"));
});

test("the name of a socket is found by its descriptor; without one, that stands for it", async (t) => {
  const path = join(tempFolder(t), "a name.sock");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const handle: unknown = Reflect.get(server, "_handle");
  const descriptor = typeof handle === "object" && handle !== null && Reflect.get(handle, "fd");
  assert.ok(typeof descriptor === "number");
  const expected = process.platform === "linux" ? path : `descriptor ${descriptor}`;
  assert.equal(nameOfSocket(descriptor), expected);
  assert.equal(nameOfSocket(99_999), "descriptor 99999");
});
