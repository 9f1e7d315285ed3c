// Path globs: which paths of a site a rule is about. `*` stands for any characters within one
// segment, `?` for one character, `**` (a whole segment) for any number of segments, `{a,b}` for
// either. A leading "/" is the root of the site; without it a glob may begin at any segment, so
// "*.html" is a page anywhere. "/assets/**" is what lies below "/assets/", not "/assets" itself.
//
// Compiled once, matched by hand: a regular expression made of the same text may need time beyond
// all bounds for a path that somebody chose for it. Here it is never more than the length of the
// glob times that of the path. Letter case counts, as it does in paths.

export interface Glob {
  /** @param path decoded, starts with "/" */
  matches(path: string): boolean;
}

export type GlobParse =
  | { readonly kind: "glob"; readonly glob: Glob }
  /** Goes after the name of whatever holds it: "holds …". */
  | { readonly kind: "fault"; readonly message: string; readonly hint: string | undefined };

export function parseGlob(text: string): GlobParse {
  const fault = faultIn(text);
  if (fault !== undefined) return { kind: "fault", message: fault[0], hint: fault[1] };
  const alternatives = spelledOut(text).map(compiled);
  const matches = (path: string) => {
    const segments = path.slice(1).split("/");
    return alternatives.some((alternative) => fits(alternative, segments, segmentFits));
  };
  return { kind: "glob", glob: { matches } };
}

/** @throws for a text that parseGlob finds fault with */
export function globOf(text: string): Glob {
  const parsed = parseGlob(text);
  if (parsed.kind === "fault") throw new Error(`the glob ${text} ${parsed.message}`);
  return parsed.glob;
}

const CHARACTERS_MAX = 256;
const ALTERNATIVES_MAX = 64;

type Fault = readonly [message: string, hint?: string];

function faultIn(text: string): Fault | undefined {
  if (text === "") return ["is empty", "** stands for every path"];
  if (text.length > CHARACTERS_MAX) return [`has more than ${CHARACTERS_MAX} characters`];
  if (text.startsWith("!")) return ["cannot be turned round with !", "rules go in order"];
  const foreign = /[[\]\\]/.exec(text)?.[0];
  if (foreign !== undefined) return [`has no use for ${foreign}`, "? is any one character"];
  if (/\p{Cc}/u.test(text)) return ["holds a control character"];
  if (/%[0-9A-Fa-f]{2}/.test(text)) {
    return ["is held against decoded paths", "write the character itself, not its %-form"];
  }
  return faultInBraces(text) ?? spelledOut(text).map(faultInSegments).find(isFault);
}

/** What is left once every {…} that is whole has been taken out holds no brace. */
function faultInBraces(text: string): Fault | undefined {
  if (/[{}]/.test(text.replace(BRACES, ""))) {
    return ["has a { or } that stands alone, or one inside another"];
  }
  const choices = [...text.matchAll(BRACES)].map(([, inner = ""]) => inner.split(",").length);
  const alternatives = choices.reduce((product, count) => product * count, 1);
  if (alternatives <= ALTERNATIVES_MAX) return undefined;
  return [`stands for ${alternatives} globs; at most ${ALTERNATIVES_MAX} are allowed`];
}

function faultInSegments(text: string): Fault | undefined {
  const segments = segmentsOf(text);
  if (segments.some((segment) => segment.includes("**") && segment !== "**")) {
    return ["has ** beside other characters", "** stands alone between two slashes"];
  }
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return ['holds a segment "." or "..", which no path has'];
  }
  if (segments.slice(0, -1).includes("")) return ["holds //, which no path does"];
  return undefined;
}

function isFault(fault: Fault | undefined): boolean {
  return fault !== undefined;
}

const BRACES = /\{([^{}]*)\}/g;

/** "/{a,b}.js" → "/a.js" and "/b.js". */
function spelledOut(text: string): readonly string[] {
  let spelled = [""];
  // Every second piece is what stood inside braces.
  for (const [index, piece] of text.split(BRACES).entries()) {
    const choices = index % 2 === 0 ? [piece] : piece.split(",");
    spelled = spelled.flatMap((start) => choices.map((choice) => start + choice));
  }
  return spelled;
}

function segmentsOf(text: string): readonly string[] {
  return (text.startsWith("/") ? text.slice(1) : text).split("/");
}

const MANY = Symbol("any number, also none");
const ONE = Symbol("any one");

/** Plain text, or code points with wildcards between them. */
type Segment = string | readonly (string | typeof ONE | typeof MANY)[];
type Alternative = readonly (Segment | typeof MANY)[];

function compiled(text: string): Alternative {
  const segments = segmentsOf(text);
  const isRooted = text.startsWith("/");
  const inner = segments.flatMap((segment, index): Alternative => {
    if (segment !== "**") return [segmentOf(segment)];
    // What lies below a folder is at least one segment, if only the empty one of "/assets/".
    return index === segments.length - 1 ? [[MANY], MANY] : [MANY];
  });
  return isRooted ? inner : [MANY, ...inner];
}

function segmentOf(text: string): Segment {
  if (!/[*?]/.test(text)) return text;
  return [...text].map((character) => {
    if (character === "*") return MANY;
    return character === "?" ? ONE : character;
  });
}

function segmentFits(segment: Segment, text: string): boolean {
  return typeof segment === "string" ? segment === text : fits(segment, [...text], characterFits);
}

function characterFits(wanted: string | typeof ONE, character: string): boolean {
  return wanted === ONE || wanted === character;
}

/**
 * Wildcards over any sequence: of characters in a segment, of segments in a path. Only the last
 * wildcard is ever tried again: what stands before it has found its earliest place, and no later
 * one could leave more room.
 */
function fits<P, T>(
  pattern: readonly (P | typeof MANY)[],
  items: readonly T[],
  fitsOne: (wanted: P, item: T) => boolean,
): boolean {
  let at = 0;
  let afterMany = -1;
  let takenBy = 0;
  for (let next = 0; next < items.length; ) {
    const wanted = pattern[at];
    const item = items[next];
    if (wanted === MANY) {
      afterMany = ++at;
      takenBy = next;
    } else if (wanted !== undefined && item !== undefined && fitsOne(wanted, item)) {
      at++;
      next++;
    } else if (afterMany >= 0) {
      at = afterMany;
      next = ++takenBy;
    } else {
      return false;
    }
  }
  while (pattern[at] === MANY) at++;
  return at === pattern.length;
}
