// Inputs that are nearly good: a good one with a few things done to it. Noise alone would be
// refused at its first byte and never reach the rest of a parser.
// Text throughout: a character is a byte (Latin-1) where bytes are meant.

import { type Random, randomFrom } from "../support/random.ts";

export type Choices = readonly [string, ...string[]];

export interface Material {
  /** Good inputs. */
  readonly corpus: Choices;
  /** Words that mean something to the reader. */
  readonly words: Choices;
  /** The largest character code that can occur. */
  readonly codeMax: number;
}

/** Neighbouring seeds would begin alike: they are scattered first. */
export function randomOf(seed: number): Random {
  return randomFrom(Math.imul(seed + 1, 0x9e37_79b1));
}

const CHANGES_MAX = 5;
/** Doubling a text over and over would only test the machine's memory. */
const LENGTH_MAX = 16 * 1024;

export function mutated(random: Random, material: Material): string {
  let text = random.pick(material.corpus);
  for (let changes = random.below(CHANGES_MAX + 1); changes > 0; changes--) {
    text = changed(text, random, material);
  }
  return text.slice(0, LENGTH_MAX);
}

/** Characters at which parsers turn. */
const TURNS = "\r\n\t \0:;,/%\\\"'#?*&-.0\x7f\xff";

function changed(text: string, random: Random, { corpus, words, codeMax }: Material): string {
  const at = random.below(text.length + 1);
  const other = random.below(text.length + 1);
  const [from, to] = at < other ? [at, other] : [other, at];
  const near = Math.min(text.length, at + 1 + random.below(8));
  switch (random.below(9)) {
    case 0: // one character becomes any other
      return text.slice(0, at) + anyCharacter(random, codeMax) + text.slice(at + 1);
    case 1: // one character becomes a telling one
      return text.slice(0, at) + telling(random) + text.slice(at + 1);
    case 2: // a telling one comes in
      return text.slice(0, at) + telling(random) + text.slice(at);
    case 3: // a word comes in
      return text.slice(0, at) + random.pick(words) + text.slice(at);
    case 4: // a little is lost
      return text.slice(0, at) + text.slice(near);
    case 5: // a little is said twice
      return text.slice(0, near) + text.slice(at);
    case 6: // a stretch is lost
      return text.slice(0, from) + text.slice(to);
    case 7: // a stretch is said again somewhere
      return text.slice(0, other) + text.slice(from, to) + text.slice(other);
    default: {
      // the end of another good input
      const donor = random.pick(corpus);
      return text.slice(0, at) + donor.slice(random.below(donor.length + 1));
    }
  }
}

function anyCharacter(random: Random, codeMax: number): string {
  return String.fromCharCode(random.below(codeMax + 1));
}

function telling(random: Random): string {
  return TURNS.charAt(random.below(TURNS.length));
}

/** The same text in up to five pieces, none of them empty. */
export function pieces(text: string, random: Random): readonly string[] {
  const cuts = Array.from({ length: random.below(5) }, () => random.below(text.length + 1));
  const edges = [0, ...cuts.sort((one, other) => one - other), text.length];
  return edges
    .slice(1)
    .map((end, index) => text.slice(edges[index], end))
    .filter((piece) => piece !== "");
}

/** A list that was made, where one written out is asked for. */
export function choicesOf(texts: readonly string[]): Choices {
  const [first, ...others] = texts;
  if (first === undefined) throw new Error("nothing to choose from");
  return [first, ...others];
}
