// Two readers of the same RFC that answer differently, and why. A rule rewrites the question as
// the RFC has it read; asked that question, the stranger must give our answer. So a difference is
// never left out of a comparison: it is named, and checked like the rest.

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

export interface Rule<Question> {
  /** The section that decides, and what it decides. */
  readonly why: string;
  /** The question as that section reads it; the very same value when it has nothing to say. */
  readonly read: (question: Question) => Question;
}

export interface Comparison<Question, Answer> {
  /** What we must answer: the stranger's word, corrected by the rules, in their order. */
  expected(question: Question): Answer;
  /** Questions that no rule had to touch. */
  readonly undisputed: number;
  /** A rule that never changed an answer explains nothing. */
  assertRulesMattered(): void;
}

export function comparison<Question, Answer>(
  stranger: (question: Question) => Answer,
  rules: readonly Rule<Question>[],
): Comparison<Question, Answer> {
  const idle = new Set(rules.map(({ why }) => why));
  let undisputed = 0;
  return {
    get undisputed() {
      return undisputed;
    },
    expected(question) {
      let read = question;
      let answer = stranger(question);
      for (const rule of rules) {
        const next = rule.read(read);
        if (next === read) continue;
        const corrected = stranger(next);
        if (!isDeepStrictEqual(corrected, answer)) idle.delete(rule.why);
        read = next;
        answer = corrected;
      }
      if (read === question) undisputed++;
      return answer;
    },
    assertRulesMattered() {
      assert.deepEqual([...idle], [], "rules that explain nothing");
    },
  };
}
