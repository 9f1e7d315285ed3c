import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { holdings, leaksSettled, leaksSince, openDescriptors } from "./leaks.ts";

test("an open file is named, and gone once closed", async () => {
  const before = holdings();
  const count = openDescriptors();
  const fd = openSync("/dev/null", "r");
  try {
    assert.deepEqual(
      leaksSince(before).filter((leak) => !leak.includes("Timeout")),
      ["1 more /dev/null"],
    );
    assert.equal(openDescriptors(), count + 1);
  } finally {
    closeSync(fd);
  }
  assert.deepEqual(await leaksSettled(before), []);
});

test("a listening socket is a leak until it is closed", async () => {
  const before = holdings();
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const leaks = await leaksSettled(before, 20);
  assert.ok(leaks.includes("1 more TCPServerWrap"), leaks.join(", "));
  assert.ok(leaks.includes("1 more socket"), leaks.join(", "));
  await new Promise((resolve) => {
    server.close(resolve);
  });
  assert.deepEqual(await leaksSettled(before), []);
});
