import assert from "node:assert/strict";
import { test } from "node:test";
import type { Expectation } from "../../src/probe/case.ts";
import { has, nth } from "../../src/probe/claims.ts";
import { converse } from "../../src/probe/conversation.ts";
import { valuesOf } from "../../src/probe/filling.ts";
import { complaint } from "../../src/probe/judge.ts";
import { DEFAULT_PROBE_LIMITS } from "../../src/probe/run.ts";
import { FACTS } from "./facts-example.ts";
import { type Act, answer, once, type Play, playedServer } from "./played-server.ts";

/** What is said of a server that plays so, asked with one request. */
async function verdict(play: Play, expect: Expectation): Promise<string | undefined> {
  const server = playedServer(play);
  const script = { steps: ["GET /"], methods: [], expect, followUp: "GET /again" };
  const exchange = await converse(await server.dial(), script, DEFAULT_PROBE_LIMITS, server.clock);
  const checked = { id: "x", level: "must", section: "", rule: "", send: [], expect } as const;
  return complaint({ checked, exchange, facts: FACTS, values: valuesOf(FACTS, 0), nowMs: 0 });
}

const say = (status: number, ...fields: string[]): Act => ({ say: answer(status, fields) });
const CLOSE = "Connection: close";

for (const [what, play, expect] of [
  ["the answer", once(say(200)), { answers: ["200"] }],
  ["one of the answers", once(say(404)), { answers: ["2xx 404"] }],
  ["a named status", once(say(404)), { answers: ["{missing-status}"] }],
  ["an end", once(say(400), "finished"), { answers: ["400"], connection: "closed" }],
  ["a reset for an end", once(say(400), "reset"), { answers: ["400"], connection: "closed" }],
  ["a connection that goes on", () => [say(200)], { answers: ["200"], connection: "open" }],
  [
    "close, said and done",
    once(say(200, CLOSE), "finished"),
    { answers: ["200"], connection: "as said" },
  ],
  ["silence where it may close", once("finished"), { answers: ["400"], atLeast: 0 }],
  ["silence where it may wait", () => [], { answers: ["400"], mayWait: true }],
  [
    "fewer answers where it may close",
    once(say(200), "finished"),
    { answers: ["200", "200"], atLeast: 1 },
  ],
  [
    "a complaint where it may",
    once(say(404), say(400), "finished"),
    { answers: ["404"], mayComplain: true, connection: "closed" },
  ],
  ["a true claim", once(say(405, "Allow: GET")), { answers: ["405"], claims: [has("allow")] }],
  [
    "an interim answer",
    once({ say: `HTTP/1.1 103 Early\r\n\r\n${answer(200)}` }),
    { answers: ["200"] },
  ],
] as const) {
  test(`nothing is said of ${what}`, async () => {
    assert.equal(await verdict(play, expect), undefined);
  });
}

