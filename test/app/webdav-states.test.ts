import assert from "node:assert/strict";
import { test } from "node:test";
import { webdavStatesOf } from "../../src/app/webdav-states.ts";
import { configOf } from "../config/support.ts";
import { fakeClock } from "../support/fake-clock.ts";

const disk = (root: string, more = "") =>
  configOf(
    `file_systems: { f: { kind: disk, root: ${root}, writable: true }, m: { kind: memory } }\n` +
      "routes:\n  - { path: /a/, files: f, webdav: true }\n  - { path: /b/, files: f, webdav: true }\n" +
      `  - { path: /m/, files: m }\n${more}`,
  );

test("each file system that WebDAV serves has one state, whichever route asks", () => {
  const states = webdavStatesOf(disk("x"), fakeClock());
  assert.deepEqual([...states.keys()], ["f"]);
});

test("locks outlive a reload, where the files are the same", () => {
  const clock = fakeClock();
  const before = webdavStatesOf(disk("x"), clock);
  assert.equal(webdavStatesOf(disk("x"), clock, before).get("f"), before.get("f"));
  assert.notEqual(webdavStatesOf(disk("y"), clock, before).get("f"), before.get("f"));
});

test("what is in memory is known by its name", () => {
  const clock = fakeClock();
  const more = "  - { path: /n/, files: m, webdav: true }\n";
  const before = webdavStatesOf(disk("x", more), clock);
  assert.equal(webdavStatesOf(disk("y", more), clock, before).get("m"), before.get("m"));
});
