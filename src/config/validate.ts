// A tree of plain values → the words of the schema, or every problem with them. The schema judges
// values; this file knows where they stand and says it in our words.

import { childKey, type KeyPath, keyText } from "./key.ts";
import { isMapping } from "./overrides.ts";
import type { Place, Problem } from "./problem.ts";
import { harmless, shown } from "./reading.ts";
import { configSchema, type Words } from "./schema.ts";
import { didYouMean } from "./suggest.ts";
import type { Tree } from "./yaml-tree.ts";
import { type Zod, z } from "./zod.ts";

export interface Validated {
  /** With problems: what is left when wrong values are taken for unsaid. undefined: too little. */
  readonly words: Words | undefined;
  /** Where each of the routes that are left stands in the list as written. */
  readonly routePlaces: readonly number[];
  readonly problems: readonly Problem[];
}

export function validate(tree: Tree, file: string): Validated {
  const first = configSchema.safeParse(tree.value);
  if (first.success) {
    return { words: first.data, routePlaces: placesWithout(tree.value, new Set()), problems: [] };
  }
  const problems = first.error.issues.flatMap((issue) => problemsOf(issue, tree, file));
  return { ...wordsWithout(first.error.issues, tree.value), problems };
}

const ROUNDS_MAX = 4;

/**
 * Takes out what is wrong and judges the rest again, so that rules between words can be checked in
 * the same run. A wrong route goes as a whole, so that the others are still judged; what else
 * cannot be spared takes its surroundings with it, a level each round.
 */
function wordsWithout(
  issues: readonly Zod.core.$ZodIssue[],
  value: unknown,
): Omit<Validated, "problems"> {
  const wrongRoutes = new Set<number>();
  let rest = value;
  let wrong = issues;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const places = placesWithout(value, wrongRoutes);
    for (const issue of wrong) {
      const [section, index] = issue.path;
      const isRoute = section === "routes" && typeof index === "number";
      if (isRoute) wrongRoutes.add(places[index] ?? index);
      else rest = pathsOf(issue, round).reduce(without, rest);
    }
    const routePlaces = placesWithout(value, wrongRoutes);
    const again = configSchema.safeParse(withRoutesAt(rest, value, routePlaces));
    if (again.success) return { words: again.data, routePlaces };
    wrong = again.error.issues;
  }
  return { words: undefined, routePlaces: [] };
}

/** What is wrong, or what is around it once that was not enough. */
function pathsOf(issue: Zod.core.$ZodIssue, round: number): readonly KeyPath[] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => [...issue.path, key])
    : [issue.path.slice(0, issue.path.length - round)];
}

function routesIn(value: unknown): readonly unknown[] {
  return isMapping(value) && Array.isArray(value.routes) ? value.routes : [];
}

function placesWithout(value: unknown, wrong: ReadonlySet<number>): readonly number[] {
  return [...routesIn(value).keys()].filter((place) => !wrong.has(place));
}

function withRoutesAt(rest: unknown, value: unknown, places: readonly number[]): unknown {
  if (!isMapping(rest) || !Array.isArray(rest.routes)) return rest;
  if (places.length === 0) return without(rest, ["routes"]);
  const all = routesIn(value);
  return { ...rest, routes: places.map((place) => all[place]) };
}

/** A copy without the value at `path`; a list entry takes the whole list along. */
function without(value: unknown, path: KeyPath): unknown {
  const [step, ...steps] = path;
  if (step === undefined || !isMapping(value) || typeof step !== "string") return undefined;
  const { [step]: inner, ...others } = value;
  const rest = steps.length === 0 ? undefined : without(inner, steps);
  return rest === undefined ? others : { ...others, [step]: rest };
}

function problemsOf(issue: Zod.core.$ZodIssue, tree: Tree, file: string): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => unknownKey(issue.path, name, { tree, file }));
  }
  const key = keyText(issue.path);
  const { message, hint } = wording(issue, valueAt(tree.value, issue.path));
  const value = placeOfValue(tree, issue.path, file);
  const place = issue.code === "invalid_key" ? (tree.marks.get(key)?.key ?? value) : value;
  return [{ place, key, message, hint, severity: "error" }];
}

interface Where {
  readonly tree: Tree;
  readonly file: string;
}

