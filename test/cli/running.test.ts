import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Charge } from "../../src/cli/load.ts";
import { type RunningHere, startRunning } from "../../src/cli/running.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { type Cleanup, tempFolder, writeTree } from "../support/temp-folder.ts";
import { selfSigned } from "../transport/openssl.ts";

const BASE = "server: { addr: 127.0.0.1, http_port: 0, https_port: 0 }\n";

function chargeOf(folder: string, yaml: string, more: Partial<Charge> = {}): Charge {
  const text = `${BASE}paths: { serve_dir: ., log_dir: logs }\n${yaml}`;
  const result = readConfig(text, "ferrox.yml", { folder });
  assert.ok(result.kind === "config", JSON.stringify(result));
  return { config: result.config, keys: undefined, ...more };
}

async function running(t: Cleanup, charge: Charge): Promise<RunningHere> {
  const started = await startRunning({ charge, mayMovePort: false, io: { err: assert.fail } });
  assert.ok(started !== undefined);
  t.after(() => started.cut());
  return started;
}

function portOf({ doors }: RunningHere): number {
  const [door] = doors;
  assert.ok(door?.address.kind === "tcp");
  return door.address.port;
}

function answer(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.end("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    });
    socket.on("data", (bytes) => {
      said += bytes.toString("latin1");
    });
    socket.once("close", () => resolve(said));
    socket.once("error", reject);
  });
}

const HEADER = (value: string) => `headers: { X-A: "${value}" }\n`;

test("reloads come one after the other, and the last one counts", async (t) => {
  const folder = tempFolder(t);
  const it = await running(t, chargeOf(folder, HEADER("0")));
  const outcomes = await Promise.all(
    ["1", "2", "3"].map((value) => it.reload(chargeOf(folder, HEADER(value)))),
  );
  assert.deepEqual(
    outcomes,
    Array.from({ length: 3 }, () => ({ kind: "reloaded" })),
  );
  assert.match(await answer(portOf(it)), /X-A: 3\r\n/);
  await it.drain();
  await it.close();
});

test("keys that cannot be used refuse the reload: doors, answers and logs are those of before", async (t) => {
  const folder = tempFolder(t);
  const it = await running(t, chargeOf(folder, HEADER("before")));
  const [one, two] = ["one", "two"].map((name) => selfSigned(folder, name));
  assert.ok(one && two);
  const keys = { main: { cert: one.cert, key: two.key }, others: [] };
  const { config } = chargeOf(folder, `${HEADER("after")}logging: { level: error }\n`);
  const tls = { kind: "dev", names: [] } as const;
  const outcome = await it.reload({ config: { ...config, tls }, keys });
  assert.ok(outcome.kind === "refused");
  assert.match(outcome.reasons.join(), /key values mismatch/);
  assert.match(await answer(portOf(it)), /X-A: before\r\n/);
  it.logs.log.info("core", "heard");
  await it.drain();
  await it.close();
  assert.match(readFileSync(join(folder, "logs/error.log"), "utf8"), /"heard"/);
});

test("a server that has moved to the next port stays there through a reload", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "logs/": "" });
  const holder = createServer().listen(0, "127.0.0.1");
  t.after(() => void holder.close());
  await new Promise((resolve) => holder.once("listening", resolve));
  const address = holder.address();
  assert.ok(address !== null && typeof address === "object");
  const yaml = BASE.replace("http_port: 0", `http_port: ${address.port}`);
  const result = readConfig(yaml, "ferrox.yml", { folder });
  assert.ok(result.kind === "config");
  const charge = { config: result.config, keys: undefined };
  const it = await startRunning({ charge, mayMovePort: true, io: { err: assert.fail } });
  assert.ok(it !== undefined);
  t.after(() => it.cut());
  const port = portOf(it);
  assert.ok(port > address.port);
  assert.deepEqual(it.notes, [`port ${address.port} is in use, using ${port}`]);
  assert.deepEqual(await it.reload(charge), { kind: "reloaded" });
  assert.equal(portOf(it), port);
  it.cut();
  await it.close();
});

test("once the end has begun nothing is reloaded", async (t) => {
  const folder = tempFolder(t);
  const charge = chargeOf(folder, "limits: { drain_delay: 1h }\n");
  const it = await running(t, charge);
  const drained = it.drain();
  assert.equal(it.isStopping, true);
  assert.deepEqual(await it.reload(charge), {
    kind: "refused",
    reasons: ["the server is stopping"],
  });
  assert.match(await answer(portOf(it)), /^HTTP/, "it still accepts");
  it.cut();
  await drained;
  await it.close();
});

test("a server that cannot start says why, and holds nothing", async (t) => {
  const folder = tempFolder(t);
  const said: string[] = [];
  const charge = chargeOf(folder, "");
  const server = { ...charge.config.server, addr: "192.0.2.1" };
  const config = { ...charge.config, server };
  const io = { err: (text: string) => void said.push(text) };
  const started = await startRunning({ charge: { ...charge, config }, mayMovePort: false, io });
  assert.equal(started, undefined);
  assert.match(said.join(""), /^ferrox: 192\.0\.2\.1 is not an address of this machine/);
});
