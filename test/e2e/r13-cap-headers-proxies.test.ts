// R13: a bandwidth for each answer, fields on every answer, the client behind a proxy in the log.
// The original is told by a field which URL to put into redirects; ours are relative, as RFC 9110
// (10.2.2) lets them be, and so right behind any proxy, and nobody can make them lead elsewhere.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configText, eventually, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const LARGE = Buffer.alloc(200_000, "x");
const program = await startProgram(
  { after },
  {
    config: configText(
      'limits: { bandwidth: 100000 }\nheaders: { X-From: the house, Cache-Control: "no-store" }\n',
      "  index: false\n  trusted_proxies: [127.0.0.0/8]\n",
    ),
    files: { "www/large.bin": LARGE, "www/dir/index.html": "index\n", "www/a.txt": "a\n" },
  },
);

test("R13 an answer takes as long as its bandwidth says", async () => {
  const startMs = performance.now();
  const answer = await fetchRaw(program, ask("/large.bin"));
  const tookMs = performance.now() - startMs;
  assert.ok(answer.body.equals(LARGE));
  assert.ok(tookMs > 1_500 && tookMs < 6_000, `${Math.round(tookMs)} ms for two seconds' worth`);
});

for (const [path, status, kept] of [
  ["/a.txt", 200, "no-store"],
  ["/dir", 301, "no-store"],
  // An error is never kept as long as the house keeps its files.
  ["/nowhere", 404, "no-cache"],
] as const) {
  test(`R13 the fields of the house stand on ${status}`, async () => {
    const answer = await fetchRaw(program, ask(path));
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("x-from"), "the house");
    assert.equal(answer.fields.get("cache-control"), kept);
  });
}

test("R13 a redirect is relative, whatever a proxy or a client says of the host", async () => {
  for (const fields of [
    {},
    { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "www.example.org" },
    { "X-Original-URL": "https://www.example.org/dir" },
    { Host: "evil.example" },
  ]) {
    const answer = await fetchRaw(program, ask("/dir?a=b", { ...fields }));
    assert.equal(answer.status, 301);
    assert.equal(answer.fields.get("location"), "/dir/?a=b");
  }
});

test("R13 the log names the client behind a proxy whose network is trusted", async () => {
  await fetchRaw(program, ask("/a.txt?behind", { "X-Forwarded-For": "203.0.113.7" }));
  const line = await eventually("its line", async () =>
    (await program.accessLog()).split("\n").find((it) => it.includes("?behind")),
  );
  assert.match(line, /^203\.0\.113\.7 /);
});

test("R13 and nobody behind one whose network is not", async (t) => {
  const other = await startProgram(t, {
    config: configText("", "  trusted_proxies: [10.0.0.0/8]\n"),
    files: { "www/a.txt": "a\n" },
  });
  await fetchRaw(other, ask("/a.txt?behind", { "X-Forwarded-For": "203.0.113.7" }));
  await other.stop();
  assert.match(await other.accessLog(), /^127\.0\.0\.1 .*\?behind/m);
});
