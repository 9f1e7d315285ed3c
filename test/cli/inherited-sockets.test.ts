// LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, as sd_listen_fds(3) tells them.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Inheritance,
  inheritedSockets,
  takeVariables,
  withInherited,
} from "../../src/cli/inherited-sockets.ts";
import { configWithoutFile } from "../../src/config/read-config.ts";

function inherited(
  env: Readonly<Record<string, string>>,
  hasTls = false,
  isSocket: (descriptor: number) => boolean = () => true,
): Inheritance {
  return inheritedSockets(env, hasTls, isSocket);
}

test("what is meant for us is taken, and nobody whom we start sees it", () => {
  const own = { LISTEN_PID: "100", LISTEN_FDS: "1", LISTEN_FDNAMES: "http", HOME: "/root" };
  assert.deepEqual(takeVariables(own, 100), {
    ...own,
    LISTEN_PID: "100",
    LISTEN_FDS: "1",
    LISTEN_FDNAMES: "http",
  });
  assert.deepEqual(own, { HOME: "/root" });
});

test("what is meant for another process is not taken, nor handed on", () => {
  const own = { LISTEN_PID: "99", LISTEN_FDS: "1", LISTEN_FDNAMES: "http", HOME: "/root" };
  assert.deepEqual(takeVariables(own, 100), { HOME: "/root" });
  assert.deepEqual(own, { HOME: "/root" });
});

for (const [env, hasTls, http, https] of [
  [{ LISTEN_FDS: "1" }, false, 3, undefined],
  // Alone it is for the door where people are served.
  [{ LISTEN_FDS: "1" }, true, undefined, 3],
  [{ LISTEN_FDS: "2" }, true, 3, 4],
  [{ LISTEN_FDS: "1", LISTEN_FDNAMES: "ferrox.socket" }, false, 3, undefined],
  [{ LISTEN_FDS: "2", LISTEN_FDNAMES: "ferrox.socket:ferrox.socket" }, true, 3, 4],
  [{ LISTEN_FDS: "2", LISTEN_FDNAMES: "https:http" }, true, 4, 3],
  [{ LISTEN_FDS: "1", LISTEN_FDNAMES: "https" }, true, undefined, 3],
] as const) {
  test(`${JSON.stringify(env)} ${hasTls ? "with" : "without"} TLS`, () => {
    assert.deepEqual(inherited(env, hasTls), { kind: "sockets", sockets: { http, https } });
  });
}

test("nothing, and no socket at all, is nothing", () => {
  assert.deepEqual(inherited({}), { kind: "none" });
  assert.deepEqual(inherited({ LISTEN_FDS: "0" }), { kind: "none" });
});

for (const [env, hasTls, message] of [
  [{ LISTEN_FDS: "many" }, false, /^LISTEN_FDS is no number of sockets$/],
  [{ LISTEN_FDS: "1000" }, false, /^LISTEN_FDS is no number of sockets$/],
  [{ LISTEN_FDS: "-1" }, false, /^LISTEN_FDS is no number of sockets$/],
  [{ LISTEN_FDS: "2" }, false, /^of 2 sockets .* it is not said which is for http/],
  [{ LISTEN_FDS: "3" }, true, /^of 3 sockets/],
  [{ LISTEN_FDS: "2", LISTEN_FDNAMES: "http:http" }, false, /^of 2 sockets/],
  [{ LISTEN_FDS: "3", LISTEN_FDNAMES: "http:https:log" }, true, /^of 3 sockets/],
  [
    { LISTEN_FDS: "1", LISTEN_FDNAMES: "https" },
    false,
    /^a socket for https .* tls\.enabled is false$/,
  ],
  [
    { LISTEN_FDS: "1", LISTEN_FDNAMES: "http" },
    true,
    /^tls\.enabled is true, but no socket for https/,
  ],
] as const) {
  test(`${JSON.stringify(env)} ${hasTls ? "with" : "without"} TLS is refused`, () => {
    const found = inherited(env, hasTls);
    assert.ok(found.kind === "problem");
    assert.match(found.message, message);
  });
}

test("a descriptor that is no socket, or not open, is refused", () => {
  const message = "descriptor 4 is handed over, but no socket";
  const found = inherited({ LISTEN_FDS: "2" }, true, (descriptor) => descriptor !== 4);
  assert.deepEqual(found, { kind: "problem", message });
  const real = inheritedSockets({ LISTEN_FDS: "999" }, false);
  assert.ok(real.kind === "problem");
  assert.match(real.message, /^descriptor [0-9]+ is handed over, but no socket$/);
});

test("with sockets handed over there is a door for each of them, and no other", () => {
  const read = configWithoutFile({ folder: "/", overrides: [] });
  assert.ok(read.kind === "config");
  const onlySecure = { http: undefined, https: 3 };
  const { server } = withInherited(read.config, onlySecure);
  assert.deepEqual([server.httpPort, server.inherited], [undefined, onlySecure]);
  const both = { http: 4, https: 3 };
  assert.equal(withInherited(read.config, both).server.httpPort, 80);
});
