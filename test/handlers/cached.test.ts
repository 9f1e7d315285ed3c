import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { emptyCache } from "../../src/base/counts.ts";
import { type CachedOptions, cached } from "../../src/handlers/cached.ts";
import { createCompressor } from "../../src/handlers/compressor.ts";
import { type Encode, encode } from "../../src/handlers/encoder.ts";
import { type StaticOptions, staticFiles } from "../../src/handlers/static-files.ts";
import type { Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { Request } from "../../src/http/request.ts";
import { isReusable, NO_BODY, type Response } from "../../src/http/response.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  bytesOf,
  contextOf,
  fieldOf,
  get,
  head,
  pathOf,
  requestOf,
  textOf,
} from "../support/request.ts";

function site(options: Partial<CachedOptions> = {}, changes: Partial<StaticOptions> = {}) {
  const memory = memoryFileSystem({
    "/index.html": "root",
    "/a.txt": "hello world",
    "/app.js": "plain",
    "/app.js.gz": "as gzip",
    "/large.bin": Buffer.alloc(100_000),
  });
  const clock = fakeClock();
  const seen = { handled: 0, looks: 0 };
  const inner = staticFiles({
    fileSystem: {
      list: (path) => memory.list(path),
      open: (path) => memory.open(path),
      stat(path) {
        seen.looks++;
        return memory.stat(path);
      },
    },
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/",
    router: "static",
    listing: true,
    indexNames: ["index.html"],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 10,
    ...changes,
  });
  const counted: Handler = (request, context) => {
    seen.handled++;
    return inner(request, context);
  };
  const handler = cached(counted, { bytesMax: 1 << 20, freshMs: 1000, ...options });
  const answer = (request: Request) => handler(request, contextOf({ clock }));
  return { memory, clock, seen, answer, ask: async (request: Request) => answer(request) };
}

describe("the same again", () => {
  test("a small file is the same reusable value again, without waiting", async () => {
    const { ask, answer, seen } = site();
    const first = await ask(get("/a.txt"));
    assert.ok(isReusable(first));
    assert.equal(answer(get("/a.txt")), first);
    assert.equal(seen.handled, 1);
  });

  test("HEAD gets what GET left behind", async () => {
    const { ask, answer } = site();
    const first = await ask(get("/a.txt"));
    assert.equal(answer(head("/a.txt")), first);
  });

  test("another host, target or coding is another answer", async () => {
    const { ask, seen } = site();
    await ask(get("/app.js"));
    await ask(get("/app.js", { host: "other" }));
    await ask(get("/app.js?v=2"));
    const coded = await ask(get("/app.js", { "accept-encoding": "gzip" }));
    assert.equal(await textOf(coded), "as gzip");
    assert.equal(seen.handled, 4);
  });

  for (const [what, request] of [
    ["a request with credentials", get("/a.txt", { authorization: "Basic x" })],
    ["a listing", get("/nothing/../?list")],
    ["a redirect", get("/dir")],
    ["a large file", get("/large.bin")],
    ["OPTIONS", requestOf("OPTIONS", "/a.txt")],
    ["an endless name", get(`/a.txt?${"x".repeat(2000)}`)],
  ] as const) {
    test(`${what} is asked for each time`, async () => {
      const { ask, memory, seen } = site();
      memory.remove(pathOf("/index.html"));
      memory.putDirectory(pathOf("/dir"));
      await ask(request);
      await ask(request);
      assert.equal(seen.handled, 2);
    });
  }

  test("a refusal is not remembered", async () => {
    const { ask, memory } = site();
    await assert.rejects(ask(get("/new.txt")), HttpError);
    memory.put(pathOf("/new.txt"), Buffer.from("new"));
    assert.equal(await textOf(await ask(get("/new.txt"))), "new");
  });

  test("an answer without a memo passes through untouched", async () => {
    const response: Response = { status: 200, fields: [], body: NO_BODY };
    const handler = cached(() => response, { bytesMax: 1000 });
    assert.equal(await handler(get("/"), contextOf()), response);
    assert.ok(!isReusable(response));
  });
});

