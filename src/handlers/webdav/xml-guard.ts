// What a parser of XML is spared: sizes are counted before anything is built from a stranger's
// text, in one pass over it, and what nobody here needs is taken out.
//
// Document types are refused whole: with them go entities that grow (CWE-776), files that are read
// for strangers (CWE-611), and attributes that nobody has written. Comments and processing
// instructions mean nothing to WebDAV (RFC 4918, section 17) and are dropped.

export interface XmlLimits {
  /** Elements, attributes and CDATA sections together: what costs more than its letters. */
  readonly partsMax: number;
  /** Of elements inside each other. */
  readonly depthMax: number;
  /** Of one element, declarations of namespaces included. */
  readonly attributesMax: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = { partsMax: 5000, depthMax: 50, attributesMax: 50 };

export type GuardedXml =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

// Characters that no XML 1.0 document may hold (section 2.2), however they are written.
export const NOT_XML: RegExp = /(?![\t\n\r\x7f-\x9f])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/u;

export function guardedXml(text: string, limits: XmlLimits): GuardedXml {
  if (NOT_XML.test(text)) return refused("a character that XML does not know");
  const kept: string[] = [];
  const count: Count = { parts: 0, depth: 0 };
  let keptTo = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const markup = skippable(text, at) ?? counted(text, at, { count, limits });
    if (typeof markup === "string") return refused(markup);
    if (markup.isDropped) {
      kept.push(text.slice(keptTo, at));
      keptTo = markup.end;
    }
    at = markup.end;
  }
  kept.push(text.slice(keptTo));
  return { kind: "text", text: kept.join("") };
}

interface Count {
  parts: number;
  depth: number;
}

const SECTION = "<![CDATA[";

/** A tag, or a section of text. A text says why it is refused. */
function counted(
  text: string,
  at: number,
  { count, limits }: { readonly count: Count; readonly limits: XmlLimits },
): Markup | string {
  if (text.startsWith("</", at)) {
    count.depth -= 1;
    return { end: at + 2, isDropped: false };
  }
  if (text.startsWith(SECTION, at)) {
    const end = text.indexOf("]]>", at);
    count.parts += 1;
    if (count.parts > limits.partsMax) return tooMany(limits);
    return end < 0 ? "a section that does not end" : { end: end + 3, isDropped: false };
  }
  const tag = tagAt(text, at + 1);
  if (tag === undefined) return "a tag that does not end";
  count.parts += 1 + tag.attributes;
  if (!tag.isEmpty) count.depth += 1;
  const { partsMax, depthMax, attributesMax } = limits;
  if (count.depth > depthMax) return `elements more than ${depthMax} deep`;
  if (tag.attributes > attributesMax) return `more than ${attributesMax} attributes of an element`;
  return count.parts > partsMax ? tooMany(limits) : { end: tag.end, isDropped: false };
}

function tooMany({ partsMax }: XmlLimits): string {
  return `more than ${partsMax} elements, attributes and sections`;
}

interface Markup {
  /** Behind it. */
  readonly end: number;
  readonly isDropped: boolean;
}

/** What begins with "<" and says nothing. A text says why it is refused. */
function skippable(text: string, at: number): Markup | string | undefined {
  if (text.startsWith("<!--", at)) {
    const end = text.indexOf("--", at + 4);
    // "--" may stand nowhere in a comment but at its end (XML 1.0, section 2.5).
    return text.startsWith("-->", end) && end > 0 ? { end: end + 3, isDropped: true } : "a comment";
  }
  if (text.startsWith("<?", at)) {
    const end = text.indexOf("?>", at + 2);
    return end < 0 ? "an instruction that does not end" : { end: end + 2, isDropped: true };
  }
  const isSection = text.startsWith(SECTION, at);
  return text.startsWith("<!", at) && !isSection ? "a document type: none is read here" : undefined;
}

interface Tag {
  /** Behind its ">". */
  readonly end: number;
  readonly isEmpty: boolean;
  readonly attributes: number;
}

/** undefined: it does not end. */
function tagAt(text: string, from: number): Tag | undefined {
  let attributes = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === ">") return { end: at + 1, isEmpty: text[at - 1] === "/", attributes };
    if (character === "<") return undefined;
    if (character === "=") attributes += 1;
    if (character !== '"' && character !== "'") continue;
    at = text.indexOf(character, at + 1);
    if (at < 0) return undefined;
  }
  return undefined;
}

function refused(reason: string): GuardedXml {
  return { kind: "refused", reason };
}
