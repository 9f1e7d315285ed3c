import assert from "node:assert/strict";
import { test } from "node:test";
import { parseXml } from "../../../src/handlers/webdav/xml.ts";
import { DEFAULT_XML_LIMITS } from "../../../src/handlers/webdav/xml-guard.ts";

const parse = (text: string) => parseXml(text, DEFAULT_XML_LIMITS);

test("a document becomes a tree of names, attributes and text as it is meant", () => {
  assert.deepEqual(
    parse('<D:a xmlns:D="DAV:" b="1&amp;2">x&lt;<![CDATA[<y>]]><c xmlns="u"/></D:a>'),
    {
      kind: "document",
      root: {
        namespace: "DAV:",
        prefix: "D",
        name: "a",
        attributes: [
          { prefix: "xmlns", name: "D", value: "DAV:" },
          { prefix: "", name: "b", value: "1&2" },
        ],
        children: [
          "x<",
          "<y>",
          {
            namespace: "u",
            prefix: "",
            name: "c",
            attributes: [{ prefix: "", name: "xmlns", value: "u" }],
            children: [],
          },
        ],
      },
    },
  );
});

for (const text of [
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><b/>",
  "<a/>text",
  "<a b/>",
  "<a b=1/>",
  "<a b='1' b='2'/>",
  "<p:a/>",
  "<a p:b='1'/>",
  "<a xmlns:p=''/>",
  "<a xmlns:p='u'><p:b xmlns:p=''/></a>",
  "<a>&x;</a>",
  "<a>&#1;</a>",
  "<a>&#xd800;</a>",
  "<a b='&#0;'/>",
  "<1/>",
  "<a:/>",
  "<:a/>",
  "<a b='<'/>",
  "<?xml version='1.0'?",
  "<!DOCTYPE a><a/>",
]) {
  test(`${JSON.stringify(text)} is malformed`, () => {
    assert.equal(parse(text).kind, "malformed");
  });
}
