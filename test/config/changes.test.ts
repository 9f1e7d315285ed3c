import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween } from "../../src/config/changes.ts";
import { read } from "./support.ts";

function changes(
  before: string,
  after: string,
  startKeys: readonly string[] = [],
): readonly string[] {
  const [was, is] = [read(before), read(after)];
  assert.ok(was.kind === "config" && is.kind === "config", JSON.stringify([was, is]));
  return changesBetween(was, is, startKeys);
}

const route = (path: string, to: string) => `  - { path: ${path}, redirect: '${to}' }\n`;
const SITE = "  - { path: /, redirect: 'https://a.example/' }\n";
const NOTHING = "server: {}\n";

test("the same words are no change, wherever they stand", () => {
  assert.deepEqual(changes("server: {timeout: 5s}\n", "# hello\nserver:\n  timeout: 5s\n"), []);
});

test("a word that was not said had its default", () => {
  assert.deepEqual(changes(NOTHING, "limits: {body_idle: 20s}\n"), ["limits.body_idle: 15s → 20s"]);
  assert.deepEqual(changes("limits: {body_idle: 20s}\n", NOTHING), ["limits.body_idle: 20s → 15s"]);
});

test("what is under a name of the operator's own comes and goes by that name", () => {
  assert.deepEqual(changes("headers: {X-A: one}\n", "headers: {X-B: two}\n"), [
    "headers.X-A removed: one",
    "headers.X-B added: two",
  ]);
});

test("a route that comes in between is one change, not one for each that follows", () => {
  const before = `routes:\n${route("/a", "https://b.example/")}${route("/c", "https://d.example/")}${SITE}`;
  const after = `routes:\n${route("/a", "https://b.example/")}${route("/n", "https://m.example/")}${route("/c", "https://d.example/")}${SITE}`;
  assert.deepEqual(changes(before, after), [
    "routes[1] added: path /n, redirect https://m.example/",
  ]);
  assert.deepEqual(changes(after, before), [
    "routes[1] removed: path /n, redirect https://m.example/",
  ]);
});

test("a route that has changed says in what", () => {
  const before = `routes:\n${route("/a", "https://b.example/")}${SITE}`;
  const after = `routes:\n${route("/a", "https://c.example/")}${SITE}`;
  assert.deepEqual(changes(before, after), [
    "routes[0].redirect: https://b.example/ → https://c.example/",
  ]);
});

test("words that only count at the start say so", () => {
  const startKeys = ["server.workers"];
  assert.deepEqual(changes(NOTHING, "server: {workers: 4}\n", startKeys), [
    "server.workers: 1 → 4 (at the next start)",
  ]);
});

test("long values are cut, and of many changes the first are told", () => {
  const long = "x".repeat(200);
  const [told] = changes("headers: {X-A: short}\n", `headers: {X-A: ${long}}\n`);
  assert.equal(told, `headers.X-A: short → ${"x".repeat(59)}…`);
  const many = Array.from({ length: 25 }, (_, at) => `  X-${at}: a\n`).join("");
  const all = changes("headers: {A: b}\n", `headers:\n  A: b\n${many}`);
  assert.equal(all.length, 21);
  assert.equal(all[20], "and 5 more changes");
});

test("nothing in a value can break a line of the log", () => {
  const [told] = changes(NOTHING, 'paths: {serve_dir: "a\\u202eb"}\n');
  assert.equal(told, "paths.serve_dir: www → a\\u202eb");
});

test("a section that comes whole is one change", () => {
  assert.deepEqual(changes(NOTHING, "headers: {X-A: one, X-B: two}\n"), [
    "headers added: X-A one, X-B two",
  ]);
});
