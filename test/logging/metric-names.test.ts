import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { allMetrics } from "../../src/logging/metric-names.ts";
import { repositoryRoot } from "../support/repository-root.ts";

test("every name is there once, and says what it counts as Prometheus wants it", () => {
  const names = allMetrics().map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, type, labels } of allMetrics()) {
    assert.match(name, /^(ferrox|process|nodejs)(_[a-z0-9]+)+$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    for (const label of labels) assert.match(label, /^[a-z]+$/);
  }
});

test("a counter never goes down when the figures of processes are joined", () => {
  for (const { name, type, merge } of allMetrics()) {
    if (type !== "gauge") assert.notEqual(merge, "min", name);
    if (type === "histogram") assert.equal(merge, "sum", name);
  }
});

test("docs/monitoring.md tells every figure, in this order and in these words", () => {
  const page = readFileSync(join(repositoryRoot(), "docs", "monitoring.md"), "utf8");
  const told = page.split("\n").filter((line) => /^\| `(ferrox|process|nodejs)_/.test(line));
  const known = allMetrics().map(({ name, type, labels, help, merge }) => {
    const list = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${list} | ${merge} | ${help} |`;
  });
  assert.equal(told.join("\n"), known.join("\n"));
});
