import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Logger } from "../../src/base/logger.ts";
import { NO_FLAGS } from "../../src/cli/config-from-arguments.ts";
import type { Io } from "../../src/cli/io.ts";
import { type Loaded, load } from "../../src/cli/load.ts";
import { type Reloading, reloadOnDemand } from "../../src/cli/reloading.ts";
import { type Cleanup, tempFolder } from "../support/temp-folder.ts";

interface Scene {
  readonly reload: () => Promise<void>;
  readonly said: string[];
  readonly told: string[];
  readonly errors: string[];
  readonly applied: Loaded[];
  write(text: string): void;
}

async function scene(t: Cleanup, more: Partial<Reloading & Io> = {}): Promise<Scene> {
  const cwd = tempFolder(t);
  const write = (text: string) => {
    writeFileSync(join(cwd, "ferrox.yml"), `paths: {serve_dir: .}\n${text}`);
  };
  const errors: string[] = [];
  const io: Io = {
    out: assert.fail,
    err: (text) => errors.push(text),
    env: { NO_COLOR: "1" },
    platform: "linux",
    home: cwd,
    cwd,
    nowMs: 0,
    isTerminal: more.isTerminal ?? false,
    columns: 80,
  };
  const options = { ...NO_FLAGS, file: undefined };
  const said: string[] = [];
  const at =
    (level: string): Logger["info"] =>
    (_, message) =>
      void said.push(`${level}: ${message}`);
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  write("");
  const loading = await load(options, io);
  assert.ok(loading.kind === "loaded");
  const told: string[] = [];
  const applied: Loaded[] = [];
  const reload = reloadOnDemand({
    options,
    io,
    log,
    loaded: loading.loaded,
    startKeys: ["server.workers"],
    apply: async (next) => {
      applied.push(next);
      return { kind: "reloaded" };
    },
    isStopping: () => false,
    told: (outcome, text) => void told.push(`${outcome}: ${text}`),
    ...more,
  });
  return { reload, said, told, errors, applied, write };
}

test("what was applied is said change by change, and the next reload starts from there", async (t) => {
  const { reload, said, told, applied, write } = await scene(t);
  write("server: {names: [a.example], workers: 3}\n");
  await reload();
  await reload();
  assert.deepEqual(said, [
    "info: server.names: [] → [a.example]",
    "info: server.workers: 1 → 3 (at the next start)",
    "info: reloaded",
    "info: reloaded: nothing changed",
  ]);
  assert.deepEqual(told, [
    "ok: server.names: [] → [a.example]; server.workers: 1 → 3 (at the next start)",
    "ok: nothing changed",
  ]);
  assert.deepEqual(applied[0]?.config.server.names, ["a.example"]);
});

test("problems are said with their place, all of them, and nothing is applied", async (t) => {
  const { reload, said, told, errors, applied, write } = await scene(t);
  write("rooter: a\nheaders: {X: one}\nserver: {http_port: eighty}\n");
  await reload();
  assert.equal(said.length, 2);
  assert.match(said[0] ?? "", /^error: not reloaded: ferrox\.yml:2:1: rooter: unknown key/);
  assert.match(said[1] ?? "", /^error: not reloaded: ferrox\.yml:4:21: server\.http_port: /);
  assert.match(told.join(), /^failed: ferrox\.yml:2:1: .*; ferrox\.yml:4:21: /);
  assert.deepEqual([errors, applied], [[], []]);
});

test("people at a terminal get the problems with their lines too", async (t) => {
  const { reload, errors, write } = await scene(t, { isTerminal: true });
  write("rooter: a\n");
  await reload();
  assert.match(errors.join(""), /^ferrox\.yml:2:1: rooter: unknown key/);
});

test("when it cannot be applied, each reason is said", async (t) => {
  const refused = async () => ({ kind: "refused", reasons: ["port 80 is taken"] }) as const;
  const { reload, said, told, write } = await scene(t, { apply: refused });
  write("server: {names: [a.example]}\n");
  await reload();
  assert.deepEqual(said, ["error: not reloaded: port 80 is taken"]);
  assert.deepEqual(told, ["failed: port 80 is taken"]);
});

test("asked many times meanwhile, it is done once more, with the last state of the file", async (t) => {
  const names: (readonly string[])[] = [];
  let underWay = 0;
  const apply: Reloading["apply"] = async ({ config }) => {
    underWay += 1;
    assert.equal(underWay, 1, "one at a time");
    names.push(config.server.names);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return { kind: "reloaded" };
  };
  const { reload, write } = await scene(t, { apply });
  write("server: {names: [one.example]}\n");
  const first = reload();
  write("server: {names: [two.example]}\n");
  const rest = [reload(), reload()];
  write("server: {names: [three.example]}\n");
  await Promise.all([first, ...rest, reload()]);
  assert.equal(names.length, 2);
  assert.deepEqual(names[1], ["three.example"]);
});

test("a server that is stopping reloads nothing, and says so", async (t) => {
  const { reload, said, applied } = await scene(t, { isStopping: () => true });
  await reload();
  assert.deepEqual(said, ["info: not reloaded: the server is stopping"]);
  assert.deepEqual(applied, []);
});

test("a fault of ours in a reload is logged, and the next one is heard", async (t) => {
  let count = 0;
  const apply: Reloading["apply"] = async () => {
    count += 1;
    if (count === 1) throw new Error("broken");
    return { kind: "reloaded" };
  };
  const { reload, said } = await scene(t, { apply });
  await reload();
  await reload();
  assert.deepEqual(said, ["error: a reload failed", "info: reloaded: nothing changed"]);
});
