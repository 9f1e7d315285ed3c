// The ways in which a site's answer to one target may differ, and how a store tells them apart.
//
// A way is a request field and a few values of it. The site is asked with each value, and the answers
// become representations, in the order of its preference; the values become the choices of flashd's
// schema. Where the site would give its own form to whoever says "anything", but another to whoever
// names it, the same representation stands there twice: first, for those who do not send the field,
// and last, for those who name it or take anything. Ties go to the first of those that were named.

import type { Field } from "../../http/fields.ts";
import type { Coding } from "../../http/negotiation.ts";
import type { Choice, Negotiation } from "./resource.ts";

/** A value that chooses an option, as a choice of the schema. */
export interface Wish {
  readonly name: string;
  readonly specificity: number;
}

export interface Option<Answer> {
  readonly answer: Answer;
  /** None: only for those who do not send the field, or nothing known in it. */
  readonly wishes: readonly Wish[];
}

/** Options of one field; the first is for those who do not send it. */
export interface Way<Answer> {
  readonly field: string;
  readonly options: readonly Option<Answer>[];
  /** The value that means all options alike; undefined: "*". */
  readonly wildcard: string | undefined;
}

/** No field can have this as a value: whoever says "*" has a choice of his own. */
const NOBODY_SAYS = "(none)";

/** By language: exact tags, our favourite first. */
export function languageWay<Answer>(
  answers: readonly (readonly [tag: string, answer: Answer])[],
): Way<Answer> {
  const options = answers.map(([tag, answer]) => ({
    answer,
    wishes: [{ name: tag.toLowerCase(), specificity: 1 }],
  }));
  return { field: "accept-language", options, wildcard: undefined };
}

/** By type: the others only for those who name them, and then before our own. */
export function typeWay<Answer>(
  own: readonly [type: string, answer: Answer],
  others: readonly (readonly [type: string, answer: Answer])[],
): Way<Answer> {
  const [type, answer] = own;
  const named = others.map(([name, other]) => ({
    answer: other,
    wishes: [{ name, specificity: EXACT }],
  }));
  const options = [{ answer, wishes: [] }, ...named, { answer, wishes: rangesAround(type) }];
  return { field: "accept", options, wildcard: NOBODY_SAYS };
}

/** A page for people, or the same for programs: people first. */
export function audienceWay<Answer>(
  page: readonly [type: string, answer: Answer],
  program: readonly [type: string, answer: Answer],
): Way<Answer> {
  const [type, answer] = page;
  const [, forPrograms] = program;
  const wishes = [
    ...["application/json", "application/problem+json"].map((name) => ({
      name,
      specificity: EXACT,
    })),
    { name: "application/*", specificity: SUBTYPES },
  ];
  const options = [
    { answer, wishes: rangesAround(type) },
    { answer: forPrograms, wishes },
  ];
  return { field: "accept", options, wildcard: NOBODY_SAYS };
}

const EXACT = 2;
const SUBTYPES = 1;

function rangesAround(type: string): readonly Wish[] {
  return [
    { name: type, specificity: EXACT },
    { name: `${type.slice(0, type.indexOf("/"))}/*`, specificity: SUBTYPES },
    { name: "*/*", specificity: 0 },
    // A bare "*" is what Java's HttpURLConnection sends for "*/*".
    { name: "*", specificity: 0 },
  ];
}

/** One variant in all its codings. */
export interface Coded<Answer> {
  /** For those who do not say what they take. */
  readonly first: Answer;
  /** Without coding, for those who say so; undefined: there is no such thing. */
  readonly plain: Answer | undefined;
  /** Our favourite first. */
  readonly codings: readonly (readonly [coding: Coding, answer: Answer])[];
}

export interface Laid<Answer> {
  /** By index. */
  readonly answers: readonly Answer[];
  readonly negotiations: readonly Negotiation[];
}

/** All answers in one row, variant by variant, and what leads to each. */
export function laidOut<Answer>(
  way: Way<Coded<Answer>> | undefined,
  only: Coded<Answer>,
): Laid<Answer> {
  const options = way?.options ?? [{ answer: only, wishes: [] }];
  const ready = new Set(options.flatMap(({ answer }) => answer.codings.map(([name]) => name)));
  const answers: Answer[] = [];
  const byCoding = new ChoiceTable();
  const byVariant = new ChoiceTable();
  for (const { answer, wishes } of options) {
    const from = answers.length;
    answers.push(...rowOf(answer, { from, ready, byCoding }));
    for (let index = from; index < answers.length; index++) {
      for (const wish of wishes) byVariant.add(wish, index);
    }
  }
  const negotiations: Negotiation[] = [];
  if (ready.size > 0) {
    negotiations.push(negotiationOf("accept-encoding", byCoding, NOBODY_SAYS));
  }
  if (way !== undefined) negotiations.push(negotiationOf(way.field, byVariant, way.wildcard));
  // As flatc sorts them, so that Vary is the same in both forms of a store.
  negotiations.sort((a, b) => (a.header < b.header ? -1 : 1));
  return { answers, negotiations };
}

interface Row {
  readonly from: number;
  /** Codings that some variant has. */
  readonly ready: ReadonlySet<Coding>;
  readonly byCoding: ChoiceTable;
}

function rowOf<Answer>(coded: Coded<Answer>, { from, ready, byCoding }: Row): readonly Answer[] {
  const { first, plain, codings } = coded;
  if (ready.size === 0) return [first];
  const own = codings.map(([, answer]) => answer);
  const row = plain === undefined || own.length === 0 ? [first, ...own] : [first, ...own, plain];
  const plainAt = plain === undefined ? undefined : from + row.length - 1;
  const places = new Map(codings.map(([coding], index) => [coding, from + 1 + index]));
  for (const coding of ready) {
    // A variant without this coding is not passed over by those who take it: they get it plain.
    const at = places.get(coding) ?? plainAt;
    if (at === undefined) continue;
    for (const name of NAMES[coding]) byCoding.add({ name, specificity: 1 }, at);
  }
  for (const at of places.values()) byCoding.add(ANYTHING, at);
  if (plainAt !== undefined) {
    byCoding.add(ANYTHING, plainAt);
    byCoding.add({ name: "identity", specificity: 1 }, plainAt);
  }
  return row;
}

const ANYTHING: Wish = { name: "*", specificity: 0 };

/** "x-gzip" is an old name for the same thing (RFC 9110, section 8.4.1.3). */
const NAMES: Readonly<Record<Coding, readonly string[]>> = {
  br: ["br"],
  zstd: ["zstd"],
  gzip: ["gzip", "x-gzip"],
  deflate: ["deflate"],
};

class ChoiceTable {
  readonly #choices = new Map<string, Wish & { readonly representations: number[] }>();

  add({ name, specificity }: Wish, index: number): void {
    const known = this.#choices.get(name) ?? { name, specificity, representations: [] };
    this.#choices.set(name, known);
    if (!known.representations.includes(index)) known.representations.push(index);
  }

  /** Sorted by name, as flatc does. */
  get choices(): readonly Choice[] {
    return [...this.#choices.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function negotiationOf(
  field: string,
  { choices }: ChoiceTable,
  wildcard: string | undefined,
): Negotiation {
  return { header: `${field}:`, choices, wildcard, mustMatch: false };
}

/** What to ask with, for one value. */
export function askedWith(field: string, value: string): readonly Field[] {
  return [[field, value]];
}
