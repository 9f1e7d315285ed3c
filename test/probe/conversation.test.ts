import assert from "node:assert/strict";
import { test } from "node:test";
import type { Expectation, Step } from "../../src/probe/case.ts";
import { converse, type Exchange, saysClose } from "../../src/probe/conversation.ts";
import { DEFAULT_PROBE_LIMITS } from "../../src/probe/run.ts";
import { answerOf } from "./facts-example.ts";
import { answer, once, type Play, playedServer } from "./played-server.ts";

const GET = "GET / HTTP/1.1\r\n\r\n";
const AGAIN = "GET /again HTTP/1.1\r\n\r\n";
const OK = { say: answer(200, [], "ok") };

interface Told {
  readonly exchange: Exchange;
  readonly heard: string;
  readonly tookMs: number;
}

async function tell(
  play: Play,
  expect: Expectation,
  steps: readonly Step[] = [GET],
): Promise<Told> {
  const server = playedServer(play);
  const beganMs = server.clock.monotonicMs();
  const script = { steps, methods: [], expect, followUp: AGAIN };
  const exchange = await converse(
    await server.dial(),
    script,
    { ...DEFAULT_PROBE_LIMITS, receivedBytesMax: 10_000 },
    server.clock,
  );
  assert.equal(server.open(), 0, "the connection was given up");
  const tookMs = server.clock.monotonicMs() - beganMs;
  return { exchange, heard: server.heard[0] ?? "", tookMs };
}

function statuses({ reading }: Exchange): number[] {
  return reading.answers.map(({ status }) => status);
}

test("where either end is right, further bytes are waited for only shortly", async () => {
  const { exchange, heard, tookMs } = await tell(once(OK), { answers: ["200"] });
  assert.deepEqual(statuses(exchange), [200]);
  assert.equal(exchange.ending, "open");
  assert.equal(exchange.followUp, undefined);
  assert.equal(heard, GET);
  assert.equal(tookMs, DEFAULT_PROBE_LIMITS.settleMs);
});

test("an end that must come is waited for", async () => {
  const closed = { answers: ["200"], connection: "closed" } as const;
  assert.equal((await tell(once(OK, "finished"), closed)).exchange.ending, "finished");
  assert.equal((await tell(once(OK, "reset"), closed)).exchange.ending, "reset");
  const { exchange, tookMs } = await tell(once(OK), closed);
  assert.equal(exchange.ending, "open");
  assert.equal(tookMs, DEFAULT_PROBE_LIMITS.closeMs);
});

test("a connection that must go on is asked again", async () => {
  const { exchange, heard } = await tell(() => [OK], { answers: ["200"], connection: "open" });
  assert.equal(heard, GET + AGAIN);
  assert.ok(exchange.followUp !== "none" && exchange.followUp?.status === 200);
});

test("a further request that nobody answers is told", async () => {
  const { exchange } = await tell(once(OK), { answers: ["200"], connection: "open" });
  assert.equal(exchange.followUp, "none");
});

test("where the answer decides, its Connection is read", async () => {
  const asSaid = { answers: ["200"], connection: "as said" } as const;
  const closing = once({ say: answer(200, ["Connection: close"]) }, "finished");
  assert.equal((await tell(closing, asSaid)).heard, GET);
  assert.equal((await tell(() => [OK], asSaid)).heard, GET + AGAIN);
});

test("an answer that never comes is given up after a while", async () => {
  const { exchange, tookMs } = await tell(() => [], { answers: ["200"] });
  assert.deepEqual(statuses(exchange), []);
  assert.equal(exchange.ending, "open");
  assert.equal(tookMs, DEFAULT_PROBE_LIMITS.answerMs);
});

test("more answers than expected are all read", async () => {
  const { exchange } = await tell(once(OK, OK, OK), { answers: ["200"] });
  assert.deepEqual(statuses(exchange), [200, 200, 200]);
});

test("a server that sends without end is cut off", async () => {
  const much = { say: answer(200, [], "x".repeat(20_000)) };
  const { exchange } = await tell(once(much), { answers: ["200", "200"] });
  assert.equal(exchange.ending, "flooded us");
});

