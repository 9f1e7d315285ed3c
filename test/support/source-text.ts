// Just enough reading of TypeScript for tests that judge the source: what is code and what is a
// comment or a string, what a file imports, and how long its functions are. Not a parser; the
// formatter keeps our sources within what this understands.

export interface Import {
  readonly from: string;
  /** `import type` and `export type`: gone when compiled. */
  readonly isTypeOnly: boolean;
}

export interface FunctionSpan {
  /** The code in front of its body, on one line. */
  readonly head: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** Of head and body, blank ones not counted. */
  readonly lines: number;
}

/**
 * The source with comments, and with what strings, templates and patterns say, turned into spaces:
 * every offset and every line stays where it was.
 */
export function codeOf(source: string): string {
  return source.replace(SPEECH, (whole, ...groups) => {
    const before = groups[0];
    const kept = typeof before === "string" ? before : "";
    return kept + whole.slice(kept.length).replace(/[^\n]/g, " ");
  });
}

/**
 * Comment, string or template; or a pattern, which differs from a division by what stands before it.
 * A template goes as a whole, with the code in its holes: nothing here looks for anything there.
 */
const SPEECH = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[^]*?\*\/`,
    String.raw`"(?:[^"\\\n]|\\.)*"`,
    String.raw`'(?:[^'\\\n]|\\.)*'`,
    String.raw`${"`"}(?:[^${"`"}\\]|\\[^])*${"`"}`,
    String.raw`((?:^|[=(,:;!&|?{}[\n]|=>|\breturn|\bcase)[^\S\n]*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*`,
  ].join("|"),
  "g",
);

/** Static, side-effect and dynamic imports, and re-exports. */
export function importsOf(source: string): readonly Import[] {
  const code = codeOf(source);
  const found: Import[] = [];
  for (const match of source.matchAll(IMPORT)) {
    // In a comment or a string the word itself has become spaces.
    if (!/^(import|export|require)/.test(code.slice(match.index))) continue;
    const [whole, from = ""] = match;
    found.push({ from, isTypeOnly: /^(import|export)\s+type\b/.test(whole) });
  }
  return found;
}

const IMPORT =
  /(?<![.\w])(?:(?:import|export)\s+[^;"'()]*?\bfrom\s*|import\s*\(?\s*|require\s*\(\s*)["']([^"']+)["']/g;

/** Everything with a body of its own: declarations, methods, arrows with braces. */
export function functionsOf(source: string): readonly FunctionSpan[] {
  const code = codeOf(source);
  const open: { start: number; brace: number; isFunction: boolean }[] = [];
  const found: FunctionSpan[] = [];
  for (let at = 0; at < code.length; at++) {
    if (code[at] === "{") {
      const start = headStart(code, at);
      open.push({ start, brace: at, isFunction: isFunctionHead(code.slice(start, at)) });
    } else if (code[at] === "}") {
      const block = open.pop();
      if (block?.isFunction === true) found.push(spanOf(source, block, at));
    }
  }
  return found;
}

function spanOf(
  source: string,
  { start, brace }: { start: number; brace: number },
  end: number,
): FunctionSpan {
  return {
    head: source.slice(start, brace).replace(/\s+/g, " ").trim(),
    line: source.slice(0, start).split("\n").length,
    lines: source
      .slice(start, end + 1)
      .split("\n")
      .filter((line) => line.trim() !== "").length,
  };
}

/**
 * Back from a brace to where its statement, member or argument begins. Brackets are jumped over, and
 * so are the braces of a result type: `f(): { a: string } {`.
 */
function headStart(code: string, brace: number): number {
  let at = brace - 1;
  while (at >= 0 && !/[;{,([]/.test(code[at] ?? "")) {
    if (/[)\]]/.test(code[at] ?? "")) {
      at = opening(code, at);
    } else if (code[at] === "}") {
      const start = opening(code, at);
      if (!/[:|&<]\s*$/.test(code.slice(0, start))) break;
      at = start;
    }
    at--;
  }
  const spaces = /^\s*/.exec(code.slice(at + 1))?.[0].length ?? 0;
  return at + 1 + spaces;
}

/** Of the bracket or brace that ends at `end`. */
function opening(code: string, end: number): number {
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    if (/[)\]}]/.test(code[at] ?? "")) depth++;
    if (/[([{]/.test(code[at] ?? "")) depth--;
    if (depth === 0) return at;
  }
  return 0;
}

function isFunctionHead(head: string): boolean {
  const text = head.trim();
  if (/^(?:if|for|while|switch|catch|else|do|try|finally|class|interface|type)\b/.test(text)) {
    return false;
  }
  if (text.endsWith("=>")) return true;
  // A parameter list, perhaps with a result type behind it; a brace that belongs to that type is none.
  return /\)(?:\s*:(?:[^=]|=>)*)?$/.test(text) && !/[:|&<]$/.test(text);
}
