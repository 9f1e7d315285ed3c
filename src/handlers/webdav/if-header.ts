// The field If. RFC 4918, section 10.4: lists of conditions, each list about the resource of the
// request or, behind a tag, about another one. One of the lists must hold, and of it everything.
// Only the grammar; what the conditions are compared with is conditions.ts's business.

import { type EntityTag, parseEntityTag } from "../../http/entity-tag.ts";

export type Condition = { readonly isNegated: boolean } & (
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "tag"; readonly tag: EntityTag }
);

export interface ConditionList {
  /** A URL or a path, as sent; undefined: what the request is for. */
  readonly resource: string | undefined;
  readonly conditions: readonly Condition[];
}

/** undefined: it cannot be read. Never empty. */
export function parseIf(field: string): readonly ConditionList[] | undefined {
  const words = wordsOf(field);
  if (words === undefined) return undefined;
  const lists: ConditionList[] = [];
  // A field is either tagged or not (section 10.4.2).
  const isTagged = words[0]?.startsWith("<") === true;
  for (let at = 0; at < words.length; ) {
    const tagged = isTagged ? words[at] : undefined;
    if (isTagged) at += 1;
    const group = listsFrom(words, at, tagged?.slice(1, -1));
    // No tag without a list, and nothing else before one.
    if (group.lists.length === 0 || tagged?.startsWith("<") === false) return undefined;
    lists.push(...group.lists);
    at = group.end;
    if (!isTagged && at < words.length) return undefined;
  }
  return lists.length > 0 ? lists : undefined;
}

interface Group {
  readonly lists: readonly ConditionList[];
  /** Of the first word that belongs to none of them. */
  readonly end: number;
}

function listsFrom(words: readonly string[], from: number, resource: string | undefined): Group {
  const lists: ConditionList[] = [];
  let at = from;
  while (words[at] === "(") {
    const close = words.indexOf(")", at);
    const conditions = close < 0 ? undefined : conditionsOf(words.slice(at + 1, close));
    if (conditions === undefined) return { lists: [], end: at };
    lists.push({ resource, conditions });
    at = close + 1;
  }
  return { lists, end: at };
}

/** What stands between the parentheses; undefined: nothing, or nothing readable. */
function conditionsOf(words: readonly string[]): Condition[] | undefined {
  const conditions: Condition[] = [];
  let isNegated = false;
  for (const word of words) {
    if (word.toLowerCase() === "not") {
      if (isNegated) return undefined;
      isNegated = true;
      continue;
    }
    const condition = conditionOf(word, isNegated);
    if (condition === undefined) return undefined;
    conditions.push(condition);
    isNegated = false;
  }
  return isNegated || conditions.length === 0 ? undefined : conditions;
}

function conditionOf(word: string, isNegated: boolean): Condition | undefined {
  if (word.startsWith("<")) return { kind: "token", token: word.slice(1, -1), isNegated };
  const tag = word.startsWith("[") ? parseEntityTag(word.slice(1, -1)) : undefined;
  return tag && { kind: "tag", tag, isNegated };
}

// One word: a parenthesis, "Not", <anything>, or ["a tag, which may hold brackets"]. Each begins
// with another character, and none can be read in two ways: nothing here goes back.
const WORD = /[ \t]*(?:([()]|not|<[^<>\s]+>|\[(?:W\/)?"[^"\s]*"\])|$)/iy;

function wordsOf(field: string): string[] | undefined {
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < field.length) {
    const found = WORD.exec(field);
    if (found === null) return undefined;
    if (found[1] !== undefined) words.push(found[1]);
    else break;
  }
  return words;
}

/** Every token that the field names: naming one is submitting it (section 6.4, 10.4.1). */
export function tokensIn(lists: readonly ConditionList[]): ReadonlySet<string> {
  const all = lists.flatMap(({ conditions }) => conditions);
  return new Set(all.flatMap((one) => (one.kind === "token" ? [one.token] : [])));
}
