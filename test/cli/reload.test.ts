// What `ferrox reload` says, for each way in which a reload can go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runReload } from "../../src/cli/reload.ts";
import { runningStory, SERVER_PID, type Story } from "../support/running-story.ts";

const BY_CONFIG = { file: undefined, pidFile: undefined };

async function reload(story: Story, act: () => void = () => {}): Promise<number> {
  const code = runReload(BY_CONFIG, story.io, story);
  act();
  return code;
}

test("a reload that went well is told with what has changed", async (t) => {
  const story = runningStory(t);
  story.processes.onSignal = () => story.status.reloaded("ok", "2 changes: routes, headers");
  assert.equal(await reload(story), 0);
  assert.deepEqual(story.processes.signals, [`SIGHUP ${SERVER_PID}`]);
  assert.equal(story.out(), "reloaded: 2 changes: routes, headers\n");
  assert.equal(story.err(), "");
});

test("a server that could not take it says why, and the status is 1", async (t) => {
  const story = runningStory(t);
  story.processes.onSignal = () => story.status.reloaded("failed", "port 81 is taken\u001b[31m");
  assert.equal(await reload(story), 1);
  assert.equal(
    story.err(),
    "ferrox: not reloaded, process 7 goes on as before: port 81 is taken\\x1b[31m\n",
  );
});

test("the outcome of an earlier reload is not taken for this one's", async (t) => {
  const story = runningStory(t);
  story.status.reloaded("ok", "long ago");
  const code = await reload(story, () => {
    story.clock.advance(3000);
    story.status.reloaded("failed", "now");
    story.clock.advance(50);
  });
  assert.equal(code, 1);
  assert.match(story.err(), /: now\n$/);
});

test("a configuration that is wrong is told here, and nothing is sent", async (t) => {
  const story = runningStory(t, "paths: { serve_dir: nowhere, pid_file: ferrox.pid }\n");
  assert.equal(await reload(story), 2);
  assert.match(story.err(), /ferrox\.yml:1:21: .*no such directory/);
  assert.deepEqual(story.processes.signals, []);
});

test("silence is a failure after ten seconds", async (t) => {
  const story = runningStory(t);
  assert.equal(await reload(story, () => story.clock.advance(10_000)), 1);
  assert.equal(
    story.err(),
    "ferrox: process 7 has not said within 10 s how it went; see its error log\n",
  );
});

test("a server that dies of it is told", async (t) => {
  const story = runningStory(t);
  story.processes.onSignal = () => void story.processes.alive.delete(SERVER_PID);
  assert.equal(await reload(story), 1);
  assert.equal(story.err(), "ferrox: process 7 ended instead of reloading; see its error log\n");
});

test("without a status to read, no success is claimed", async (t) => {
  const story = runningStory(t);
  story.status.remove();
  t.mock.method(story.status, "remove", () => {});
  assert.equal(await reload(story), 0);
  assert.equal(story.out(), "process 7 was asked; how it went stands in its error log\n");
});
