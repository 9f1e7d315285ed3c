// Good inputs, taken from what the project has anyway: the conversations of test/wire and the
// sample configuration.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/repository-root.ts";
import { parseStory } from "../support/wire-story.ts";
import { type Choices, choicesOf } from "./mutation.ts";

/** What the client says in each conversation, in one breath. */
export function saidOnTheWire(): Choices {
  const folder = join(repositoryRoot(), "test", "wire");
  const stories = readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n---\n"))
    .map(parseStory);
  return choicesOf(
    stories.map(({ steps }) =>
      steps.map((step) => (step.kind === "send" ? step.text : "")).join(""),
    ),
  );
}

/** The heads among it, each with its empty line. */
export function headsOnTheWire(): Choices {
  const heads = saidOnTheWire().flatMap((said) =>
    [...said.matchAll(/[A-Z]+ \S+ HTTP\/1\.[0-9]\r\n(?:[^\r\n]+\r\n)*\r\n/g)].map(([head]) => head),
  );
  return choicesOf([...new Set(heads)]);
}

/** The sections of ferrox.yml as they stand, and with everything in them switched on. */
export function sampleSections(): Choices {
  const sample = readFileSync(join(repositoryRoot(), "ferrox.yml"), "utf8");
  const sections = sample.split(/\n\n/).map((section) => `${section.replace(/^ *# .*\n/gm, "")}\n`);
  const switchedOn = sections.map((section) => section.replace(/^( *)#(?=\S| {2})/gm, "$1"));
  const all = [...new Set([...sections, ...switchedOn])].filter((text) => text.trim() !== "");
  // Comments beyond the section's own head would only be mutated in vain.
  return choicesOf(
    all.map((text) => text.replace(/^ *# .*\n/gm, "")).filter((text) => text !== ""),
  );
}
