import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case, Group } from "../../src/probe/case.ts";
import { DEFAULT_PROBE_LIMITS, type ProbeOutcome, runProbe } from "../../src/probe/run.ts";
import type { Dial } from "../../src/probe/wire.ts";
import { goodServer } from "./facts-example.ts";
import { answer, once, type Play, type PlayedServer, playedServer } from "./played-server.ts";

function checked(id: string, more: Partial<Case> = {}): Case {
  const send = [`GET /${id} HTTP/1.1\r\n\r\n`];
  return { id, level: "must", section: "", rule: "", send, expect: { answers: ["200"] }, ...more };
}

function group(...cases: readonly Case[]): Group {
  return { name: "g", title: "G", cases };
}

const PLACE = { host: "localhost:8080", path: "/a.txt", isSecure: false };
const LIMITS = { ...DEFAULT_PROBE_LIMITS, restartMs: 0, recoverMs: 0, connectionsMax: 2 };

async function outcomes(
  server: Pick<PlayedServer, "dial" | "clock">,
  cases: readonly Case[],
  limits = LIMITS,
): Promise<{ said: string[]; stopped: string | undefined; seen: string[] }> {
  const seen: string[] = [];
  const outcome: ProbeOutcome = await runProbe({
    ...server,
    place: PLACE,
    groups: [group(...cases)],
    limits,
    progress: (done, total, id) => seen.push(`${done}/${total} ${id}`),
  });
  assert.ok(outcome.kind === "results");
  const said = outcome.results.map((one) => {
    if (one.kind === "passed") return `${one.id} passed`;
    return `${one.id} ${one.kind === "failed" ? one.complaint : one.why}`;
  });
  return { said, stopped: outcome.stopped, seen };
}

/** The five questions of the beginning are answered well, the rest as told. */
function then(play: Play): PlayedServer {
  return playedServer(...Array.from({ length: 5 }, () => goodServer), play);
}

const BY_NAME: Play = (heard, sends) =>
  sends === 1 ? [{ say: answer(heard.startsWith("GET /bad") ? 500 : 200) }] : [];

test("every case is judged, in order, and progress is told", async () => {
  const server = then(BY_NAME);
  const { said, stopped, seen } = await outcomes(server, [
    checked("good"),
    checked("bad"),
    checked("best"),
  ]);
  assert.deepEqual(said, ["g/good passed", "g/bad 500, where 200 is right", "g/best passed"]);
  assert.equal(stopped, undefined);
  assert.deepEqual(
    seen.map((text) => text.slice(0, 3)),
    ["1/3", "2/3", "3/3"],
  );
  assert.equal(server.open(), 0);
});

test("what a server gives no ground for is not asked", async () => {
  const plain: Play = (_heard, sends) =>
    sends === 1 ? [{ say: answer(200, [], "x") }, "finished"] : [];
  const { said } = await outcomes(playedServer(plain), [
    checked("tag", { send: ["GET / {etag}"] }),
    checked("needs", { needs: ["ranges"] }),
    checked("plain"),
  ]);
  assert.deepEqual(said, ["g/tag no ETag here", "g/needs no ranges here", "g/plain passed"]);
});

test("names are filled in before anything is sent", async () => {
  const server = then(BY_NAME);
  await outcomes(server, [checked("tag", { send: ["GET {path} {etag} {canary-length}"] })]);
  assert.equal(server.heard.at(-1), 'GET /a.txt "v1" 45');
});

test("a server that goes away ends the run, and is not taken for a good one", async () => {
  const server = then(BY_NAME);
  let dials = 0;
  const dial: Dial = () => {
    if (++dials > 6) throw new Error("connect ECONNREFUSED");
    return server.dial();
  };
  const { said, stopped } = await outcomes(
    { ...server, dial },
    [checked("one"), checked("two"), checked("three")],
    { ...LIMITS, connectionsMax: 1 },
  );
  assert.equal(stopped, "the server had gone");
  assert.deepEqual(said, [
    "g/one passed",
    "g/two no connection: connect ECONNREFUSED",
    "g/three the server had gone",
  ]);
});

test("what broke beside others is asked again alone", async () => {
  let falls = 0;
  const stumbling: Play = (heard, sends) => {
    if (heard.startsWith("GET /good") && falls++ === 0) return ["reset"];
    return sends === 1 ? [{ say: answer(200) }] : [];
  };
  const { said } = await outcomes(then(stumbling), [checked("good")]);
  assert.deepEqual(said, ["g/good passed"]);
});

test("a further request that broke is asked again as well", async () => {
  let falls = 0;
  const stumbling: Play = (_heard, sends) => {
    if (sends === 2 && falls++ === 0) return ["finished"];
    return [{ say: answer(200) }];
  };
  const open = checked("open", { expect: { answers: ["200"], connection: "open" } });
  assert.deepEqual((await outcomes(then(stumbling), [open])).said, ["g/open passed"]);
  assert.equal(falls, 2);
});

test("what breaks twice is broken", async () => {
  const { said } = await outcomes(then(once("reset")), [checked("good")]);
  assert.deepEqual(said, ["g/good no answer, and the connection was reset"]);
});

test("the run ends when its time is over", async () => {
  const { said, stopped } = await outcomes(
    then(() => []),
    [checked("a"), checked("b")],
    {
      ...LIMITS,
      connectionsMax: 1,
      totalMs: LIMITS.answerMs - 1,
    },
  );
  assert.equal(stopped, "no time was left");
  assert.deepEqual(said, ["g/a no answer, and the connection stayed open", "g/b no time was left"]);
});

test("a server without a path to judge by is not judged", async () => {
  const server = playedServer(once({ say: answer(404) }));
  const { dial, clock } = server;
  const job = { dial, clock, place: PLACE, groups: [], limits: LIMITS, progress: () => {} };
  const outcome = await runProbe(job);
  assert.equal(outcome.kind, "nothing");
});

test("nobody there at all is the caller's to tell", async () => {
  const { clock } = playedServer();
  const dial: Dial = () => Promise.reject(new Error("nobody"));
  const job = { dial, clock, place: PLACE, groups: [], limits: LIMITS, progress: () => {} };
  await assert.rejects(runProbe(job), /nobody/);
});
