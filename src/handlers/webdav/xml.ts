// A document as a tree of plain values. The only file that knows the XML library; what it is fed
// has been counted before (xml-guard.ts), and what it finds fault with is malformed, warnings too.

import {
  DOMParser,
  type Element,
  type Node,
  onWarningStopParsing,
  ParseError,
} from "@xmldom/xmldom";
import { guardedXml, NOT_XML, type XmlLimits } from "./xml-guard.ts";

export interface XmlAttribute {
  /** "" for none. Declarations ("xmlns", "xmlns:a") are attributes too. */
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

export interface XmlElement {
  /** "" for none. */
  readonly namespace: string;
  readonly prefix: string;
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  /** Text stands as it is meant, without escapes. */
  readonly children: readonly (XmlElement | string)[];
}

export type XmlParse =
  | { readonly kind: "document"; readonly root: XmlElement }
  | { readonly kind: "malformed"; readonly reason: string };

export function parseXml(text: string, limits: XmlLimits): XmlParse {
  const guarded = guardedXml(text, limits);
  if (guarded.kind === "refused") return { kind: "malformed", reason: guarded.reason };
  try {
    const parser = new DOMParser({ locator: false, onError: onWarningStopParsing });
    const { documentElement } = parser.parseFromString(guarded.text, "application/xml");
    if (documentElement === null) return { kind: "malformed", reason: "no element in it" };
    return { kind: "document", root: elementOf(documentElement) };
  } catch (error) {
    if (!(error instanceof ParseError) && !(error instanceof Malformed)) throw error;
    return { kind: "malformed", reason: error.message };
  }
}

/** Ends the walk through a document that the library let pass. */
class Malformed extends Error {
  override readonly name = "Malformed";
}

/** Element types of DOM, section 4.4. */
const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

function isElement(node: Node): node is Element {
  return node.nodeType === ELEMENT;
}

// Recursive: the guard has seen to the depth.
function elementOf(element: Element): XmlElement {
  const namespace = element.namespaceURI ?? "";
  const [prefix, name] = namesOf(element.nodeName);
  if (prefix !== "" && namespace === "") throw new Malformed(`the prefix ${prefix} means nothing`);
  const children: (XmlElement | string)[] = [];
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (isElement(node)) children.push(elementOf(node));
    else if (node.nodeType === TEXT || node.nodeType === CDATA) children.push(textOf(node));
  }
  return { namespace, prefix, name, attributes: attributesOf(element), children };
}

function attributesOf(element: Element): XmlAttribute[] {
  return Array.from(element.attributes, (attribute) => {
    const [prefix, name] = namesOf(attribute.nodeName);
    const value = textOf(attribute);
    // Namespaces in XML 1.0, section 5: a prefix cannot be declared to mean nothing.
    if (prefix === "xmlns" && value === "") throw new Malformed(`the prefix ${name} means nothing`);
    return { prefix, name, value };
  });
}

/** Also written as a reference ("&#1;") it would be no document when it is sent again. */
function textOf({ nodeValue }: Node): string {
  const text = nodeValue ?? "";
  if (NOT_XML.test(text)) throw new Malformed("a reference to a character that XML does not know");
  return text;
}

// Namespaces in XML 1.0, section 3; XML 1.0, section 2.3. The library lets other names through,
// and they are written again as they came.
const NAME_BEGINS =
  "A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c-\\u200d" +
  "\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
const NAME_GOES_ON = ".0-9\\xb7\\u0300-\\u036f\\u203f-\\u2040-";
const NCNAME = new RegExp(`^[${NAME_BEGINS}][${NAME_BEGINS}${NAME_GOES_ON}]*$`, "u");

/** "a:b" → "a", "b". */
function namesOf(qualified: string): readonly [prefix: string, name: string] {
  const colon = qualified.indexOf(":");
  const prefix = colon < 0 ? "" : qualified.slice(0, colon);
  const name = qualified.slice(colon + 1);
  if (!NCNAME.test(name) || (colon >= 0 && !NCNAME.test(prefix))) {
    throw new Malformed("a name that is none");
  }
  return [prefix, name];
}