describe("conditions and ranges", () => {
  test("a known tag is answered from memory, with the same reusable 304", async () => {
    const { ask, answer, seen } = site();
    const etag = fieldOf(await ask(get("/a.txt")), "etag") ?? "";
    const first = answer(get("/a.txt", { "if-none-match": etag }));
    assert.ok(!(first instanceof Promise));
    assert.equal(first.status, 304);
    assert.ok(isReusable(first));
    assert.equal(answer(get("/a.txt", { "if-none-match": etag })), first);
    assert.equal(seen.handled, 1);
  });

  test("a 304 of the handler is remembered, and makes way for the content", async () => {
    const { ask, seen, clock } = site();
    const etag = fieldOf(await site().ask(get("/a.txt")), "etag") ?? "";
    const known = get("/a.txt", { "if-none-match": etag });
    await ask(known);
    assert.equal((await ask(known)).status, 304);
    assert.equal(seen.handled, 1);
    assert.equal(await textOf(await ask(get("/a.txt"))), "hello world");
    assert.equal(seen.handled, 2);
    await ask(get("/a.txt"));
    clock.advance(1000);
    assert.equal((await ask(known)).status, 304);
    assert.equal(seen.handled, 2);
  });

  test("of a large file the state is remembered, its content is not", async () => {
    const { ask, seen } = site();
    const etag = fieldOf(await ask(get("/large.bin")), "etag") ?? "";
    assert.equal((await ask(get("/large.bin", { "if-none-match": etag }))).status, 304);
    assert.equal(seen.handled, 1);
    assert.equal((await ask(get("/large.bin"))).body.kind, "range");
    assert.equal(seen.handled, 2);
  });

  test("a range is cut out of what is remembered", async () => {
    const { ask, answer } = site();
    await ask(get("/a.txt"));
    const response = answer(get("/a.txt", { range: "bytes=6-" }));
    assert.ok(!(response instanceof Promise));
    assert.equal(fieldOf(response, "content-range"), "bytes 6-10/11");
    assert.equal(await textOf(response), "world");
  });

  test("several ranges too", async () => {
    const { ask } = site();
    await ask(get("/a.txt"));
    const text = await textOf(await ask(get("/a.txt", { range: "bytes=0-1,-2" })));
    assert.match(text, /\r\n\r\nhe\r\n--[0-9a-f]{32}\r\n.*\r\n\r\nld\r\n--[0-9a-f]{32}--\r\n$/s);
  });

  test("what is refused without memory is refused from memory", async () => {
    const { ask, answer } = site();
    await ask(get("/a.txt"));
    for (const [fields, status] of [
      [{ "if-match": '"other"' }, 412],
      [{ range: "bytes=11-" }, 416],
    ] as const) {
      assert.throws(
        () => answer(get("/a.txt", fields)),
        (error) => error instanceof HttpError && error.status === status,
      );
    }
  });
});

