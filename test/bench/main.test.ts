// The benchmark as a command: what it lists, what it refuses, and how it judges results. Nothing
// is measured here, for what that gives is never the same twice.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { repositoryRoot } from "../support/repository-root.ts";
import { tempFolder } from "../support/temp-folder.ts";

function bench(...args: readonly string[]) {
  const main = join(repositoryRoot(), "bench", "main.mjs");
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", timeout: 60_000 });
}

/** Rounds of one server: rate and economy of each, answers a second as the rate. */
const rounds = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([rate, economy]) => ({ rate, economy, answersPerSec: rate, errors: 0 }));

function judged(t: TestContext, results: unknown): string {
  const file = join(tempFolder(t), "results.json");
  writeFileSync(file, JSON.stringify({ results }));
  const { status, stdout, stderr } = bench("--from", file);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** The line that starts so, its columns told apart by "|"; "" when there is none. */
function line(text: string, start: string): string {
  const lines = text.split("\n").map((each) => each.trim().split(/ {2,}/).join(" | "));
  return lines.find((each) => each.startsWith(start)) ?? "";
}

test("the list names scenarios that fit the pattern, and no others", () => {
  const { status, stdout } = bench("--list", "--peers", "none", "--only", "^tls-10");
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}tls-100k .* 100 KiB over TLS$/m);
  assert.match(stdout, /^ {2}tls-10m /m);
  assert.doesNotMatch(stdout, /tls-1k/);
  assert.doesNotMatch(stdout, /nginx/);
});

for (const [args, message] of [
  [["--rounds", "many"], "bench: --rounds many: a number of at least 1 is wanted\n"],
  [["--peers", "apache"], "bench: no such peer: apache\n"],
] as const) {
  test(`${args.join(" ")} is refused in a sentence`, () => {
    const { status, stderr } = bench("--list", ...args);
    assert.equal(status, 1);
    assert.equal(stderr, message);
  });
}

test("a goal is judged by the median of the ratios within each round", (t) => {
  // The second round had a slow machine for both: rates fell, their ratio did not.
  const text = judged(t, {
    "100k": {
      ferrox: rounds([1100, 110], [110, 11], [500, 50]),
      nginx: rounds([1000, 100], [100, 10], [1000, 100]),
    },
  });
  assert.equal(line(text, "100k | at"), "100k | at least 1 × N | 1.10 | met | nginx, by rate");
});

test("where the client is the limit, processor time decides", (t) => {
  const text = judged(t, {
    "many-1000": { ferrox: rounds([120_000, 90]), nginx: rounds([120_000, 100]) },
  });
  const wanted = "many-1000 | at least 1.1 × N | 0.90 | not met | nginx, by processor time";
  assert.equal(line(text, "many-1000 | at"), wanted);
});

test("the rival is the best of its kind, and a goal without one is not measured", (t) => {
  const text = judged(t, {
    "tls-1k": { ferrox: rounds([100, 100]) },
    range: {
      ferrox: rounds([120, 120]),
      nginx: rounds([100, 100]),
      "nginx-nosendfile": rounds([150, 150]),
    },
  });
  const wanted = "range | at least 1.1 × N | 0.80 | not met | nginx-nosendfile, by rate";
  assert.equal(line(text, "range | at"), wanted);
  assert.equal(line(text, "tls-1k | at"), "");
});

test("memory is judged by bytes and against node:http", (t) => {
  const weighed = (bytesPerConnection: number) => [{ bytesPerConnection, errors: 0 }];
  const text = judged(t, { idle: { ferrox: weighed(5000), "node:http": weighed(10_000) } });
  assert.equal(
    line(text, "idle | at most 4500"),
    "idle | at most 4500 bytes each | 5000 | not met | bytes",
  );
  assert.equal(
    line(text, "idle | at most 0.55"),
    "idle | at most 0.55 × node:http | 0.50 | met | node:http",
  );
});
