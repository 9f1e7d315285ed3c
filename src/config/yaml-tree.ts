// YAML text → plain values, each with the place where it stands. Nothing is interpreted yet, but
// what YAML allows and a configuration never needs is refused here: aliases that multiply, tags,
// keys that are no text, keys given twice, numbers that look octal.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { childKey } from "./key.ts";
import type { Place, Problem } from "./problem.ts";
import { harmless, shortened, shown } from "./reading.ts";
import { type SourceText, sourceTextOf } from "./source-text.ts";
import { unfitForYaml } from "./yaml-guards.ts";

export interface Marks {
  /** Where the key stands; of a list entry: where the entry does. */
  readonly key: Place;
  /** Where the value stands; where the key does, when there is no value. */
  readonly value: Place;
}

export interface Tree {
  /** Plain objects, arrays, text, numbers, booleans, null. */
  readonly value: unknown;
  /** By key: "server.http_port", "routes[1].path"; "" is the file's first word. */
  readonly marks: ReadonlyMap<string, Marks>;
}

export type TreeResult =
  | { readonly kind: "tree"; readonly tree: Tree; readonly problems: readonly Problem[] }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** A tree may come with problems: it is then good for finding more of them, not for serving. */
export function readYaml(text: string, file: string): TreeResult {
  const source = sourceTextOf(text, file);
  const unfit = unfitForYaml(source);
  if (unfit !== undefined) return { kind: "problems", problems: [unfit] };

  // Keys given twice are found below: the library compares each key with every other.
  const document = parseDocument(source.text, {
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
    merge: false,
  });
  const broken = syntaxProblems(document, source);
  if (broken.length > 0) return { kind: "problems", problems: broken };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    const problem = source.problemAt(0, "the file says nothing", "for defaults only: server: {}");
    return { kind: "problems", problems: [problem] };
  }
  return plainTree(contents, source);
}

// After the first slip the library often stumbles over the rest; more lines would not help.
const SYNTAX_PROBLEMS_MAX = 3;

function syntaxProblems(document: Document.Parsed, source: SourceText): readonly Problem[] {
  const { version, explicit } = document.directives.yaml;
  if (explicit === true && version !== "1.2") {
    return [source.problemAt(0, `this is YAML ${version}; only YAML 1.2 is read`)];
  }
  return [...document.errors, ...document.warnings].slice(0, SYNTAX_PROBLEMS_MAX).map((error) => {
    const [message, hint] = SYNTAX_WORDS.get(error.code) ?? [shortened(error.message, 160)];
    return source.problemAt(error.pos[0], message, hint);
  });
}

const SYNTAX_WORDS: ReadonlyMap<string, readonly [message: string, hint?: string]> = new Map([
  ["TAB_AS_INDENT", ["a tab cannot indent YAML", "use spaces"]],
  ["MULTIPLE_DOCS", ["a second document starts here; a configuration is one"]],
  ["TAG_RESOLVE_FAILED", ["tags (!, !!) have no meaning here", "write the value alone"]],
  ["BAD_ALIAS", ["this alias (*) stands for nothing", "a text that starts with * needs quotes"]],
]);

// An alias may stand for a list of aliases, and so on: nine lines make a billion values.
const VALUES_MAX = 100_000;

interface Walk {
  readonly source: SourceText;
  readonly marks: Map<string, Marks>;
  readonly problems: Problem[];
  readonly anchors: Map<string, Node>;
  /** Nodes that are being made plain: an alias to one of them would never end. */
  readonly open: Set<Node>;
  values: number;
}

function plainTree(root: ParsedNode, source: SourceText): TreeResult {
  const walk: Walk = {
    source,
    marks: new Map(),
    problems: [],
    anchors: new Map(),
    open: new Set(),
    values: 0,
  };
  const start = placeOf(walk, root) ?? source.placeAt(0);
  walk.marks.set("", { key: start, value: start });
  const value = plainOf(walk, root, "");
  const { marks, problems } = walk;
  if (walk.values > VALUES_MAX) return { kind: "problems", problems: problems.slice(-1) };
  return { kind: "tree", tree: { value, marks }, problems };
}

