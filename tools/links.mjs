// Which other files does this file ask for? For HTML, CSS, JavaScript, SVG and web manifests.
// Reads by pattern, not by grammar: it may name something that only looks like a link (the
// crawler then finds neither file nor answer, and no harm is done), but it misses little.

import he from "he";

/** @returns {string[]} references as written, not yet resolved */
export function linksOf(text, mediaType) {
  switch (mediaType) {
    case "text/html":
    case "application/xhtml+xml":
    case "image/svg+xml":
      return linksOfMarkup(text);
    case "text/css":
      return linksOfCss(text);
    case "text/javascript":
      return linksOfScript(text);
    case "application/manifest+json":
      return linksOfManifest(text);
    default:
      return [];
  }
}

/** Of `<base href>`: what the links of this page are relative to. */
export function baseOf(html) {
  const [, quoted, plain] =
    /<base\b[^>]*?\bhref\s*=\s*(?:["']([^"']*)["']|([^\s>]+))/i.exec(html) ?? [];
  return quoted ?? plain;
}

const ATTRIBUTE =
  /\s(href|src|srcset|imagesrcset|poster|data|style|xlink:href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const ELEMENT = /<([a-z][a-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi;
const COMMENT = /<!--[\s\S]*?-->/g;
const EMBEDDED = /<(style|script)\b([^>]*)>([\s\S]*?)<\/\1\s*>/gi;

function linksOfMarkup(text) {
  const found = [];
  const outside = text.replace(COMMENT, "").replace(EMBEDDED, (_all, name, attributes, content) => {
    found.push(...(name.toLowerCase() === "style" ? linksOfCss(content) : linksOfScript(content)));
    return `<${name}${attributes}>`;
  });
  for (const [, , attributes] of outside.matchAll(ELEMENT)) {
    for (const [, name, ...values] of attributes.matchAll(ATTRIBUTE)) {
      const value = he.decode(values.find((one) => one !== undefined) ?? "", {
        isAttributeValue: true,
      });
      found.push(...linksOfAttribute(name.toLowerCase(), value));
    }
  }
  return found;
}

function linksOfAttribute(name, value) {
  if (name === "style") return linksOfCss(value);
  if (!name.endsWith("srcset")) return [value.trim()];
  // Candidates are separated by a comma after the descriptor; a URL itself may hold commas.
  return [...value.matchAll(/\s*(\S*[^\s,])(?:\s+[^,]+)?\s*(?:,|$)/g)].map(([, url]) => url);
}

function linksOfCss(text) {
  const css = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const urls = /url\(\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|((?:\\.|[^\s"'()\\])*))\s*\)/gi;
  const imports = /@import\s+(?:"([^"]*)"|'([^']*)')/gi;
  return [...css.matchAll(urls), ...css.matchAll(imports)].map(([, ...values]) =>
    unescapeCss(values.find((one) => one !== undefined) ?? ""),
  );
}

function unescapeCss(text) {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|(.))/gi, (_all, hex, character) =>
    hex === undefined ? character : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}

/** Only what a browser would load by itself, and only relative: bare names are no URLs. */
function linksOfScript(text) {
  const quoted = `["'\`]((?:\\.{1,2})?/[^"'\`\\s\${}]+)["'\`]`;
  const patterns = [
    `\\b(?:import|export)\\b[^"'\`;()]*?\\bfrom\\s*${quoted}`,
    `\\bimport\\s*${quoted}`,
    `\\bimport\\(\\s*${quoted}\\s*[,)]`,
    `\\bnew URL\\(\\s*${quoted}\\s*,\\s*import\\.meta\\.url`,
    `\\bimportScripts\\(\\s*${quoted}`,
  ];
  return patterns.flatMap((one) => [...text.matchAll(new RegExp(one, "g"))].map(([, url]) => url));
}

function linksOfManifest(text) {
  const { icons = [], screenshots = [], start_url: start } = JSON.parse(text);
  return [...icons, ...screenshots].map(({ src }) => src).concat(start ?? []);
}
