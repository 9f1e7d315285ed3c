// XML as text. What comes from names of files and from strangers' documents passes through here on
// its way out, so that it can say something but mean nothing.

import type { XmlAttribute, XmlElement } from "./xml.ts";
import { NOT_XML } from "./xml-guard.ts";

export const DAV = "DAV:";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  // A parser would make a line feed of it, anywhere.
  "\r": "&#13;",
};

export function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

const EACH_NOT_XML = new RegExp(NOT_XML, "gu");

/** A name of a file, to be shown: what XML cannot say becomes U+FFFD. */
export function shownText(name: string): string {
  return escapeText(name.replace(EACH_NOT_XML, "\ufffd"));
}

export interface QualifiedName {
  /** "" for none. */
  readonly namespace: string;
  readonly name: string;
}

/** Names are the same exactly when these are. No namespace holds a brace that could deceive. */
export function keyOf({ namespace, name }: QualifiedName): string {
  return `${name}}${namespace}`;
}

/**
 * One element, as it may stand below our own, which declare nothing but the prefix D.
 * @param content XML; undefined: none
 */
export function elementXml({ namespace, name }: QualifiedName, content?: string): string {
  const tag = namespace === DAV ? `D:${name}` : namespace === "" ? name : `x:${name}`;
  const declared = tag.startsWith("x:") ? ` xmlns:x="${escapeAttribute(namespace)}"` : "";
  const open = `<${tag}${declared}`;
  return content === undefined || content === "" ? `${open}/>` : `${open}>${content}</${tag}>`;
}

/**
 * An element of a stranger's document as a document of its own, with all that RFC 4918, section
 * 4.3, wants kept: its names with their prefixes, its attributes, its language.
 * @param above the elements around it, the outermost first
 */
export function standaloneXml(element: XmlElement, above: readonly XmlElement[]): string {
  const inherited = new Map<string, XmlAttribute>();
  for (const { attributes } of above) {
    for (const attribute of attributes) {
      if (isDeclaration(attribute) || isLanguage(attribute)) {
        inherited.set(labelOf(attribute), attribute);
      }
    }
  }
  for (const attribute of element.attributes) inherited.delete(labelOf(attribute));
  const written = elementText(element, []);
  const needed = [...inherited.values()].filter(
    // A prefix counts as used wherever it might be: values may hold names, too.
    ({ prefix, name, value }) => (prefix !== "xmlns" ? value !== "" : written.includes(`${name}:`)),
  );
  return needed.length === 0 ? written : elementText(element, needed);
}

function isDeclaration({ prefix, name }: XmlAttribute): boolean {
  return prefix === "xmlns" || (prefix === "" && name === "xmlns");
}

function isLanguage({ prefix, name }: XmlAttribute): boolean {
  return prefix === "xml" && name === "lang";
}

function labelOf({ prefix, name }: Pick<XmlAttribute, "prefix" | "name">): string {
  return prefix === "" ? name : `${prefix}:${name}`;
}

function elementText(element: XmlElement, more: readonly XmlAttribute[]): string {
  const label = labelOf(element);
  const attributes = [...more, ...element.attributes].map(
    (attribute) => ` ${labelOf(attribute)}="${escapeAttribute(attribute.value)}"`,
  );
  const content = element.children.map((child) =>
    typeof child === "string" ? escapeText(child) : elementText(child, []),
  );
  const open = `<${label}${attributes.join("")}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join("")}</${label}>`;
}

export function isNamed(element: XmlElement, name: string): boolean {
  return element.namespace === DAV && element.name === name;
}

export function elementsIn(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== "string");
}

/** The first child of DAV's that is called so. */
export function childNamed(element: XmlElement, name: string): XmlElement | undefined {
  return elementsIn(element).find((child) => isNamed(child, name));
}

/** All text inside, that of elements within too. */
export function textIn(element: XmlElement): string {
  return element.children
    .map((child) => (typeof child === "string" ? child : textIn(child)))
    .join("");
}
