import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { noAccessLog, openAccessLog } from "../../src/logging/access-log.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { AT, exchange, NOW_MS, request } from "./exchanges.ts";
import { until } from "./until.ts";

const onTrouble = (statement: string) => assert.fail(statement);

test("every exchange is one line of the file, at the time of its end", async (t) => {
  const file = join(tempFolder(t), "logs", "access.log");
  const clock = fakeClock(NOW_MS);
  const log = openAccessLog({ file, format: "combined", clock, onTrouble });
  log.record(exchange({ request: request("/a") }), AT);
  clock.setWall(NOW_MS + 60_000);
  log.record(exchange({ request: undefined, firstLine: "nonsense", status: 400 }), AT);
  await log.close();
  assert.deepEqual(readFileSync(file, "utf8").split("\n"), [
    '192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "GET /a HTTP/1.1" 200 512 "-" "-" 0.000123',
    '192.0.2.7 - - [02/Jan/2026:03:05:05 +0000] "nonsense" 400 512 "-" "-" 0.000123',
    "",
  ]);
});

test("the json format is one object a line", async (t) => {
  const file = join(tempFolder(t), "access.log");
  const log = openAccessLog({ file, format: "json", clock: fakeClock(NOW_MS), onTrouble });
  log.record(exchange({ request: request("/a") }), AT);
  log.record(exchange({ request: request("/b") }), AT);
  log.flush();
  const urls = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).req.url);
  assert.deepEqual(urls, ["/a", "/b"]);
  await log.close();
});

test("after a rotation and a reopen no exchange is lost or told twice", async (t) => {
  const file = join(tempFolder(t), "access.log");
  const clock = fakeClock(NOW_MS);
  const log = openAccessLog({ file, format: "combined", clock, onTrouble });
  log.record(exchange({ request: request("/old") }), AT);
  log.flush();
  renameSync(file, `${file}.1`);
  log.reopen();
  await until(() => {
    log.record(exchange({ request: request("/new") }), AT);
    log.flush();
    return readFileSync(file, "utf8").includes("/new");
  }, "the new file");
  await log.close();
  assert.equal(readFileSync(`${file}.1`, "utf8").split("/old").length, 2);
  assert.equal(readFileSync(file, "utf8").includes("/old"), false);
});

test("an access log that is off takes everything and holds nothing", async () => {
  noAccessLog.record(exchange(), AT);
  noAccessLog.reopen();
  noAccessLog.flush();
  await noAccessLog.close();
});
