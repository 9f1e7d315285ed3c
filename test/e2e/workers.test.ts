// Several processes behind the same doors: whoever dies takes only his own connections with him,
// and what is said of the server is true of all of them together.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../support/load.ts";
import {
  configText,
  eventually,
  MAIN,
  type Program,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import {
  ask,
  connect,
  fetchRaw,
  type WireConnection,
  type WireTarget,
} from "../support/wire-client.ts";
import { clientPortsOf, isAlive, newWorkers, workersOf } from "../support/workers.ts";

const FILES = { "www/index.html": "hello\n" };

function crewConfig(workers: number | "auto", more = ""): string {
  return configText(more, `  index: true\n  workers: ${workers}\n`);
}

async function startCrew(t: TestContext, workers: number, more = ""): Promise<Program> {
  return startProgram(t, { config: crewConfig(workers, more), files: FILES });
}

test("a worker that is killed takes only its own connections with it", async (t) => {
  const program = await startCrew(t, 3);
  const persistent = startLoad(program, { clients: 9, requestsEach: 50 });
  const brief = startLoad(program, { clients: 4, requestsEach: 1 });
  const lost = new Set<number>();
  let workers = await newWorkers(program, 3);
  for (let kills = 0; kills < 5; kills += 1) {
    await sleep(300 + 150 * kills);
    const victim = workers[kills % 3] ?? 0;
    // Stopped first: what it has now is all it will ever have.
    process.kill(victim, "SIGSTOP");
    for (const port of clientPortsOf(victim, program.port)) lost.add(port);
    process.kill(victim, "SIGKILL");
    workers = await newWorkers(program, 3, [victim]);
  }
  const [one, other] = await Promise.all([persistent.stop(), brief.stop()]);
  const unjust = [...one.failures, ...other.failures].filter((it) => !lost.has(it.clientPort));
  assert.deepEqual(unjust, []);
  assert.ok(one.failures.length > 0, "no kill has hit anything: the test has shown nothing");
  assert.ok(one.answers > 500 && other.answers > 200, `${one.answers}, ${other.answers} answers`);
});

test("when all workers die at once, whoever comes waits and is not refused", async (t) => {
  const program = await startCrew(t, 2);
  const former = await newWorkers(program, 2);
  for (const pid of former) process.kill(pid, "SIGKILL");
  await eventually("their end", async () => (former.some(isAlive) ? undefined : true));
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => fetchRaw(program, ask("/index.html"))),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  await newWorkers(program, 2, former);
});

