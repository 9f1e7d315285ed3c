import assert from "node:assert/strict";
import { test } from "node:test";
import { type Discovery, discover } from "../../src/probe/facts.ts";
import { DEFAULT_PROBE_LIMITS } from "../../src/probe/run.ts";
import { goodServer } from "./facts-example.ts";
import { answer, once, type Play, playedServer } from "./played-server.ts";

function discovered(...plays: readonly Play[]): Promise<Discovery> {
  const { dial, clock } = playedServer(...plays);
  const place = { host: "localhost:8080", path: "/a.txt", isSecure: false };
  return discover(dial, place, DEFAULT_PROBE_LIMITS, clock);
}

test("all that a good server gives is found", async () => {
  const found = await discovered(goodServer);
  assert.ok(found.kind === "facts");
  assert.equal(found.facts.whole.body.toString(), "0123456789abcdefghij");
  assert.equal(found.facts.missing.status, 404);
  assert.equal(found.facts.coded?.fields.get("etag"), '"v1-gz"');
  assert.deepEqual([found.facts.isStable, found.facts.hasRanges], [true, true]);
});

test("a server that can do nothing but answer is known for it", async () => {
  let count = 0;
  const found = await discovered((_heard, sends) =>
    sends === 1 ? [{ say: answer(200, [], `visitor ${++count}`) }, "finished"] : [],
  );
  assert.ok(found.kind === "facts");
  assert.equal(found.facts.coded, undefined);
  assert.deepEqual([found.facts.isStable, found.facts.hasRanges], [false, false]);
});

for (const [what, play, why] of [
  ["silence", () => [], "GET /a.txt: no whole answer"],
  ["nonsense", once({ say: "hello\r\n" }), "GET /a.txt: bytes where an answer would begin: "],
  [
    "a path that is not there",
    once({ say: answer(404) }),
    "GET /a.txt is answered with 404; name a path that gives 200: --path /…",
  ],
  [
    "a redirect",
    once({ say: answer(301, ["Location: /b"]) }),
    'GET /a.txt is answered with 301 to "/b"; name a path that gives 200: --path /…',
  ],
  [
    "a redirect to HTTPS",
    once({ say: answer(308, ["Location: https://localhost/"]) }),
    'GET /a.txt is answered with 308 to "https://localhost/"; name a path that gives 200: --path /…, or --tls',
  ],
] as const) {
  test(`with ${what} there is nothing to judge`, async () => {
    const found = await discovered(play);
    assert.ok(found.kind === "nothing");
    assert.ok(found.why.startsWith(why), found.why);
  });
}
