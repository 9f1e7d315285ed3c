// A strict reader of Prometheus' text format, version 0.0.4: it refuses what the format does not
// allow, and what a scrape would silently take but nobody means. It shares no code with the writer.

export interface Family {
  readonly type: string;
  readonly help: string;
  /** Value by everything in front of it, as written: `a_bucket{le="1"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,(?!$)|$)/y;
const TYPES = ["counter", "gauge", "histogram"];

export function readMetrics(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const lines = text.slice(0, -1).split("\n");
  const families = new Map<string, Family>();
  for (let at = 0; at < lines.length; ) {
    const { name, help } = readHelp(lines[at++] ?? "");
    if (families.has(name)) throw new Error(`${name} comes twice`);
    const type = readType(lines[at++] ?? "", name);
    const samples = new Map<string, number>();
    for (; at < lines.length && lines[at]?.startsWith("# ") !== true; at++) {
      readSample(lines[at] ?? "", { name, type }, samples);
    }
    families.set(name, { type, help, samples });
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function readHelp(line: string): { name: string; help: string } {
  const [, name = "", help = ""] = /^# HELP (\S+) (.+)$/s.exec(line) ?? [];
  if (!NAME.test(name) || /\\[^\\n]/.test(help)) throw new Error(`not a help: ${line}`);
  return { name, help };
}

function readType(line: string, name: string): string {
  const [, of, type = ""] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
  if (of !== name || !TYPES.includes(type)) throw new Error(`not the type of ${name}: ${line}`);
  return type;
}

function readSample(
  line: string,
  family: { name: string; type: string },
  samples: Map<string, number>,
): void {
  const [, name = "", labels, number = ""] = SAMPLE.exec(line) ?? [];
  const suffix = family.type === "histogram" ? /^_(bucket|sum|count)$/ : /^$/;
  if (!name.startsWith(family.name) || !suffix.test(name.slice(family.name.length))) {
    throw new Error(`not a sample of ${family.name}: ${line}`);
  }
  const names = labels === undefined ? [] : labelNames(labels, line);
  if (new Set(names).size !== names.length) throw new Error(`a label stands twice: ${line}`);
  if (names.includes("le") !== name.endsWith("_bucket")) throw new Error(`a stray bound: ${line}`);
  const value = Number(number);
  if (!Number.isFinite(value)) throw new Error(`not a number that means something: ${line}`);
  const key = line.slice(0, line.lastIndexOf(" "));
  if (samples.has(key)) throw new Error(`told twice: ${key}`);
  samples.set(key, value);
}

function labelNames(labels: string, line: string): string[] {
  const names: string[] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labels.length) {
    const found = LABEL.exec(labels);
    if (found === null) throw new Error(`labels that cannot be read: ${line}`);
    names.push(found[1] ?? "");
  }
  if (names.length === 0) throw new Error(`braces around nothing: ${line}`);
  return names;
}

function checkFamily(name: string, { type, samples }: Family): void {
  if (samples.size === 0) throw new Error(`${name} has no samples`);
  if (name.endsWith("_total") !== (type === "counter")) throw new Error(`${name} is a ${type}`);
  if (type !== "gauge" && [...samples.values()].some((value) => value < 0)) {
    throw new Error(`${name} is less than nothing`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

/** Buckets grow, the last one is +Inf, and it says what the count says. */
function checkHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  const rows = rowsOf(samples);
  const others = [...samples.keys()].filter((key) => !/^[^{]*_bucket/.test(key));
  if (others.length !== 2 * rows.size) throw new Error(`${name}: rows without a sum or a count`);
  for (const [labels, row] of rows) {
    const bounds = row.map(({ le }) => le);
    const counts = row.map(({ count }) => count);
    if (!isGrowing(bounds) || !isGrowing(counts)) {
      throw new Error(`${name}${labels}: buckets that do not grow`);
    }
    if (new Set(bounds).size !== bounds.length) throw new Error(`${name}${labels}: a bound twice`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name}${labels}: no +Inf`);
    if (samples.get(`${name}_count${labels}`) !== counts.at(-1)) {
      throw new Error(`${name}${labels}: the count is not what the buckets say`);
    }
    if (!samples.has(`${name}_sum${labels}`)) throw new Error(`${name}${labels}: no sum`);
  }
}

interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** By their labels but the bound. */
function rowsOf(samples: ReadonlyMap<string, number>): Map<string, Bucket[]> {
  const rows = new Map<string, Bucket[]>();
  for (const [key, count] of samples) {
    const [, others, bound] = /^[^{]*_bucket\{(?:(.*),)?le="([^"]*)"\}$/s.exec(key) ?? [];
    if (bound === undefined) continue;
    const le = bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound);
    const labels = others === undefined ? "" : `{${others}}`;
    rows.set(labels, [...(rows.get(labels) ?? []), { le, count }]);
  }
  return rows;
}

function isGrowing(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => number >= (numbers[at - 1] ?? Number.NEGATIVE_INFINITY));
}
