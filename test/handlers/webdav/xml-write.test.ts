import assert from "node:assert/strict";
import { test } from "node:test";
import { parseXml, type XmlElement } from "../../../src/handlers/webdav/xml.ts";
import { DEFAULT_XML_LIMITS } from "../../../src/handlers/webdav/xml-guard.ts";
import {
  childNamed,
  elementsIn,
  elementXml,
  escapeText,
  keyOf,
  shownText,
  standaloneXml,
  textIn,
} from "../../../src/handlers/webdav/xml-write.ts";

function rootOf(text: string): XmlElement {
  const parsed = parseXml(text, DEFAULT_XML_LIMITS);
  assert.ok(parsed.kind === "document", text);
  return parsed.root;
}

/** The first child of the root, as it would be kept. */
function kept(text: string): string {
  const root = rootOf(text);
  const [child] = elementsIn(root);
  assert.ok(child !== undefined);
  return standaloneXml(child, [root]);
}

test("text cannot become markup, nor lose its ends of lines", () => {
  assert.equal(escapeText("a<b>&\r\n"), "a&lt;b&gt;&amp;&#13;\n");
});

test("what XML cannot say of a name is shown as U+FFFD", () => {
  assert.equal(shownText("a\u0001\u001b\udcff&\ufffe"), "a\ufffd\ufffd\ufffd&amp;\ufffd");
});

for (const [name, xml] of [
  [{ namespace: "DAV:", name: "a" }, "<D:a/>"],
  [{ namespace: "", name: "a" }, "<a/>"],
  [{ namespace: 'u"<&', name: "a" }, '<x:a xmlns:x="u&quot;&lt;&amp;"/>'],
] as const) {
  test(`an element ${xml}`, () => assert.equal(elementXml(name), xml));
}

test("names are the same when both their parts are", () => {
  assert.notEqual(keyOf({ namespace: "a}b", name: "c" }), keyOf({ namespace: "b", name: "ca" }));
  assert.equal(keyOf({ namespace: "a", name: "c" }), keyOf({ namespace: "a", name: "c" }));
});

for (const [text, xml] of [
  ['<r xmlns:p="u"><p:a>v</p:a></r>', '<p:a xmlns:p="u">v</p:a>'],
  ['<r xmlns="u"><a/></r>', '<a xmlns="u"/>'],
  ['<r xmlns="u"><a xmlns=""/></r>', '<a xmlns=""/>'],
  ['<r xmlns:p="u" xmlns:q="w"><p:a/></r>', '<p:a xmlns:p="u"/>'],
  // A name in the value: its prefix is kept too.
  ['<r xmlns:p="u" xmlns:q="w"><p:a>q:b</p:a></r>', '<p:a xmlns:p="u" xmlns:q="w">q:b</p:a>'],
  ['<r xml:lang="de"><a/></r>', '<a xml:lang="de"/>'],
  ['<r xml:lang="de"><a xml:lang="en"/></r>', '<a xml:lang="en"/>'],
  ['<r><a b="&#9;&lt;&quot;">&amp;<b/>c</a></r>', '<a b="&#9;&lt;&quot;">&amp;<b/>c</a>'],
] as const) {
  test(`${text} keeps ${xml}, and reads as the same again`, () => {
    assert.equal(kept(text), xml);
    assert.equal(standaloneXml(rootOf(xml), []), xml);
  });
}

test("text of an element holds that of elements within", () => {
  assert.equal(textIn(rootOf("<a>b<c>d</c>e</a>")), "bde");
});

test("children are found by their name in DAV:, not by their prefix", () => {
  const root = rootOf('<a xmlns:D="DAV:" xmlns:E="u"><E:b/><D:b>x</D:b></a>');
  const found = childNamed(root, "b");
  assert.equal(found === undefined ? "" : textIn(found), "x");
});
