// Replays every conversation of test/wire against the real loop: as written, over a stream that
// takes back what it lends, and byte by byte.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serveHttp1 } from "../../src/http1/connection.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { repositoryRoot } from "../support/repository-root.ts";
import { type PairClient, streamPair } from "../support/stream-pair.ts";
import { parseStory, type Story } from "../support/wire-story.ts";
import { storyService } from "./story-service.ts";

/** Small, so that stories can reach every one of them. */
const LIMITS = {
  ...DEFAULT_HTTP1_LIMITS,
  requestLineBytesMax: 64,
  headBytesMax: 128,
  fieldCountMax: 4,
  bodyBytesMax: 64,
  drainBytesMax: 32,
  chunkLineBytesMax: 64,
  headTimeoutMs: 5_000,
  keepAliveMs: 10_000,
  bodyIdleMs: 15_000,
  requestsMax: 20,
};

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const FOLDER = join(repositoryRoot(), "test", "wire");

type Delivery = "whole" | "rude" | "bytewise";

for (const name of readdirSync(FOLDER).sort()) {
  for (const [index, text] of readFileSync(join(FOLDER, name), "utf8").split("\n---\n").entries()) {
    const story = parseStory(text);
    test(`${name} ${index + 1}: ${story.title}`, async () => {
      const deliveries: Delivery[] = story.wholeOnly
        ? ["whole", "rude"]
        : ["whole", "rude", "bytewise"];
      for (const delivery of deliveries) await replay(story, delivery);
    });
  }
}

async function replay(story: Story, delivery: Delivery): Promise<void> {
  const clock = fakeClock(START_MS);
  const service = storyService(clock);
  const { stream, client } = streamPair(clock, { rude: delivery !== "whole" });
  const over = stream.run(serveHttp1(stream, service, LIMITS));
  let read = 0;
  for (const step of story.steps) {
    if (step.kind === "send") await send(client, step.text, delivery);
    if (step.kind === "expect") {
      await settle();
      const got = client.received().toString("latin1").slice(read);
      assert.equal(got, step.text, `${story.title} (${delivery})`);
      read += got.length;
    }
    if (step.kind === "wait") await pass(clock, step.ms);
    if (step.kind === "end") client.end();
    if (step.kind === "closed" || step.kind === "open") {
      await settle();
      assert.equal(client.closed, step.kind === "closed", `${story.title} (${delivery})`);
    }
  }
  await settle();
  const rest = client.received().toString("latin1").slice(read);
  assert.equal(rest, "", `nothing more was sent (${delivery})`);
  client.reset();
  await over.catch(() => {});
  assert.equal(service.openSources, 0, "every source was closed");
}

async function send(client: PairClient, text: string, delivery: Delivery): Promise<void> {
  if (delivery !== "bytewise") return client.send(text);
  for (const byte of text) {
    if (!client.closed) client.send(byte);
  }
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  await settle();
  clock.advance(ms);
  await settle();
}

/** Answers that come later need a few turns; none of them waits for time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
