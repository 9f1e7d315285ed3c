// What is different between two configurations, in the words of those who wrote them:
// "limits.head_timeout: 5s → 8s", "routes[2] added: path /old, redirect /new". For whoever has sent
// a SIGHUP and wants to know whether it did what was meant.

import { type KeyPath, keyText } from "./key.ts";
import type { Origins, Setting } from "./origins.ts";
import { shortened } from "./reading.ts";

/** What was written, by whomever and wherever. */
export interface Written {
  readonly origins: Pick<Origins, "settings">;
}

/** What is said of one reload; the rest is counted. */
const CHANGES_SHOWN_MAX = 20;
const VALUE_CHARACTERS_MAX = 60;
const SUMMARY_CHARACTERS_MAX = 100;

/**
 * One statement each, in the order of the schema; none when all is the same.
 * @param startKeys those that only count when the server starts: "server.workers"
 */
export function changesBetween(
  before: Written,
  after: Written,
  startKeys: readonly string[],
): readonly string[] {
  const trees = [treeOf(before.origins.settings()), treeOf(after.origins.settings())] as const;
  const all = [...differences([], ...trees)].map((change) => {
    const isForStart = startKeys.some((key) => change.startsWith(key));
    return isForStart ? `${change} (at the next start)` : change;
  });
  if (all.length <= CHANGES_SHOWN_MAX) return all;
  const shown = all.slice(0, CHANGES_SHOWN_MAX);
  return [...shown, `and ${all.length - shown.length} more changes`];
}

type Node = string | Branch;
interface Branch {
  readonly kind: "mapping" | "list";
  readonly children: Map<string, Node>;
}

function treeOf(settings: readonly Setting[]): Branch {
  const root: Branch = { kind: "mapping", children: new Map() };
  for (const { path, value } of settings) plant(root, path, value);
  return root;
}

function plant(root: Branch, path: KeyPath, value: string): void {
  let branch = root;
  for (const [at, step] of path.entries()) {
    const next = path[at + 1];
    if (next === undefined) {
      branch.children.set(String(step), value);
      return;
    }
    const known = branch.children.get(String(step));
    const isBranch = known !== undefined && typeof known !== "string";
    const kind = typeof next === "number" ? "list" : "mapping";
    const child: Branch = isBranch ? known : { kind, children: new Map() };
    branch.children.set(String(step), child);
    branch = child;
  }
}

function* differences(path: KeyPath, before?: Node, after?: Node): Generator<string> {
  if (before === undefined || after === undefined) {
    yield* comingAndGoing(path, before, after);
  } else if (typeof before === "string" || typeof after === "string") {
    const [was, is] = [summary(before), summary(after)];
    if (was !== is) yield `${keyText(path)}: ${brief(was)} → ${brief(is)}`;
  } else if (before.kind === "list" && after.kind === "list") {
    yield* listDifferences(path, [...before.children.values()], [...after.children.values()]);
  } else {
    const names = new Set([...before.children.keys(), ...after.children.keys()]);
    for (const name of names) {
      yield* differences([...path, name], before.children.get(name), after.children.get(name));
    }
  }
}

/** Items that are the same at both ends stay out of it: one inserted item moves all that follow. */
function* listDifferences(
  path: KeyPath,
  before: readonly Node[],
  after: readonly Node[],
): Generator<string> {
  const [was, is] = [before.map(summary), after.map(summary)];
  const shorter = Math.min(was.length, is.length);
  let start = 0;
  while (start < shorter && was[start] === is[start]) start += 1;
  let end = 0;
  while (end < shorter - start && was.at(-1 - end) === is.at(-1 - end)) end += 1;
  const [wasEnd, isEnd] = [was.length - end, is.length - end];
  for (let at = start; at < Math.max(wasEnd, isEnd); at += 1) {
    const [one, other] = [at < wasEnd, at < isEnd];
    yield* differences([...path, at], one ? before[at] : undefined, other ? after[at] : undefined);
  }
}

function* comingAndGoing(path: KeyPath, before?: Node, after?: Node): Generator<string> {
  const node = before ?? after;
  if (node === undefined) return;
  const verb = before === undefined ? "added" : "removed";
  // A section says nothing by itself, and its words one by one say too much.
  yield `${keyText(path)} ${verb}: ${shortened(summary(node), SUMMARY_CHARACTERS_MAX)}`;
}

/** All that is below, on one line. */
function summary(node: Node): string {
  if (typeof node === "string") return node;
  const { kind, children } = node;
  if (kind === "list") return `[${[...children.values()].map(summary).join(", ")}]`;
  return [...children].map(([name, child]) => `${name} ${summary(child)}`).join(", ");
}

function brief(text: string): string {
  return shortened(text, VALUE_CHARACTERS_MAX);
}
