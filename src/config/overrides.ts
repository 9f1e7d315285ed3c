// Values said outside of the file: flags of the command line and environment variables. They are
// laid over the tree before anything is judged, so that each is checked like a word of the file,
// and a slip in one is reported under its own name.

import type { Marks, Tree } from "./yaml-tree.ts";

export interface Override {
  readonly section: string;
  readonly word: string;
  readonly value: unknown;
  /** "--port", "FERROX_ADDR": how people know it. */
  readonly origin: string;
  /** Words of the same section that make it pointless when they are there. */
  readonly unlessSaid?: readonly string[];
}

/** Later overrides win over earlier ones, and all of them over the tree. */
export function mergeOverrides(tree: Tree, overrides: readonly Override[]): Tree {
  if (!isMapping(tree.value)) return tree;
  const sections: Record<string, unknown> = { ...tree.value };
  const marks = new Map<string, Marks>(tree.marks);
  for (const { section, word, value, origin, unlessSaid = [] } of overrides) {
    const before = sections[section] ?? {};
    // A list where keys and values belong: the file's own problem, which will be reported.
    if (!isMapping(before) || (section in sections && sections[section] === null)) continue;
    if (unlessSaid.some((other) => other in before)) continue;
    sections[section] = { ...before, [word]: value };
    marks.set(`${section}.${word}`, { key: { name: origin }, value: { name: origin } });
  }
  return { value: sections, marks };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Variable = readonly [name: string, section: string, word: string];

// PORT and HOST are what hosting platforms set; our own names are meant for us, so they win.
const VARIABLES: readonly Variable[] = [
  ["HOST", "server", "addr"],
  ["PORT", "server", "http_port"],
  ["FERROX_ADDR", "server", "addr"],
  ["FERROX_HTTP_PORT", "server", "http_port"],
  ["FERROX_HTTPS_PORT", "server", "https_port"],
  ["FERROX_TIMEOUT", "server", "timeout"],
  ["FERROX_SERVE_DIR", "paths", "serve_dir"],
  ["FERROX_LOG_DIR", "paths", "log_dir"],
  ["FERROX_LOG_LEVEL", "logging", "level"],
];

export const VARIABLE_NAMES: readonly string[] = VARIABLES.map(([name]) => name);

/** In rising order of weight; an empty variable is one that is not set. */
export function overridesFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): readonly Override[] {
  return VARIABLES.flatMap(([name, section, word]) => {
    const text = env[name];
    if (text === undefined || text === "") return [];
    return [{ section, word, value: scalarOf(text), origin: name }];
  });
}

/** Text of a shell as YAML would have read it: digits are a number. */
export function scalarOf(text: string): string | number {
  return /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text;
}
