// Times and sizes as people write them: "500ms", "5s", "8KiB". A bare number is seconds for a
// time (so wrote the original's `timeout: 5`) and bytes for a size.
// Every value has bounds: a slip of the finger must not switch a limit off for three thousand
// years.

import { expected, type Fault, fault, meant, type Reading } from "./reading.ts";

export interface Bounds {
  /** In the base unit: milliseconds, or bytes. */
  readonly min: number;
  readonly max: number;
}

type Unit = readonly [name: string, factor: number];

// In the order in which they are offered to somebody who wrote another.
const TIME_UNITS: readonly Unit[] = [
  ["ms", 1],
  ["s", 1000],
  ["m", 60 * 1000],
  ["h", 3600 * 1000],
];
const SIZE_UNITS: readonly Unit[] = [
  ["B", 1],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
  ["kB", 1000],
  ["MB", 1000 ** 2],
  ["GB", 1000 ** 3],
];

// What editors check before we do; the reading below is the judge.
export const DURATION_PATTERN = "^[0-9]+(\\.[0-9]+)? ?(ms|s|m|h)$";
export const SIZE_PATTERN = "^[0-9]+(\\.[0-9]+)? ?(B|KiB|MiB|GiB|kB|MB|GB)$";

/** Milliseconds, whole. */
export function readDuration(value: unknown, bounds: Bounds): Reading<number> {
  return readQuantity(value, bounds, {
    what: "a time such as 5s or 500ms",
    units: TIME_UNITS,
    bareFactor: 1000,
    bareWord: "seconds",
    smallest: "millisecond",
    print: durationText,
  });
}

/** Bytes, whole. */
export function readSize(value: unknown, bounds: Bounds): Reading<number> {
  return readQuantity(value, bounds, {
    what: "a size such as 8KiB or 1MiB",
    units: SIZE_UNITS,
    bareFactor: 1,
    bareWord: "bytes",
    smallest: "byte",
    print: sizeText,
  });
}

interface Quantity {
  readonly what: string;
  readonly units: readonly Unit[];
  readonly bareFactor: number;
  readonly bareWord: string;
  readonly smallest: string;
  print(amount: number): string;
}

function readQuantity(value: unknown, bounds: Bounds, quantity: Quantity): Reading<number> {
  const amount = amountOf(value, quantity);
  if (typeof amount !== "number") return amount;
  if (!Number.isInteger(amount)) {
    return expected(`whole ${quantity.smallest}s`, value, `a ${quantity.smallest} is the least`);
  }
  if (amount < bounds.min || amount > bounds.max) {
    const range = `${quantity.print(bounds.min)} to ${quantity.print(bounds.max)}`;
    const unit = typeof value === "number" ? ` ${quantity.bareWord}` : "";
    const got = expected(range, value);
    return fault(got.message + unit);
  }
  return meant(amount);
}

/** In the base unit. NaN and the infinities come out as they are: no bounds let them through. */
function amountOf(value: unknown, quantity: Quantity): number | Fault {
  if (typeof value === "number") return rounded(value * quantity.bareFactor);
  if (typeof value !== "string") return expected(quantity.what, value);
  const parts = /^(-?[0-9]{1,20}(?:\.[0-9]{1,9})?) ?([A-Za-zµ]*)$/.exec(value);
  if (parts === null) return expected(quantity.what, value);
  const [, digits = "", unit = ""] = parts;
  if (unit === "") {
    return expected(quantity.what, value, `without quotes, ${digits} means ${quantity.bareWord}`);
  }
  const factor = quantity.units.find(([name]) => name === unit)?.[1];
  if (factor === undefined) {
    const names = quantity.units.map(([name]) => name).join(", ");
    const likely = quantity.units.find(([name]) => alike(name, unit))?.[0];
    const hint = likely === undefined ? undefined : `did you mean ${digits}${likely}?`;
    return fault(`unknown unit in "${value}"; there are ${names}`, hint);
  }
  return rounded(Number(digits) * factor);
}

/** "8k", "8kb", "8K" → KiB; "10sec" → s; "5min" → m. */
function alike(name: string, written: string): boolean {
  const word = written.toLowerCase();
  const letters = name.toLowerCase();
  if (word.length === 1 && /[kmg]/.test(word)) return letters === `${word}ib`;
  return letters === word || (word.length > 2 && letters.length === 1 && word.startsWith(letters));
}

/** 0.1 s is 100 ms, not 100.00000000000001. */
function rounded(amount: number): number {
  const whole = Math.round(amount);
  return Math.abs(whole - amount) < 1e-6 ? whole : amount;
}

/** In the largest unit that gives a whole number: 90000 → "90s". */
export function durationText(ms: number): string {
  return textIn(TIME_UNITS, ms);
}

/** In the largest binary unit that gives a whole number: 8192 → "8KiB". */
export function sizeText(bytes: number): string {
  return textIn(SIZE_UNITS.slice(0, 4), bytes);
}

function textIn(units: readonly Unit[], amount: number): string {
  if (amount === 0) return "0";
  const fitting = units.findLast(([, factor]) => amount % factor === 0);
  return fitting === undefined ? String(amount) : `${amount / fitting[1]}${fitting[0]}`;
}
