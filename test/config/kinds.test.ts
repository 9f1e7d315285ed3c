import assert from "node:assert/strict";
import { test } from "node:test";
import {
  caseBlindChoice,
  choice,
  count,
  diskPath,
  duration,
  flag,
  type Kind,
  port,
  row,
  size,
} from "../../src/config/kinds.ts";

const colour = choice(["red", "green"]);

for (const [kind, written, value] of [
  [flag, true, true],
  [port, 0, 0],
  [port, 65535, 65535],
  [port, "off", "off"],
  [count({ min: 1, max: 3 }), 3, 3],
  [duration({ min: 1, max: 9999 }), "2s", 2000],
  [size({ min: 1, max: 9999 }), "1KiB", 1024],
  [colour, "red", "red"],
  [caseBlindChoice(["red", "green"]), "GREEN", "green"],
  [diskPath("folder"), "a b", "a b"],
] as const) {
  test(`${kind.title}: ${written} is ${value}`, () => {
    assert.deepEqual(kind.read(written), { kind: "value", value });
  });
}

for (const [kind, written, hint] of [
  [flag, "Yes", "YAML 1.2 takes it for text; write true"],
  [flag, "off", "YAML 1.2 takes it for text; write false"],
  [flag, 1, undefined],
  [port, "80", "write it without quotes"],
  [port, 65536, undefined],
  [port, 8080.5, undefined],
  [count({ min: 1, max: 3 }), 4, undefined],
  [count({ min: 1, max: 3 }), "2", undefined],
  [colour, "RED", "did you mean red?"],
  [colour, 5, undefined],
  [diskPath("folder"), "~/www", "~ means something to shells only; write it out"],
  [diskPath("folder"), "", '"." is the folder of this file'],
  [diskPath("folder"), 5, 'for text, write quotes: "5"'],
] as const) {
  test(`${kind.title}: ${JSON.stringify(written)} is refused`, () => {
    const reading: ReturnType<Kind<unknown>["read"]> = kind.read(written);
    assert.equal(reading.kind === "fault" ? reading.hint : "no fault", hint);
  });
}

test("a row tells a missing value from an empty one", () => {
  const messageOf = (value: unknown) =>
    row(flag, "A flag.").safeParse(value).error?.issues[0]?.message;
  assert.equal(messageOf(undefined), "is missing; expected true or false");
  assert.equal(messageOf(null), "has no value; expected true or false");
});
