import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { RunningHere, RunningOptions } from "../../../src/cli/running.ts";
import type { ToPrimary, ToWorker } from "../../../src/cli/workers/messages.ts";
import { runWorker } from "../../../src/cli/workers/worker.ts";
import type { Handle } from "../../../src/transport/node-handle.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { chargeOf } from "./charges.ts";

interface Scene {
  readonly said: ToPrimary[];
  /** What was done to the server, in order. */
  readonly done: string[];
  readonly ended: Promise<boolean>;
  tell(message: ToWorker, handle?: Handle): void;
  primaryEnds(): void;
  sigterm(): void;
  options(): RunningOptions;
}

interface Fake {
  /** What it says when it starts; with words, it fails to. */
  readonly failure?: string;
  /** While it drains. */
  readonly drained?: Promise<void>;
}

function scene({ failure, drained = Promise.resolve() }: Fake = {}): Scene {
  const said: ToPrimary[] = [];
  const done: string[] = [];
  let options: RunningOptions | undefined;
  let hear: (message: ToWorker, handle: Handle | undefined) => void = () => {};
  let primaryEnds = () => {};
  let sigterm = () => {};
  const ended = runWorker({
    channel: {
      send: (message) => void said.push(message),
      onMessage: (act) => {
        hear = act;
      },
      onClosed: (act) => {
        primaryEnds = act;
      },
      close: () => void done.push("channel closed"),
    },
    clock: fakeClock(),
    err: (text) => void done.push(`err ${text}`),
    onSigterm: (act) => {
      sigterm = act;
    },
    onStrayError() {},
    async start(given) {
      options = given;
      if (failure !== undefined) given.io.err(failure);
      return failure === undefined ? running(done, drained) : undefined;
    },
  });
  return {
    said,
    done,
    ended,
    tell: (message, handle) => hear(message, handle),
    primaryEnds: () => primaryEnds(),
    sigterm: () => sigterm(),
    options() {
      assert.ok(options !== undefined, "it has not started");
      return options;
    },
  };
}

function running(done: string[], drained: Promise<void>): RunningHere {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return {
    doors: [{ address: { kind: "tcp", host: "127.0.0.1", port: 81 }, secure: false }],
    notes: [],
    logs: {
      log,
      exchanges: { record() {} },
      reopen: () => void done.push("logs reopened"),
      prepare: () => ({ use() {}, abandon() {} }),
      flush() {},
      close: async () => {},
    },
    connectionCount: 0,
    isStopping: false,
    async reload() {
      done.push("reload");
      return { kind: "refused", reasons: ["no"] };
    },
    drain(how) {
      done.push(how?.atOnce === true ? "drain at once" : "drain");
      return drained;
    },
    cut: () => void done.push("cut"),
    tell() {},
    figures: async () => ({ ferrox_workers: [{ labels: [], value: 1 }] }),
    close: async () => void done.push("close"),
  };
}

const FIGURES = { ferrox_workers: [{ labels: [], value: 1 }] };
const START: ToWorker = { kind: "start", charge: chargeOf() };

test("it says hello, is told what to serve, and says where it listens", async () => {
  const it = scene();
  assert.deepEqual(it.said, [{ kind: "hello" }]);
  it.tell(START);
  await turn();
  const doors = [{ address: { kind: "tcp", host: "127.0.0.1", port: 81 }, secure: false }];
  assert.deepEqual(it.said.slice(1), [{ kind: "listening", doors }]);
});

test("why it cannot start is told to the primary, and it ends", async () => {
  const it = scene({ failure: "ferrox: the errors folder is gone\n" });
  it.tell(START);
  assert.equal(await it.ended, false);
  const reasons = ["the errors folder is gone"];
  assert.deepEqual(it.said.slice(1), [{ kind: "failed", reasons }]);
  assert.deepEqual(it.done, ["channel closed"]);
});

test("a reload that is refused is told with its reasons", async () => {
  const it = scene();
  it.tell(START);
  it.tell({ kind: "reload", charge: chargeOf() });
  await turn();
  const answer = it.said.at(-1);
  assert.ok(answer?.kind === "reloaded");
  assert.deepEqual(answer.refusals, ["no"]);
});

test("told to drain, it finishes, tells its last figures, and ends", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  it.tell({ kind: "drain", atOnce: true });
  it.tell({ kind: "drain", atOnce: false });
  assert.equal(await it.ended, true);
  assert.deepEqual(it.done, ["drain at once", "close", "channel closed"]);
  assert.deepEqual(it.said.at(-1), { kind: "told figures", question: 0, figures: FIGURES });
});

test("told to cut while it drains, it cuts", async () => {
  let over = () => {};
  const drained = new Promise<void>((resolve) => {
    over = resolve;
  });
  const it = scene({ drained });
  it.tell(START);
  await turn();
  it.tell({ kind: "drain", atOnce: false });
  await turn();
  it.tell({ kind: "cut" });
  assert.deepEqual(it.done, ["drain", "cut"]);
  over();
  assert.equal(await it.ended, true);
});

test("told to go before it was told to serve, it just ends", async () => {
  const it = scene();
  it.tell({ kind: "drain", atOnce: false });
  assert.equal(await it.ended, true);
  assert.deepEqual(it.done, ["channel closed"]);
});

test("without its primary it drains without the delay, and ends", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  it.primaryEnds();
  assert.equal(await it.ended, true);
  assert.deepEqual(it.done, ["drain at once", "close", "channel closed"]);
});

test("SIGTERM is a question to the primary", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  it.sigterm();
  assert.deepEqual(it.said.at(-1), { kind: "asked to end" });
  assert.deepEqual(it.done, []);
});

test("a door is asked for by its address, and comes with the answer", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  const address = { kind: "tcp", host: "127.0.0.1", port: 81 } as const;
  const handle = it.options().fellows?.handleFor(address);
  assert.deepEqual(it.said.at(-1), { kind: "door", question: 1, address });
  const given = {};
  it.tell({ kind: "door", question: 1, failure: undefined }, given);
  assert.equal(await handle, given);
});

test("a door that cannot be had is the error of the primary", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  const handle = it.options().fellows?.handleFor({ kind: "unix", path: "/run/a.sock" });
  const failure = { message: "listen EACCES", facts: { code: "EACCES", syscall: "listen" } };
  it.tell({ kind: "door", question: 1, failure });
  await assert.rejects(async () => handle, { message: "listen EACCES", code: "EACCES" });
});

test("figures are told when they are asked for, and those of the others are asked for", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  it.tell({ kind: "tell figures", question: 9 });
  await turn();
  assert.deepEqual(it.said.at(-1), { kind: "told figures", question: 9, figures: FIGURES });
  const theirs = it.options().fellowsFigures?.();
  assert.deepEqual(it.said.at(-1), { kind: "all figures", question: 1 });
  it.tell({ kind: "figures", question: 1, figures: [FIGURES] });
  assert.deepEqual(await theirs, [FIGURES]);
});

test("what the others have is heard, and what changes here is told", async () => {
  const it = scene();
  it.tell(START);
  it.tell({ kind: "others", counts: [["", 3]] });
  await turn();
  const { fellows } = it.options();
  assert.equal(fellows?.connections.others(), 3);
  fellows?.connections.changed("192.0.2.1", 1);
  assert.deepEqual(it.said.at(-1), {
    kind: "own",
    counts: [
      ["", 1],
      ["192.0.2.1", 1],
    ],
  });
});

test("logs are opened anew when it is told so", async () => {
  const it = scene();
  it.tell(START);
  await turn();
  it.tell({ kind: "reopen logs" });
  assert.deepEqual(it.done, ["logs reopened"]);
});
