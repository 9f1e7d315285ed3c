// What a store of answers made beforehand holds for one request target: representations, and how a
// client's wishes choose among them. The shape is flashd's; it comes as FlatBuffers (flatbuffer.ts)
// or as JSON (json-form.ts), and what both must hold to be of any use is judged here.

export interface Resource {
  /** In the server's order of preference. */
  readonly representations: readonly StoredRepresentation[];
  readonly negotiations: readonly Negotiation[];
}

export interface StoredRepresentation {
  readonly status: number;
  /** undefined: it has none, and cannot be sent. */
  readonly source: Source | undefined;
  /** Bytes of the source up to and with the empty line below its fields. */
  readonly headerLength: number;
  /** With its quotes; strong. */
  readonly etag: string | undefined;
  /** Seconds since 1970. */
  readonly lastModified: number | undefined;
}

/** Fields, an empty line and a body: all of an answer but its status line and its framing. */
export type Source =
  | { readonly kind: "inline"; readonly contents: Uint8Array }
  /** Relative to the store. */
  | { readonly kind: "file"; readonly name: string };

export interface Negotiation {
  /** A request field, with a colon behind its name. */
  readonly header: string;
  readonly choices: readonly Choice[];
  /** The value that means all others; undefined: "*". */
  readonly wildcard: string | undefined;
  /** Nothing that was listed is known: then nothing will do. */
  readonly mustMatch: boolean;
}

export interface Choice {
  readonly name: string;
  /** Of two values that hit one representation, the higher counts. */
  readonly specificity: number;
  /** Indexes into the resource's representations. */
  readonly representations: readonly number[];
}

/** What stands in a store is no resource. The message says why. */
export class BadResource extends Error {
  override readonly name = "BadResource";
}

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:$/;
const STRONG_TAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/** @throws BadResource */
export function checked(resource: Resource): Resource {
  const { representations, negotiations } = resource;
  if (representations.length === 0) throw new BadResource("it has no representation");
  for (const [index, { status, etag }] of representations.entries()) {
    const where = `representation ${index}`;
    if (status < 200 || status > 599) throw new BadResource(`${where} has the status ${status}`);
    if (etag !== undefined && !STRONG_TAG.test(etag)) {
      throw new BadResource(`${where} has an etag that is no strong entity tag in quotes`);
    }
  }
  checkOnce(
    negotiations.map(({ header }) => header),
    "negotiation",
  );
  for (const negotiation of negotiations) checkNegotiation(negotiation, representations.length);
  return resource;
}

function checkNegotiation({ header, choices }: Negotiation, count: number): void {
  if (!HEADER.test(header)) {
    throw new BadResource(`negotiates by ${JSON.stringify(header)}: a field name and a colon`);
  }
  checkOnce(
    choices.map(({ name }) => name),
    `choice of ${header}`,
  );
  for (const { name, representations } of choices) {
    const wrong = representations.find((index) => index >= count);
    if (wrong === undefined) continue;
    throw new BadResource(`${header} ${name} means representation ${wrong} of ${count}`);
  }
}

function checkOnce(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) throw new BadResource(`the ${what} ${name} stands there twice`);
    seen.add(lower);
  }
}
