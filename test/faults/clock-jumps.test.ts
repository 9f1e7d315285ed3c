// Somebody sets the clock, years ahead or back. What lasts is measured by the monotonic clock and
// does not notice; what is printed follows the new time at once, in either direction.

import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cached } from "../../src/handlers/cached.ts";
import { staticFiles } from "../../src/handlers/static-files.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { LogFile } from "../../src/logging/log-file.ts";
import { Deadlines } from "../../src/transport/deadlines.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { storyService } from "../http1/story-service.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { contextOf, fieldOf, get } from "../support/request.ts";
import { streamPair } from "../support/stream-pair.ts";
import { tempFolder } from "../support/temp-folder.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const YEAR_MS = 365 * 24 * 3600 * 1000;
const JUMPS = [
  ["ahead", YEAR_MS],
  ["back", -YEAR_MS],
] as const;

for (const [direction, jump] of JUMPS) {
  test(`deadlines do not notice a clock that is set ${direction}`, () => {
    const clock = fakeClock(NOW);
    const deadlines = new Deadlines(clock);
    const looks: number[] = [];
    deadlines.add({
      deadlineMs: clock.monotonicMs() + 10_000,
      sending: false,
      look: (nowMs) => void looks.push(nowMs),
    });
    clock.setWall(NOW + jump);
    clock.advance(9_900);
    assert.deepEqual(looks, []);
    clock.advance(500);
    assert.equal(looks.length, 1);
  });

  test(`a head has its ten seconds when the clock is set ${direction} meanwhile, and no more`, async () => {
    const clock = fakeClock(NOW);
    const { stream, client } = streamPair(clock);
    const over = stream.run(serveHttp1(stream, storyService(clock), DEFAULT_HTTP1_LIMITS));
    client.send("GET / HT");
    clock.setWall(NOW + jump);
    clock.advance(9_500);
    assert.equal(client.received().length, 0);
    clock.advance(1_000);
    client.end();
    await over;
    assert.match(client.received().toString(), /^HTTP\/1\.1 408 /);
  });

  test(`how long an exchange took is right when the clock is set ${direction} meanwhile`, async () => {
    const clock = fakeClock(NOW);
    const service = storyService(clock);
    const { stream, client } = streamPair(clock);
    const over = stream.run(serveHttp1(stream, service, DEFAULT_HTTP1_LIMITS));
    client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    clock.setWall(NOW + jump);
    clock.advance(70);
    service.release({ status: 204, fields: [], body: { kind: "none" } });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      service.exchanges.map(({ durationMs }) => durationMs),
      [70],
    );
    client.reset();
    await over.catch(() => {});
  });

  test(`Date follows a clock that is set ${direction}, also where bytes are used again`, async () => {
    const clock = fakeClock(NOW);
    const { stream, client } = streamPair(clock);
    const over = stream.run(serveHttp1(stream, storyService(clock), DEFAULT_HTTP1_LIMITS));
    const both = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /again HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(both);
    clock.setWall(NOW + jump);
    client.send(both);
    const dates = [
      ...client
        .received()
        .toString()
        .matchAll(/^Date: (.*)\r$/gm),
    ].map(([, it]) => it);
    const then = jump > 0 ? "Sat, 02 Jan 2027 03:04:05 GMT" : "Thu, 02 Jan 2025 03:04:05 GMT";
    const before = "Fri, 02 Jan 2026 03:04:05 GMT";
    assert.deepEqual(dates, [before, before, then, then]);
    client.reset();
    await over.catch(() => {});
  });

  test(`what is remembered stays fresh for a second when the clock is set ${direction}, and no longer`, async () => {
    const clock = fakeClock(NOW);
    const { memory, ask, looks } = site(clock, NOW - 2 * YEAR_MS);
    assert.equal(await ask(), "old");
    memory.write("/a.txt", "new");
    const before = looks();
    clock.setWall(NOW + jump);
    clock.advance(900);
    assert.equal(await ask(), "old");
    assert.equal(looks(), before, "the disk was asked");
    clock.advance(200);
    assert.equal(await ask(), "new");
  });

  test(`a log whose clock is set ${direction} is written, and its file renewed, as before`, async (t) => {
    const clock = fakeClock(NOW);
    const path = join(tempFolder(t), "a.log");
    const log = new LogFile({ dest: path, leave: "batches", clock, onTrouble: assert.fail });
    log.write("one\n");
    clock.setWall(NOW + jump);
    clock.advance(500);
    await until(() => existsSync(path) && readFileSync(path, "utf8") === "one\n");
    renameSync(path, `${path}.1`);
    log.write("two\n");
    clock.advance(5_000);
    await until(() => existsSync(path));
    log.write("three\n");
    await log.close();
    assert.match(readFileSync(path, "utf8"), /three\n$/);
  });
}

test("Last-Modified is never later than Date, whatever a file says and wherever the clock goes", async () => {
  const clock = fakeClock(NOW);
  const { lastModified } = site(clock, NOW + YEAR_MS);
  assert.equal(await lastModified(), NOW, "a file from the future");
  clock.setWall(NOW - YEAR_MS);
  assert.equal(await lastModified(), NOW - YEAR_MS, "remembered, then set back");
  clock.setWall(NOW + 2 * YEAR_MS);
  assert.ok((await lastModified()) <= NOW + 2 * YEAR_MS);
});

test("a clock that is set back does not make everybody ask the disk for ever", async () => {
  const clock = fakeClock(NOW);
  const { ask, looks } = site(clock, NOW - 1000);
  await ask();
  clock.setWall(NOW - YEAR_MS);
  await ask();
  const before = looks();
  for (let times = 0; times < 100; times++) await ask();
  assert.equal(looks(), before);
});

/** One small file behind the memory for answers. */
function site(clock: ReturnType<typeof fakeClock>, modifiedMs: number) {
  const files = memoryFileSystem({ "/a.txt": "old" });
  let content = "old";
  let version = 1;
  let looks = 0;
  const stat = () => ({
    kind: "file" as const,
    size: content.length,
    modifiedMs,
    version: `v${version}`,
  });
  const handler = cached(
    staticFiles({
      fileSystem: {
        list: (path) => files.list(path),
        async stat() {
          looks++;
          return stat();
        },
        async open() {
          looks++;
          return {
            stat: stat(),
            readAt: async (target, position) =>
              Buffer.from(content).subarray(position).copy(target),
            close: async () => {},
          };
        },
      },
      fileSystemName: "site",
      origin: "ferrox.yml:12",
      prefix: "/",
      router: "static",
      listing: false,
      indexNames: [],
      fallback: "index.html",
      mediaTypes: mediaTypesOf(new Map()),
      listingEntriesMax: 10,
    }),
    { bytesMax: 1 << 20, freshMs: 1000 },
  );
  const answer = async () => handler(get("/a.txt"), contextOf({ clock }));
  return {
    memory: {
      write(_path: string, text: string) {
        content = text;
        version++;
      },
    },
    looks: () => looks,
    async ask() {
      const { body } = await answer();
      return body.kind === "bytes" ? Buffer.from(body.bytes).toString() : body.kind;
    },
    lastModified: async () => Date.parse(fieldOf(await answer(), "last-modified") ?? ""),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!isTrue()) {
    assert.ok(performance.now() < end, "it did not come true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
