// A resource in flashd's form: FlatBuffers with the file identifier "HTTP", as `flatc -b` writes them.
//
// The library writes, but we read: its reader believes every offset. Here each one goes through a
// DataView, which refuses to leave the file, and a file that says the same thing a million times
// over (offsets may all lead to one place) runs out of its budget: no more is read than bytes.
//
// Slots are numbered as the fields of a table are declared; field n of a table stands where entry
// 4 + 2n of its vtable says, and is absent where that is 0 (flatbuffers.dev, "Internals").

import { Builder } from "flatbuffers";
import {
  BadResource,
  type Choice,
  checked,
  type Negotiation,
  type Resource,
  type Source,
  type StoredRepresentation,
} from "./resource.ts";

const IDENTIFIER = "HTTP";
const IDENTIFIER_AT = 4;
const FILE_SOURCE = 1;
const INLINE_SOURCE = 2;
const STATUS_DEFAULT = 200;

export function isFlatBuffer(bytes: Uint8Array): boolean {
  const end = IDENTIFIER_AT + IDENTIFIER.length;
  return Buffer.from(bytes.subarray(IDENTIFIER_AT, end)).toString("latin1") === IDENTIFIER;
}

/** @throws BadResource for whatever is wrong with the bytes */
export function readFlatBuffer(bytes: Uint8Array): Resource {
  if (!isFlatBuffer(bytes)) throw new BadResource('it lacks the identifier "HTTP"');
  try {
    return checked(resourceIn(new Reader(bytes)));
  } catch (error) {
    if (error instanceof RangeError) throw new BadResource("an offset leads out of the file");
    if (error instanceof TypeError) throw new BadResource("a text is not UTF-8");
    throw error;
  }
}

function resourceIn(reader: Reader): Resource {
  const root = reader.table(reader.follow(0));
  return {
    representations: reader.tables(required(root, 0, "representations"), (at) =>
      representationIn(reader, at),
    ),
    negotiations: reader.tables(root(1), (at) => negotiationIn(reader, at)),
  };
}

function representationIn(reader: Reader, at: number): StoredRepresentation {
  const field = reader.table(at);
  const status = field(2);
  const headerLength = field(3);
  const etag = field(4);
  const modified = field(5);
  return {
    source: sourceIn(reader, field),
    status: status === 0 ? STATUS_DEFAULT : reader.view.getUint16(status, true),
    headerLength: headerLength === 0 ? 0 : whole(reader.view.getBigUint64(headerLength, true)),
    etag: etag === 0 ? undefined : reader.text(etag),
    lastModified: modified === 0 ? undefined : whole(reader.view.getBigInt64(modified, true)),
  };
}

function sourceIn(reader: Reader, field: Field): Source | undefined {
  const type = field(0) === 0 ? 0 : reader.view.getUint8(field(0));
  if (field(1) === 0) return undefined;
  const inner = reader.table(reader.follow(field(1)));
  if (type === FILE_SOURCE) {
    return { kind: "file", name: reader.text(required(inner, 0, "filename")) };
  }
  if (type !== INLINE_SOURCE) return undefined;
  return { kind: "inline", contents: reader.string(required(inner, 0, "contents")) };
}

function negotiationIn(reader: Reader, at: number): Negotiation {
  const field = reader.table(at);
  const wildcard = field(2);
  const mustMatch = field(3);
  return {
    header: reader.text(required(field, 0, "header")),
    choices: reader.tables(required(field, 1, "choices"), (choice) => choiceIn(reader, choice)),
    wildcard: wildcard === 0 ? undefined : reader.text(wildcard),
    mustMatch: mustMatch !== 0 && reader.view.getUint8(mustMatch) !== 0,
  };
}

function choiceIn(reader: Reader, at: number): Choice {
  const field = reader.table(at);
  const specificity = field(1);
  return {
    name: reader.text(required(field, 0, "name")),
    specificity: specificity === 0 ? 0 : reader.view.getUint8(specificity),
    representations: reader.shorts(required(field, 2, "representations")),
  };
}

/** Where a field of a table stands; 0: it is absent. */
type Field = (slot: number) => number;

function required(field: Field, slot: number, name: string): number {
  const at = field(slot);
  if (at === 0) throw new BadResource(`a ${name} is missing`);
  return at;
}