test("reloads and workers that are told to go cost nobody a request", async (t) => {
  const program = await startCrew(t, 2);
  const former = await newWorkers(program, 2);
  const load = startLoad(program, { clients: 6, requestsEach: 1 });
  for (let reloads = 1; reloads <= 3; reloads += 1) {
    program.signal("SIGHUP");
    await logged(program, /"reloaded/, reloads);
  }
  assert.deepEqual(workersOf(program.pid), former, "a reload has replaced a worker");
  const [first = 0, second = 0] = former;
  process.kill(first, "SIGTERM");
  await eventually("its end", async () => (isAlive(first) ? undefined : true), 10_000);
  process.kill(second, "SIGTERM");
  await newWorkers(program, 2, former);
  const { answers, failures } = await load.stop();
  assert.deepEqual(failures, []);
  assert.ok(answers > 100, `${answers} answers`);
});

test("downloads on several workers are finished before the end", async (t) => {
  const size = 8 * 1024 * 1024;
  const program = await startProgram(t, {
    config: crewConfig(2),
    files: { ...FILES, "www/big.bin": Buffer.alloc(size, "0123456789") },
  });
  const workers = await newWorkers(program, 2);
  const downloads: WireConnection[] = [];
  const isShared = () => workers.every((pid) => clientPortsOf(pid, program.port).size > 0);
  while (downloads.length < 6 || (!isShared() && downloads.length < 100)) {
    const connection = await connect(program);
    t.after(() => connection.reset());
    connection.send(ask("/big.bin"));
    assert.equal((await connection.head()).status, 200);
    downloads.push(connection);
  }
  assert.ok(isShared(), "one worker has taken them all");
  program.signal("SIGTERM");
  await refused(program);
  for (const connection of downloads) {
    await connection.drop(size);
    assert.equal(await connection.closed(), "fin");
  }
  assert.equal(await program.ended(), 0);
  assert.deepEqual(workers.filter(isAlive), []);
});

test("a second signal means now, for all", async (t) => {
  const program = await startProgram(t, {
    config: crewConfig(2),
    files: { ...FILES, "www/big.bin": Buffer.alloc(64 * 1024 * 1024) },
  });
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/big.bin"));
  assert.equal((await connection.head()).status, 200);
  program.signal("SIGTERM");
  await refused(program);
  const started = performance.now();
  program.signal("SIGTERM");
  assert.equal(await program.ended(), 0);
  assert.ok(performance.now() - started < 3_000, "the second signal was not heard");
});

test("a session that one worker has begun is resumed by the other", async (t) => {
  const program = await startProgram(t, {
    config: crewConfig(2, "tls: { enabled: true, dev: true }\n"),
    files: FILES,
  });
  const workers = await newWorkers(program, 2);
  const target = { port: program.httpsPort };
  const tls = { rejectUnauthorized: false, maxVersion: "TLSv1.2" as const };
  const first = await connect({ ...target, tls });
  t.after(() => first.socket.destroy());
  const session: unknown = Reflect.apply(Reflect.get(first.socket, "getSession"), first.socket, []);
  assert.ok(Buffer.isBuffer(session));
  const seen = new Set<number>();
  for (let count = 0; count < 60 && (count < 8 || seen.size < 2); count += 1) {
    const next = await connect({ ...target, tls: { ...tls, session } });
    t.after(() => next.socket.destroy());
    const isReused: unknown = Reflect.apply(
      Reflect.get(next.socket, "isSessionReused"),
      next.socket,
      [],
    );
    assert.equal(isReused, true, `connection ${count}`);
    for (const pid of workers) {
      if (clientPortsOf(pid, target.port).has(next.socket.localPort ?? 0)) seen.add(pid);
    }
  }
  assert.equal(seen.size, 2, "one worker has taken them all");
});

const LONG = "x".repeat(3_000);
const WHOLE_LINE =
  /^127\.0\.0\.1 - - \[[^\]]{26}\] "GET \/index\.html\?\d+-\d-x{3000} HTTP\/1\.1" 200 6 "-" "-" \d+\.\d{6}$/;

/** On 24 connections five times as many requests ahead of their answers. */
async function askMuch(program: WireTarget, ahead: number): Promise<void> {
  const connections = await Promise.all(Array.from({ length: 24 }, () => connect(program)));
  await Promise.all(
    connections.map(async (connection, number) => {
      for (let batch = 0; batch < 5; batch += 1) {
        connection.send(ask(`/index.html?${number}-${batch}-${LONG}`).repeat(ahead));
        for (let count = 0; count < ahead; count += 1) await connection.response();
      }
      connection.reset();
    }),
  );
}

test("every exchange has its line in the file, and every line is whole", async (t) => {
  const program = await startCrew(t, 3);
  await newWorkers(program, 3);
  await askMuch(program, 20);
  assert.equal(await program.stop(), 0);
  const lines = (await program.accessLog()).split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines.length, 24 * 5 * 20);
  assert.deepEqual(
    lines.filter((line) => !WHOLE_LINE.test(line)),
    [],
  );
});

