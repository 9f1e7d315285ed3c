// The fields of a RequestHead: text is made of the bytes when somebody asks for it.

import { equalsIgnoringCase } from "../base/ascii.ts";
import type { Field, Fields } from "../http/fields.ts";
import type { RequestHead } from "./head-parser.ts";

/** Fields over offsets. Works as long as the head's bytes do: see keepHead(). */
export class HeadFields implements Fields {
  /** These very fields come again with the next head that says the same (http/fields.ts). */
  readonly isLasting: boolean;
  readonly #head: RequestHead;

  constructor(head: RequestHead, life: "once" | "lasting" = "once") {
    this.#head = head;
    this.isLasting = life === "lasting";
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (let index = 0; index < this.#head.fieldCount; index++) {
      if (!this.#isNamed(index, name)) continue;
      value = value === undefined ? this.#value(index) : `${value}, ${this.#value(index)}`;
    }
    return value;
  }

  count(name: string): number {
    let count = 0;
    for (let index = 0; index < this.#head.fieldCount; index++) {
      if (this.#isNamed(index, name)) count++;
    }
    return count;
  }

  /** The value of a field that must not be repeated. */
  only(name: string): string | "twice" | undefined {
    const count = this.count(name);
    return count > 1 ? "twice" : count === 1 ? this.get(name) : undefined;
  }

  *[Symbol.iterator](): Iterator<Field> {
    for (let index = 0; index < this.#head.fieldCount; index++) {
      yield [this.#text(index * 4), this.#value(index)];
    }
  }

  #isNamed(index: number, name: string): boolean {
    const { bytes, fields, start } = this.#head;
    const nameStart = start + (fields[index * 4] ?? 0);
    const nameEnd = start + (fields[index * 4 + 1] ?? 0);
    // Lengths differ for nearly all pairs; comparing them first spares the call.
    return (
      nameEnd - nameStart === name.length && equalsIgnoringCase(bytes, nameStart, nameEnd, name)
    );
  }

  #value(index: number): string {
    return this.#text(index * 4 + 2);
  }

  #text(slot: number): string {
    const { bytes, fields, start } = this.#head;
    return bytes.toString("latin1", start + (fields[slot] ?? 0), start + (fields[slot + 1] ?? 0));
  }
}