function unknownKey(path: KeyPath, name: string, { tree, file }: Where): Problem {
  const known = keysAt(configSchema, path, tree.value);
  const hint =
    name === "<<"
      ? "merge keys are not used here; write the values out"
      : (elsewhere(name) ?? didYouMean(name, known));
  const key = childKey(keyText(path), name);
  const place = tree.marks.get(key)?.key ?? { name: file };
  return { place, key, message: "unknown key", hint, severity: "error" };
}

/** A known word at the wrong depth: `serve_dir:` at the top, `http_port:` under `paths:`. */
function elsewhere(name: string): string | undefined {
  const top = keysAt(configSchema, [], {});
  if (top.includes(name)) return `${name} belongs to the top level, without indentation`;
  const home = top.find((section) => keysAt(configSchema, [section], {}).includes(name));
  return home === undefined ? undefined : `${name} belongs under ${home}:`;
}

interface Wording {
  readonly message: string;
  readonly hint: string | undefined;
}

function wording(issue: Zod.core.$ZodIssue, value: unknown): Wording {
  switch (issue.code) {
    case "custom":
      return { message: issue.message, hint: hintOf(issue.params) };
    case "invalid_type":
      return { message: wrongShape(shapeName(issue.expected), value), hint: undefined };
    case "invalid_union":
      return unionWording(issue, value);
    case "invalid_key":
      return issue.issues[0] === undefined ? unworded(issue) : wording(issue.issues[0], value);
    case "too_small":
      return { message: "expected at least one entry", hint: undefined };
    default:
      return unworded(issue);
  }
}

function unworded(issue: Zod.core.$ZodIssue): Wording {
  return { message: harmless(issue.message), hint: undefined };
}

function hintOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof params?.hint === "string" ? params.hint : undefined;
}

function shapeName(expected: string): string {
  return expected === "array" ? 'a list ("- " before each entry)' : "keys and values";
}

function wrongShape(what: string, value: unknown): string {
  if (value === undefined) return `is missing; expected ${what}`;
  if (value === null) return `has nothing in it; expected ${what}, or no such line at all`;
  return `expected ${what}, got ${shown(value)}`;
}

/** The only union is that of the kinds of file systems, told apart by their `kind`. */
function unionWording(issue: Zod.core.$ZodIssueInvalidUnion, value: unknown): Wording {
  const kinds = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const hint = typeof value === "string" ? didYouMean(value, kinds) : undefined;
  return {
    message: wrongShape(`${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`, value),
    hint,
  };
}

/** The nearest thing that was written: a missing key is reported where it should have been. */
export function placeOfValue(tree: Tree, path: KeyPath, file: string): Place {
  const own = tree.marks.get(keyText(path));
  if (own !== undefined) return own.value;
  for (let length = path.length - 1; length >= 0; length--) {
    const around = tree.marks.get(keyText(path.slice(0, length)));
    if (around !== undefined) return around.key;
  }
  return { name: file };
}

export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return typeof step === "number" ? inner[step] : undefined;
    return isMapping(inner) && typeof step === "string" ? inner[step] : undefined;
  }, value);
}

/** The keys that the schema knows at this place. `value` decides which kind of file system it is. */
function keysAt(schema: Zod.core.$ZodType, path: KeyPath, value: unknown): readonly string[] {
  const [step, ...steps] = path;
  if (isWrapper(schema)) return keysAt(schema.unwrap(), path, value);
  if (schema instanceof z.ZodPipe) return keysAt(schema.out, path, value);
  const inner = step === undefined ? undefined : valueAt(value, [step]);
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    const next = schema.shape[String(step)];
    return next === undefined ? [] : keysAt(next, steps, inner);
  }
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, steps, inner);
  if (schema instanceof z.ZodArray) return keysAt(schema.element, steps, inner);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const chosen = schema.options.find((option) => kindOf(option) === valueAt(value, ["kind"]));
    return chosen === undefined ? [] : keysAt(chosen, path, value);
  }
  return [];
}

function isWrapper(schema: Zod.core.$ZodType): schema is Zod.ZodOptional | Zod.ZodPrefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault;
}

function kindOf(schema: Zod.core.$ZodType): unknown {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const kind = schema.shape.kind;
  return kind instanceof z.ZodLiteral ? kind.value : undefined;
}
