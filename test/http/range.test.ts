import assert from "node:assert/strict";
import { test } from "node:test";
import parseRange from "range-parser";
import { type Field, fieldsOf } from "../../src/http/fields.ts";
import {
  chooseRange,
  contentRange,
  DEFAULT_RANGE_LIMITS,
  type RangeChoice,
  unsatisfiedRange,
} from "../../src/http/range.ts";
import { randomFrom } from "../support/random.ts";

const WHOLE: RangeChoice = { kind: "whole" };
const UNSATISFIABLE: RangeChoice = { kind: "unsatisfiable" };

interface Asked {
  readonly size?: number;
  readonly method?: string;
  readonly rangesMax?: number;
  readonly others?: readonly Field[];
}

function choice(range: string, asked: Asked = {}): RangeChoice {
  const { size = 1000, method = "GET", rangesMax = 16, others = [] } = asked;
  return chooseRange({
    method,
    fields: fieldsOf([["Range", range], ...others]),
    size,
    validators: { etag: '"now"', lastModifiedMs: 0 },
    nowMs: Date.UTC(2026, 10, 20),
    limits: { rangesMax },
  });
}

for (const [range, start, length] of [
  ["bytes=0-0", 0, 1],
  ["bytes=0-4", 0, 5],
  ["bytes=10-19", 10, 10],
  ["bytes=999-999", 999, 1],
  ["bytes=0-", 0, 1000],
  ["bytes=990-", 990, 10],
  ["bytes=-1", 999, 1],
  ["bytes=-10", 990, 10],
  ["bytes=-1000", 0, 1000],
  ["bytes=-5000", 0, 1000], // longer than there is: all of it
  ["bytes=990-1000", 990, 10], // past the end: clipped
  ["bytes=990-99999999999999999999", 990, 10],
  [`bytes=0-${"9".repeat(400)}`, 0, 1000],
  [`bytes=-${"9".repeat(400)}`, 0, 1000],
  [`bytes=${"0".repeat(400)}10-${"0".repeat(400)}19`, 10, 10],
  ["bytes=0010-0019", 10, 10],
  ["Bytes=0-4", 0, 5],
  ["BYTES=0-4", 0, 5],
  ["bytes=0-4,", 0, 5],
  ["bytes=,,0-4 ,\t,", 0, 5],
  ["bytes=0-4,5000-", 0, 5], // what can be given is given
  ["bytes=5000-,0-4,-0", 0, 5],
  ["bytes=0-9,5-14", 0, 15], // overlapping: joined
  ["bytes=5-14,0-9", 0, 15],
  ["bytes=0-99,10-19,-950", 0, 1000],
] as const) {
  test(`${range.slice(0, 60)} of a thousand bytes is ${length} from ${start} on`, () => {
    assert.deepEqual(choice(range), { kind: "one", start, length });
  });
}

for (const range of [
  "bytes=10-5",
  "bytes=9007199254740993-9007199254740992", // the same as doubles
  "bytes=10",
  "bytes=a-b",
  "bytes=0-b",
  "bytes=-5-10",
  "bytes=0--5",
  "bytes=--5",
  "bytes=-",
  "bytes=",
  "bytes=,",
  "bytes",
  "",
  "bytes 0-4",
  "bytes:0-4",
  "bytes =0-4",
  "bytes= 0 -4",
  "bytes=0 - 4",
  "bytes=0.0-4.0",
  "bytes=0-4;10-14",
  "bytes==0-4",
  "bytes=+0-4",
  "bytes=0x0-0x4",
  "bytes=1e2-1e3",
  "bytes=NaN-NaN",
  "bytes=0-Infinity",
  "bytes=\u0660-\u0664",
  "bytes=0-4,x",
  "bytes=0-4,10-5", // one wrong element spoils the set (14.1.1)
  "bytes=0-4, bytes=10-14", // two Range lines, joined
  "none=0-4",
  "=0-4",
  "bytesx=0-4",
  "chars=0-4, bytes=0-4",
]) {
  test(`${JSON.stringify(range)} is ignored`, () => {
    assert.deepEqual(choice(range), WHOLE);
  });
}

for (const range of [
  "bytes=1000-",
  "bytes=1000-1001",
  "bytes=99999-",
  "bytes=18446744073709551616-",
  `bytes=${"9".repeat(400)}-`,
  "bytes=-0",
  "bytes=-000",
  "bytes=2000-3000,4000-",
  "bytes=-0,1000-",
]) {
  test(`${range.slice(0, 60)} of a thousand bytes does not exist`, () => {
    assert.deepEqual(choice(range), UNSATISFIABLE);
  });
}

