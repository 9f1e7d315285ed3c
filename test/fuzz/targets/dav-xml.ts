// XML bodies of WebDAV: never a throw but "malformed", never more than the limits, and what is kept
// of a document reads as the same document again.

import assert from "node:assert/strict";
import { parseXml, type XmlElement } from "../../../src/handlers/webdav/xml.ts";
import { xmlTextOf } from "../../../src/handlers/webdav/xml-text.ts";
import { elementsIn, standaloneXml } from "../../../src/handlers/webdav/xml-write.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><a xmlns="u"/></D:prop></D:propfind>',
    '<a xmlns:p="u" xml:lang="de"><p:b c="1&amp;2">x<![CDATA[<y>]]>&#233;</p:b><!-- c --><d/></a>',
    "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><e xmlns=''>1</e></D:prop></D:set></D:propertyupdate>",
    "\ufeff<a b='\"'>\u00c3\u00a9</a>",
  ],
  words: [
    ...([
      "<a>",
      "</a>",
      "<a/>",
      "<!DOCTYPE a>",
      "<!ENTITY x 'y'>",
      "&x;",
      "&lt;",
      "&#0;",
      "&#xd800;",
    ] as const),
    ...[
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<?",
      "?>",
      " xmlns='u'",
      " xmlns:p=''",
      "p:",
      "xml:",
      "=",
    ],
    ..."' \" < > & / : \t \r\n \0 \u0001 \u00c3\u00a9".split(" "),
  ],
  codeMax: 255,
};

const LIMITS = { partsMax: 20, depthMax: 6, attributesMax: 5 };

const bytesOf = (seed: number) => Buffer.from(mutated(randomOf(seed), MATERIAL), "latin1");

export const davXmlTarget: FuzzTarget = {
  name: "dav-xml",
  shown: (seed) => JSON.stringify(bytesOf(seed).toString("latin1")),
  run(seed) {
    const text = xmlTextOf(bytesOf(seed), undefined);
    const parsed = text === undefined ? undefined : parseXml(text, LIMITS);
    if (parsed?.kind !== "document") return;
    const { root } = parsed;
    const { count, depth } = measured(root);
    assert.ok(count <= LIMITS.partsMax && depth <= LIMITS.depthMax, `${count}, ${depth} deep`);
    for (const child of elementsIn(root)) {
      const again = parseXml(standaloneXml(child, [root]), LIMITS);
      assert.ok(again.kind === "document", standaloneXml(child, [root]));
      assert.deepEqual(meaningOf(again.root), meaningOf(child));
    }
  },
};

function measured(element: XmlElement): { readonly count: number; readonly depth: number } {
  const below = elementsIn(element).map(measured);
  return {
    count: below.reduce((sum, { count }) => sum + count, 1),
    depth: Math.max(0, ...below.map(({ depth }) => depth)) + 1,
  };
}

/** What RFC 4918, section 4.3, wants kept: text in one piece, whatever it was written as. */
function meaningOf({ namespace, name, prefix, children }: XmlElement): unknown {
  const parts: unknown[] = [];
  for (const child of children) {
    const last = parts.at(-1);
    if (typeof child !== "string") parts.push(meaningOf(child));
    else if (typeof last === "string") parts[parts.length - 1] = last + child;
    else if (child !== "") parts.push(child);
  }
  return [namespace, prefix, name, parts];
}