describe("freshness", () => {
  test("a changed file is seen once the time is over, not before", async () => {
    const { ask, memory, clock } = site();
    await ask(get("/a.txt"));
    memory.put(pathOf("/a.txt"), Buffer.from("other words"));
    clock.advance(999);
    assert.equal(await textOf(await ask(get("/a.txt"))), "hello world");
    clock.advance(1);
    assert.equal(await textOf(await ask(get("/a.txt"))), "other words");
  });

  test("an unchanged file is looked at, not read again, and fresh for as long once more", async () => {
    const { ask, answer, seen, clock } = site();
    const first = await ask(get("/a.txt"));
    clock.advance(1000);
    const { looks } = seen;
    assert.equal(await ask(get("/a.txt")), first);
    assert.ok(seen.looks > looks);
    assert.equal(seen.handled, 1);
    clock.advance(999);
    assert.equal(answer(get("/a.txt")), first);
  });

  test("a removed file is gone", async () => {
    const { ask, memory, clock } = site();
    await ask(get("/a.txt"));
    memory.remove(pathOf("/a.txt"));
    clock.advance(1000);
    await assert.rejects(
      ask(get("/a.txt")),
      (error) => error instanceof HttpError && error.status === 404,
    );
  });

  test("a sibling that appears or disappears is noticed", async () => {
    const { ask, memory, clock } = site();
    const gzip = { "accept-encoding": "gzip" };
    await ask(get("/app.js", gzip));
    memory.remove(pathOf("/app.js.gz"));
    clock.advance(1000);
    const plain = await ask(get("/app.js", gzip));
    assert.equal(await textOf(plain), "plain");
    assert.equal(fieldOf(plain, "vary"), undefined);
    memory.put(pathOf("/app.js.gz"), Buffer.from("new gzip"));
    clock.advance(1000);
    assert.equal(await textOf(await ask(get("/app.js", gzip))), "new gzip");
  });

  test("an index that becomes a directory is noticed", async () => {
    const { ask, memory, clock } = site();
    assert.equal(await textOf(await ask(get("/"))), "root");
    memory.remove(pathOf("/index.html"));
    memory.putDirectory(pathOf("/index.html"));
    clock.advance(1000);
    assert.match(await textOf(await ask(get("/"))), /Index of/);
  });

  test("all who wait are served by one look", async () => {
    const { ask, seen, clock } = site();
    await ask(get("/a.txt"));
    clock.advance(1000);
    const before = seen.looks;
    await ask(get("/a.txt"));
    const one = seen.looks - before;
    clock.advance(1000);
    const many = await Promise.all([1, 2, 3, 4].map(() => ask(get("/a.txt"))));
    assert.equal(new Set(many).size, 1);
    assert.equal(seen.looks - before - one, one);
  });

  test("with no freshness at all every request looks", async () => {
    const { ask, memory } = site({ freshMs: 0 });
    await ask(get("/a.txt"));
    memory.put(pathOf("/a.txt"), Buffer.from("other words"));
    assert.equal(await textOf(await ask(get("/a.txt"))), "other words");
  });

  test("what was known before something changed here is asked again, once", async () => {
    let changedMs = Number.NEGATIVE_INFINITY;
    const { ask, memory, clock, seen } = site({ changedMs: () => changedMs });
    await ask(get("/a.txt"));
    clock.advance(1);
    memory.put(pathOf("/a.txt"), Buffer.from("other words"));
    changedMs = clock.monotonicMs();
    clock.advance(1);
    assert.equal(await textOf(await ask(get("/a.txt"))), "other words");
    const { handled } = seen;
    assert.equal(await textOf(await ask(get("/a.txt"))), "other words");
    assert.equal(seen.handled, handled);
  });

  test("what was asked in the very moment of a change is asked again", async () => {
    const { ask, memory, clock } = site({ changedMs: () => clock.monotonicMs() });
    await ask(get("/a.txt"));
    memory.put(pathOf("/a.txt"), Buffer.from("other words"));
    assert.equal(await textOf(await ask(get("/a.txt"))), "other words");
  });
});

