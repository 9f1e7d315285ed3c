// Text → Config, or everything that is wrong with it. One value's way: YAML with positions
// (yaml-tree.ts), flags and variables laid over it (overrides.ts), judged by the schema
// (validate.ts), made into a Config (build-config.ts).

import { buildConfig } from "./build-config.ts";
import type { Config } from "./config.ts";
import type { DiskClaim } from "./draft.ts";
import { type Origins, originsOf } from "./origins.ts";
import { mergeOverrides, type Override } from "./overrides.ts";
import { type Problem, sortProblems } from "./problem.ts";
import { validate } from "./validate.ts";
import { readYaml, type Tree } from "./yaml-tree.ts";

export type ConfigResult =
  | {
      readonly kind: "config";
      readonly config: Config;
      readonly warnings: readonly Problem[];
      readonly origins: Origins;
      /** What it takes for granted about the disk: for check-files.ts. */
      readonly claims: readonly DiskClaim[];
    }
  | {
      readonly kind: "problems";
      readonly problems: readonly Problem[];
      /** What can still be said of the disk, when enough of the file was understood. */
      readonly unfinished?: { readonly origins: Origins; readonly claims: readonly DiskClaim[] };
    };

export interface ReadOptions {
  /** Absolute; what relative paths in the file count from. */
  readonly folder: string;
  /** Flags and variables, in rising order of weight. */
  readonly overrides?: readonly Override[];
  /** Environment variables that the file may name; none of them is looked at otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** @param file as the user named it: messages start with it */
export function readConfig(text: string, file: string, options: ReadOptions): ConfigResult {
  const yaml = readYaml(text, file);
  if (yaml.kind === "problems") return yaml;
  return configFrom(yaml.tree, { file, problems: yaml.problems, ...options });
}

/** Flags and variables alone. */
export function configWithoutFile(options: ReadOptions): ConfigResult {
  return configFrom({ value: {}, marks: new Map() }, { file: undefined, problems: [], ...options });
}

interface Reading extends ReadOptions {
  readonly file: string | undefined;
  /** Of the text, found before anything was judged. */
  readonly problems: readonly Problem[];
}

function configFrom(bare: Tree, reading: Reading): ConfigResult {
  const { file, folder, overrides = [], env = {}, problems } = reading;
  const name = file ?? "the command line";
  const tree = mergeOverrides(bare, overrides);
  const { words, routePlaces, problems: wrong } = validate(tree, name);
  const known = [...problems, ...wrong];
  if (words === undefined) return { kind: "problems", problems: sortProblems(known) };

  const origins = originsOf(tree, name);
  const built = buildConfig({ words, routePlaces, origins, file, folder, env });
  const all = sortProblems([...known, ...independent(built.problems, known)]);
  if (all.some(({ severity }) => severity === "error")) {
    return { kind: "problems", problems: all, unfinished: { origins, claims: built.claims } };
  }
  return { kind: "config", config: built.config, warnings: all, origins, claims: built.claims };
}

/**
 * Without those that may only be echoes: a section (or a route) with a wrong word was judged
 * without the word, so what is then missing in it need not be.
 */
function independent(found: readonly Problem[], known: readonly Problem[]): readonly Problem[] {
  const wrong = new Set(known.map(sectionOf));
  return found.filter((problem) => !wrong.has(sectionOf(problem)));
}

function sectionOf({ key }: Problem): string {
  return /^routes\[\d+\]|^[^.[]*/.exec(key)?.[0] ?? "";
}
