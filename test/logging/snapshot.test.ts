import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSnapshot,
  mergeSnapshots,
  remainsOf,
  type Snapshot,
} from "../../src/logging/snapshot.ts";

const A: Snapshot = {
  ferrox_requests_total: [
    { labels: ["/", "200"], value: 3 },
    { labels: ["/", "404"], value: 1 },
  ],
  ferrox_request_duration_seconds: [{ labels: ["/"], value: 0.5, buckets: [1, 0, 3] }],
  ferrox_connections: [{ labels: ["idle"], value: 2 }],
  ferrox_reloads_total: [{ labels: ["ok"], value: 2 }],
  process_start_time_seconds: [{ labels: [], value: 100 }],
  process_open_fds: [{ labels: [], value: 30 }],
};
const B: Snapshot = {
  ferrox_requests_total: [
    { labels: ["/", "404"], value: 5 },
    { labels: ["/up/", "200"], value: 7 },
  ],
  ferrox_request_duration_seconds: [{ labels: ["/"], value: 0.25, buckets: [0, 2, 1] }],
  ferrox_connections: [{ labels: ["idle"], value: 5 }],
  ferrox_reloads_total: [{ labels: ["ok"], value: 1 }],
  process_start_time_seconds: [{ labels: [], value: 90 }],
};

test("counters, histograms and what is held add up; the rest is the highest, or the first", () => {
  assert.deepEqual(mergeSnapshots([A, B]), {
    ferrox_requests_total: [
      { labels: ["/", "200"], value: 3 },
      { labels: ["/", "404"], value: 6 },
      { labels: ["/up/", "200"], value: 7 },
    ],
    ferrox_request_duration_seconds: [{ labels: ["/"], value: 0.75, buckets: [1, 2, 4] }],
    ferrox_connections: [{ labels: ["idle"], value: 7 }],
    ferrox_reloads_total: [{ labels: ["ok"], value: 2 }],
    process_start_time_seconds: [{ labels: [], value: 90 }],
    process_open_fds: [{ labels: [], value: 30 }],
  });
});

test("labels that look alike when pasted together are not joined", () => {
  const left: Snapshot = { ferrox_requests_total: [{ labels: ["a,b", "c"], value: 1 }] };
  const right: Snapshot = { ferrox_requests_total: [{ labels: ["a", "b,c"], value: 1 }] };
  assert.equal(mergeSnapshots([left, right]).ferrox_requests_total?.length, 2);
});

test("one snapshot is itself, none is nothing, and what nobody knows is left out", () => {
  assert.deepEqual(mergeSnapshots([A]), A);
  assert.deepEqual(mergeSnapshots([]), {});
  assert.deepEqual(mergeSnapshots([{ a_stranger: [{ labels: [], value: 1 }] }]), {});
});

test("of a process that is gone the counts remain", () => {
  assert.deepEqual(Object.keys(remainsOf(A)), [
    "ferrox_requests_total",
    "ferrox_request_duration_seconds",
    "ferrox_reloads_total",
  ]);
  assert.deepEqual(remainsOf(A).ferrox_requests_total, A.ferrox_requests_total);
});

test("a snapshot stays what it is on its way from process to process", () => {
  const arrived: unknown = JSON.parse(JSON.stringify(A));
  assert.ok(isSnapshot(arrived));
  assert.deepEqual(arrived, A);
});

for (const stranger of [
  undefined,
  null,
  "text",
  [],
  { a: 1 },
  { a: [1] },
  { a: [{ labels: [], value: "1" }] },
  { a: [{ labels: [1], value: 1 }] },
  { a: [{ value: 1 }] },
  { a: [{ labels: [], value: 1, buckets: ["x"] }] },
  { a: [{ labels: [], value: 1, buckets: undefined }] },
]) {
  test(`${JSON.stringify(stranger)} is no snapshot`, () => {
    assert.equal(isSnapshot(stranger), false);
  });
}