function whole(number: bigint): number {
  const known = Number(number);
  if (!Number.isSafeInteger(known)) throw new BadResource(`${number} is too large a number`);
  return known;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class Reader {
  readonly view: DataView;
  readonly #bytes: Uint8Array;
  #budget: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budget = bytes.length;
  }

  /** Where the offset that stands there leads. */
  follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  table(at: number): Field {
    this.#spend(1);
    const vtable = at - this.view.getInt32(at, true);
    const vtableBytes = this.view.getUint16(vtable, true);
    return (slot) => {
      const entry = 4 + 2 * slot;
      if (entry + 2 > vtableBytes) return 0;
      const offset = this.view.getUint16(vtable + entry, true);
      return offset === 0 ? 0 : at + offset;
    };
  }

  /** @param at where the offset of the vector stands; 0: it is absent, and so empty */
  tables<Item>(at: number, read: (at: number) => Item): readonly Item[] {
    if (at === 0) return [];
    const vector = this.follow(at);
    const count = this.view.getUint32(vector, true);
    this.#spend(count);
    return Array.from({ length: count }, (_, index) => read(this.follow(vector + 4 + 4 * index)));
  }

  shorts(at: number): readonly number[] {
    const vector = this.follow(at);
    const count = this.view.getUint32(vector, true);
    this.#spend(count);
    return Array.from({ length: count }, (_, index) =>
      this.view.getUint16(vector + 4 + 2 * index, true),
    );
  }

  /** @param at where the offset of the string stands */
  string(at: number): Uint8Array {
    const start = this.follow(at);
    const length = this.view.getUint32(start, true);
    // The byte behind it is there, and is 0.
    if (this.view.getUint8(start + 4 + length) !== 0) throw new BadResource("a text has no end");
    return this.#bytes.subarray(start + 4, start + 4 + length);
  }

  text(at: number): string {
    const bytes = this.string(at);
    this.#spend(bytes.length);
    return UTF8.decode(bytes);
  }

  #spend(amount: number): void {
    this.#budget -= amount;
    if (this.#budget < 0) throw new BadResource("it says more than it has bytes");
  }
}

/**
 * Negotiations and choices are sorted by the bytes of their names, as `flatc` does: both are keys.
 * The same resource always gives the same bytes.
 */
export function writeFlatBuffer(resource: Resource): Uint8Array {
  checked(resource);
  const builder = new Builder(1024);
  const representations = resource.representations.map((one) => putRepresentation(builder, one));
  const negotiations = sorted(resource.negotiations, ({ header }) => header).map((one) =>
    putNegotiation(builder, one),
  );
  const list = putTables(builder, representations);
  const negotiated = negotiations.length === 0 ? 0 : putTables(builder, negotiations);
  builder.startObject(2);
  builder.addFieldOffset(0, list, 0);
  builder.addFieldOffset(1, negotiated, 0);
  builder.finish(builder.endObject(), IDENTIFIER);
  return builder.asUint8Array();
}

function putRepresentation(builder: Builder, one: StoredRepresentation): number {
  const { source, status, headerLength, etag, lastModified } = one;
  const held = source === undefined ? 0 : putSource(builder, source);
  const tag = etag === undefined ? 0 : builder.createString(etag);
  builder.startObject(6);
  builder.addFieldInt8(0, source === undefined ? 0 : kindOf(source), 0);
  builder.addFieldOffset(1, held, 0);
  builder.addFieldInt16(2, status, STATUS_DEFAULT);
  builder.addFieldInt64(3, BigInt(headerLength), 0n);
  builder.addFieldOffset(4, tag, 0);
  if (lastModified !== undefined) {
    builder.prep(8, 8);
    builder.writeInt64(BigInt(lastModified));
    builder.addFieldStruct(5, builder.offset(), 0);
  }
  return builder.endObject();
}

function kindOf({ kind }: Source): number {
  return kind === "file" ? FILE_SOURCE : INLINE_SOURCE;
}

function putSource(builder: Builder, source: Source): number {
  const text = builder.createString(source.kind === "file" ? source.name : source.contents);
  builder.startObject(1);
  builder.addFieldOffset(0, text, 0);
  return builder.endObject();
}

function putNegotiation(builder: Builder, one: Negotiation): number {
  const { header, choices, wildcard, mustMatch } = one;
  const list = putTables(
    builder,
    sorted(choices, ({ name }) => name).map((choice) => putChoice(builder, choice)),
  );
  const name = builder.createString(header);
  const all = wildcard === undefined ? 0 : builder.createString(wildcard);
  builder.startObject(4);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldOffset(1, list, 0);
  builder.addFieldOffset(2, all, 0);
  builder.addFieldInt8(3, mustMatch ? 1 : 0, 0);
  return builder.endObject();
}

function putChoice(builder: Builder, { name, specificity, representations }: Choice): number {
  const text = builder.createString(name);
  builder.startVector(2, representations.length, 2);
  for (const index of representations.toReversed()) builder.addInt16(index);
  const list = builder.endVector();
  builder.startObject(3);
  builder.addFieldOffset(0, text, 0);
  builder.addFieldInt8(1, specificity, 0);
  builder.addFieldOffset(2, list, 0);
  return builder.endObject();
}

function putTables(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function sorted<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(keyOf(item)) }));
  return keyed.sort((a, b) => a.key.compare(b.key)).map(({ item }) => item);
}
