import assert from "node:assert/strict";
import { test } from "node:test";
import { ReloadCounts } from "../../src/logging/reload-counts.ts";
import { fakeClock } from "../support/fake-clock.ts";

test("reloads are counted by how they went, and the last good reading is dated", () => {
  const clock = fakeClock(50_000);
  const counts = new ReloadCounts(clock);
  const dated = "ferrox_config_last_success_timestamp_seconds";
  assert.deepEqual(counts.samples()[dated], [{ labels: [], value: 50 }]);
  clock.advance(10_000);
  counts.reloaded("ok");
  clock.advance(10_000);
  counts.reloaded("failed");
  assert.deepEqual(counts.samples(), {
    ferrox_reloads_total: [
      { labels: ["ok"], value: 1 },
      { labels: ["failed"], value: 1 },
    ],
    [dated]: [{ labels: [], value: 60 }],
  });
});
