import assert from "node:assert/strict";
import { test } from "node:test";
import { loginsOf, vfsHttpsRoute } from "../../src/app/vfs-https-route.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { configOf } from "../config/support.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { contextOf, get, textOf } from "../support/request.ts";

const LENT = configOf(`file_systems: {m: {kind: memory}}
routes:
  - {path: /, vfs_https: m, auth: none}
  - {host: a.example, path: /, vfs_https: m, auth: none}
  - {path: /files, files: m}
`);
const FEWER = configOf(
  "file_systems: {m: {kind: memory}}\nroutes: [{path: /, vfs_https: m, auth: none}]\n",
);

test("logins are for one route, and only for routes that lend", () => {
  const logins = loginsOf(LENT, undefined);
  assert.deepEqual([...logins.keys()], ["/", "a.example/"]);
  assert.notEqual(logins.get("/"), logins.get("a.example/"));
});

test("a reload keeps the logins of the routes that stay", () => {
  const before = loginsOf(LENT, undefined);
  const after = loginsOf(FEWER, before);
  assert.equal(after.get("/"), before.get("/"));
  assert.equal(after.size, 1);
});

test("a route lends the file system that it names", async () => {
  const [route] = FEWER.routes;
  assert.ok(route?.action.kind === "vfs_https");
  const handler = vfsHttpsRoute(route.action, route, {
    config: FEWER,
    fileSystems: new Map([["m", memoryFileSystem({ "/a": "" })]]),
    clock: fakeClock(),
    logins: loginsOf(FEWER, undefined),
  });
  const bytes = Buffer.from('{"ReadDir":{"path":""}}');
  const body = {
    length: bytes.length,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
  const response = await handler({ ...get("/"), method: "POST", body }, contextOf());
  assert.equal(await textOf(response), '{"ReadDir":{"result":{"Ok":["a"]}}}');
});

test("a file system that is not there is our own bug", () => {
  const [route] = FEWER.routes;
  assert.ok(route?.action.kind === "vfs_https");
  const { action } = route;
  const means = {
    config: FEWER,
    fileSystems: new Map(),
    clock: fakeClock(),
    logins: loginsOf(FEWER, undefined),
  };
  assert.throws(() => vfsHttpsRoute(action, route, means), /no file system m/);
});
