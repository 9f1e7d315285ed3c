import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openLogs } from "../../src/cli/open-logs.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("events go to error.log and no access log is made when it is off", async (t) => {
  const folder = tempFolder(t);
  const dir = join(folder, "logs");
  const said: string[] = [];
  const logs = openLogs({ dir, access: "off", level: "info" }, (line) => said.push(line));
  logs.log.info("core", "hello", { port: 1 });
  await logs.close();
  const record: unknown = JSON.parse(readFileSync(join(dir, "error.log"), "utf8"));
  assert.ok(typeof record === "object" && record !== null);
  assert.deepEqual(
    { ...record, time: "" },
    { level: "info", time: "", concern: "core", port: 1, msg: "hello" },
  );
  assert.equal(existsSync(join(dir, "access.log")), false);
  assert.deepEqual(said, []);
});
