// The memory as a driver meets it that gives the same targets and fields again, as the same values
// (http1/known-targets.ts, known-fields.ts): what is kept beside them must never be wrong.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cached } from "../../src/handlers/cached.ts";
import { entryOf, loadsFor, withContent } from "../../src/handlers/remembered.ts";
import { staticFiles } from "../../src/handlers/static-files.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { Request } from "../../src/http/request.ts";
import { isReusable, NO_BODY, type Response } from "../../src/http/response.ts";
import type { FileSystem, Stat } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  pathOf,
  requestOf,
  textOf,
} from "../support/request.ts";

const MIB = 1024 * 1024;

function site({ bytesMax = 8 * MIB, quick = true } = {}) {
  const memory = memoryFileSystem({
    "/a.txt": "hello world",
    "/mib.bin": Buffer.alloc(MIB, "m"),
    "/more.bin": Buffer.alloc(MIB + 1, "m"),
  });
  const clock = fakeClock();
  const seen = { opens: 0, looks: 0 };
  const versions = new Map<string, Stat>();
  const fileSystem: FileSystem = {
    list: (path) => memory.list(path),
    open(path) {
      seen.opens++;
      return memory.open(path);
    },
    async stat(path) {
      seen.looks++;
      const stat = await memory.stat(path);
      versions.set(path, stat);
      return stat;
    },
    ...(quick ? { holds: (path, stat) => versions.get(path)?.version === stat?.version } : {}),
  };
  const inner = staticFiles({
    fileSystem,
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/",
    router: "static",
    listing: false,
    indexNames: [],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 10,
  });
  const handler = cached(inner, { bytesMax, freshMs: 1000 });
  const context = contextOf({ clock });
  const change = async (path: string, text: string | undefined) => {
    if (text === undefined) memory.remove(pathOf(path));
    else memory.put(pathOf(path), Buffer.from(text));
    versions.delete(path);
    if (text !== undefined) versions.set(path, await memory.stat(pathOf(path)));
  };
  return { clock, seen, change, answer: (request: Request) => handler(request, context) };
}

const known = new Map<string, Request>();

/** The same words give the same values. */
function lasting(method: string, target: string, fields: FieldMap = {}): Request {
  const words = JSON.stringify([method, target, fields]);
  const before = known.get(words);
  if (before !== undefined) return before;
  const request = requestOf(method, target, fields);
  assert.ok(request.target.kind === "path");
  const made = {
    ...request,
    target: targets.get(target) ?? { ...request.target, isLasting: true as const },
    fields: { ...request.fields, isLasting: true },
  };
  targets.set(target, made.target);
  known.set(words, made);
  return made;
}

const targets = new Map<string, Request["target"]>();

function atOnce(answer: Response | Promise<Response>): Response {
  assert.ok(!(answer instanceof Promise), "it was waited for");
  return answer;
}

test("the whole, a 304 and a part are each the same reusable value again", async () => {
  const { answer } = site();
  const first = await answer(lasting("GET", "/a.txt"));
  const etag = fieldOf(first, "etag") ?? "";
  for (const fields of [{}, { "if-none-match": etag }, { range: "bytes=6-" }]) {
    const one = atOnce(answer(lasting("GET", "/a.txt", fields)));
    assert.ok(isReusable(one));
    assert.equal(atOnce(answer(lasting("GET", "/a.txt", fields))), one);
  }
});

test("the same fields ask another file for its own part", async () => {
  const { answer } = site();
  const fields = { range: "bytes=0-3" };
  const other = lasting("GET", "/a.txt", fields).fields;
  await answer(lasting("GET", "/a.txt"));
  const large = { ...lasting("GET", "/mib.bin"), fields: other };
  for (let round = 0; round < 4; round++) {
    assert.equal(await textOf(await answer(lasting("GET", "/a.txt", fields))), "hell");
    assert.equal(await textOf(await answer(large)), "mmmm");
  }
});

test("different parts of one file, in turn", async () => {
  const { answer } = site();
  await answer(lasting("GET", "/a.txt"));
  for (let round = 0; round < 3; round++) {
    for (const [range, text] of [
      ["bytes=0-1", "he"],
      ["bytes=-2", "ld"],
      ["bytes=0-2", "hel"],
    ] as const) {
      assert.equal(await textOf(await answer(lasting("GET", "/a.txt", { range }))), text);
    }
  }
});

test("HEAD knows no ranges, whatever GET was told for the same fields", async () => {
  const { answer } = site();
  await answer(lasting("GET", "/a.txt"));
  const fields = { range: "bytes=0-1" };
  for (let round = 0; round < 3; round++) {
    assert.equal(atOnce(answer(lasting("GET", "/a.txt", fields))).status, 206);
    assert.equal(atOnce(answer(lasting("HEAD", "/a.txt", fields))).status, 200);
  }
});

test("a tag that was known is not known any more when the file has changed", async () => {
  const { answer, change, clock } = site();
  const etag = fieldOf(await answer(lasting("GET", "/a.txt")), "etag") ?? "";
  const asking = lasting("GET", "/a.txt", { "if-none-match": etag });
  assert.equal(atOnce(answer(asking)).status, 304);
  assert.equal(atOnce(answer(asking)).status, 304);
  await change("/a.txt", "other words");
  clock.advance(1000);
  const fresh = await answer(asking);
  assert.equal(fresh.status, 200);
  assert.equal(await textOf(fresh), "other words");
});

