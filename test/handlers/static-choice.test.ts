import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeFile, type StaticFacts, staticChoice } from "../../src/handlers/static-choice.ts";

function choice(path: string, changes: Partial<StaticFacts> = {}): string {
  const facts: StaticFacts = { router: "static", path, found: "nothing", acceptsHtml: true };
  return staticChoice({ ...facts, ...changes }).kind;
}

test("static: a file is sent, unless a slash makes it a directory", () => {
  assert.equal(choice("/a.txt", { found: "file" }), "file");
  assert.equal(choice("/a.txt/", { found: "file" }), "missing");
});

test("static: a directory is shown with its slash and redirected without", () => {
  assert.equal(choice("/docs/", { found: "directory" }), "directory");
  assert.equal(choice("/docs", { found: "directory" }), "add-slash");
  assert.equal(choice("", { found: "directory" }), "add-slash");
});

test("static: what is not there is missing", () => {
  assert.equal(choice("/nope"), "missing");
});

test("spa: an existing file is sent", () => {
  assert.equal(choice("/app.js", { router: "spa", found: "file" }), "file");
});

test("spa: every directory belongs to the application", () => {
  assert.equal(choice("/", { router: "spa", found: "directory" }), "fallback");
  assert.equal(choice("/docs", { router: "spa", found: "directory" }), "fallback");
  assert.equal(choice("/v1.x/", { router: "spa", found: "directory" }), "fallback");
});

test("spa: a path of the application gets its page", () => {
  assert.equal(choice("/users/42", { router: "spa" }), "fallback");
  assert.equal(choice("/users/42/", { router: "spa" }), "fallback");
});

test("spa: a missing file stays missing", () => {
  assert.equal(choice("/assets/app.js", { router: "spa" }), "missing");
  assert.equal(choice("/app.js/", { router: "spa", found: "file" }), "missing");
});

test("spa: a program that takes no HTML gets none", () => {
  assert.equal(choice("/api/users", { router: "spa", acceptsHtml: false }), "missing");
  assert.equal(choice("/", { router: "spa", found: "directory", acceptsHtml: false }), "fallback");
});

for (const [path, expected] of [
  ["/app.js", true],
  ["/song.mp3", true],
  ["/archive.tar.gz", true],
  ["/a/app.js/", true],
  ["/.env", true],
  ["/.git/config", true],
  ["/v1.2", false],
  ["/users/42", false],
  ["/a.b/c", false],
  ["/", false],
  ["/end.", false],
] as const) {
  test(`${path} ${expected ? "looks" : "does not look"} like a file`, () => {
    assert.equal(looksLikeFile(path), expected);
  });
}
