// A route's path with blanks in it, and text that the blanks are filled into:
// "/blog/:year/:slug" and "/posts/:slug?y=:year", "/docs/*" and "https://docs.example.org/*".
//
// In a path ":name" is one whole segment, which is never empty, and "*" at the end is all that
// follows, also nothing. A path with blanks means the whole path of a request; one without means
// itself and everything below. All of it is decoded; what was captured is too, and whoever writes
// it into a URL encodes it anew, by the place it goes to.

type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one"; readonly name: string }
  | { readonly kind: "rest" };

export interface PathPattern {
  /** What stands before the first blank, up to its slash; the whole path when there is none. */
  readonly fixed: string;
  /** In order; "*" is the rest, and the last. */
  readonly names: readonly string[];
  readonly segments: readonly Segment[];
}

export type PatternParse =
  | { readonly kind: "pattern"; readonly pattern: PathPattern }
  | { readonly kind: "fault"; readonly message: string };

/** What each name stands for, decoded; the rest may hold slashes. */
export type Captures = ReadonlyMap<string, string>;

/** @param path starts with "/", decoded */
export function parsePattern(path: string): PatternParse {
  const texts = path.slice(1).split("/");
  const segments = texts.map(segmentOf);
  const isLastOnly = (at: number) => at === texts.length - 1;
  for (const [at, text] of texts.entries()) {
    if (text.includes("*") && !(text === "*" && isLastOnly(at))) {
      return fault("* stands alone, as the last segment of a path");
    }
    if (text.startsWith(":") && segments[at]?.kind !== "one") {
      return fault("a segment that starts with : is the name of a blank, in letters and digits");
    }
  }
  const names = segments.flatMap(namesOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return fault(`:${twice} stands there twice`);
  return { kind: "pattern", pattern: { fixed: fixedPart(path, segments), names, segments } };
}

/** @throws for a path that parsePattern finds fault with */
export function patternOf(path: string): PathPattern {
  const parsed = parsePattern(path);
  if (parsed.kind === "fault") throw new Error(`the path ${path}: ${parsed.message}`);
  return parsed.pattern;
}

/** undefined: the path is not one of them. Without blanks: empty for itself and all below. */
export function capturesOf(pattern: PathPattern, path: string): Captures | undefined {
  if (pattern.names.length === 0) return isBelow(pattern.fixed, path) ? NOTHING : undefined;
  const given = path.slice(1).split("/");
  const { segments } = pattern;
  const hasRest = segments.at(-1)?.kind === "rest";
  if (hasRest ? given.length < segments.length - 1 : given.length !== segments.length) {
    return undefined;
  }
  const captures = new Map<string, string>();
  for (const [at, segment] of segments.entries()) {
    if (segment.kind === "rest") captures.set("*", given.slice(at).join("/"));
    else if (!takes(segment, given[at] ?? "", captures)) return undefined;
  }
  return captures;
}

/**
 * Sorts paths so that the first that fits is the one that is meant: the longest before its first
 * blank; of the same length those with blanks first, those that leave less open before others.
 */
export function precedence(one: PathPattern, other: PathPattern): number {
  return (
    other.fixed.length - one.fixed.length ||
    openness(one) - openness(other) ||
    textCount(other) - textCount(one)
  );
}

/** Where in a URL a blank stands: each place has characters of its own that must be encoded. */
export type Place = "path" | "query" | "fragment";

export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | { readonly kind: "blank"; readonly name: string; readonly place: Place };

/**
 * A path or URL taken apart at its blanks: ":name" anywhere in path, query and fragment, "*" too.
 * None is looked for in scheme and host: where an answer leads is nobody's choice but ours.
 */
export function piecesOf(to: string): readonly Piece[] {
  const [authority = ""] = /^[a-z]+:\/\/[^/?#]*/i.exec(to) ?? [];
  const rest = to.slice(authority.length);
  const fragmentAt = endOr(rest, rest.indexOf("#"));
  const queryAt = Math.min(endOr(rest, rest.indexOf("?")), fragmentAt);
  return [
    { kind: "text", text: authority, place: "path" } as const,
    ...partPieces(rest.slice(0, queryAt), "path"),
    ...partPieces(rest.slice(queryAt, fragmentAt), "query"),
    ...partPieces(rest.slice(fragmentAt), "fragment"),
  ].filter((piece) => piece.kind === "blank" || piece.text !== "");
}

const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const WHOLE_NAME = new RegExp(`^:(${NAME})$`);
const BLANK = new RegExp(`:(${NAME})|(\\*)`, "g");
const NOTHING: Captures = new Map();

function segmentOf(text: string): Segment {
  if (text === "*") return { kind: "rest" };
  const name = WHOLE_NAME.exec(text)?.[1];
  return name === undefined ? { kind: "text", text } : { kind: "one", name };
}

function namesOf(segment: Segment): readonly string[] {
  if (segment.kind === "one") return [segment.name];
  return segment.kind === "rest" ? ["*"] : [];
}

function openness({ names }: PathPattern): number {
  if (names.length === 0) return 2;
  return names.includes("*") ? 1 : 0;
}

function textCount({ segments }: PathPattern): number {
  return segments.filter(({ kind }) => kind === "text").length;
}

function fixedPart(path: string, segments: readonly Segment[]): string {
  const first = segments.findIndex(({ kind }) => kind !== "text");
  if (first < 0) return path;
  return `/${path
    .slice(1)
    .split("/")
    .slice(0, first)
    .map((segment) => `${segment}/`)
    .join("")}`;
}

/** Whether it fits; a blank keeps what it stands for. */
function takes(
  segment: Exclude<Segment, { readonly kind: "rest" }>,
  text: string,
  captures: Map<string, string>,
): boolean {
  if (segment.kind === "text") return segment.text === text;
  captures.set(segment.name, text);
  return text !== "";
}

/** "/up" and "/up/" have "/up/x" below them, and themselves, with and without slash. */
function isBelow(prefix: string, path: string): boolean {
  const stem = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return path.startsWith(stem) && (path.length === stem.length || path[stem.length] === "/");
}

function partPieces(part: string, place: Place): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of part.matchAll(BLANK)) {
    pieces.push({ kind: "text", text: part.slice(end, found.index), place });
    pieces.push({ kind: "blank", name: found[1] ?? "*", place });
    end = found.index + found[0].length;
  }
  return [...pieces, { kind: "text", text: part.slice(end), place }];
}

function endOr(text: string, index: number): number {
  return index < 0 ? text.length : index;
}

function fault(message: string): PatternParse {
  return { kind: "fault", message };
}