test("a refusal is a refusal each time", async () => {
  const { answer } = site();
  await answer(lasting("GET", "/a.txt"));
  for (let round = 0; round < 3; round++) {
    for (const [fields, status] of [
      [{ "if-match": '"other"' }, 412],
      [{ range: "bytes=11-" }, 416],
    ] as const) {
      assert.throws(
        () => answer(lasting("GET", "/a.txt", fields)),
        (error) => error instanceof HttpError && error.status === status,
      );
    }
  }
});

test("credentials are never answered from memory", async () => {
  const { answer, seen } = site();
  for (let round = 1; round <= 3; round++) {
    await answer(lasting("GET", "/a.txt", { authorization: "Basic x" }));
    assert.equal(seen.opens, round);
  }
});

for (const fields of [{}, { range: "bytes=1000-2023" }]) {
  test(`a file of 1 MiB is taken into memory when it is asked for again (${JSON.stringify(fields)})`, async () => {
    const { answer, seen } = site();
    const request = lasting("GET", "/mib.bin", fields);
    const length = "range" in fields ? 1024 : MIB;
    for (let round = 0; round < 3; round++) {
      assert.equal((await textOf(await answer(request))).length, length);
    }
    assert.equal(seen.opens, 3);
    const response = atOnce(answer(request));
    assert.equal(response.body.kind, "bytes");
    assert.equal(atOnce(answer(request)), response);
  });
}

test("all who wait for the content are served by one reading", async () => {
  const { answer, seen } = site();
  const request = lasting("GET", "/mib.bin");
  for (let round = 0; round < 2; round++) await textOf(await answer(request));
  const { opens } = seen;
  const all = await Promise.all([1, 2, 3, 4].map(() => answer(request)));
  assert.equal(seen.opens, opens + 1);
  assert.ok(all.every(({ body }) => body.kind === "bytes" && body.bytes.length === MIB));
});

test("no more is being read at once than a quarter of the memory", async () => {
  const loads = loadsFor(8 * MIB);
  assert.deepEqual(loads, { fileBytesMax: MIB, bytesMax: 2 * MIB, bytes: 0 });
  const entry = () => {
    const never = new Promise<undefined>(() => {});
    const validators = { etag: undefined, lastModifiedMs: undefined };
    const memo = {
      representation: { fields: [], mediaType: "a/b", size: MIB, validators },
      bytes: undefined,
      load: () => never,
      dependsOn: [],
      isCurrent: async () => true,
    };
    return { ...entryOf({ status: 200, fields: [], body: NO_BODY }, memo, 0), wasMissed: true };
  };
  const [one, two, three] = [entry(), entry(), entry()];
  void withContent(one, loads);
  void withContent(two, loads);
  assert.equal(await withContent(three, loads), undefined);
  assert.equal(loads.bytes, 2 * MIB);
});

test("a file that is larger is read from the disk each time", async () => {
  const { answer, seen } = site();
  for (let round = 1; round <= 5; round++) {
    const response = await answer(lasting("GET", "/more.bin"));
    assert.equal(response.body.kind, "range");
    await textOf(response);
    assert.ok(seen.opens >= round);
  }
});

test("content that fits no memory is sent all the same", async () => {
  const { answer } = site({ bytesMax: 100_000 });
  for (let round = 0; round < 4; round++) {
    assert.equal((await textOf(await answer(lasting("GET", "/mib.bin")))).length, MIB);
  }
});

test("a large file that changes before it is read is asked for anew", async () => {
  const { answer, change } = site();
  const request = lasting("GET", "/mib.bin");
  for (let round = 0; round < 2; round++) await textOf(await answer(request));
  await change("/mib.bin", "short now");
  assert.equal(await textOf(await answer(request)), "short now");
});

test("where the file system can tell, nobody waits while nothing changes", async () => {
  const { answer, clock, seen } = site();
  const first = await answer(lasting("GET", "/a.txt"));
  const { looks } = seen;
  for (let second = 0; second < 20; second++) {
    clock.advance(1000);
    assert.equal(atOnce(answer(lasting("GET", "/a.txt"))), first);
  }
  assert.equal(seen.looks, looks);
});

test("every half minute the way is walked again, for what cannot be seen by names", async () => {
  const { answer, clock, seen } = site();
  await answer(lasting("GET", "/a.txt"));
  const { looks } = seen;
  for (let second = 0; second < 31; second++) {
    clock.advance(1000);
    await answer(lasting("GET", "/a.txt"));
  }
  assert.ok(seen.looks > looks);
});

test("where the file system can tell, a change is seen as soon as ever", async () => {
  const { answer, change, clock } = site();
  await answer(lasting("GET", "/a.txt"));
  await change("/a.txt", "new");
  clock.advance(999);
  assert.equal(await textOf(await answer(lasting("GET", "/a.txt"))), "hello world");
  clock.advance(1);
  assert.equal(await textOf(await answer(lasting("GET", "/a.txt"))), "new");
  await change("/a.txt", undefined);
  clock.advance(1000);
  await assert.rejects(async () => answer(lasting("GET", "/a.txt")), HttpError);
});
