// The kinds of values a configuration knows. Each says three things about itself in one place:
// how it is called, what editors may check (JSON Schema), and what it means. schema.ts is made of
// these.

import { expected, fault, meant, type Reading, shown } from "./reading.ts";
import { didYouMean } from "./suggest.ts";
import {
  type Bounds,
  DURATION_PATTERN,
  durationText,
  readDuration,
  readSize,
  SIZE_PATTERN,
  sizeText,
} from "./units.ts";
import { type Zod, z } from "./zod.ts";

type Json = Readonly<Record<string, unknown>>;

export interface Kind<T> {
  /** For people: "port", "duration", "path of a folder". */
  readonly title: string;
  /** What to expect, when nothing at all was written. */
  readonly what: string;
  readonly json: Json;
  read(value: unknown): Reading<T>;
}

/**
 * A kind as a row of the schema. `null` (a key with nothing after its colon) and a missing key are
 * judged here, since every kind says the same to them.
 */
export function row<T>(kind: Kind<T>, description: string): Zod.ZodType<T> {
  return z
    .unknown()
    .transform((value, context): T => {
      const reading =
        value === null || value === undefined ? absent(kind, value) : kind.read(value);
      if (reading.kind === "value") return reading.value;
      const { message, hint } = reading;
      context.addIssue({ code: "custom", message, params: { hint } });
      return z.NEVER;
    })
    .meta({ title: kind.title, description, ...kind.json });
}

function absent<T>(kind: Kind<T>, value: null | undefined): Reading<T> {
  return value === null
    ? fault(`has no value; expected ${kind.what}`, "remove the line for the default")
    : fault(`is missing; expected ${kind.what}`);
}

export const flag: Kind<boolean> = {
  title: "true or false",
  what: "true or false",
  json: { type: "boolean" },
  read(value) {
    if (typeof value === "boolean") return meant(value);
    const likely = typeof value === "string" ? FLAG_WORDS.get(value.toLowerCase()) : undefined;
    const hint = likely === undefined ? undefined : `YAML 1.2 takes it for text; write ${likely}`;
    return expected("true or false", value, hint);
  },
};

/** What YAML 1.1 took for booleans, and quoted ones. */
const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["y", true],
  ["true", true],
  ["no", false],
  ["off", false],
  ["n", false],
  ["false", false],
]);

/** 0 is any free port; "off" does not listen. */
export const port: Kind<number | "off"> = {
  title: "port, or off",
  what: "a port (0 to 65535)",
  json: { anyOf: [{ type: "integer", minimum: 0, maximum: 65535 }, { const: "off" }] },
  read(value) {
    if (value === "off") return meant("off");
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65535) {
      return meant(value);
    }
    const isQuoted = typeof value === "string" && /^[0-9]{1,5}$/.test(value);
    return expected("a port (0 to 65535)", value, isQuoted ? "write it without quotes" : undefined);
  },
};

export function count(bounds: Bounds): Kind<number> {
  const what = `a whole number, ${bounds.min} to ${bounds.max}`;
  return {
    title: "number",
    what,
    json: { type: "integer", minimum: bounds.min, maximum: bounds.max },
    read(value) {
      const isWhole = typeof value === "number" && Number.isInteger(value);
      const isInside = isWhole && value >= bounds.min && value <= bounds.max;
      return isInside ? meant(value) : expected(what, value);
    },
  };
}

export function duration(bounds: Bounds): Kind<number> {
  return {
    title: `duration, ${durationText(bounds.min)} to ${durationText(bounds.max)}`,
    what: "a time such as 5s or 500ms",
    json: {
      anyOf: [
        { type: "number", minimum: bounds.min / 1000, maximum: bounds.max / 1000 },
        { type: "string", pattern: DURATION_PATTERN },
      ],
    },
    read: (value) => readDuration(value, bounds),
  };
}

export function size(bounds: Bounds): Kind<number> {
  return {
    title: `size, ${sizeText(bounds.min)} to ${sizeText(bounds.max)}`,
    what: "a size such as 8KiB or 1MiB",
    json: {
      anyOf: [
        { type: "integer", minimum: bounds.min, maximum: bounds.max },
        { type: "string", pattern: SIZE_PATTERN },
      ],
    },
    read: (value) => readSize(value, bounds),
  };
}

export function choice<T extends string>(names: readonly T[]): Kind<T> {
  const what = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return {
    title: names.join(" | "),
    what,
    json: { type: "string", enum: [...names] },
    read(value) {
      const found = names.find((name) => name === value);
      if (found !== undefined) return meant(found);
      const hint = typeof value === "string" ? didYouMean(value, names) : undefined;
      return expected(what, value, hint);
    },
  };
}

/** As choice, for words that the original took in any spelling of case. */
export function caseBlindChoice<T extends string>(names: readonly T[]): Kind<T> {
  const inner = choice(names);
  const lowered = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  return {
    ...inner,
    read(value) {
      const reading = inner.read(lowered(value));
      return reading.kind === "value" ? reading : inner.read(value);
    },
  };
}

/** A path on this machine; made absolute later, when it is known what it counts from. */
export function diskPath(title: string): Kind<string> {
  return {
    title,
    what: "a path",
    json: { type: "string", minLength: 1 },
    read(value) {
      if (typeof value !== "string") return expected("a path", value, quotesHint(value));
      if (value === "") return expected("a path", value, '"." is the folder of this file');
      if (/\p{Cc}/u.test(value)) return fault(`${shown(value)} holds a control character`);
      if (value.startsWith("~/")) {
        return expected("a path", value, "~ means something to shells only; write it out");
      }
      return meant(value);
    },
  };
}

/** Text that a function of its own judges. */
export function word<T>(title: string, read: (value: unknown) => Reading<T>): Kind<T> {
  return {
    title,
    what: `${/^[aeiou]/.test(title) ? "an" : "a"} ${title}`,
    json: { type: "string" },
    read,
  };
}

export function quotesHint(value: unknown): string | undefined {
  const isBare = typeof value === "number" || typeof value === "boolean";
  return isBare ? `for text, write quotes: "${value}"` : undefined;
}
