// One target: asks the site in every way in which it answers differently, and lays the answers out as
// a resource. The site says by what it chooses (Vary); what could be there to choose is known from how
// it was configured.

import type { Field } from "../../http/fields.ts";
import { isCompressible } from "../../http/media-type.ts";
import type { Coding } from "../../http/negotiation.ts";
import { type Answered, type Ask, answeredBy } from "./asking-site.ts";
import { fieldValue } from "./header-block.ts";
import type { Leaf, SiteContents } from "./site-contents.ts";
import type { Candidate } from "./site-targets.ts";
import {
  audienceWay,
  type Coded,
  type Laid,
  laidOut,
  languageWay,
  typeWay,
  type Way,
} from "./ways.ts";

export interface TargetMeans {
  readonly ask: Ask;
  readonly contents: SiteContents;
  /** Tags in file names, the first for whom none suits. */
  readonly languages: readonly string[];
  /** Media types of files to send instead of others, our favourite first. */
  readonly types: readonly string[];
  /** To be made, our favourite first. */
  readonly codings: readonly Coding[];
  /** Smaller contents are not coded. */
  readonly codedBytesMin: number;
}

/** Coded in memory, whole. */
const CODED_BYTES_MAX = 64 * 1024 * 1024;
/** That may lie ready beside a file, in whatever order: representations keep that of the site. */
const READY_CODINGS: readonly Coding[] = ["br", "zstd", "gzip"];

/**
 * undefined: the site has no such target, whoever asks.
 * @param work what it gives back must be closed when the answers have been used
 */
export async function targetLaidOut(
  candidate: Candidate,
  means: TargetMeans,
  work: Answered[],
): Promise<Laid<Leaf> | undefined> {
  const asking = new Asking(candidate, means, work);
  const first = await asking.ask([]);
  if (first.status === MISSING && !candidate.isOfCoded) return undefined;
  const only = await asking.inCodings(first, []);
  if (first.status === MISSING && only.codings.length === 0) return undefined;
  return laidOut(await wayOf(first, only, { asking, means }), only);
}

/** A page that stands for all that is missing. */
export async function refusalLaidOut(
  target: string,
  means: TargetMeans,
  work: Answered[],
): Promise<Laid<Leaf>> {
  const asking = new Asking({ target, isOfCoded: false }, means, work);
  const first = await asking.ask([]);
  const only = await asking.inCodings(first, []);
  return laidOut(await wayOf(first, only, { asking, means }), only);
}

const MISSING = 404;

interface Around {
  readonly asking: Asking;
  readonly means: TargetMeans;
}

async function wayOf(
  first: Answered,
  only: Coded<Leaf>,
  { asking, means }: Around,
): Promise<Way<Coded<Leaf>> | undefined> {
  if (first.vary.includes("accept-language")) {
    return languagesOf(first, only, { asking, means });
  }
  if (!first.vary.includes("accept")) return undefined;
  const others: [string, Coded<Leaf>][] = [];
  for (const type of means.types) {
    if (type === first.type) continue;
    const fields: readonly Field[] = [["accept", type]];
    const answered = await asking.ask(fields);
    if (answered.type === type) others.push([type, await asking.inCodings(answered, fields)]);
  }
  if (others.length > 0) return typeWay([first.type, only], others);
  const fields: readonly Field[] = [["accept", "application/json, application/problem+json"]];
  const answered = await asking.ask(fields);
  if (answered.type === first.type || answered.status !== first.status) return undefined;
  const forPrograms = await asking.inCodings(answered, fields);
  return audienceWay([first.type, only], [answered.type, forPrograms]);
}

async function languagesOf(
  first: Answered,
  only: Coded<Leaf>,
  { asking, means }: Around,
): Promise<Way<Coded<Leaf>> | undefined> {
  const own = languageOf(first);
  if (own === undefined) return undefined;
  const answers: [string, Coded<Leaf>][] = [[own, only]];
  for (const tag of means.languages) {
    if (tag === own) continue;
    const fields: readonly Field[] = [["accept-language", tag]];
    const answered = await asking.ask(fields);
    if (languageOf(answered) === tag) answers.push([tag, await asking.inCodings(answered, fields)]);
  }
  return languageWay(answers);
}

function languageOf({ fields }: Answered): string | undefined {
  return fieldValue(fields, "content-language");
}

class Asking {
  readonly #candidate: Candidate;
  readonly #means: TargetMeans;
  readonly #work: Answered[];

  constructor(candidate: Candidate, means: TargetMeans, work: Answered[]) {
    this.#candidate = candidate;
    this.#means = means;
    this.#work = work;
  }

  async ask(fields: readonly Field[]): Promise<Answered> {
    const answered = await answeredBy(this.#means.ask, this.#candidate.target, fields);
    this.#work.push(answered);
    return answered;
  }

  /** Those that lie ready, or else those that are worth making. */
  async inCodings(answered: Answered, fields: readonly Field[]): Promise<Coded<Leaf>> {
    const first = await this.#leaf(answered, fields);
    const isMissing = answered.status === MISSING;
    const mayLieReady = answered.vary.includes("accept-encoding") || this.#candidate.isOfCoded;
    const ready = mayLieReady ? await this.#ready(fields) : [];
    if (ready.length > 0) return { first, plain: isMissing ? undefined : first, codings: ready };
    return { first, plain: first, codings: await this.#made(first) };
  }

  async #ready(fields: readonly Field[]): Promise<readonly (readonly [Coding, Leaf])[]> {
    const found: [Coding, Leaf][] = [];
    for (const coding of READY_CODINGS) {
      const asked: readonly Field[] = [...fields, ["accept-encoding", coding]];
      const answered = await this.ask(asked);
      if (fieldValue(answered.fields, "content-encoding") !== coding) continue;
      found.push([coding, await this.#leaf(answered, asked)]);
    }
    return found;
  }

  async #made(leaf: Leaf): Promise<readonly (readonly [Coding, Leaf])[]> {
    const { codings, codedBytesMin, contents } = this.#means;
    const { answered, size } = leaf;
    const isWorthIt = size >= codedBytesMin && size <= CODED_BYTES_MAX;
    if (answered.status !== 200 || !isWorthIt || !isCompressible(answered.type)) return [];
    const made: [Coding, Leaf][] = [];
    for (const coding of codings) {
      const coded = await contents.coded(leaf, coding);
      if (coded !== undefined) made.push([coding, coded]);
    }
    return made;
  }

  #leaf(answered: Answered, fields: readonly Field[]): Promise<Leaf> {
    const said = fields.map(([name, value]) => `${name}: ${value}`);
    return this.#means.contents.plain([this.#candidate.target, ...said].join("\n"), answered);
  }
}
