// All figures of one process at one moment, as plain values: they cross from process to process,
// and several become one by adding up.

import { allMetrics, type Metric, type MetricName } from "./metric-names.ts";

/** One line of figures, or for a histogram one row of them. */
export interface Sample {
  /** Values, in the order of the metric's label names. */
  readonly labels: readonly string[];
  /** Of a histogram: the sum. */
  readonly value: number;
  /** Of a histogram: how many fell into each bucket, the last one for all that is longer. */
  readonly buckets?: readonly number[];
}

/** Samples by the metric's name; a name that is missing is not known in this process. */
export type Snapshot = Readonly<Record<string, readonly Sample[]>>;

/** A snapshot under construction. */
export type Samples = Partial<Record<MetricName, readonly Sample[]>>;

export function one(value: number, ...labels: readonly string[]): Sample {
  return { labels, value };
}

export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const merged: Record<string, readonly Sample[]> = {};
  for (const metric of allMetrics()) {
    const samples = snapshots.flatMap((snapshot) => snapshot[metric.name] ?? []);
    if (samples.length > 0) merged[metric.name] = mergedSamples(samples, metric);
  }
  return merged;
}

function mergedSamples(samples: readonly Sample[], { merge }: Metric): readonly Sample[] {
  const byLabels = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(sample.labels);
    const known = byLabels.get(key);
    byLabels.set(key, known === undefined ? sample : joined(known, sample, JOIN[merge]));
  }
  return [...byLabels.values()];
}

type Join = (a: number, b: number) => number;

const JOIN: Readonly<Record<Metric["merge"], Join>> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

function joined(a: Sample, b: Sample, join: Join): Sample {
  const value = join(a.value, b.value);
  if (a.buckets === undefined || b.buckets === undefined) return { labels: a.labels, value };
  const theirs = b.buckets;
  const buckets = a.buckets.map((count, at) => join(count, theirs[at] ?? 0));
  return { labels: a.labels, value, buckets };
}

/**
 * What remains true of a process once it is gone: what it has counted, not how it was. Counters
 * would otherwise go down when a worker is replaced, and that reads like a restart.
 */
export function remainsOf(snapshot: Snapshot): Snapshot {
  const remains: Record<string, readonly Sample[]> = {};
  for (const { name, type } of allMetrics()) {
    const samples = snapshot[name];
    if (samples !== undefined && type !== "gauge") remains[name] = samples;
  }
  return remains;
}

/** Is this what another process of ours sent? */
export function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((samples) => Array.isArray(samples) && samples.every(isSample));
}

function isSample(value: unknown): value is Sample {
  if (typeof value !== "object" || value === null) return false;
  if (!("labels" in value && "value" in value)) return false;
  const { labels } = value;
  const isOfText = Array.isArray(labels) && labels.every((label) => typeof label === "string");
  return isOfText && typeof value.value === "number" && hasGoodBuckets(value);
}

function hasGoodBuckets(value: object): boolean {
  if (!("buckets" in value)) return true;
  const { buckets } = value;
  return Array.isArray(buckets) && buckets.every((count) => typeof count === "number");
}