for (const [lie, play, expect, said] of [
  [
    "a smuggled request that is run",
    once(say(404), say(200)),
    { answers: ["4xx"] },
    "RUN AS A REQUEST: bytes inside or behind the message were answered with 200",
  ],
  [
    "a smuggled request that is run behind the end",
    once(say(400), say(200), "finished"),
    { answers: ["400"], connection: "closed" },
    "RUN AS A REQUEST: bytes inside or behind the message were answered with 200",
  ],
  [
    "a smuggled request where a complaint may come",
    once(say(404), say(200), "finished"),
    { answers: ["404"], mayComplain: true, connection: "closed" },
    "RUN AS A REQUEST: bytes inside or behind the message were answered with 200",
  ],
  [
    "two complaints where one may come",
    once(say(404), say(400), say(400), "finished"),
    { answers: ["404"], mayComplain: true, connection: "closed" },
    "bytes inside or behind the message were answered with 400",
  ],
  [
    "a body taken for a bad request",
    once(say(404), say(400)),
    { answers: ["404"] },
    "bytes inside or behind the message were answered with 400",
  ],
  [
    "two answers to the further request",
    (_heard: string, sends: number) => (sends === 1 ? [say(200)] : [say(200), say(200)]),
    { answers: ["200"], connection: "open" },
    "RUN AS A REQUEST: bytes inside or behind the message were answered with 200",
  ],
  ["another status", once(say(200)), { answers: ["400"] }, "200, where 400 is right"],
  [
    "another status in the second answer",
    once(say(200), say(500)),
    { answers: ["200", "2xx -204"] },
    "500 in answer 2, where 2xx, but not 204 is right",
  ],
  ["silence", () => [], { answers: ["400"] }, "no answer, and the connection stayed open"],
  [
    "an end without a word",
    once("finished"),
    { answers: ["400"] },
    "no answer, and the connection was closed",
  ],
  [
    "a reset without a word",
    once("reset"),
    { answers: ["400"] },
    "no answer, and the connection was reset",
  ],
  [
    "one answer for two",
    once(say(200), "finished"),
    { answers: ["200", "200"] },
    "1 of 2 answers, and the connection was closed",
  ],
  [
    "one answer for two, and then nothing",
    once(say(200)),
    { answers: ["200", "200"], atLeast: 1 },
    "1 of 2 answers, and the connection stayed open",
  ],
  [
    "half an answer",
    once({ say: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" }, "finished"),
    { answers: ["200"], atLeast: 0 },
    "the connection ended inside an answer",
  ],
  [
    "an answer that never ends",
    once({ say: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" }),
    { answers: ["200"] },
    "an answer that never ended",
  ],
  [
    "nonsense",
    once({ say: "hello" }),
    { answers: ["200"] },
    'not a well-formed answer: bytes where an answer would begin: "hello"',
  ],
  [
    "a body where none may be",
    once({ say: `${answer(304)}body` }),
    { answers: ["304"] },
    'not a well-formed answer: bytes where an answer would begin: "body"',
  ],
  [
    "a connection that ought to end",
    once(say(400)),
    { answers: ["400"], connection: "closed" },
    "the connection stayed open",
  ],
  [
    "close, said and not done",
    once(say(200, CLOSE)),
    { answers: ["200"], connection: "as said" },
    "the connection said close and stayed open",
  ],
  [
    "an end that was not said",
    once(say(200), "finished"),
    { answers: ["200"], connection: "as said" },
    "the next request on the connection got no answer: it was closed",
  ],
  [
    "a connection that is open and deaf",
    once(say(200)),
    { answers: ["200"], connection: "open" },
    "the next request on the connection got no answer: it stayed open",
  ],
  [
    "a connection out of step",
    (_heard: string, sends: number) => [say(sends === 1 ? 200 : 400)],
    { answers: ["200"], connection: "open" },
    "the next request on the connection got 400",
  ],
  [
    "an interim answer to HTTP/1.0",
    once({ say: `HTTP/1.1 100 Continue\r\n\r\n${answer(200)}` }),
    { answers: ["200"], interim: "none" },
    "an interim answer 100 to somebody who knows none",
  ],
  ["a false claim", once(say(405)), { answers: ["405"], claims: [has("allow")] }, "no allow"],
  [
    "a false claim about the second answer",
    once(say(200, "Allow: GET"), say(200)),
    { answers: ["200", "200"], claims: [has("allow"), nth(1, has("allow"))] },
    "no allow",
  ],
] as const) {
  test(`${lie} is caught`, async () => {
    assert.equal(await verdict(play, expect), said);
  });
}

test("who speaks too early is caught", async () => {
  const server = playedServer(once(say(200)));
  const expect: Expectation = { answers: ["200"] };
  const script = { steps: ["GE", { silentMs: 5 }, "T /"], methods: [], expect, followUp: "" };
  const exchange = await converse(await server.dial(), script, DEFAULT_PROBE_LIMITS, server.clock);
  const checked = { id: "x", level: "must", section: "", rule: "", send: [], expect } as const;
  assert.equal(
    complaint({ checked, exchange, facts: FACTS, values: new Map(), nowMs: 0 }),
    "it spoke before the request was complete",
  );
});
