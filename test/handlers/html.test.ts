import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHtml } from "../../src/handlers/html.ts";

test("markup and quotes become references", () => {
  assert.equal(
    escapeHtml(`<img src="x" alt='y'> & \``),
    "&lt;img src=&quot;x&quot; alt=&#x27;y&#x27;&gt; &amp; &#x60;",
  );
});

test("text that is a reference already is escaped again: it was a name, not HTML", () => {
  assert.equal(escapeHtml("&lt;"), "&amp;lt;");
});

test("half a surrogate pair becomes U+FFFD, a whole one stays", () => {
  assert.equal(escapeHtml("\udcff\udcfe.txt"), "\ufffd\ufffd.txt");
  assert.equal(escapeHtml("\u{1f600}"), "\u{1f600}");
});
