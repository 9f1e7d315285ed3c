import assert from "node:assert/strict";
import { test } from "node:test";
import { runStop, type StopOptions } from "../../src/cli/stop.ts";
import { bornAt } from "../support/fake-processes.ts";
import { runningStory, SERVER_PID, type Story } from "../support/running-story.ts";

const BY_CONFIG: StopOptions = { file: undefined, pidFile: undefined, timeout: undefined };

async function stop(story: Story, options: StopOptions, act: () => void): Promise<number> {
  const code = runStop(options, story.io, story);
  act();
  return code;
}

test("it is over when the process is gone", async (t) => {
  const story = runningStory(t);
  const code = await stop(story, BY_CONFIG, () => {
    story.clock.advance(2000);
    story.processes.alive.delete(SERVER_PID);
    story.clock.advance(50);
  });
  assert.equal(code, 0);
  assert.deepEqual(story.processes.signals, ["SIGTERM 7"]);
  assert.equal(story.out(), "stopped: process 7\n");
});

test("a number that already belongs to another process is as good as gone", async (t) => {
  const story = runningStory(t);
  const code = await stop(story, BY_CONFIG, () => {
    story.processes.alive.set(SERVER_PID, bornAt(99));
    story.clock.advance(50);
  });
  assert.equal(code, 0);
});

for (const [what, config, timeout, waitedMs] of [
  ["the drain of the configuration and a little", "limits: { drain: 2s }\n", undefined, 7000],
  ["the time that was given", "", "500ms", 500],
  ["seconds, without a unit", "", "3", 3000],
] as const) {
  test(`it waits for ${what}, then says so`, async (t) => {
    const story = runningStory(t, `paths: { serve_dir: www, pid_file: ferrox.pid }\n${config}`);
    let over = false;
    const code = stop(story, { ...BY_CONFIG, timeout }, () => {});
    void code.then(() => {
      over = true;
    });
    story.clock.advance(waitedMs - 50);
    await Promise.resolve();
    assert.equal(over, false);
    assert.equal(story.clock.timers, 1);
    story.clock.advance(50);
    assert.equal(await code, 1);
    const seconds = Math.round(waitedMs / 1000);
    assert.equal(
      story.err(),
      `ferrox: process 7 was asked to stop and still runs after ${seconds} s\n`,
    );
  });
}

test("a time that is none is a wrong command line, and nothing is sent", async (t) => {
  const story = runningStory(t);
  assert.equal(await stop(story, { ...BY_CONFIG, timeout: "soon" }, () => {}), 2);
  assert.match(story.err(), /^ferrox: --timeout .*\n$/);
  assert.deepEqual(story.processes.signals, []);
});
