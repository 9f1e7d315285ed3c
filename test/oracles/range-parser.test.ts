// Range, over the wire, as the package range-parser reads it: which bytes come, and under which
// status. In how many pieces and in which order is range-reference.test.ts's matter.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import parseRange from "range-parser";
import { startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import type { WireResponse } from "../support/wire-response.ts";
import { conversationWith } from "./conversation.ts";
import { positionsOf } from "./parts.ts";
import { comparison, type Rule } from "./rules.ts";

const ROUNDS = 900;
const SIZES = [0, 1, 10, 100, 1000, 100_000] as const;

const noise = randomFrom(14);
/** Content in which no part looks like another. The largest is streamed, the others are not. */
const FILES = new Map<number, Buffer>(
  SIZES.map((size) => [size, Buffer.from(Array.from({ length: size }, () => noise.below(256)))]),
);

interface Asked {
  readonly method: "GET" | "HEAD";
  readonly size: number;
  readonly range: string;
}

interface Given {
  readonly status: 200 | 206 | 416;
  /** Positions, joined where they touch: "0-4,9-9". */
  readonly bytes: string;
}

const IGNORED = "none";

function asPackage({ size, range }: Asked): Given {
  // It leaves the unit to its caller, and does not say it when nothing can be given.
  const isOfBytes = range.startsWith("bytes=");
  const ranges = isOfBytes ? parseRange(size, range, { combine: true }) : -2;
  if (ranges === -1) return { status: 416, bytes: "" };
  if (ranges === -2) return { status: 200, bytes: "all" };
  const list = ranges.map(({ start, end }): [number, number] => [start, end]);
  return { status: 206, bytes: joined(list) };
}

function joined(list: readonly (readonly [number, number])[]): string {
  const touching: [number, number][] = [];
  for (const [first, last] of list.toSorted(([one], [other]) => one - other)) {
    const before = touching.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else touching.push([first, last]);
  }
  return touching.map(([first, last]) => `${first}-${last}`).join();
}

/** What stands behind "bytes=", without the blanks around each element. */
function elementsOf(range: string): readonly string[] {
  return range
    .replace(/^bytes=/, "")
    .split(",")
    .map((element) => element.replace(/^[\t ]+|[\t ]+$/g, ""));
}

/** The same question with other elements; the same value when none is other. */
function withElements(asked: Asked, change: (element: string) => string | undefined): Asked {
  if (!asked.range.startsWith("bytes=")) return asked;
  const before = elementsOf(asked.range);
  const changed = before.map(change).filter((element) => element !== undefined);
  if (changed.join() === before.join()) return asked;
  return { ...asked, range: `bytes=${changed.join()}` };
}

function withoutRange(asked: Asked): Asked {
  return { ...asked, range: IGNORED };
}

function isInvalid(element: string): boolean {
  if (!/^(?:[0-9]+-[0-9]*|-[0-9]+)$/.test(element)) return true;
  const [first = "", last = ""] = element.split("-");
  return first !== "" && last !== "" && BigInt(last) < BigInt(first);
}

/** Everything is asked for, and somewhere two neighbours are in no range together. */
function isAllInPieces({ size, range }: Asked): boolean {
  const ranges = parseRange(size, range);
  if (ranges === -1 || ranges === -2) return false;
  const list = ranges.map(({ start, end }) => [start, end] as const);
  if (joined(list) !== `0-${size - 1}`) return false;
  const seams = ranges.map(({ start }) => start).filter((start) => start > 0);
  return seams.some((seam) => !ranges.some(({ start, end }) => start < seam && seam <= end));
}

const RULES: readonly Rule<Asked>[] = [
  {
    why: "RFC 9110, 14.2: Range is defined for GET only",
    read: (asked) => (asked.method === "GET" ? asked : withoutRange(asked)),
  },
  {
    why: "RFC 9110, 14.1: names of range units have no case",
    read: (asked) => {
      const range = asked.range.replace(/^bytes=/i, "bytes=");
      return range === asked.range ? asked : { ...asked, range };
    },
  },
  {
    why: "RFC 9110, 5.6.1.2: empty elements of a list are skipped",
    read: (asked) => withElements(asked, (element) => (element === "" ? undefined : element)),
  },
  {
    why: "RFC 9110, 14.1.1: one invalid element makes the set invalid; 14.2: then it is ignored",
    read: (asked) => {
      if (!asked.range.startsWith("bytes=")) return asked;
      return elementsOf(asked.range).some(isInvalid) ? withoutRange(asked) : asked;
    },
  },
  {
    why: "RFC 9110, 14.2: a set of more than 32 ranges is ignored",
    read: (asked) => (elementsOf(asked.range).length > 32 ? withoutRange(asked) : asked),
  },
  {
    why: "RFC 9110, 14.1.2: a suffix of nothing is satisfiable; 14.4: it has no Content-Range",
    read: (asked) => {
      const hasSuffix = elementsOf(asked.range).some((element) => /^-0*[1-9]/.test(element));
      return asked.size === 0 && hasSuffix ? withoutRange(asked) : asked;
    },
  },
  {
    why: "RFC 9110, 14.1.2: a suffix longer than the representation is all of it",
    read: (asked) =>
      withElements(asked, (element) =>
        element.startsWith("-") && BigInt(element.slice(1)) > BigInt(asked.size)
          ? `-${asked.size}`
          : element,
      ),
  },
  {
    why: "RFC 9110, 14.2: all of it in pieces is given as the whole, without the packing",
    read: (asked) => (isAllInPieces(asked) ? withoutRange(asked) : asked),
  },
];

const HUGE = ["9007199254740993", "18446744073709551616", "9".repeat(300)] as const;
const INVALID = [
  "x",
  "5",
  "5-4",
  "--5",
  "-5-",
  "1 -2",
  "1- 2",
  "\xa00-1",
  "+1-2",
  "0x1-0x2",
] as const;

function element(random: Random, size: number): string {
  const reach = size + 3;
  const first = random.below(reach);
  switch (random.below(16)) {
    case 0:
      return random.pick(INVALID);
    case 1:
      return "";
    case 2:
      return `${first}-${random.pick(HUGE)}`;
    case 3:
      return random.pick([`${random.pick(HUGE)}-`, `-${random.pick(HUGE)}`, "-0", "-00"]);
    case 4:
    case 5:
      return `-${random.below(reach)}`;
    case 6:
    case 7:
      return `${first}-`;
    case 8:
      return `00${first}-00${first}`;
    default:
      return `${first}-${first + random.below(Math.ceil(size / 4) + 1)}`;
  }
}

/** Mostly a few ranges, sometimes a neat cut in two, sometimes more than anybody needs. */
function question(random: Random): Asked {
  const size = random.pick(SIZES);
  const method = random.below(12) === 0 ? "HEAD" : "GET";
  const unit =
    random.below(10) === 0 ? random.pick(["Bytes=", "BYTES=", "items=", "bytes "]) : "bytes=";
  const cut = random.below(size + 1);
  if (random.below(12) === 0) return { method, size, range: `${unit}0-${cut},${cut + 1}-` };
  const count = random.below(20) === 0 ? 30 + random.below(6) : 1 + random.below(4);
  const neat = count > 4 && random.below(2) === 0;
  const elements = Array.from({ length: count }, (_, at) =>
    neat ? `${at * 2}-${at * 2}` : element(random, size),
  );
  return { method, size, range: unit + elements.join(random.pick([",", ", ", " ,\t"])) };
}

function given(answer: WireResponse, { method, size }: Asked): Given {
  const file = FILES.get(size) ?? Buffer.alloc(0);
  switch (answer.status) {
    case 200:
      assert.equal(answer.fields.get("content-length"), String(size));
      assert.equal(answer.fields.get("content-range"), undefined);
      assert.ok(answer.body.equals(method === "HEAD" ? Buffer.alloc(0) : file));
      return { status: 200, bytes: "all" };
    case 206: {
      const list = positionsOf(answer, file);
      const sent = list.reduce((sum, [first, last]) => sum + last - first + 1, 0);
      assert.equal(sent, new Set(list.flatMap(([first, last]) => numbers(first, last))).size);
      return { status: 206, bytes: joined(list) };
    }
    case 416:
      assert.equal(answer.fields.get("content-range"), `bytes */${size}`);
      return { status: 416, bytes: "" };
    default:
      throw new Error(`${answer.status} is no answer to Range`);
  }
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

test(`${ROUNDS} sets of ranges bring the bytes that range-parser finds in them`, async () => {
  const files = [...FILES].map(([size, content]) => [`www/${size}.bin`, content] as const);
  const program = await startProgram({ after }, { files: Object.fromEntries(files) });
  const conversation = conversationWith(program);
  after(async () => conversation.end());
  const { expected, assertRulesMattered } = comparison(asPackage, RULES);
  const random = randomFrom(9110);
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const asked = question(random);
    const { method, size, range } = asked;
    const fields = [["Range", range]] as const;
    const answer = await conversation.ask({ method, path: `/${size}.bin`, fields });
    const type = answer.fields.get("content-type") ?? "";
    const shown = `round ${round}: ${method} ${range} of ${size} bytes`;
    assert.deepEqual(given(answer, asked), expected(asked), shown);
    seen.add(`${answer.status}${type.startsWith("multipart/") ? " in parts" : ""}`);
  }
  assert.deepEqual([...seen].sort(), ["200", "206", "206 in parts", "416"]);
  assertRulesMattered();
  assert.equal(conversation.connections, 1, "one connection carries them all");
});
