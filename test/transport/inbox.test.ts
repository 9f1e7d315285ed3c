// What the contract of ByteStream does not say of an inbox: the turn in which things happen, and
// what is kept. The rest is test/contract/byte-stream.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import { Inbox, type InboxOwner } from "../../src/transport/inbox.ts";

class Owner implements InboxOwner {
  destroyed = false;
  readonly calls: string[] = [];
  waiting(): void {
    this.calls.push("waiting");
  }
  returned(): void {
    this.calls.push("returned");
  }
  destroy(): void {
    this.destroyed = true;
    this.calls.push("destroy");
  }
}

test("a loop is resumed in the very turn in which bytes arrive, with the very bytes", async () => {
  const inbox = new Inbox(new Owner());
  const seen: unknown[] = [];
  const run = inbox.run(
    (function* (): Loop {
      seen.push(yield MORE);
    })(),
  );
  const lent = Buffer.from("lent");
  inbox.arrive(lent, true);
  assert.equal(seen[0], lent);
  await run;
});

test("the owner hears of waiting once per wait, and not while something is queued", async () => {
  const owner = new Owner();
  const inbox = new Inbox(owner);
  inbox.arrive(Buffer.from("a"), true);
  inbox.arrive(Buffer.from("b"), true);
  const run = inbox.run(
    (function* (): Loop {
      yield MORE;
      yield MORE;
      owner.calls.push("both seen");
      yield MORE;
    })(),
  );
  assert.deepEqual(owner.calls, ["both seen", "waiting"]);
  inbox.end();
  await run;
  assert.deepEqual(owner.calls, ["both seen", "waiting", "returned"]);
});

test("lent bytes that are queued are copied; others are kept as they are", async () => {
  const inbox = new Inbox(new Owner());
  const bytes = Buffer.from("x");
  inbox.arrive(bytes, true);
  inbox.arrive(bytes, false);
  const copy = await inbox.read();
  assert.deepEqual(copy, bytes);
  assert.notEqual(copy, bytes);
  assert.equal(await inbox.read(), bytes);
});

test("an inbox is full at 64 KiB, and no longer when something was taken", async () => {
  const inbox = new Inbox(new Owner());
  inbox.arrive(Buffer.alloc(65_535), false);
  assert.equal(inbox.full, false);
  inbox.arrive(Buffer.alloc(1), false);
  assert.equal(inbox.full, true);
  await inbox.read();
  assert.equal(inbox.full, false);
});

test("an inbox is full at 64 pieces, however small", () => {
  const inbox = new Inbox(new Owner());
  for (let count = 0; count < 63; count++) inbox.arrive(Buffer.from("x"), false);
  assert.equal(inbox.full, false);
  inbox.arrive(Buffer.from("x"), false);
  assert.equal(inbox.full, true);
});

test("nobody is told of a deadline while the loop waits for a promise", async () => {
  const inbox = new Inbox(new Owner());
  assert.equal(inbox.expire(), false);
  let goOn = () => {};
  const run = inbox.run(
    (function* (): Loop {
      yield new Promise<void>((resolve) => {
        goOn = resolve;
      });
    })(),
  );
  assert.equal(inbox.expire(), false);
  goOn();
  await run;
});

test("bytes put back while the loop waits resume it", async () => {
  const inbox = new Inbox(new Owner());
  const seen: string[] = [];
  const run = inbox.run(
    (function* (): Loop {
      seen.push(String(yield MORE));
    })(),
  );
  inbox.unread(Buffer.alloc(0));
  assert.deepEqual(seen, []);
  inbox.unread(Buffer.from("back"));
  assert.deepEqual(seen, ["back"]);
  await run;
});

test("what a finally block throws when the stream goes away rejects run()", async () => {
  const owner = new Owner();
  const inbox = new Inbox(owner);
  const run = inbox.run(
    (function* (): Loop {
      try {
        yield MORE;
      } finally {
        throwLate();
      }
    })(),
  );
  owner.destroyed = true;
  inbox.close(undefined, undefined);
  await assert.rejects(run, /could not tidy up/);
});

function throwLate(): void {
  throw new Error("could not tidy up");
}
