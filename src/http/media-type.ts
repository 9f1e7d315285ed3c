// What kind of content a name promises. RFC 9110, section 8.3.
// By extension only: nobody looks into the bytes, and with `nosniff` browsers do not either. The
// list is the package `mime`'s; here stand the corrections for a server of web sites and sources.

import mime from "mime";

export interface MediaTypes {
  /** @param name of a file, without its directories; of the original, not of its ".gz" */
  typeOf(name: string): string;
}

/** Nothing known: browsers offer to save it and run nothing. */
export const UNKNOWN_TYPE = "application/octet-stream";

/**
 * @param overrides media types by extension, lower case, without the dot; they come first. "" is
 *   for names without one
 */
export function mediaTypesOf(overrides: ReadonlyMap<string, string>): MediaTypes {
  const byExtension = new Map<string, string>();
  const ofBareNames = overrides.get("");
  const bare = ofBareNames === undefined ? undefined : withCharset(ofBareNames);
  const look = (extension: string): string => {
    const type = overrides.get(extension) ?? CORRECTIONS.get(extension) ?? mime.getType(extension);
    return withCharset(type ?? UNKNOWN_TYPE);
  };
  return {
    typeOf(name) {
      const extension = extensionOf(name);
      if (extension === undefined) return bare ?? typeOfBareName(name);
      const remembered = byExtension.get(extension);
      if (remembered !== undefined) return remembered;
      const type = look(extension);
      // Extensions come from visitors' requests: only known ones are kept, and they are few.
      if (type !== UNKNOWN_TYPE) byExtension.set(extension, type);
      return type;
    },
  };
}

function typeOfBareName(name: string): string {
  return TEXT_NAMES.has(name.toLowerCase()) ? PLAIN : UNKNOWN_TYPE;
}

/** False: a name that promises nothing, and only the content can tell text from the rest. */
export function hasKnownType(name: string): boolean {
  const extension = extensionOf(name);
  if (extension === undefined) return TEXT_NAMES.has(name.toLowerCase());
  return CORRECTIONS.has(extension) || mime.getType(extension) !== null;
}

/** Is compressing it worth the time? Pictures, films, archives and most fonts already are. */
export function isCompressible(type: string): boolean {
  const essence = essenceOf(type);
  // Events must leave one by one; a compressor would hold them back.
  if (essence === "text/event-stream") return false;
  return (
    essence.startsWith("text/") || /\+(?:json|xml|text)$/.test(essence) || COMPRESSIBLE.has(essence)
  );
}

/** In lower case; undefined for "README", "trailing." and ".html", which is a hidden file. */
function extensionOf(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  return dot <= 0 || dot === name.length - 1 ? undefined : name.slice(dot + 1).toLowerCase();
}

// Text is UTF-8, and says so, or browsers guess by the reader's country. XML names its own
// encoding in its first line, and a charset here would overrule it (RFC 7303, section 3); JSON
// knows no charset (RFC 8259, section 11).
function withCharset(type: string): string {
  if (type.includes(";")) return type;
  const isText = type.startsWith("text/") && type !== "text/xml";
  return isText ? `${type}; charset=utf-8` : type;
}

/** Without parameters, in lower case: "text/html" of "text/html; charset=utf-8". */
export function essenceOf(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

const PLAIN = "text/plain; charset=utf-8";

// ".ts" is a film to the registry (MPEG transport stream) and TypeScript to everybody who serves
// a folder of sources. Players of segmented films go by the playlist, not by this type; readers
// get text instead of a download. The same for what else browsers would not show.
const CORRECTIONS: ReadonlyMap<string, string> = new Map([
  ..."bash c cc cfg clj cmake cpp cs cts dart diff env ex fs go gradle graphql h hpp hs java jl"
    .concat(" jsx kt less lock lua ml mts nix patch php pl proto properties ps1 py r rb rs rst s")
    .concat(" sass scm scss sh sql svelte swift toml ts tsx vue yaml yml zig zsh")
    .split(" ")
    .map((extension) => [extension, "text/plain"] as const),
  // A script to browsers as well; "application/node" would be refused under `nosniff`.
  ["cjs", "text/javascript"],
  ["jsonl", "application/jsonl"],
  ["ndjson", "application/x-ndjson"],
  ["tgz", "application/gzip"],
  ["br", UNKNOWN_TYPE],
  ["zst", "application/zstd"],
]);

/** Files that are text by their name alone, in lower case. */
const TEXT_NAMES: ReadonlySet<string> = new Set([
  "authors",
  "changelog",
  "changes",
  "contributing",
  "contributors",
  "copying",
  "dockerfile",
  "gemfile",
  "install",
  "license",
  "licence",
  "maintainers",
  "makefile",
  "news",
  "notice",
  "procfile",
  "rakefile",
  "readme",
  "security",
  "todo",
  "version",
]);

const COMPRESSIBLE: ReadonlySet<string> = new Set([
  "application/javascript",
  "application/json",
  "application/json5",
  "application/jsonl",
  "application/rtf",
  "application/sql",
  "application/toml",
  "application/vnd.ms-fontobject",
  "application/wasm",
  "application/x-ndjson",
  "application/x-sh",
  "application/x-tar",
  "application/xml",
  "application/xml-dtd",
  "application/yaml",
  "font/otf",
  "font/ttf",
  "image/bmp",
  "image/vnd.microsoft.icon",
  "image/x-icon",
]);
