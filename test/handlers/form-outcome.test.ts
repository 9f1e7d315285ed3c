import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Outcome,
  outcomesSaid,
  outcomesToSay,
  saidHtml,
} from "../../src/handlers/form-outcome.ts";

function cookieOf(outcomes: readonly Outcome[]): string {
  const [name, value] = outcomesToSay(outcomes);
  assert.equal(name, "Set-Cookie");
  assert.match(value, /; Path=\/; Max-Age=60; HttpOnly; SameSite=Strict$/);
  return value.split(";")[0] ?? "";
}

function plain(outcomes: readonly Outcome[]): string[] {
  return outcomesSaid(`a=1; ${cookieOf(outcomes)}; b=2`).map(({ text, isGood }) => {
    return `${isGood ? "+" : "-"} ${text.replace(/[\u2068\u2069]/g, "")}`;
  });
}

test("what was done and what was not come back as statements", () => {
  assert.deepEqual(
    plain([
      { name: "a.txt", what: "uploaded" },
      { name: "b.txt", what: "exists" },
      { name: "ü.txt", what: "uploaded" },
      { name: "big", what: "no-space" },
    ]),
    [
      "+ Uploaded: a.txt, ü.txt.",
      "- b.txt: is there already; it was left as it is.",
      "- big: was not stored: there is no room left.",
    ],
  );
});

test("of very many only some are named, and the cookie stays small", () => {
  const many = Array.from({ length: 1000 }, (_, index) => {
    return { name: `${index} ${"🐅".repeat(200)}`, what: "uploaded" } as const;
  });
  assert.ok(cookieOf(many).length < 4096);
  assert.match(plain(many)[0] ?? "", /^\+ Uploaded: 0 🐅+…, .*, 988 more\.$/u);
});

test("names are text", () => {
  const html = saidHtml(outcomesSaid(cookieOf([{ name: "<b>\u202e", what: "created" }])));
  assert.equal(html, '<p class="good">Created: \u2068&lt;b&gt;\ufffd\u2069.</p>');
});

for (const value of [
  "",
  "e30",
  "W10",
  "!!",
  "W1siX19wcm90b19fIiwxLCJhIl1d",
  "W1siaGFja2VkIiwxXV0",
  "bnVsbA",
]) {
  test(`a cookie that says ${value === "" ? "nothing" : value} says nothing`, () => {
    assert.deepEqual(outcomesSaid(`ferrox-said=${value}`), []);
  });
}

test("another cookie with such an end is not ours", () => {
  const cookie = cookieOf([{ name: "a", what: "created" }]);
  assert.deepEqual(outcomesSaid(`not-${cookie}`), []);
  assert.deepEqual(outcomesSaid(undefined), []);
});