test("so it is on a pipe that all of them write to, and whose reader is late", async (t) => {
  const config = crewConfig(3).replace("log_dir: logs", 'log_dir: "-"\n  pid_file: pid');
  const folder = await temporaryFolder(t, { ...FILES, "ferrox.yml": config });
  const command = '"$0" "$1" serve | (sleep 3; dd bs=1k status=none)';
  const shell = spawn("sh", ["-c", command, process.execPath, MAIN], { cwd: folder });
  let out = "";
  let err = "";
  shell.stdout.on("data", (text) => {
    out += text;
  });
  shell.stderr.on("data", (text) => {
    err += text;
  });
  const over = new Promise((resolve) => shell.once("close", resolve));
  const port = await eventually("the port", async () => /localhost:(\d+)"\]/.exec(err)?.[1]);
  const pid = Number(await readFile(`${folder}/pid`, "utf8"));
  t.after(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  // Less than a log keeps while nobody reads it, even if one worker has it all.
  await askMuch({ port: Number(port) }, 10);
  process.kill(pid, "SIGTERM");
  await over;
  const lines = out.split("\n");
  assert.equal(lines.filter((line) => WHOLE_LINE.test(line)).length, 24 * 5 * 10);
  assert.equal(lines.filter((line) => line !== "" && !WHOLE_LINE.test(line)).length, 1);
});

test("workers whose primary is gone finish what they have and end", async (t) => {
  const program = await startCrew(t, 2);
  const workers = await newWorkers(program, 2);
  const idle = await connect(program);
  t.after(() => idle.reset());
  idle.send(ask("/index.html"));
  await idle.response();
  program.signal("SIGKILL");
  assert.equal(await idle.closed(), "fin");
  await eventually("the end of the workers", async () =>
    workers.some(isAlive) ? undefined : true,
  );
});

test("one that dies young again and again is replaced more and more slowly", async (t) => {
  const program = await startCrew(t, 2);
  const [steady = 0, unlucky = 0] = await newWorkers(program, 2);
  // A life of a second makes its death an accident.
  await sleep(1_000);
  process.kill(unlucky, "SIGKILL");
  // A process that was killed is still there until its parent has heard of it.
  const old = new Set([steady, unlucky]);
  for (let deaths = 1; deaths <= 3; deaths += 1) {
    const young = await eventually("another one", async () =>
      workersOf(program.pid).find((pid) => !old.has(pid) && isAlive(pid)),
    );
    old.add(young);
    process.kill(young, "SIGKILL");
    await logged(program, /a worker died/, deaths + 1);
  }
  assert.equal((await fetchRaw(program, ask("/index.html"))).status, 200);
  const records = (await program.errorLog())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const delays = records.flatMap(({ msg, delayMs }) => (/died/.test(msg) ? [delayMs] : []));
  assert.deepEqual(delays, [0, 100, 200, 400]);
  await newWorkers(program, 2, [unlucky]);
});

test("limits.connections counts those of all workers, and forgets those of a dead one", async (t) => {
  const program = await startCrew(t, 2, "limits: { connections: 40 }\n");
  const workers = await newWorkers(program, 2);
  const open = await Promise.all(Array.from({ length: 40 }, () => holdOne(t, program)));
  assert.deepEqual(new Set(open), new Set([200]));
  const held = workers.map((pid) => clientPortsOf(pid, program.port).size);
  assert.ok(Math.min(...held) > 0, "one worker has taken them all");
  await sleep(100);
  assert.equal(await holdOne(t, program), 503);
  process.kill(workers[0] ?? 0, "SIGKILL");
  await newWorkers(program, 2, workers.slice(0, 1));
  assert.equal(await holdOne(t, program), 200);
});

test("limits.request_rate is one allowance at all workers", async (t) => {
  const limits = "limits: { request_rate: 1, request_burst: 10 }\n";
  const program = await startCrew(t, 3, limits);
  const each = await oneOnEach(t, program, await newWorkers(program, 3));
  const statuses: number[] = [];
  for (let count = 0; count < 15; count += 1) {
    for (const connection of each) {
      connection.send(ask("/index.html"));
      statuses.push((await connection.response()).status);
      await sleep(10);
    }
  }
  // What one allows is known to the others within 40 ms; three that knew nothing would allow 30.
  const allowed = statuses.filter((status) => status === 200).length;
  assert.ok(allowed >= 10 && allowed <= 16, `${allowed} were allowed`);
  assert.deepEqual(new Set(statuses.slice(-6)), new Set([429]));
});

test("figures are those of all workers, and go on when one is replaced", async (t) => {
  const more = "routes:\n  - { path: /metrics, metrics: true }\n";
  const program = await startCrew(t, 2, more);
  const former = await newWorkers(program, 2);
  for (const connection of await oneOnEach(t, program, former)) {
    connection.send(ask("/index.html").repeat(15));
    for (let count = 0; count < 15; count += 1) await connection.response();
  }
  assert.equal(await figure(program, /^ferrox_workers (\d+)$/m), 2);
  const served = () => figure(program, /^ferrox_requests_total\{[^}]*"200"[^}]*\} (\d+)$/m);
  const before = await served();
  assert.ok(before >= 30, `${before} requests`);
  process.kill(former[0] ?? 0, "SIGTERM");
  await eventually("a new worker", async () =>
    workersOf(program.pid).includes(former[0] ?? 0) ? undefined : true,
  );
  assert.ok((await served()) >= before, "a counter went down");
});

