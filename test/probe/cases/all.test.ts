// What holds for every case: it can be understood, it can do no harm, and it can fail.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "../../../src/probe/case.ts";
import { GROUPS } from "../../../src/probe/cases/all.ts";
import { NAMES, textOf } from "../../../src/probe/filling.ts";
import { DEFAULT_PROBE_LIMITS, runProbe } from "../../../src/probe/run.ts";
import { goodServer } from "../facts-example.ts";
import { type Act, answer, once, type Play, playedServer } from "../played-server.ts";

interface Named {
  readonly id: string;
  readonly checked: Case;
}

const CASES: readonly Named[] = GROUPS.flatMap(({ name, cases }) =>
  cases.map((checked) => ({ id: `${name}/${checked.id}`, checked })),
);

function thoseWith(isWrong: (one: Named) => boolean): string[] {
  return CASES.filter(isWrong).map(({ id }) => id);
}

function textsOf({ send }: Case): string {
  return send.map(textOf).join("");
}

test("there are many cases, and each has a name of its own", () => {
  assert.ok(CASES.length >= 400, `${CASES.length} cases`);
  const ids = CASES.map(({ id }) => id);
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
  assert.deepEqual(
    ids.filter((id) => !/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(id)),
    [],
  );
});

test("each names a section, and says its rule in one whole sentence", () => {
  assert.deepEqual(
    thoseWith(({ checked }) => !/^RFC \d{4}, /.test(checked.section)),
    [],
  );
  assert.deepEqual(
    thoseWith(({ checked }) => !/^["A-Z][^\n]{15,120}\.$/.test(checked.rule)),
    [],
  );
  // A report shows one alone: "So is a tab" would say nothing there.
  assert.deepEqual(
    thoseWith(({ checked }) => /^(?:Also|And|But|Nor|Not even|Even|So)\b/.test(checked.rule)),
    [],
  );
});

test("no two have the same rule", () => {
  const rules = CASES.map(({ checked }) => checked.rule);
  assert.deepEqual(
    rules.filter((rule, at) => rules.indexOf(rule) !== at),
    [],
  );
});

test("every name in their texts is one that can be filled in", () => {
  const unknown = CASES.flatMap(({ id, checked }) => {
    const sets = checked.expect.answers.join("");
    const names = [...(textsOf(checked) + sets).matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
    return [...names, ...(checked.needs ?? [])]
      .filter((name) => name === undefined || !NAMES.includes(name))
      .map((name) => `${id}: ${name}`);
  });
  assert.deepEqual(unknown, []);
});

test("nothing that might change something is asked of a path that exists", () => {
  const methods = CASES.flatMap(({ id, checked }) =>
    [...textsOf(checked).matchAll(/(?:^|\n| )([A-Z]{3,}) (\S+) +HTTP\//g)]
      .map(([, method = "", target = ""]) => ({ id, method, target }))
      .filter(({ method, target }) => !SAFE.includes(method) && target !== "{missing}"),
  );
  assert.deepEqual(methods, []);
});

/** Safe by definition (RFC 9110, section 9.2.1; RFC 4918, section 9.1), or no method at all. */
const SAFE = ["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "FERROX", "GETS"];

test("PUT is never sent", () => {
  assert.deepEqual(
    thoseWith(({ checked }) => /\bPUT\b/.test(textsOf(checked))),
    [],
  );
});

/** Each is right about something; none is right about everything. */
const BAD_SERVERS: Readonly<Record<string, Play>> = {
  "never answers": () => [],
  "closes at once": once("finished"),
  "resets at once": once("reset"),
  "talks nonsense": once({ say: "hello\r\n" }, "finished"),
  "runs everything": (_heard, sends) => (sends === 1 ? times(30, answer(200)) : []),
  "refuses everything": once({ say: answer(400) }, "finished"),
  "refuses and goes on": () => [{ say: answer(400) }],
  "says 200 to everything": () => [{ say: answer(200, ["Vary: Origin"], "what you want") }],
  "says 200 once and stays": once({ say: answer(200) }),
  "fails at everything": () => [{ say: answer(500) }],
  "says 405 to everything": () => [{ say: answer(405) }],
  "says 304 with everything": () => [
    { say: "HTTP/1.1 304 N\r\nContent-Type: a/b\r\nETag: x\r\n\r\n" },
  ],
  "says 206 to everything": () => [{ say: answer(206, ["Content-Range: bytes 0-9/10"], "x") }],
  "says 416 to everything": () => [{ say: answer(416, ["Content-Range: bytes */1"]) }],
  "sends secrets": (heard) => [
    {
      say: answer(
        200,
        ["Server: Bad/1.2.3", "X-Powered-By: Bad", "Content-Encoding: identity", "ETag: no"],
        `root:x:0:0: <script>alert(1) at f (x:1:2) ${heard.slice(-4000)}`,
      ),
    },
  ],
  "leads astray": () => [
    { say: answer(301, ["Location: //other.invalid/", "X-Probe-Injected: yes"]) },
  ],
  "speaks HTTP/1.0": () => [{ say: "HTTP/1.0 200 OK\r\n\r\n" }, "finished"],
  "sends interim answers": () => [{ say: `HTTP/1.1 100 Continue\r\n\r\n${answer(200)}` }],
  "sends chunks to everybody": () => [
    { say: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
  ],
  "codes everything, and wrongly": () => [
    { say: answer(200, ["Content-Encoding: gzip", 'ETag: "v1"', "Content-Length-Was: 1"], "zip") },
  ],
  "lives in the past": () => [
    {
      say: answer(200, [
        "Date: Sat, 01 Jan 2000 00:00:00 GMT",
        "Last-Modified: Sun, 01 Jan 2040 00:00:00 GMT",
      ]),
    },
  ],
  "dribbles parts": () => [{ say: answer(206, [], "x".repeat(9000)) }],
};

function times(count: number, text: string): Act[] {
  return Array.from({ length: count }, () => ({ say: text }));
}

async function failuresAt(play: Play): Promise<Set<string>> {
  const server = playedServer(...Array.from({ length: 5 }, () => goodServer), play);
  const outcome = await runProbe({
    dial: server.dial,
    clock: server.clock,
    place: { host: "localhost:8080", path: "/a.txt", isSecure: false },
    groups: GROUPS,
    limits: {
      ...DEFAULT_PROBE_LIMITS,
      totalMs: Number.POSITIVE_INFINITY,
      connectionsMax: 1,
      recoverMs: 0,
    },
    progress: () => {},
  });
  assert.ok(outcome.kind === "results");
  assert.deepEqual(
    outcome.results.filter(({ kind }) => kind === "skipped"),
    [],
  );
  return new Set(outcome.results.filter(({ kind }) => kind === "failed").map(({ id }) => id));
}

const failures = new Map<string, Set<string>>();
for (const [name, play] of Object.entries(BAD_SERVERS)) {
  test(`a server that ${name} is caught`, async () => {
    const failed = await failuresAt(play);
    failures.set(name, failed);
    assert.ok(failed.size > CASES.length / 4, `${failed.size} of ${CASES.length} fail`);
  });
}

test("every case fails somewhere: none is there for show", () => {
  assert.equal(failures.size, Object.keys(BAD_SERVERS).length);
  const all = new Set([...failures.values()].flatMap((ids) => [...ids]));
  assert.deepEqual(
    thoseWith(({ id }) => !all.has(id)),
    [],
  );
});
