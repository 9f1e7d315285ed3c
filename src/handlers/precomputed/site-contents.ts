// The contents of a site by their hashes, and what they become when they are coded. What the last
// compilation has seen is not read, and not compressed, again.

import { createHash } from "node:crypto";
import type { Coding } from "../../http/negotiation.ts";
import { type Answered, CompileFailure, hashOf, wholeOf } from "./asking-site.ts";
import { bestOf } from "./best-codings.ts";
import type { CodedSeen, CodingsSeen, Manifest } from "./manifest.ts";

/** Content as it will be sent. */
export interface Leaf {
  readonly answered: Answered;
  /** That was made here. */
  readonly coding: Coding | undefined;
  /** SHA-256 of the content, base64url. */
  readonly hash: string;
  readonly size: number;
  pieces(): AsyncIterable<Uint8Array>;
}

export class SiteContents {
  readonly #before: Manifest;
  readonly #asked = new Map<string, readonly [tag: string, hash: string]>();
  readonly #contents = new Map<string, Partial<Record<Coding, CodedSeen>>>();
  #readCount = 0;

  /** @param before of a compilation at the same levels */
  constructor(before: Manifest) {
    this.#before = before;
  }

  /** How many contents had to be read. */
  get readCount(): number {
    return this.#readCount;
  }

  /** For the next compilation: only what this one has needed. */
  seen(): Pick<Manifest, "asked" | "contents"> {
    return { asked: this.#asked, contents: this.#contents };
  }

  /** @param key what was asked, in one text */
  async plain(key: string, answered: Answered): Promise<Leaf> {
    const { tag, content } = answered;
    const hash = await this.#hash(key, answered);
    if (tag !== undefined) this.#asked.set(key, [tag, hash]);
    const { size } = content;
    return { answered, coding: undefined, hash, size, pieces: () => content.pieces() };
  }

  /** undefined: it gains nothing. */
  async coded({ answered, hash }: Leaf, coding: Coding): Promise<Leaf | undefined> {
    const make = async () => bestOf(coding, await wholeOf(answered.content));
    const known = this.#codings(hash)[coding] ?? this.#before.contents.get(hash)?.[coding];
    if (known !== undefined) {
      this.#note(hash, coding, known);
      if (known === null) return undefined;
      const [ownHash, size] = known;
      return { answered, coding, hash: ownHash, size, pieces: () => checked(make(), ownHash) };
    }
    const bytes = await make();
    if (bytes.length >= answered.content.size) {
      this.#note(hash, coding, null);
      return undefined;
    }
    const ownHash = createHash("sha256").update(bytes).digest("base64url");
    this.#note(hash, coding, [ownHash, bytes.length]);
    return { answered, coding, hash: ownHash, size: bytes.length, pieces: () => once(bytes) };
  }

  async #hash(key: string, { tag, content }: Answered): Promise<string> {
    const known = this.#before.asked.get(key);
    if (known !== undefined && known[0] === tag) return known[1];
    this.#readCount++;
    return hashOf(content);
  }

  #codings(hash: string): CodingsSeen {
    return this.#contents.get(hash) ?? {};
  }

  #note(hash: string, coding: Coding, seen: CodedSeen): void {
    this.#contents.set(hash, { ...this.#contents.get(hash), [coding]: seen });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

/** Another zlib may make other bytes than those whose hash is known: then this is no store of ours. */
async function* checked(
  making: Promise<Uint8Array>,
  hash: string,
): AsyncGenerator<Uint8Array, void, void> {
  const bytes = await making;
  const own = createHash("sha256").update(bytes).digest("base64url");
  if (own !== hash) throw new CompileFailure(OTHER_ZLIB);
  yield bytes;
}

const OTHER_ZLIB = "it was made by another zlib: compile into an empty folder";