function plainOf(walk: Walk, node: unknown, key: string): unknown {
  walk.values += 1;
  if (walk.values === VALUES_MAX + 1) {
    const { anchors } = walk;
    const hint = anchors.size === 0 ? undefined : "aliases (*) multiply what they stand for";
    complain(walk, node, "", `there are more than ${VALUES_MAX} values`, hint);
  }
  if (walk.values > VALUES_MAX || node === null) return null;
  if (isAlias(node)) return aliasValue(walk, node, key);
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(walk, node, key);
  walk.open.add(node);
  const value = isMap(node) ? mapValue(walk, node, key) : listValue(walk, node, key);
  walk.open.delete(node);
  return value;
}

function aliasValue(walk: Walk, alias: Node & { source: string }, key: string): unknown {
  const target = walk.anchors.get(alias.source);
  if (target === undefined) {
    const hint = "a text that starts with * needs quotes";
    complain(
      walk,
      alias,
      key,
      `no value is named &${harmless(alias.source)} before this line`,
      hint,
    );
    return null;
  }
  if (walk.open.has(target)) {
    complain(walk, alias, key, `*${harmless(alias.source)} stands for a value that it is part of`);
    return null;
  }
  return plainOf(walk, target, key);
}

function scalarValue(walk: Walk, node: Scalar, key: string): unknown {
  const { value, source = "" } = node;
  const looksOctal = typeof value === "number" && /^[-+]?0[0-9]/.test(source);
  if (looksOctal) {
    const octal = /^0[0-7]+$/.test(source) ? `; octal would be 0o${source.slice(1)}` : "";
    const hint = `write ${value}, or "${source}" for text${octal}`;
    complain(walk, node, key, `${source} starts with a zero, but is read as ${value}`, hint);
  }
  return value;
}

function listValue(walk: Walk, node: YAMLSeq, key: string): unknown[] {
  return node.items.map((item, index) => {
    const entryKey = childKey(key, index);
    const place = placeOf(walk, item) ?? placeOf(walk, node) ?? walk.source.placeAt(0);
    walk.marks.set(entryKey, { key: place, value: place });
    return plainOf(walk, item, entryKey);
  });
}

function mapValue(walk: Walk, node: YAMLMap, key: string): object {
  const entries = new Map<string, unknown>();
  for (const pair of node.items) {
    const name = nameOf(walk, pair.key, key);
    if (name === undefined) continue;
    const entryKey = childKey(key, name);
    const keyPlace = placeOf(walk, pair.key) ?? walk.source.placeAt(0);
    const first = walk.marks.get(entryKey)?.key.spot;
    if (entries.has(name)) {
      const before = first === undefined ? "" : `; first in line ${first.line}`;
      complain(walk, pair.key, entryKey, `is given twice${before}`);
      continue;
    }
    const value = placeOf(walk, pair.value) ?? keyPlace;
    walk.marks.set(entryKey, { key: keyPlace, value });
    entries.set(name, plainOf(walk, pair.value, entryKey));
  }
  return Object.fromEntries(entries);
}

function isQuoted(node: unknown): boolean {
  return isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
}

/** undefined: it cannot be a key, which has been said. */
function nameOf(walk: Walk, node: unknown, key: string): string | undefined {
  // A bare number is a fine name ("404"), as it was written.
  const name = isScalar(node) && node.value !== null ? (node.source ?? String(node.value)) : null;
  // Nothing before a colon is a slip; "" in quotes is meant.
  if (name === null || (name === "" && !isQuoted(node))) {
    complain(walk, node, key, "a key must be text");
    return undefined;
  }
  if (isScalar(node) && node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (name === "__proto__") {
    complain(walk, node, key, `${shown(name)} cannot be a key`);
    return undefined;
  }
  return name;
}

/** undefined: there is nothing to point at (a key without a value). */
function placeOf(walk: Walk, node: unknown): Place | undefined {
  if (!isAlias(node) && !isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
  const [start, end] = node.range ?? [0, 0];
  return end > start ? walk.source.placeAt(start, end - start) : undefined;
}

function complain(walk: Walk, node: unknown, key: string, message: string, hint?: string): void {
  const place = placeOf(walk, node) ?? walk.marks.get(key)?.value ?? walk.source.placeAt(0);
  walk.problems.push({ place, key, message, hint, severity: "error" });
}
