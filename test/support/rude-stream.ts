// A ByteStream that takes "borrowed" at its word: every chunk lent to a loop is scribbled over as
// soon as the loop waits again, and every chunk given by read() when the next read() is asked
// for. A driver that kept a piece without copying it, or wrote it, sends "!!!!".

import type { Arrival, ByteStream, Loop } from "../../src/base/byte-stream.ts";

export function rudeStream(inner: ByteStream): ByteStream {
  let readBefore: Buffer | null = null;
  return {
    run: (loop) => inner.run(scribbling(loop)),
    async read() {
      readBefore?.fill("!");
      readBefore = null;
      const bytes = await inner.read();
      readBefore = bytes && Buffer.from(bytes);
      return readBefore;
    },
    write: (chunks) => inner.write(chunks),
    flush: () => inner.flush(),
    unread: (bytes) => inner.unread(bytes),
    expireAfter: (ms) => inner.expireAfter(ms),
    finish: () => inner.finish(),
    leave: () => inner.leave(),
    destroy: (reason) => inner.destroy(reason),
    get destroyed() {
      return inner.destroyed;
    },
  };
}

function* scribbling(loop: Loop): Loop {
  try {
    let lent: Buffer | undefined;
    let step = loop.next(null);
    while (!step.done) {
      lent?.fill("!");
      lent = undefined;
      let arrival: Arrival;
      try {
        arrival = yield step.value;
      } catch (error) {
        step = loop.throw(error);
        continue;
      }
      if (Buffer.isBuffer(arrival)) {
        lent = Buffer.from(arrival);
        arrival = lent;
      }
      step = loop.next(arrival);
    }
  } finally {
    // Ended from outside: the loop's own `finally` blocks may still wait for something.
    let out = loop.return();
    while (!out.done) out = loop.next(yield out.value);
  }
}
