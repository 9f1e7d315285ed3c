import assert from "node:assert/strict";
import { test } from "node:test";
import { reportObject } from "../../src/probe/report-object.ts";
import { REPORT } from "./results-example.ts";

test("the report as an object has every result", () => {
  const { results, ...about } = reportObject(REPORT);
  const counts = {
    must: { passed: 1, run: 2 },
    should: { passed: 0, run: 1 },
    house: { passed: 0, run: 1 },
  };
  assert.deepEqual(about, {
    url: "http://localhost:8080/a.txt",
    server: undefined,
    seconds: 1.3,
    passed: false,
    counts,
    groups: [{ name: "host", title: "Host", counts }],
  });
  assert.deepEqual(results.slice(0, 2), [
    {
      id: "host/kept",
      level: "must",
      section: "RFC 9112, 3",
      rule: "The rule of kept is kept.",
      outcome: "passed",
    },
    {
      id: "host/broken",
      level: "must",
      section: "RFC 9112, 3",
      rule: "The rule of broken is kept.",
      outcome: "failed",
      why: "200, where 400 is right",
      sent: ["GET / HTTP/1.1\\r\\n", "Host: a\\x1b[31m\\r\\n", "\\r\\n"],
      came: ["HTTP/1.1 200 Some Reason, 5 bytes", "left open"],
    },
  ]);
  assert.deepEqual(
    results.map(({ outcome, why }) => [outcome, why]),
    [
      ["passed", undefined],
      ["failed", "200, where 400 is right"],
      ["failed", "no allow"],
      ["failed", "no connection"],
      ["skipped", "no ETag here"],
    ],
  );
});

test("a run that was cut short says so", () => {
  const outcome = { ...REPORT.outcome, stopped: "no time was left" };
  assert.equal(reportObject({ ...REPORT, outcome }).stopped, "no time was left");
});