describe("compressed on the fly", () => {
  const LONG = "a { color: red }\n".repeat(100);
  const gzip = { "accept-encoding": "gzip" };

  async function compressed(jobsMax = 1) {
    const made: string[] = [];
    const counted: Encode = (coding, bytes) => {
      made.push(coding);
      return encode(coding, bytes);
    };
    const compressor = createCompressor({
      bytesMin: 100,
      bytesMax: 10_000,
      codings: ["gzip"],
      memoryBytesMax: 100_000,
      jobsMax,
      encode: counted,
    });
    const one = site({}, { compressor });
    one.memory.put(pathOf("/long.css"), Buffer.from(LONG));
    return { ...one, made };
  }

  test("the coded answer is the same reusable value again, for HEAD as well", async () => {
    const { ask, answer, made, seen } = await compressed();
    const first = await ask(get("/long.css", gzip));
    assert.ok(isReusable(first));
    assert.equal(fieldOf(first, "content-encoding"), "gzip");
    assert.equal(answer(get("/long.css", gzip)), first);
    assert.equal(answer(head("/long.css", gzip)), first);
    assert.deepEqual([seen.handled, made.length], [1, 1]);
  });

  test("its tag is answered from memory", async () => {
    const { ask, answer } = await compressed();
    const etag = fieldOf(await ask(get("/long.css", gzip)), "etag") ?? "";
    const known = answer(get("/long.css", { ...gzip, "if-none-match": etag }));
    assert.ok(!(known instanceof Promise));
    assert.equal(known.status, 304);
  });

  test("a range between is one of the file, and leaves the coded answer alone", async () => {
    const { ask, answer, made } = await compressed();
    const first = await ask(get("/long.css", gzip));
    const part = await ask(get("/long.css", { ...gzip, range: "bytes=0-6" }));
    assert.equal(await textOf(part), "a { col");
    assert.equal(fieldOf(part, "content-range"), "bytes 0-6/1700");
    assert.equal(answer(get("/long.css", gzip)), first);
    assert.equal(made.length, 1);
  });

  test("a range asked for first does not keep the coded answer away", async () => {
    const { ask } = await compressed();
    await ask(get("/long.css", { ...gzip, range: "bytes=0-6" }));
    const whole = await ask(get("/long.css", gzip));
    assert.equal(fieldOf(whole, "content-encoding"), "gzip");
  });

  test("other spellings of the same wish are compressed once", async () => {
    const { ask, made } = await compressed();
    for (const accepted of ["gzip", "gzip, deflate", "br;q=0, gzip"]) {
      const response = await ask(get("/long.css", { "accept-encoding": accepted }));
      assert.equal(fieldOf(response, "content-encoding"), "gzip");
    }
    assert.equal(made.length, 1);
  });

  test("a changed file is compressed anew once the time is over", async () => {
    const { ask, memory, clock } = await compressed();
    await ask(get("/long.css", gzip));
    memory.put(pathOf("/long.css"), Buffer.from(LONG.replaceAll("red", "tan")));
    clock.advance(999);
    const old = await ask(get("/long.css", gzip));
    assert.equal(gunzipSync(await bytesOf(old.body)).toString(), LONG);
    clock.advance(1);
    const fresh = await ask(get("/long.css", gzip));
    assert.equal(gunzipSync(await bytesOf(fresh.body)).toString(), LONG.replaceAll("red", "tan"));
  });

  test("what went out as it was for want of a place is asked for again", async () => {
    const { ask, seen } = await compressed(0);
    const plain = await ask(get("/long.css", gzip));
    assert.equal(fieldOf(plain, "content-encoding"), undefined);
    await ask(get("/long.css", gzip));
    assert.equal(seen.handled, 2);
  });

  test("a file that has become too small to compress is sent as it is", async () => {
    const { ask, memory, clock } = await compressed();
    await ask(get("/long.css", gzip));
    memory.put(pathOf("/long.css"), Buffer.from("tiny"));
    clock.advance(1000);
    const response = await ask(get("/long.css", gzip));
    assert.equal(await textOf(response), "tiny");
    assert.equal(fieldOf(response, "vary"), undefined);
  });
});