test("spaces and tabs may stand around commas", () => {
  assert.deepEqual(choice("bytes=0-1 ,\t10-11"), {
    kind: "many",
    ranges: [
      { start: 0, length: 2 },
      { start: 10, length: 2 },
    ],
  });
});

test("several ranges keep the order in which they were asked for", () => {
  assert.deepEqual(choice("bytes=-10,100-104,0-9"), {
    kind: "many",
    ranges: [
      { start: 990, length: 10 },
      { start: 100, length: 5 },
      { start: 0, length: 10 },
    ],
  });
});

test("ranges that touch stay apart, as they were asked for", () => {
  assert.deepEqual(choice("bytes=5-9,0-4"), {
    kind: "many",
    ranges: [
      { start: 5, length: 5 },
      { start: 0, length: 5 },
    ],
  });
});

test("overlapping ranges are joined in the place of the first of them", () => {
  assert.deepEqual(choice("bytes=500-509,0-9,505-520,5-6"), {
    kind: "many",
    ranges: [
      { start: 500, length: 21 },
      { start: 0, length: 10 },
    ],
  });
});

test("pieces that make up the whole are sent as the whole", () => {
  assert.deepEqual(choice("bytes=0-499,500-999"), WHOLE);
  assert.deepEqual(choice("bytes=500-,0-499"), WHOLE);
});

test("more ranges than allowed are answered with the whole", () => {
  const list = (count: number): string =>
    `bytes=${Array.from({ length: count }, (_, at) => `${at * 10}-${at * 10}`).join(",")}`;
  const allowed = choice(list(16));
  assert.equal(allowed.kind === "many" && allowed.ranges.length, 16);
  assert.deepEqual(choice(list(17)), WHOLE);
  assert.deepEqual(choice(`bytes=${"0-,".repeat(400)}`), WHOLE);
  assert.deepEqual(choice("bytes=0-0,2-2", { rangesMax: 1 }), WHOLE);
  assert.deepEqual(choice("bytes=0-4", { rangesMax: 1 }), { kind: "one", start: 0, length: 5 });
  assert.deepEqual(choice("bytes=0-4", { rangesMax: 0 }), WHOLE);
});

test("ten ranges are not too many for the default", () => {
  assert.ok(DEFAULT_RANGE_LIMITS.rangesMax >= 10);
});

test("nothing exists of an empty file; its last bytes are all of it", () => {
  assert.deepEqual(choice("bytes=0-", { size: 0 }), UNSATISFIABLE);
  assert.deepEqual(choice("bytes=0-0", { size: 0 }), UNSATISFIABLE);
  assert.deepEqual(choice("bytes=-5", { size: 0 }), WHOLE);
  assert.deepEqual(choice("bytes=-0", { size: 0 }), UNSATISFIABLE);
});

test("a file of one byte has one", () => {
  assert.deepEqual(choice("bytes=0-0", { size: 1 }), { kind: "one", start: 0, length: 1 });
  assert.deepEqual(choice("bytes=1-", { size: 1 }), UNSATISFIABLE);
});

for (const [range, size, start, length] of [
  ["bytes=4294967292-4294967299", 5_368_709_120, 4_294_967_292, 8],
  ["bytes=-9", 5_368_709_120, 5_368_709_111, 9],
  ["bytes=9007199254740990-", Number.MAX_SAFE_INTEGER, 9_007_199_254_740_990, 1],
  ["bytes=-1", Number.MAX_SAFE_INTEGER, 9_007_199_254_740_990, 1],
  ["bytes=0-9007199254740993", Number.MAX_SAFE_INTEGER, 0, 9_007_199_254_740_991],
] as const) {
  test(`${range} of ${size} bytes loses no precision`, () => {
    assert.deepEqual(choice(range, { size }), { kind: "one", start, length });
  });
}

test("a start just past the largest size there can be is past it", () => {
  const size = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(choice("bytes=9007199254740991-", { size }), UNSATISFIABLE);
  assert.deepEqual(choice("bytes=9007199254740993-", { size }), UNSATISFIABLE);
});

test("only GET knows ranges", () => {
  for (const method of ["HEAD", "POST", "PUT", "get"]) {
    assert.deepEqual(choice("bytes=0-4", { method }), WHOLE, method);
  }
});

