import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Level } from "../../src/base/logger.ts";
import { type ErrorLog, openErrorLog } from "../../src/logging/pino-logger.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "./until.ts";

const NOW_MS = 1_767_323_045_678;

interface Stage {
  readonly file: string;
  readonly log: ErrorLog;
  text(): string;
  /** Every record written so far. */
  records(): readonly Record<string, unknown>[];
}

function stage(t: TestContext, level: Level = "debug"): Stage {
  const file = join(tempFolder(t), "logs", "error.log");
  const onTrouble = (statement: string) => assert.fail(statement);
  const log = openErrorLog({ file, level, clock: fakeClock(NOW_MS), onTrouble });
  const text = () => {
    log.flush();
    return readFileSync(file, "utf8");
  };
  return {
    file,
    log,
    text,
    records: () =>
      text()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
  };
}

test("a record says when, how grave, which part, what, and what else is known", async (t) => {
  const { log, text } = stage(t);
  log.logger.warn("tls", "certificate ends soon", { days: 3, host: "a.example" });
  assert.equal(
    text(),
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","concern":"tls","days":3,' +
      '"host":"a.example","msg":"certificate ends soon"}\n',
  );
  await log.close();
});

test("records below the level are not made", async (t) => {
  const { log, records } = stage(t, "warn");
  const details = {
    get expensive(): string {
      return assert.fail("made for nobody");
    },
  };
  log.logger.debug("core", "debug", details);
  log.logger.info("core", "info", details);
  log.logger.warn("core", "warn");
  log.logger.error("core", "error");
  assert.deepEqual(
    records().map((record) => record.level),
    ["warn", "error"],
  );
  await log.close();
});

test("an error is told with its code, its stack and the stacks of its causes", async (t) => {
  const { log, records } = stage(t);
  const cause = Object.assign(new TypeError("no such file"), { code: "ENOENT", secret: 1 });
  const error = Object.assign(new RangeError("cannot serve", { cause }), { code: "E_SERVE" });
  log.logger.error("file", "failed", { error, path: "/a" });
  const record = records()[0] ?? {};
  assert.deepEqual(Object.keys(record), ["level", "time", "concern", "err", "path", "msg"]);
  assert.equal(record.msg, "failed");
  const err: { type?: string; message?: string; stack?: string; code?: string } = record.err ?? {};
  assert.deepEqual(Object.keys(err), ["type", "message", "stack", "code"]);
  assert.equal(err.type, "RangeError");
  assert.equal(err.message, "cannot serve: no such file");
  assert.equal(err.code, "E_SERVE");
  assert.match(
    err.stack ?? "",
    /RangeError: cannot serve\n.*caused by: TypeError: no such file\n/s,
  );
  await log.close();
});

test("what opens doors is never written", async (t) => {
  const { log, text, records } = stage(t);
  log.logger.error("core", "refused", {
    authorization: "Basic dTpw",
    headers: { cookie: "sid=dTpw", Cookie: "sid=dTpw", accept: "*/*" },
    request: { fields: { Authorization: "Basic dTpw", "set-cookie": ["sid=dTpw"] } },
  });
  assert.equal(text().includes("dTpw"), false);
  assert.deepEqual(records()[0]?.headers, {
    cookie: "[redacted]",
    Cookie: "[redacted]",
    accept: "*/*",
  });
  await log.close();
});

test("a record is one line that no terminal obeys, whatever is in it", async (t) => {
  const { log, text, records } = stage(t);
  const hostile = `${String.fromCharCode(...Array(256).keys())}\u2028\u2029`;
  log.logger.error("parser", hostile, { firstLine: hostile });
  const codes = [...text().trimEnd()].map((character) => character.codePointAt(0) ?? 0);
  assert.deepEqual(
    codes.filter((code) => code < 32 || (code >= 0x7f && code < 0xa0) || code > 0xff),
    [],
  );
  assert.equal(records()[0]?.firstLine, hostile);
  assert.equal(records()[0]?.msg, hostile);
  await log.close();
});

test("details that cannot be told as they are do not stop the record", async (t) => {
  const { log, records } = stage(t);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.logger.error("core", "odd", { circle, big: 10n });
  assert.equal(records()[0]?.msg, "odd");
  await log.close();
});

test("a record leaves without waiting for the clock", async (t) => {
  const { log, file } = stage(t);
  log.logger.error("core", "at once");
  await until(() => {
    try {
      return readFileSync(file, "utf8").includes("at once");
    } catch {
      return false; // not made yet
    }
  }, "the record");
  await log.close();
});

test("after a rotation and a reopen records go into a new file", async (t) => {
  const { log, file, text } = stage(t);
  log.logger.error("core", "old");
  await until(() => existsSync(file) && text().includes("old"), "the first record");
  renameSync(file, `${file}.1`);
  log.reopen();
  log.logger.error("core", "new");
  await log.close();
  assert.match(readFileSync(`${file}.1`, "utf8"), /"old"/);
  assert.match(readFileSync(file, "utf8"), /"new"/);
});

test("without a file, records go to standard error", async () => {
  const module = new URL("../../src/logging/pino-logger.js", import.meta.url).href;
  const program = `
    import { openErrorLog } from ${JSON.stringify(module)};
    const log = openErrorLog({ file: undefined, level: "info", onTrouble: console.log });
    log.logger.debug("core", "below the level");
    log.logger.info("core", "one");
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.logger.error("core", "two");
    await log.close();
    log.logger.error("core", "three");
    log.flush();
    process.exitCode = 4;
  `;
  const args = ["--input-type=module", "--eval", program];
  const { code, stderr, stdout } = await runTool(process.execPath, args);
  assert.equal(stdout.toString(), "");
  assert.deepEqual(
    stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).msg),
    ["one", "two", "three"],
  );
  assert.equal(code, 4);
});