describe("languages", () => {
  function bilingual(keyFields: readonly string[]) {
    const one = site({ keyFields }, { languages: ["en", "de"] });
    one.memory.put(pathOf("/p.en.html"), Buffer.from("English"));
    one.memory.put(pathOf("/p.de.html"), Buffer.from("Deutsch"));
    return one;
  }

  for (const keyFields of [[], ["accept-language"]]) {
    test(`each gets his own with [${keyFields}] in the key`, async () => {
      const { ask } = bilingual(keyFields);
      for (const [language, text] of [
        ["de", "Deutsch"],
        ["en", "English"],
        ["de", "Deutsch"],
      ] as const) {
        const response = await ask(get("/p.html", { "accept-language": language }));
        assert.equal(await textOf(response), text);
      }
    });
  }

  test("they are remembered only where the key tells them apart", async () => {
    for (const [keyFields, handled] of [
      [[], 2],
      [["accept-language"], 1],
    ] as const) {
      const { ask, seen } = bilingual(keyFields);
      await ask(get("/p.html", { "accept-language": "de" }));
      await ask(get("/p.html", { "accept-language": "de" }));
      assert.equal(seen.handled, handled);
    }
  });

  test("a language that appears is noticed", async () => {
    const { ask, memory, clock } = bilingual(["accept-language"]);
    const german = { "accept-language": "de" };
    memory.remove(pathOf("/p.de.html"));
    assert.equal(await textOf(await ask(get("/p.html", german))), "English");
    memory.put(pathOf("/p.de.html"), Buffer.from("neu"));
    clock.advance(1000);
    assert.equal(await textOf(await ask(get("/p.html", german))), "neu");
  });
});

test("what was not asked for longest makes room", async () => {
  const { ask, memory, seen } = site({ bytesMax: 20_000 });
  for (const name of ["/1", "/2", "/3"]) memory.put(pathOf(name), Buffer.alloc(7000));
  for (const name of ["/1", "/2", "/1", "/3"]) await ask(get(name));
  assert.equal(seen.handled, 3);
  await ask(get("/1"));
  assert.equal(seen.handled, 3);
  await ask(get("/2"));
  assert.equal(seen.handled, 4);
});

test("a memory of no bytes remembers nothing", async () => {
  const { ask, seen } = site({ bytesMax: 0 });
  await ask(get("/a.txt"));
  await ask(get("/a.txt"));
  assert.equal(seen.handled, 2);
});

test("what is held, and how often it was enough, is counted and told to the context", async () => {
  const memory = memoryFileSystem({ "/a.txt": "hello" });
  const stats = emptyCache();
  const told: unknown[] = [];
  const files = staticFiles({
    fileSystem: memory,
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
  const handler = cached(files, { bytesMax: 1 << 20, stats });
  const clock = fakeClock();
  const context = contextOf({ clock });
  for (const path of ["/a.txt", "/a.txt", "/nothing", "/a.txt"]) {
    await Promise.resolve(context)
      .then(() => handler(get(path), context))
      .catch((error: unknown) => assert.ok(error instanceof HttpError));
    told.push(context.cache);
  }
  assert.deepEqual(told, ["miss", "hit", "miss", "hit"]);
  assert.deepEqual([stats.hits, stats.misses, stats.entries], [2, 2, 1]);
  assert.ok(stats.bytes > 5);
});

test("where nothing may be old, nobody waits for a question that was asked before a change", async () => {
  const memory = memoryFileSystem({ "/a.txt": "old" });
  let gate = Promise.resolve();
  const fileSystem = {
    list: memory.list.bind(memory),
    open: memory.open.bind(memory),
    async stat(path: ReturnType<typeof pathOf>) {
      const stat = await memory.stat(path);
      await gate;
      return stat;
    },
  };
  const { ask } = site({ freshMs: 0 }, { fileSystem });
  await ask(get("/a.txt"));
  // Somebody's question has seen the old state, and is slow to tell.
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const before = ask(get("/a.txt"));
  await Promise.resolve();
  gate = Promise.resolve();
  memory.put(pathOf("/a.txt"), Buffer.from("new"));
  const after = await ask(get("/a.txt"));
  assert.equal(await textOf(after), "new");
  open();
  await before;
  assert.equal(await textOf(await ask(get("/a.txt"))), "new");
});
