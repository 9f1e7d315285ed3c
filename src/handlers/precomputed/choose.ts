// Which representation does the client like best? flashd's own way, as it is documented: the weights
// of all negotiations are multiplied, in thousandths and rounded up, so that what is wanted a little
// is never not wanted at all. Any request field may be negotiated by; what its values mean, a
// resource says.

import type { Fields } from "../../http/fields.ts";
import { weightedList } from "../../http/negotiation.ts";
import type { Negotiation, Resource } from "./resource.ts";

/**
 * documented: as flashd's schema says. rfc: the same, and who does not mention `identity` takes what
 * is not coded, as the last choice (RFC 9110, section 12.5.3).
 */
export type ChoiceMode = "documented" | "rfc";

/** The index of the representation to send; undefined: none is acceptable. Ties go to the first. */
export function choose(resource: Resource, fields: Fields, mode: ChoiceMode): number | undefined {
  const { representations, negotiations } = resource;
  const weights = new Array<number>(representations.length).fill(ALL);
  for (const negotiation of negotiations) {
    const wanted = wantedBy(negotiation, fields, { count: weights.length, mode });
    if (wanted === undefined) continue;
    for (const [index, weight] of weights.entries()) {
      weights[index] = Math.ceil((weight * (wanted[index] ?? 0)) / ALL);
    }
  }
  let best: number | undefined;
  for (const [index, weight] of weights.entries()) {
    if (weight > (best === undefined ? 0 : (weights[best] ?? 0))) best = index;
  }
  return best;
}

/** Weights are thousandths. */
const ALL = 1000;
const LEAST = 1;

interface Hit {
  readonly weight: number;
  readonly specificity: number;
}

/** undefined: everything is wanted alike. */
function wantedBy(
  negotiation: Negotiation,
  fields: Fields,
  { count, mode }: { count: number; mode: ChoiceMode },
): readonly number[] | undefined {
  const { header, choices, mustMatch } = negotiation;
  const name = header.slice(0, -1).toLowerCase();
  const sent = fields.get(name);
  if (sent === undefined) return undefined;
  const { hits, others, isAnythingKnown, saysIdentity } = wishesIn(sent, negotiation, count);
  if (others !== undefined) return hits.map((hit) => hit?.weight ?? others);
  if (mode === "rfc" && name === "accept-encoding" && !saysIdentity) {
    const plain = plainAmong(choices, count);
    return hits.map((hit, index) => hit?.weight ?? (plain.has(index) ? LEAST : 0));
  }
  if (!isAnythingKnown && !mustMatch) return undefined;
  return hits.map((hit) => hit?.weight ?? 0);
}

interface Wishes {
  /** By representation; undefined: no value that was sent is about it. */
  readonly hits: readonly (Hit | undefined)[];
  /** What the wildcard gives to all the others; undefined: it was not sent. */
  readonly others: number | undefined;
  readonly isAnythingKnown: boolean;
  readonly saysIdentity: boolean;
}

function wishesIn(sent: string, { choices, wildcard = "*" }: Negotiation, count: number): Wishes {
  const hits = new Array<Hit | undefined>(count).fill(undefined);
  const byName = new Map(choices.map((choice) => [choice.name.toLowerCase(), choice]));
  let others: number | undefined;
  let isAnythingKnown = false;
  let saysIdentity = false;
  for (const { name, weight: share, hasParameters } of weightedList(sent)) {
    if (hasParameters) continue;
    // Rounded up, but not for what a double adds to 0.1.
    const weight = Math.ceil(share * ALL - 1e-6);
    // "*" with q=0 refuses what is not coded, too (RFC 9110, section 12.5.3).
    saysIdentity ||= name === "identity" || (name === "*" && weight === 0);
    if (name === wildcard.toLowerCase()) others = Math.max(others ?? 0, weight);
    const choice = byName.get(name);
    isAnythingKnown ||= choice !== undefined;
    for (const index of choice?.representations ?? []) {
      hits[index] = better(hits[index], { weight, specificity: choice?.specificity ?? 0 });
    }
  }
  return { hits, others, isAnythingKnown, saysIdentity };
}

function better(before: Hit | undefined, now: Hit): Hit {
  if (before === undefined || now.specificity > before.specificity) return now;
  const isLess = now.specificity < before.specificity || now.weight < before.weight;
  return isLess ? before : now;
}

/** Those that are no coding's alone. */
function plainAmong(choices: Negotiation["choices"], count: number): ReadonlySet<number> {
  const plain = new Set(Array.from({ length: count }, (_, index) => index));
  const isIdentity = (name: string) => name.toLowerCase() === "identity";
  for (const { name, representations } of choices) {
    if (!isIdentity(name)) for (const index of representations) plain.delete(index);
  }
  for (const { name, representations } of choices) {
    if (isIdentity(name)) for (const index of representations) plain.add(index);
  }
  return plain;
}

/** For Vary: the fields' names, in the order of the resource. */
export function varyOf({ negotiations }: Resource): string {
  return negotiations.map(({ header }) => header.slice(0, -1)).join(", ");
}
