import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ask, CompileFailure } from "../../../src/handlers/precomputed/asking-site.ts";
import { type CompileOptions, compileSite } from "../../../src/handlers/precomputed/compile.ts";
import { readFlatBuffer } from "../../../src/handlers/precomputed/flatbuffer.ts";
import { nameOfTarget } from "../../../src/handlers/precomputed/target-name.ts";
import { NO_BODY, type Response } from "../../../src/http/response.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../../../src/vfs/memory.ts";
import { walk } from "../../../src/vfs/tree.ts";
import { bytesOf, pathOf } from "../../support/request.ts";

const LONG = "worth being compressed ".repeat(200);

/** A site that says of each file what stands in it, and 404 of all else. */
function siteOf(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const ask: Ask = async (target) => {
    asked.push(target);
    const text = files[target];
    const type = ["Content-Type", "text/plain"] as const;
    if (text === undefined) return { status: 404, fields: [type], body: NO_BODY };
    const fields = [type, ["ETag", `"${text.length}"`] as const];
    return { status: 200, fields, body: { kind: "bytes", bytes: Buffer.from(text) } };
  };
  return { ask, asked, fileSystem: memoryFileSystem(files) };
}

type Site = Pick<ReturnType<typeof siteOf>, "ask" | "fileSystem">;

function optionsOf(site: Site, store: MemoryFileSystem): CompileOptions {
  return {
    site: { ...site, prefix: "/", languages: [], types: [], missing: "/.none" },
    store,
    codings: ["br", "gzip"],
    codedBytesMin: 1024,
    format: "flatbuffers",
    maker: "test",
  };
}

async function namesIn(fileSystem: MemoryFileSystem): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { path } of walk({ fileSystem, path: pathOf("/") })) names.push(path);
  return names.sort();
}

async function resourceIn(store: MemoryFileSystem, target: string) {
  return readFlatBuffer(await bytesIn(store, `/${nameOfTarget(target)}`));
}

async function bytesIn(store: MemoryFileSystem, path: string): Promise<Buffer> {
  const source = await store.open(pathOf(path));
  return bytesOf({ kind: "range", source, start: 0, length: source.stat.size });
}

test("a short text stands in its resource, with a tag made of it", async () => {
  const store = memoryFileSystem();
  const report = await compileSite(optionsOf(siteOf({ "/a": "hello" }), store));
  assert.deepEqual(
    { targets: report.targets, removed: report.removed },
    { targets: 2, removed: 0 },
  );
  const { representations, negotiations } = await resourceIn(store, "/a");
  const [one] = representations;
  assert.ok(one?.source?.kind === "inline");
  assert.equal(
    Buffer.from(one.source.contents).toString(),
    "Content-Type: text/plain\r\n" +
      'ETag: "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"\r\n\r\nhello',
  );
  assert.equal(one.etag, '"LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"');
  assert.deepEqual(negotiations, []);
});

test("a long one lies beside it, once for itself and once for each coding that gains", async () => {
  const store = memoryFileSystem();
  await compileSite(optionsOf(siteOf({ "/a": LONG }), store));
  const { representations } = await resourceIn(store, "/a");
  const names = representations.map(({ source }) => (source?.kind === "file" ? source.name : ""));
  assert.deepEqual(
    names.map((name) => name.replace(/^bodies\/[\w-]{43}/, "")),
    ["", ".br", ".gz", ""],
  );
  assert.equal(names[0], names[3], "for those who do not say, and for those who say so");
});

test("what gains nothing is not kept", async () => {
  const noise = Array.from({ length: 3000 }, (_, at) =>
    String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)),
  );
  const store = memoryFileSystem();
  const site = siteOf({ "/a": LONG, "/b": noise.join("") });
  await compileSite({ ...optionsOf(site, store), codings: ["gzip"] });
  assert.equal((await resourceIn(store, "/a")).representations.length, 3);
  const report = await compileSite({ ...optionsOf(site, store), codings: ["gzip"] });
  assert.equal(report.read, 1, "only what has no tag is read again: the refusal");
  assert.equal(report.bytesWritten, 0);
});

test("what has changed is made anew, and what is gone is removed, with all that was its own", async () => {
  const store = memoryFileSystem();
  await compileSite(optionsOf(siteOf({ "/a": LONG, "/b": "b", "/c": "c" }), store));
  const before = await namesIn(store);
  const report = await compileSite(optionsOf(siteOf({ "/a": "short", "/b": "b" }), store));
  assert.deepEqual([report.written, report.removed], [1, 1]);
  const after = await namesIn(store);
  assert.equal(before.filter((name) => name.startsWith("/bodies/")).length, 3);
  assert.equal(after.filter((name) => name.startsWith("/bodies/")).length, 0);
  assert.ok(before.includes(`/${nameOfTarget("/c")}`));
  assert.ok(!after.includes(`/${nameOfTarget("/c")}`));
});

test("one that was interrupted is finished by the next", async () => {
  const store = memoryFileSystem();
  const site = siteOf({ "/a": LONG, "/z": LONG.toUpperCase() });
  const failing: Ask = async (target, fields): Promise<Response> => {
    if (target === "/z") return { status: 503, fields: [], body: NO_BODY };
    return site.ask(target, fields);
  };
  const failed = compileSite(optionsOf({ ...site, ask: failing }, store));
  await assert.rejects(failed, (error) => error instanceof CompileFailure);
  await compileSite(optionsOf(site, store));
  const whole = memoryFileSystem();
  await compileSite(optionsOf(site, whole));
  assert.deepEqual(await namesIn(store), await namesIn(whole));
});

test("a folder with something else in it is left alone", async () => {
  const store = memoryFileSystem({ "/precious": "text" });
  await assert.rejects(compileSite(optionsOf(siteOf({ "/a": "a" }), store)), /not empty/);
  assert.deepEqual(await namesIn(store), ["/precious"]);
});

test("a file of somebody else's in a store stays", async () => {
  const store = memoryFileSystem();
  await compileSite(optionsOf(siteOf({ "/a": "a" }), store));
  const own = `/${nameOfTarget("/by-hand")}`;
  store.put(pathOf(own), Buffer.from("{}"));
  await compileSite(optionsOf(siteOf({}), store));
  assert.ok((await namesIn(store)).includes(own));
});

test("another compressor makes everything anew", async () => {
  const store = memoryFileSystem();
  const site = siteOf({ "/a": LONG });
  await compileSite(optionsOf(site, store));
  const report = await compileSite({ ...optionsOf(site, store), maker: "other" });
  assert.equal(report.read, 2);
});

test("progress is told for each target", async () => {
  const told: string[] = [];
  const onProgress = (done: number, total: number) => void told.push(`${done}/${total}`);
  await compileSite({ ...optionsOf(siteOf({ "/a": "a" }), memoryFileSystem()), onProgress });
  assert.deepEqual(told, ["1/2", "2/2"]);
});
