// Where each value of a Config came from: for messages that come up later (a port that is taken, a
// certificate that has expired since) and for `ferrox check --origin`.

import { createHash } from "node:crypto";
import type { Origin } from "./config.ts";
import { type KeyPath, keyText } from "./key.ts";
import { isMapping } from "./overrides.ts";
import type { Place } from "./problem.ts";
import { harmless } from "./reading.ts";
import { defaultsOfSections, type SectionDefaults } from "./schema-json.ts";
import { placeOfValue, valueAt } from "./validate.ts";
import type { Tree } from "./yaml-tree.ts";

export interface Setting {
  /** "server.http_port" */
  readonly key: string;
  /** The same, step by step. */
  readonly path: KeyPath;
  /** As it was written. */
  readonly value: string;
  readonly origin: Origin;
}

export interface Origins {
  /** "ferrox.yml:12", "--port", "default". */
  originOf(path: KeyPath): Origin;
  /** Of a value that was not said: the nearest thing that was. */
  placeOf(path: KeyPath): Place;
  /** Whether somebody said it: in the file, in a flag, in a variable. */
  isSaid(path: KeyPath): boolean;
  /** Every scalar word, said or not, in the order of the schema. */
  settings(): readonly Setting[];
}

export function originsOf(tree: Tree, file: string): Origins {
  const originOf = (path: KeyPath) => {
    const place = tree.marks.get(keyText(path))?.value;
    if (place === undefined) return "default";
    return place.spot === undefined ? place.name : `${place.name}:${place.spot.line}`;
  };
  return {
    originOf,
    placeOf: (path) => placeOfValue(tree, path, file),
    isSaid: (path) => tree.marks.has(keyText(path)),
    settings: () => settingsOf(tree, originOf),
  };
}

function settingsOf(tree: Tree, originOf: (path: KeyPath) => Origin): readonly Setting[] {
  const settings: Setting[] = [];
  for (const defaults of defaultsOfSections()) {
    const { section } = defaults;
    const said = leavesOf(valueAt(tree.value, [section]), [section]);
    for (const { path, value } of said) settings.push(settingOf(path, value, originOf(path)));
    settings.push(...unsaid(defaults, said, settings));
  }
  return settings;
}

function unsaid(
  { section, words, value: whole }: SectionDefaults,
  said: readonly Leaf[],
  settings: readonly Setting[],
): readonly Setting[] {
  if (said.length === 0) {
    // A section without a default is off, and so are its words.
    if (whole === undefined) return [];
    if (typeof whole !== "object") return [settingOf([section], whole, "default")];
  }
  const saidWords = new Set(said.map(({ path }) => path[1]));
  return words.flatMap(([word, value]) => {
    if (saidWords.has(word)) return [];
    const path = [section, word];
    if (value === undefined) return heirOf(path, settings) ?? [];
    return settingOf(path, value, "default");
  });
}

function settingOf(path: KeyPath, value: unknown, origin: Origin): Setting {
  return { key: keyText(path), path, value: valueText(value), origin };
}

/** A limit without a default of its own follows server.timeout; other words are then unset. */
function heirOf(path: KeyPath, settings: readonly Setting[]): Setting | undefined {
  if (path[0] !== "limits") return undefined;
  const timeout = settings.find((setting) => setting.key === "server.timeout");
  return timeout === undefined ? undefined : { ...timeout, path, key: keyText(path) };
}

interface Leaf {
  readonly path: KeyPath;
  readonly value: unknown;
}

function leavesOf(value: unknown, path: KeyPath): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => leavesOf(item, [...path, at]));
  if (value === undefined) return [];
  if (!isMapping(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([step, inner]) => leavesOf(inner, [...path, step]));
}

/** Of a password, a guesser would like to have it; that it changed is all that need be seen. */
const PASSWORD_HASH = /^\$(?:scrypt|2[aby])\$/;

function valueText(value: unknown): string {
  if (typeof value === "string" && PASSWORD_HASH.test(value)) {
    return `(hash ${createHash("sha256").update(value).digest("hex").slice(0, 8)})`;
  }
  return harmless(typeof value === "string" ? value : JSON.stringify(value));
}
