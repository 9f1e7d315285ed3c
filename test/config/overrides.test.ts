import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeOverrides, overridesFromEnvironment, scalarOf } from "../../src/config/overrides.ts";

const flag = { section: "server", word: "addr", value: "::1", origin: "--host" };

test("a later override wins, and is known by its own name", () => {
  const tree = { value: { server: { addr: "127.0.0.1", index: true } }, marks: new Map() };
  const merged = mergeOverrides(tree, [
    { section: "server", word: "addr", value: "0.0.0.0", origin: "FERROX_ADDR" },
    flag,
  ]);
  assert.deepEqual(merged.value, { server: { addr: "::1", index: true } });
  assert.deepEqual(merged.marks.get("server.addr"), {
    key: { name: "--host" },
    value: { name: "--host" },
  });
  assert.deepEqual(tree.value, { server: { addr: "127.0.0.1", index: true } });
});

test("a section that is not there is made", () => {
  assert.deepEqual(mergeOverrides({ value: {}, marks: new Map() }, [flag]).value, {
    server: { addr: "::1" },
  });
});

for (const value of [null, [], { server: null }, { server: ["a"] }, { server: 5 }]) {
  test(`what is wrong stays wrong: ${JSON.stringify(value)}`, () => {
    assert.deepEqual(mergeOverrides({ value, marks: new Map() }, [flag]).value, value);
  });
}

test("an override may stand back behind other words", () => {
  const dev = {
    section: "tls",
    word: "dev",
    value: true,
    origin: "--tls",
    unlessSaid: ["cert_path"],
  };
  const withCertificate = { value: { tls: { cert_path: "x" } }, marks: new Map() };
  assert.deepEqual(mergeOverrides(withCertificate, [dev]).value, { tls: { cert_path: "x" } });
  assert.deepEqual(mergeOverrides({ value: {}, marks: new Map() }, [dev]).value, {
    tls: { dev: true },
  });
});

test("our own variables weigh more than those of platforms; empty ones are not set", () => {
  assert.deepEqual(
    overridesFromEnvironment({
      FERROX_HTTP_PORT: "9000",
      PORT: "3000",
      HOST: "",
      FERROX_LOG_LEVEL: "debug",
      PATH: "/bin",
    }),
    [
      { section: "server", word: "http_port", value: 3000, origin: "PORT" },
      { section: "server", word: "http_port", value: 9000, origin: "FERROX_HTTP_PORT" },
      { section: "logging", word: "level", value: "debug", origin: "FERROX_LOG_LEVEL" },
    ],
  );
});

for (const [text, value] of [
  ["0", 0],
  ["8080", 8080],
  ["080", "080"],
  ["-1", "-1"],
  ["8e3", "8e3"],
  ["5s", "5s"],
] as const) {
  test(`${text} of a shell is the ${typeof value} ${value}`, () => {
    assert.equal(scalarOf(text), value);
  });
}
