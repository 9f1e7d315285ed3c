import assert from "node:assert/strict";
import { test } from "node:test";
import { questionPage } from "../../src/handlers/form-pages.ts";
import { fieldOf, textOf } from "../support/request.ts";

const FILE = { kind: "file", size: 1, modifiedMs: 0, version: 'v"1' } as const;
const DIRECTORY = { kind: "directory", size: 0, modifiedMs: 0, version: undefined } as const;

test("whether a file is to go is asked with the state that was seen", async () => {
  const page = questionPage({ kind: "ask-delete", name: '<b>"&.txt' }, FILE);
  const html = await textOf(page);
  assert.ok(html.includes("<h1>Delete <bdi>&lt;b&gt;&quot;&amp;.txt</bdi>?</h1>"), html);
  assert.ok(html.includes('<input type="hidden" name="delete" value="%3Cb%3E%22&amp;.txt">'), html);
  assert.ok(html.includes('<input type="hidden" name="version" value="v&quot;1">'));
  assert.ok(!html.includes("With everything"));
});

test("of a directory it is said that all goes that is in it", async () => {
  const page = questionPage({ kind: "ask-delete", name: "sub" }, DIRECTORY);
  assert.match(await textOf(page), /With everything that is in it/);
});

test("a new name is asked for with the old one filled in", async () => {
  const html = await textOf(questionPage({ kind: "ask-rename", name: "a b" }, FILE));
  assert.ok(html.includes('name="rename" value="a%20b"'));
  assert.ok(html.includes('name="to" value="a b" required maxlength="255"'));
  assert.ok(html.includes('<a class="button" href="./">Cancel</a>'));
});

test("the page is not kept, runs nothing, and sends forms to this site only", () => {
  const page = questionPage({ kind: "ask-delete", name: "a" }, FILE);
  assert.equal(page.status, 200);
  assert.equal(fieldOf(page, "cache-control"), "no-store");
  const policy = fieldOf(page, "content-security-policy") ?? "";
  assert.match(policy, /form-action 'self'/);
  assert.match(policy, /frame-ancestors 'self'/);
  assert.doesNotMatch(policy, /script-src/);
});

test("forms say where they come from, whatever the site says of referrers", async () => {
  const html = await textOf(questionPage({ kind: "ask-delete", name: "a" }, FILE));
  assert.ok(html.includes('<meta name="referrer" content="same-origin">'));
});