test("If-Range decides whether the range counts", () => {
  const part: RangeChoice = { kind: "one", start: 0, length: 5 };
  assert.deepEqual(choice("bytes=0-4", { others: [["If-Range", '"now"']] }), part);
  assert.deepEqual(choice("bytes=0-4", { others: [["If-Range", '"old"']] }), WHOLE);
  const epoch = "Thu, 01 Jan 1970 00:00:00 GMT";
  assert.deepEqual(choice("bytes=0-4", { others: [["If-Range", epoch]] }), part);
  assert.deepEqual(
    choice("bytes=5000-", { others: [["If-Range", '"old"']] }),
    WHOLE,
    "not 416: the range is not even looked at",
  );
});

test("Content-Range names the first and the last byte, or none", () => {
  assert.equal(contentRange({ start: 0, length: 5 }, 11), "bytes 0-4/11");
  assert.equal(unsatisfiedRange(11), "bytes */11");
});

test("never more bytes than the file, no byte twice, only bytes that exist", () => {
  const random = randomFrom(3192);
  for (let round = 0; round < 20_000; round++) {
    const size = random.below(100);
    const position = (): string => (random.below(4) === 0 ? "" : String(random.below(120)));
    const specs = Array.from({ length: 1 + random.below(8) }, () => `${position()}-${position()}`);
    const range = `bytes=${specs.join(",")}`;
    const made = choice(range, { size });
    const ranges = made.kind === "many" ? made.ranges : made.kind === "one" ? [made] : [];
    const seen = new Set<number>();
    for (const { start, length } of ranges) {
      assert.ok(length >= 1 && start >= 0 && start + length <= size, range);
      for (let at = start; at < start + length; at++) {
        assert.ok(!seen.has(at), `${range}: byte ${at} twice`);
        seen.add(at);
      }
    }
    if (made.kind === "many") assert.ok(seen.size < size && ranges.length > 1, range);
  }
});

test("ranges are understood as by the package range-parser", () => {
  const random = randomFrom(7233);
  for (let round = 0; round < 20_000; round++) {
    const size = 1 + random.below(100);
    const specs = Array.from({ length: 1 + random.below(4) }, () => validSpec(random.below));
    const range = `bytes=${specs.join(",")}`;
    // It takes a suffix longer than the file for unsatisfiable; it means all of it (14.1.2).
    if (specs.some((spec) => spec.startsWith("-") && Number(spec.slice(1)) > size)) continue;
    const expected = parseRange(size, range, { combine: true });
    if (expected === -2) throw new Error(`${range}: not understood by range-parser`);
    // It joins ranges that only touch as well, so bytes are compared, not pieces.
    const bytes =
      expected === -1 ? [] : expected.flatMap(({ start, end }) => numbers(start, end + 1));
    const made = choice(range, { size });
    assert.equal(made.kind === "unsatisfiable", expected === -1, range);
    assert.deepEqual(
      bytesOf(made, size),
      bytes.toSorted((a, b) => a - b),
      range,
    );
  }
});

// Left out above, since range-parser differs: "10-5" is skipped there, while by 14.1.1 it makes the
// whole set invalid; empty elements spoil the set there, while 5.6.1.2 wants them skipped.
test("what range-parser reads otherwise is read by the RFC", () => {
  assert.equal(parseRange(1000, "bytes=10-5"), -1);
  assert.deepEqual(choice("bytes=10-5"), WHOLE);
  assert.equal(parseRange(1000, "bytes=0-4,"), -2);
  assert.deepEqual(choice("bytes=0-4,"), { kind: "one", start: 0, length: 5 });
  assert.equal(parseRange(1000, "bytes=-5000"), -1);
  assert.deepEqual(choice("bytes=-5000"), { kind: "one", start: 0, length: 1000 });
});

function validSpec(below: (limit: number) => number): string {
  const first = below(120);
  const specs = [`${first}-`, `-${below(120)}`] as const;
  return specs[below(3)] ?? `${first}-${first + below(30)}`;
}

function numbers(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, at) => start + at);
}

function bytesOf(made: RangeChoice, size: number): number[] {
  if (made.kind === "unsatisfiable") return [];
  if (made.kind === "whole") return numbers(0, size);
  const ranges = made.kind === "one" ? [made] : made.ranges;
  const bytes = ranges.flatMap(({ start, length }) => numbers(start, start + length));
  return bytes.toSorted((a, b) => a - b);
}
