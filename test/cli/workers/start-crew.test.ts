import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Running } from "../../../src/cli/running.ts";
import { startCrew } from "../../../src/cli/workers/start-crew.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { chargeOf } from "./charges.ts";
import { type FakeFork, type FakeProcess, fakeFork } from "./fake-fork.ts";

interface Scene {
  readonly running: Running | undefined;
  readonly fake: FakeFork;
  readonly clock: FakeClock;
  readonly errors: string[];
  /** Ports of doors that were closed, and "sat down" once nothing keeps the process alive. */
  readonly done: (number | string)[];
}

const HERE = { addr: "127.0.0.1", httpPort: 81, workers: 2 } as const;

async function scene(t: TestContext, isTaken = false): Promise<Scene> {
  const fake = fakeFork();
  const clock = fakeClock();
  const errors: string[] = [];
  const done: (number | string)[] = [];
  const running = await startCrew(
    { charge: chargeOf(HERE), mayMovePort: false, io: { err: (text) => errors.push(text) } },
    {
      clock,
      fork: fake.fork,
      stand: () => () => done.push("sat down"),
      async bind(address) {
        const port = address.kind === "tcp" ? address.port : -1;
        const facts = { code: "EADDRINUSE", syscall: "listen", port };
        if (isTaken || port === 99) throw Object.assign(new Error("taken"), facts);
        return { port, handle: { port }, close: () => done.push(port) };
      },
    },
  );
  t.after(() => running?.close());
  return { running, fake, clock, errors, done };
}

function first({ fake }: Scene): FakeProcess {
  const [process] = fake.processes;
  assert.ok(process !== undefined, "nobody was started");
  return process;
}

test("an address that is taken is told in one line, and nobody is started", async (t) => {
  const { running, fake, errors } = await scene(t, true);
  assert.equal(running, undefined);
  assert.equal(fake.processes.length, 0);
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /^ferrox: port 81 on 127\.0\.0\.1 is taken/);
});

test("workers are given the doors that are held, and no others", async (t) => {
  const it = await scene(t);
  const process = first(it);
  process.say({ kind: "door", question: 1, address: { kind: "tcp", host: "127.0.0.1", port: 81 } });
  process.say({ kind: "door", question: 2, address: { kind: "tcp", host: "127.0.0.1", port: 82 } });
  const answers = process.messages.filter(({ kind }) => kind === "door");
  assert.deepEqual(answers, [
    { kind: "door", question: 1, failure: undefined },
    {
      kind: "door",
      question: 2,
      failure: { message: "the primary holds no such door", facts: {} },
    },
  ]);
});

test("a reload whose address cannot be had reaches no worker", async (t) => {
  const it = await scene(t);
  const outcome = await it.running?.reload(chargeOf({ ...HERE, httpPort: 99 }));
  assert.equal(outcome?.kind, "refused");
  assert.deepEqual(first(it).told, ["start"]);
});

test("a door that a reload takes away is closed when all have left it", async (t) => {
  const it = await scene(t);
  assert.deepEqual(await it.running?.reload(chargeOf({ ...HERE, httpPort: 82 })), {
    kind: "reloaded",
  });
  assert.deepEqual(it.done, [81]);
});

test("what a refused reload has opened is closed again", async (t) => {
  const it = await scene(t);
  it.fake.obliging = false;
  const outcome = it.running?.reload(chargeOf({ ...HERE, httpPort: 82 }));
  while (!first(it).told.includes("reload")) await turn();
  first(it).say({ kind: "reloaded", refusals: ["no"], doors: [] });
  assert.deepEqual(await outcome, { kind: "refused", reasons: ["no"] });
  assert.deepEqual(it.done, [82]);
});

test("connections are those of all workers", async (t) => {
  const it = await scene(t);
  for (const process of it.fake.processes) process.say({ kind: "own", counts: [["", 3]] });
  assert.equal(it.running?.connectionCount, 6);
});

test("a drain lets the doors go, ends all, and then nothing keeps the process", async (t) => {
  const it = await scene(t);
  await it.running?.drain();
  assert.equal(it.running?.isStopping, true);
  assert.deepEqual(
    it.fake.processes.map(({ told }) => told.at(-1)),
    ["drain", "drain"],
  );
  assert.equal(it.done[0], 81);
  assert.equal(it.done.at(-1), "sat down");
  assert.deepEqual(await it.running?.reload(chargeOf(HERE)), {
    kind: "refused",
    reasons: ["the server is stopping"],
  });
});

test("logs are opened anew by all", async (t) => {
  const it = await scene(t);
  it.running?.logs.reopen();
  assert.deepEqual(
    it.fake.processes.map(({ told }) => told.at(-1)),
    ["reopen logs", "reopen logs"],
  );
});
