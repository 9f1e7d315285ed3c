// A resource of a store in words, for people.

import { harmless } from "../config/reading.ts";
import { fieldsIn } from "../handlers/precomputed/header-block.ts";
import {
  BadResource,
  type Choice,
  type Negotiation,
  type Resource,
  type StoredRepresentation,
} from "../handlers/precomputed/resource.ts";
import { formatDate } from "../http/date.ts";

export function resourceLines({ representations, negotiations }: Resource): readonly string[] {
  return [
    ...representations.flatMap(representationLines),
    ...(negotiations.length === 0 ? ["nothing is negotiated: 0 is sent"] : []),
    ...negotiations.flatMap(negotiationLines),
  ];
}

function representationLines(one: StoredRepresentation, index: number): readonly string[] {
  const { status, source, headerLength, etag, lastModified } = one;
  const modified = lastModified === undefined ? [] : [formatDate(lastModified * 1000)];
  const facts = [
    ...(etag === undefined ? [] : [`etag ${harmless(etag)}`]),
    ...modified.map((date) => `last modified ${date}`),
  ];
  const fields = source?.kind === "inline" ? fieldLines(source.contents, headerLength) : [];
  return [
    `${index}: ${status}, ${sourceText(one)}`,
    ...[...facts, ...fields].map((line) => `   ${line}`),
  ];
}

function sourceText({ source, headerLength }: StoredRepresentation): string {
  if (source === undefined) return "without a source";
  if (source.kind === "file") {
    return `in the file ${harmless(source.name)}, behind ${headerLength} bytes of fields`;
  }
  const bytes = source.contents.length - headerLength;
  return bytes < 0 ? "shorter than its fields are said to be" : `${bytes} bytes, here`;
}

function fieldLines(contents: Uint8Array, headerLength: number): readonly string[] {
  try {
    return fieldsIn(contents.subarray(0, headerLength)).map(([name, value]) =>
      harmless(`${name}: ${value}`),
    );
  } catch (error) {
    if (error instanceof BadResource) return [`cannot be sent: ${harmless(error.message)}`];
    throw error;
  }
}

function negotiationLines(one: Negotiation): readonly string[] {
  const { header, choices, wildcard = "*", mustMatch } = one;
  const otherwise = mustMatch ? "nothing else will do (406)" : "else it does not count";
  return [
    `by ${harmless(header)} ${otherwise}; ${harmless(wildcard)} means all others`,
    ...choices.map((choice) => `   ${choiceText(choice)}`),
  ];
}

function choiceText({ name, specificity, representations }: Choice): string {
  const weight = specificity === 0 ? "" : ` (specificity ${specificity})`;
  return `${harmless(name)}${weight}: ${representations.join(", ") || "none"}`;
}
