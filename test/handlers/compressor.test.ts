import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type CompressorOptions,
  createCompressor,
  type Original,
} from "../../src/handlers/compressor.ts";
import type { Encode } from "../../src/handlers/encoder.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

const FILES = memoryFileSystem();
const BYTES = Buffer.from("plain");

/** An encoder that is done when the test says so. */
function slowEncoder() {
  const waiting: (() => void)[] = [];
  const encode: Encode = async (coding, bytes) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return Buffer.from(`${coding} of ${Buffer.from(bytes)}`);
  };
  return { encode, waiting };
}

function compressorWith(options: Partial<CompressorOptions> = {}) {
  const started: string[] = [];
  const encode: Encode = async (coding, bytes) => {
    started.push(`${coding} of ${Buffer.from(bytes)}`);
    return Buffer.from(`${coding} of ${Buffer.from(bytes)}`);
  };
  const compressor = createCompressor({
    bytesMin: 10,
    bytesMax: 100,
    codings: ["br", "gzip"],
    memoryBytesMax: 100_000,
    encode,
    ...options,
  });
  return { compressor, started };
}

function original(path: string, version = "v1", fileSystem = FILES): Original {
  return { fileSystem, path: pathOf(path), version };
}

const read = async () => BYTES;

/** Lets all that can go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("what is offered", () => {
  for (const [type, size, codings] of [
    ["text/css; charset=utf-8", 10, ["br", "gzip"]],
    ["text/css; charset=utf-8", 100, ["br", "gzip"]],
    ["text/css; charset=utf-8", 9, []],
    ["text/css; charset=utf-8", 101, []],
    ["image/png", 50, []],
    ["image/svg+xml", 50, ["br", "gzip"]],
  ] as const) {
    test(`${size} bytes of ${type}: ${codings.join(", ") || "nothing"}`, () => {
      assert.deepEqual(compressorWith().compressor.codingsFor(type, size), codings);
    });
  }

  test("a coding that this Node cannot make is not offered", () => {
    const { compressor } = compressorWith({ codings: ["deflate", "gzip"] });
    assert.deepEqual(compressor.codingsFor("text/css", 50), ["gzip"]);
  });
});

describe("memory", () => {
  test("the same state of the same file is compressed once", async () => {
    const { compressor, started } = compressorWith();
    const first = await compressor.encoded(original("/a"), "br", read);
    assert.equal(await compressor.encoded(original("/a"), "br", read), first);
    assert.deepEqual(started, ["br of plain"]);
  });

  test("another state, coding, path or file system is another thing", async () => {
    const { compressor, started } = compressorWith();
    await compressor.encoded(original("/a"), "br", read);
    await compressor.encoded(original("/a", "v2"), "br", read);
    await compressor.encoded(original("/a"), "gzip", read);
    await compressor.encoded(original("/b"), "br", read);
    await compressor.encoded(original("/a", "v1", memoryFileSystem()), "br", read);
    assert.equal(started.length, 5);
  });

  test("what was not asked for longest makes room", async () => {
    const { compressor, started } = compressorWith({ memoryBytesMax: 600 });
    for (const path of ["/a", "/b", "/a", "/c", "/a"]) {
      await compressor.encoded(original(path), "br", read);
    }
    assert.equal(started.length, 3);
    await compressor.encoded(original("/b"), "br", read);
    assert.equal(started.length, 4);
  });

  test("without memory it works all the same", async () => {
    const { compressor, started } = compressorWith({ memoryBytesMax: 0 });
    await compressor.encoded(original("/a"), "br", read);
    await compressor.encoded(original("/a"), "br", read);
    assert.equal(started.length, 2);
  });

  test("a page of the moment is not remembered", async () => {
    const { compressor, started } = compressorWith();
    for (const _time of [1, 2]) {
      const bytes = await compressor.encodedOnce("gzip", Buffer.from("page"));
      assert.equal(Buffer.from(bytes ?? "").toString(), "gzip of page");
    }
    assert.equal(started.length, 2);
  });
});

describe("places", () => {
  test("all who ask for what is being made wait for one job, which reads once", async () => {
    const { encode, waiting } = slowEncoder();
    const { compressor } = compressorWith({ encode, jobsMax: 1 });
    let reads = 0;
    const counted = async () => {
      reads++;
      return BYTES;
    };
    const all = [1, 2, 3].map(() => compressor.encoded(original("/a"), "br", counted));
    await settled();
    assert.deepEqual([reads, waiting.length], [1, 1]);
    waiting[0]?.();
    const [first, ...others] = await Promise.all(all);
    assert.equal(Buffer.from(first ?? "").toString(), "br of plain");
    for (const other of others) assert.equal(other, first);
  });

  test("while all places are taken others are told so at once, and nothing is read", async () => {
    const { encode, waiting } = slowEncoder();
    const { compressor } = compressorWith({ encode, jobsMax: 2 });
    const running = ["/a", "/b"].map((path) => compressor.encoded(original(path), "br", read));
    await settled();
    const never = () => assert.fail("read without a place");
    assert.equal(await compressor.encoded(original("/c"), "br", never), undefined);
    assert.equal(await compressor.encodedOnce("br", BYTES), undefined);
    for (const finish of waiting) finish();
    await Promise.all(running);
    const later = compressor.encoded(original("/c"), "br", read);
    await settled();
    waiting[2]?.();
    assert.equal(Buffer.from((await later) ?? "").toString(), "br of plain");
  });

  test("a job that fails gives its place back, and fails for all who wait", async () => {
    const { compressor } = compressorWith({ jobsMax: 1 });
    const broken = () => Promise.reject(new Error("EIO"));
    const all = [1, 2].map(() => compressor.encoded(original("/a"), "br", broken));
    for (const one of await Promise.allSettled(all)) {
      assert.ok(one.status === "rejected" && /EIO/.test(String(one.reason)));
    }
    assert.ok(await compressor.encoded(original("/a"), "br", read));
  });

  test("what could not be read is not remembered", async () => {
    const { compressor } = compressorWith({ jobsMax: 1 });
    assert.equal(await compressor.encoded(original("/a"), "br", async () => undefined), undefined);
    assert.ok(await compressor.encoded(original("/a"), "br", read));
  });
});