test("who speaks in a silence is found out", async () => {
  const steps = ["GET /", { silentMs: 30 }, " HTTP/1.1\r\n\r\n"];
  const early = await tell(once(OK), { answers: ["200"] }, steps);
  assert.equal(early.exchange.spokeEarly, true);
  const patient: Play = (_heard, sends) => (sends === 2 ? [OK] : []);
  const late = await tell(patient, { answers: ["200"] }, steps);
  assert.equal(late.exchange.spokeEarly, false);
  assert.equal(late.tookMs, 30 + DEFAULT_PROBE_LIMITS.settleMs);
});

test("a drip is a send for every byte, and ends when the connection does", async () => {
  let sends = 0;
  const counting: Play = (_heard, count) => {
    sends = count;
    return count === GET.length ? [OK] : [];
  };
  const { exchange } = await tell(counting, { answers: ["200"] }, [{ drip: GET }]);
  assert.equal(sends, GET.length);
  assert.equal(exchange.sentBytes, GET.length);
  assert.deepEqual(statuses(exchange), [200]);
  const cut = await tell(once("finished"), { answers: ["200"] }, [{ drip: GET }]);
  assert.equal(cut.exchange.sentBytes, 1);
});

test("a flood ends with the connection or with its size, not with an answer", async () => {
  const steps = [{ flood: "x".repeat(1000), bytes: 50_000 }];
  const answering: Play = (_heard, sends) => (sends === 3 ? [OK] : []);
  const answered = await tell(answering, { answers: ["4xx"] }, steps);
  assert.equal(answered.exchange.sentBytes, 50_000);
  const closing: Play = (_heard, sends) => (sends === 3 ? [OK, "finished"] : []);
  assert.equal((await tell(closing, { answers: ["4xx"] }, steps)).exchange.sentBytes, 3000);
  assert.equal((await tell(once("reset"), { answers: ["4xx"] }, steps)).exchange.sentBytes, 1000);
  assert.equal((await tell(() => [], { answers: ["4xx"] }, steps)).exchange.sentBytes, 50_000);
});

test("a server that does not read is not poured into, and given up", async () => {
  const { dial, clock } = playedServer(() => []);
  const beganMs = clock.monotonicMs();
  const stuck = { ...(await dial()), backlogBytes: 10_000_000 };
  const steps = [{ flood: "x".repeat(1000), bytes: 50_000 }];
  const script = { steps, methods: [], expect: { answers: ["4xx"] }, followUp: "" };
  const { sentBytes, ending } = await converse(stuck, script, DEFAULT_PROBE_LIMITS, clock);
  assert.deepEqual([sentBytes, ending], [0, "open"]);
  assert.equal(clock.monotonicMs() - beganMs, 2 * DEFAULT_PROBE_LIMITS.answerMs);
});

test("a step may wait for answers, for 100, or just for a while", async () => {
  const interim: Play = (_heard, sends) =>
    sends === 1 ? [{ say: "HTTP/1.1 100 Continue\r\n\r\n" }] : [OK];
  const waiting = await tell(interim, { answers: ["200"] }, [
    GET,
    { wait: "100 or answer" },
    "body",
  ]);
  assert.deepEqual(waiting.exchange.reading.answers[0]?.interim, [100]);
  const turns = await tell(() => [OK], { answers: ["200", "200"] }, [GET, { answers: 1 }, GET]);
  assert.deepEqual(statuses(turns.exchange), [200, 200]);
  const paused = await tell(once(OK), { answers: ["200"] }, [GET, { pauseMs: 50 }]);
  assert.equal(paused.exchange.spokeEarly, false);
  assert.equal(paused.tookMs, 50 + DEFAULT_PROBE_LIMITS.settleMs);
});

test("after our last word we still listen", async () => {
  const play: Play = (heard) => (heard.endsWith("<FIN>") ? [OK, "finished"] : []);
  const { exchange } = await tell(play, { answers: ["200"], connection: "closed" }, [
    GET,
    { finish: "half close" },
  ]);
  assert.deepEqual(statuses(exchange), [200]);
});

for (const [fields, version, framing, says] of [
  [{}, "1.1", "length", false],
  [{ connection: "Close" }, "1.1", "length", true],
  [{ connection: "keep-alive , close" }, "1.1", "length", true],
  [{ connection: "closed" }, "1.1", "length", false],
  [{}, "1.0", "length", true],
  [{ connection: "keep-alive" }, "1.0", "length", false],
  [{}, "1.1", "close", true],
] as const) {
  test(`HTTP/${version} with ${JSON.stringify(fields)}, ended by ${framing}: ${says}`, () => {
    assert.equal(saysClose({ ...answerOf(200, fields), version, framing }), says);
  });
}
