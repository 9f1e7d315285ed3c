// What a text must be before the YAML library may see the whole of it. The library builds its
// nodes by recursion: ten thousand brackets are enough to end the process, without an exception
// that anyone could catch.

import { Lexer, Parser } from "yaml";
import type { Problem } from "./problem.ts";
import { shortened, shown } from "./reading.ts";
import type { SourceText } from "./source-text.ts";

const CHARACTERS_MAX = 1024 * 1024;

// A token for each bracket, and up to four for a key inside one; no configuration needs ten levels.
const NESTED_TOKENS_MAX = 64;

/** The first thing that is wrong; undefined: go on. */
export function unfitForYaml(source: SourceText): Problem | undefined {
  return tooLarge(source) ?? notText(source) ?? nestedTooDeeply(source);
}

function tooLarge(source: SourceText): Problem | undefined {
  const { text, placeAt } = source;
  if (text.length <= CHARACTERS_MAX) return undefined;
  const place = placeAt(CHARACTERS_MAX);
  const offset = text.lastIndexOf("\n", CHARACTERS_MAX - 1) + 1;
  const line = shown(shortened(place.spot?.source.trim() ?? "", 40));
  return source.problemAt(
    offset,
    `the file is larger than 1 MiB, which no configuration is; the limit is passed in ${line}`,
  );
}

/** YAML 1.2.2, section 5.1. */
function notText(source: SourceText): Problem | undefined {
  const found = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(
    source.text,
  );
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const hint = code === "0000" ? "is this a text file?" : undefined;
  return source.problemAt(found.index, `the character U+${code} cannot stand in YAML`, hint);
}

function nestedTooDeeply(source: SourceText): Problem | undefined {
  const parser = new Parser();
  let offset = 0;
  for (const piece of new Lexer().lex(source.text)) {
    // Its tokens are of no interest, only how many are open.
    for (const _token of parser.next(piece));
    if (parser.stack.length > NESTED_TOKENS_MAX) {
      return source.problemAt(offset, "values are nested too deeply for a configuration");
    }
    offset = Math.min(parser.offset, source.text.length);
  }
  return undefined;
}
