import assert from "node:assert/strict";
import { test } from "node:test";
import { actsHtml, controlsHtml, DIALOGS } from "../../src/handlers/listing-controls.ts";

const HTML =
  controlsHtml({ moves: true, script: "", said: [{ text: "Uploaded: <a>.", isGood: true }] }) +
  DIALOGS;

test("every field has a label, and every label its field", () => {
  const ids = Array.from(HTML.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
  const named = Array.from(HTML.matchAll(/<label[^>]* for="([^"]+)"/g), ([, id = ""]) => id);
  const fields = HTML.matchAll(
    /<(?:input|select)\s(?![^>]*type="(?:hidden|checkbox)")[^>]*\sid="([^"]+)"/g,
  );
  for (const [, id = ""] of fields) assert.ok(named.includes(id), `no label for ${id}`);
  for (const id of named) assert.ok(ids.includes(id), `no field ${id}`);
});

test("no id could be that of a row, nor is there twice", () => {
  const ids = Array.from(HTML.matchAll(/\sid="([^"]+)"/g), ([, id = ""]) => id);
  assert.ok(ids.length >= 6);
  for (const id of ids) assert.match(id, /^\/[a-z-]+$/);
  assert.equal(new Set(ids).size, ids.length);
});

test("what to do with names that are taken is sent before the files", () => {
  const at = HTML.indexOf('name="if-taken"');
  assert.ok(at > 0 && at < HTML.indexOf('name="files"'));
});

test("what was said is text", () => {
  assert.ok(HTML.includes('<p class="good">Uploaded: &lt;a&gt;.</p>'));
});

test("an entry's questions carry its name as its link does, and say it to those who listen", () => {
  const stat = { kind: "file", size: 1, modifiedMs: 0, version: "v" } as const;
  assert.equal(
    actsHtml({ name: '"\udcff', stat }),
    '<button name="ask-rename" value="%22%FF" aria-label="Rename &quot;\ufffd">Rename</button>' +
      '<button name="ask-delete" value="%22%FF" aria-label="Delete &quot;\ufffd">Delete</button>',
  );
});
