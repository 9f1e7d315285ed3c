import assert from "node:assert/strict";
import { test } from "node:test";
import { guardedXml } from "../../../src/handlers/webdav/xml-guard.ts";

const LIMITS = { partsMax: 4, depthMax: 3, attributesMax: 2 };

function reasonFor(text: string): string | undefined {
  const guarded = guardedXml(text, LIMITS);
  return guarded.kind === "refused" ? guarded.reason : undefined;
}

for (const [text, kept] of [
  ["<a><b/></a>", "<a><b/></a>"],
  ["<!-- c --><a/>", "<a/>"],
  ["<?xml version='1.0'?><a/>", "<a/>"],
  ["<a><?php <b> ?></a>", "<a></a>"],
  ["<a><![CDATA[<!DOCTYPE <b>]]></a>", "<a><![CDATA[<!DOCTYPE <b>]]></a>"],
  ["<a b='>' c=\"/>\"><d/></a>", "<a b='>' c=\"/>\"><d/></a>"],
  ["<a><b/><c/><d/></a>", "<a><b/><c/><d/></a>"],
] as const) {
  test(`${text} passes as ${kept}`, () => {
    assert.deepEqual(guardedXml(text, LIMITS), { kind: "text", text: kept });
  });
}

for (const [text, reason] of [
  ["<!DOCTYPE d><a/>", "a document type: none is read here"],
  ["<!ENTITY x 'y'><a/>", "a document type: none is read here"],
  ["<a><!DOCTYPE d></a>", "a document type: none is read here"],
  ["<!-- a -- b --><a/>", "a comment"],
  ["<!-- a", "a comment"],
  ["<a><![CDATA[x", "a section that does not end"],
  ["<?xml", "an instruction that does not end"],
  ["<a b='", "a tag that does not end"],
  ["<a <b/>", "a tag that does not end"],
  ["<a", "a tag that does not end"],
  ["<a><b/><c/><d/><e/></a>", "more than 4 elements, attributes and sections"],
  ["<a b=''><c d=''/><e/></a>", "more than 4 elements, attributes and sections"],
  [
    "<a><![CDATA[]]><![CDATA[]]><![CDATA[]]><b/></a>",
    "more than 4 elements, attributes and sections",
  ],
  ["<a><b><c><d/></c></b></a>".replace("<d/>", "<d></d>"), "elements more than 3 deep"],
  ["<a b='' c='' d=''/>", "more than 2 attributes of an element"],
  ["<a>\u0001</a>", "a character that XML does not know"],
  ["<a>\ud800</a>", "a character that XML does not know"],
  ["<a>\ufffe</a>", "a character that XML does not know"],
] as const) {
  test(`${JSON.stringify(text)} is refused: ${reason}`, () => {
    assert.equal(reasonFor(text), reason);
  });
}

test("a mebibyte of anything is judged in no time", () => {
  for (const piece of [
    "<",
    "<a ",
    "<a b='",
    "<!--",
    "<!---->",
    "<![CDATA[",
    "</",
    "&a;",
    "<a =",
    "x",
  ]) {
    const start = process.hrtime.bigint();
    guardedXml(piece.repeat(Math.floor(2 ** 20 / piece.length)), LIMITS);
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    assert.ok(ms < 500, `${piece}: ${ms} ms`);
  }
});
