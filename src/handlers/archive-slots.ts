// How many archives are made at a time. Packing costs a processor, and every one of them holds a
// file open; whoever comes while all places are taken is told so at once, and nobody waits in line.
//
// A place is held by a body. It is free again when that has ended, however it did, and also when
// nobody ever began to read it: a generator alone would skip its `finally` then.

export class ArchiveSlots {
  readonly #placesMax: number;
  #taken = 0;

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  get taken(): number {
    return this.#taken;
  }

  /** undefined: all places are taken, and nothing was begun. */
  held(begin: () => AsyncGenerator<Uint8Array, void, void>): AsyncIterable<Uint8Array> | undefined {
    if (this.#taken >= this.#placesMax) return undefined;
    this.#taken++;
    let isHeld = true;
    const leave = () => {
      if (isHeld) this.#taken--;
      isHeld = false;
    };
    const pieces = begin();
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          try {
            const step = await pieces.next();
            if (step.done === true) leave();
            return step;
          } catch (error) {
            leave();
            throw error;
          }
        },
        async return() {
          try {
            return await pieces.return();
          } finally {
            leave();
          }
        },
      }),
    };
  }
}
