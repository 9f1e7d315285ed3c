// A snapshot in the text format of Prometheus, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/
// Pure, and the only place that knows how the format looks.

import { BUCKETS_SECONDS } from "./histogram.ts";
import { allMetrics, type Metric } from "./metric-names.ts";
import type { Sample, Snapshot } from "./snapshot.ts";

export function metricsText(snapshot: Snapshot): string {
  let text = "";
  for (const metric of allMetrics()) {
    const samples = snapshot[metric.name] ?? [];
    if (samples.length === 0) continue;
    text += `# HELP ${metric.name} ${metric.help.replace(/[\\\n]/g, escapeOf)}\n`;
    text += `# TYPE ${metric.name} ${metric.type}\n`;
    for (const sample of samples) text += linesOf(metric, sample);
  }
  return text;
}

function linesOf({ name, labels }: Metric, { labels: values, value, buckets }: Sample): string {
  const pairs = labels.map((label, at) => pair(label, values[at] ?? ""));
  if (buckets === undefined) return line(name, pairs, value);
  let text = "";
  let count = 0;
  for (const [at, here] of buckets.entries()) {
    count += here; // buckets are told as "this long or less"
    const bound = BUCKETS_SECONDS[at];
    const le = pair("le", bound === undefined ? "+Inf" : String(bound));
    text += line(`${name}_bucket`, [...pairs, le], count);
  }
  return text + line(`${name}_sum`, pairs, value) + line(`${name}_count`, pairs, count);
}

function line(name: string, pairs: readonly string[], value: number): string {
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function pair(label: string, value: string): string {
  return `${label}="${value.replace(/[\\"\n]/g, escapeOf)}"`;
}

function escapeOf(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