test("both doors keep their ports, whoever stands behind them", async (t) => {
  const program = await startProgram(t, {
    config: crewConfig(2, "tls: { enabled: true, dev: true }\n").replace("127.0.0.1", "::1"),
    files: FILES,
  });
  const former = await newWorkers(program, 2);
  const host = "::1";
  for (const pid of former) process.kill(pid, "SIGKILL");
  await newWorkers(program, 2, former);
  const plain = await fetchRaw({ host, port: program.port }, ask("/index.html"));
  assert.equal(plain.status, 301);
  const tls = { rejectUnauthorized: false };
  const secure = await fetchRaw({ host, port: program.httpsPort, tls }, ask("/index.html"));
  assert.equal(secure.body.toString(), "hello\n");
});

test("an address that is taken is told once, and the status is 1", async (t) => {
  const first = await startCrew(t, 2);
  const config = crewConfig(2).replace("http_port: 0", `http_port: ${first.port}`);
  const { code, stderr } = await runProgram(t, ["serve"], { ...FILES, "ferrox.yml": config });
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(`^ferrox: port ${first.port} on 127\\.0\\.0\\.1 is taken[^\n]*\n$`),
  );
});

test("the number of workers follows the configuration", async (t) => {
  const program = await startCrew(t, 2);
  const former = await newWorkers(program, 2);
  await become(program, 4);
  const four = await newWorkers(program, 4);
  assert.deepEqual(four.slice(0, 2), former);
  await become(program, 2);
  assert.deepEqual(await newWorkers(program, 2), former);
  assert.equal((await fetchRaw(program, ask("/index.html"))).status, 200);
});

/** Writes it into the configuration and has it read. */
async function become(program: Program, workers: number): Promise<void> {
  await writeFile(`${program.folder}/ferrox.yml`, crewConfig(workers));
  program.signal("SIGHUP");
  await logged(program, new RegExp(`server\\.workers: \\d → ${workers}`), 1);
}

/** A connection to each of the workers: as many are made as that takes. */
async function oneOnEach(
  t: TestContext,
  program: Program,
  workers: readonly number[],
): Promise<readonly WireConnection[]> {
  const found = new Map<number, WireConnection>();
  for (let tries = 0; tries < 200 && found.size < workers.length; tries += 1) {
    const connection = await connect(program);
    t.after(() => connection.reset());
    const clientPort = connection.socket.localPort ?? 0;
    const owner = await eventually("somebody to accept", async () =>
      workers.find((pid) => clientPortsOf(pid, program.port).has(clientPort)),
    );
    if (!found.has(owner)) found.set(owner, connection);
  }
  assert.equal(found.size, workers.length, "not every worker has taken one");
  return [...found.values()];
}

/** A connection that stays; resolves to the status of its first answer. */
async function holdOne(t: TestContext, program: Program): Promise<number> {
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/index.html"));
  return (await connection.response()).status;
}

async function figure(program: Program, line: RegExp): Promise<number> {
  const page = (await fetchRaw(program, ask("/metrics"))).body.toString();
  const found = line.exec(page)?.[1];
  assert.ok(found !== undefined, page);
  return Number(found);
}

/** Waits until so many lines of the error log have it. */
async function logged(program: Program, words: RegExp, count: number): Promise<void> {
  await eventually(`${count} times ${words} in the log`, async () => {
    const lines = (await program.errorLog()).split("\n");
    return lines.filter((line) => words.test(line)).length >= count ? true : undefined;
  });
}

/** Waits until nobody new is let in. */
async function refused(program: Program): Promise<void> {
  await eventually("the doors to close", async () => {
    const outcome = await fetchRaw(program, ask("/index.html")).catch(() => undefined);
    return outcome === undefined ? true : undefined;
  });
}

test("a worker comes up with 64 descriptors, as a server without workers does", async (t) => {
  const config = crewConfig(2);
  const folder = await temporaryFolder(t, { ...FILES, "ferrox.yml": config });
  // A shell, to set the limit: Node would raise a soft one by itself.
  const command = 'ulimit -n 64 && exec "$0" "$1" serve';
  const child = spawn("sh", ["-c", command, process.execPath, MAIN], { cwd: folder });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  for await (const piece of child.stdout) {
    said += String(piece);
    if (said.includes("http://")) break;
  }
  assert.match(said, /^Ferrox running on http:\/\/127\.0\.0\.1:\d+$/m);
});
