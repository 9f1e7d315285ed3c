// A rejection that nobody awaits ends a Node process. The linter refuses promises that are let go
// of without a word; `void` is the word, and here stands why each of them cannot reject. Whatever
// gets through all the same is logged by `ferrox serve`, which lives (test/e2e/machine-faults).
// The folder cli is left out: what it lets go of ends with the process; so is listing-script, which
// runs in a browser.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { storyService } from "../http1/story-service.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { repositoryRoot } from "../support/repository-root.ts";
import { codeOf } from "../support/source-text.ts";
import { streamPair } from "../support/stream-pair.ts";

const LET_GO: Readonly<Record<string, string>> = {
  "handlers/encoder.ts: void Reflect.apply()": "it calls back, and gives no promise",
  "handlers/tar-archive.ts: void entry.end()": "a stream's method, and gives no promise",
  "handlers/tar-archive.ts: void tar.destroy()": "a stream's method, and gives no promise",
  "handlers/zip-archive.ts: void output.destroy()": "a stream's method, and gives no promise",
  "handlers/zip-archive.ts: void source.destroy()": "a stream's method, and gives no promise",
  "http1/exchange.ts: void wire.stream.flush()": "streams hear their own rejections",
  "http1/exchange.ts: void stream.flush()": "streams hear their own rejections",
  "logging/log-file.ts: void openToAppend()": "both outcomes are heard",
  "server/connections.ts: void this.stream.finish()": "finish() only ever resolves",
  "server/server.ts: void serveConnection()": "it catches, reports and destroys",
  "transport/tls-server.ts: void shared.then()":
    "the trial resolves either way; what follows catches",
};

const LEFT_OUT = ["cli/", "handlers/listing-script/"];

test("every promise that is let go of is known, and cannot reject", () => {
  const folder = join(repositoryRoot(), "src");
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !LEFT_OUT.some((place) => relative(folder, file).startsWith(place)))
    .flatMap((file) => {
      const code = codeOf(readFileSync(file, "utf8"));
      return [...code.matchAll(/\bvoid ([\w.#]+)\(/g)].map(
        ([, call]) => `${relative(folder, file)}: void ${call}()`,
      );
    });
  assert.deepEqual([...new Set(found)].sort(), Object.keys(LET_GO).sort());
});

test("a client that goes away while something is flushed leaves no rejection behind", async () => {
  const clock = fakeClock();
  const { stream, client } = streamPair(clock, { highWaterBytes: 10 });
  const over = stream.run(serveHttp1(stream, storyService(clock), DEFAULT_HTTP1_LIMITS));
  client.pauseReading();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  client.reset();
  await over.catch(() => {});
  // An unhandled rejection is seen once the microtasks are over, and would fail this test.
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(client.closed, true);
});
