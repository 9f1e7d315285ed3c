import assert from "node:assert/strict";
import { test } from "node:test";
import { ofFile } from "../../src/handlers/file-of.ts";
import { dressOf, type HeaderRule } from "../../src/handlers/header-rules.ts";
import type { Field } from "../../src/http/fields.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, NO_BODY, type Response, reusable } from "../../src/http/response.ts";
import { contextOf, get, requestOf } from "../support/request.ts";

function rule(
  match: string,
  headers: readonly Field[],
  remove: readonly string[] = [],
): HeaderRule {
  return { match, headers, remove };
}

const GLOBAL: readonly Field[] = [["X-Frame-Options", "DENY"]];

function response(fields: readonly Field[] = [], status = 200): Response {
  return { status, fields, body: NO_BODY };
}

async function dressed(
  rules: readonly HeaderRule[],
  path: string,
  from: Response = response(),
): Promise<readonly Field[]> {
  const handler = dressOf({ headers: GLOBAL, rules }).answers(() => from);
  return (await handler(get(path), contextOf())).fields;
}

test("a rule adds its fields to what it is about, and to nothing else", async () => {
  const rules = [rule("*.html", [["X-A", "1"]])];
  assert.deepEqual(await dressed(rules, "/x/a.html?q"), [
    ["X-Frame-Options", "DENY"],
    ["X-A", "1"],
  ]);
  assert.deepEqual(await dressed(rules, "/x/a.css"), [["X-Frame-Options", "DENY"]]);
});

test("a rule is about the file that answers, too", async () => {
  const rules = [rule("*.html", [["X-A", "1"]]), rule("/docs/", [["X-B", "2"]])];
  const index = ofFile(response(), "/docs/index.html");
  assert.deepEqual(await dressed(rules, "/docs/", index), [
    ["X-Frame-Options", "DENY"],
    ["X-A", "1"],
    ["X-B", "2"],
  ]);
  assert.deepEqual(await dressed(rules, "/docs/"), [
    ["X-Frame-Options", "DENY"],
    ["X-B", "2"],
  ]);
});

test("every rule that fits is applied; the last word counts", async () => {
  const rules = [
    rule("/**", [
      ["X-A", "1"],
      ["X-B", "1"],
    ]),
    rule("/a", [["x-a", "2"]], ["X-Frame-Options"]),
    rule("/b", [["X-A", "3"]]),
  ];
  assert.deepEqual(await dressed(rules, "/a"), [
    ["X-B", "1"],
    ["x-a", "2"],
  ]);
});

test("a rule takes fields away, whoever brought them and however they are spelled", async () => {
  const rules = [rule("/**", [["X-C", "1"]], ["x-frame-OPTIONS", "X-Own"])];
  const own = response([
    ["x-own", "a"],
    ["X-Kept", "b"],
  ]);
  assert.deepEqual(await dressed(rules, "/a", own), [
    ["X-Kept", "b"],
    ["X-C", "1"],
  ]);
});

test("a redirect is dressed as its address says", async () => {
  const moved = response([["Location", "/x/"]], 301);
  assert.deepEqual(await dressed([rule("/x", [["X-A", "1"]])], "/x", moved), [
    ["Location", "/x/"],
    ["X-Frame-Options", "DENY"],
    ["X-A", "1"],
  ]);
});

test("what the handler says of this very answer stands against any rule", async () => {
  const own = response([
    ["ETag", '"a"'],
    ["Location", "/x"],
  ]);
  const rules = [
    rule("/**", [
      ["ETag", '"b"'],
      ["Location", "//evil.example"],
    ]),
  ];
  assert.deepEqual(await dressed(rules, "/a", own), [...own.fields, ...GLOBAL]);
});

test("Vary of a rule is joined to that of the answer", async () => {
  const own = response([["Vary", "Accept-Encoding"]]);
  assert.deepEqual(await dressed([rule("/**", [["Vary", "Cookie"]])], "/a", own), [
    ...GLOBAL,
    ["Vary", "Accept-Encoding, Cookie"],
  ]);
});

test("the same reusable answer stays the same under the same rules", () => {
  const rules = [rule("/a*", [["X-A", "1"]]), rule("/*c", [["X-C", "1"]])];
  const page = reusable(response());
  const handler = dressOf({ headers: GLOBAL, rules }).answers(() => page);
  const ask = (path: string) => handler(get(path), contextOf());
  const first = ask("/abc");
  assert.ok(!(first instanceof Promise) && isReusable(first));
  assert.equal(ask("/abc"), first);
  assert.equal(ask("/ac"), first);
  assert.notEqual(ask("/a"), first);
  assert.notEqual(ask("/x"), first);
  assert.equal(ask("/x"), ask("/y"));
});

test("an answer for one use is not kept", async () => {
  const handler = dressOf({ headers: [], rules: [rule("/**", [["X-A", "1"]])] }).answers(() =>
    response(),
  );
  assert.ok(!isReusable(await handler(get("/"), contextOf())));
});

test("an answer that comes later is dressed when it comes", async () => {
  const handler = dressOf({ headers: GLOBAL, rules: [] }).answers(async () => response());
  assert.deepEqual((await handler(get("/"), contextOf())).fields, GLOBAL);
});

test("a refusal gets the fields of all answers, and those of no rule", () => {
  const dress = dressOf({ headers: GLOBAL, rules: [rule("/**", [["X-A", "1"]])] });
  const page = dress.pages((error) => response([], error.status));
  const refusal = page(new HttpError(404, "no"), get("/a"), contextOf());
  assert.deepEqual(refusal.fields, GLOBAL);
});

test("a target that is no path is about nothing", async () => {
  const handler = dressOf({ headers: [], rules: [rule("**", [["X-A", "1"]])] }).answers(() =>
    response(),
  );
  assert.deepEqual((await handler(requestOf("OPTIONS", "*"), contextOf())).fields, []);
});

test("which rules were applied is told to whoever asks", async () => {
  const notes: string[] = [];
  const trace = { note: (where: string, decision: string) => notes.push(`${where}: ${decision}`) };
  const rules = [rule("/**", [["X-A", "1"]]), rule("/b", []), rule("a", [["X-B", "1"]])];
  const handler = dressOf({ headers: [], rules }).answers(() => response());
  await handler(get("/a"), contextOf({ trace }));
  assert.deepEqual(notes, ["handlers/header-rules: /**, a"]);
});

for (const [name, value] of [
  ["X-A", "a\r\nSet-Cookie: stolen=1"],
  ["X-A", "a\nb"],
  ["X-A", "a\rb"],
  ["X-A", "a\0b"],
  ["X-A", "\u20ac"],
  ["X-A: b\r\nX-C", "d"],
  ["X A", "b"],
  ["", "b"],
  ["Content-Length", "5"],
  ["transfer-encoding", "chunked"],
  ["Connection", "close"],
  ["Upgrade", "h2c"],
] as const) {
  test(`${JSON.stringify([name, value])} is refused before anything is answered`, () => {
    const rules = [rule("/**", [[name, value]])];
    assert.throws(() => dressOf({ headers: [], rules }));
    assert.throws(() => dressOf({ headers: [[name, value]], rules: [] }));
  });
}
