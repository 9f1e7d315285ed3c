import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getDefaultHighWaterMark } from "node:stream";
import { test } from "node:test";
import type { Member, MemberFile } from "../../src/handlers/archive-members.ts";
import { zipName, zipOf } from "../../src/handlers/zip-archive.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import { lacks } from "../support/have-tool.ts";
import { runTool, type ToolResult } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";

const WHEN = Date.parse("2024-05-06T07:08:10Z");
const TYPES = mediaTypesOf(new Map());
const NO_UNZIP = lacks("unzip", "zipinfo");

function file(name: string, text: string): MemberFile {
  return {
    kind: "file",
    name,
    modifiedMs: WHEN,
    size: Buffer.byteLength(text),
    async *content() {
      if (text !== "") yield Buffer.from(text);
    },
  };
}

async function* of(...members: readonly Member[]): AsyncGenerator<Member> {
  yield* members;
}

async function bytesOf(members: AsyncIterable<Member>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipOf(members, TYPES)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function judged(zip: Buffer, where: string, ...command: string[]): Promise<ToolResult> {
  writeFileSync(join(where, "a.zip"), zip);
  return runTool("env", ["TZ=UTC", "LC_ALL=C.UTF-8", ...command, join(where, "a.zip")]);
}

const TEXT = "all the same\n".repeat(1000);

test("text is deflated, what is dense is stored, and unzip finds no fault", {
  skip: NO_UNZIP,
}, async (t) => {
  const where = tempFolder(t);
  const folder: Member = { kind: "directory", name: "sub", modifiedMs: WHEN };
  const zip = await bytesOf(
    of(folder, file("sub/a.txt", TEXT), file("é.jpg", TEXT), file("0", "")),
  );
  assert.ok(zip.length < 2 * TEXT.length);
  const tested = await judged(zip, where, "unzip", "-tq");
  assert.equal(tested.code, 0, tested.stdout.toString() + tested.stderr);
  const { stdout } = await judged(zip, where, "zipinfo", "-s", "-h", "-T");
  const lines = stdout
    .toString()
    .trimEnd()
    .split("\n")
    .slice(2)
    .map((line) => line.trim());
  assert.deepEqual(lines, [
    "drwxr-xr-x  6.3 unx        0 bx stor 20240506.070810 sub/",
    "-rw-r--r--  6.3 unx    13000 bX defN 20240506.070810 sub/a.txt",
    "-rw-r--r--  6.3 unx    13000 bX stor 20240506.070810 é.jpg",
    "-rw-r--r--  6.3 unx        0 bX stor 20240506.070810 0",
    "4 files, 26000 bytes uncompressed, 13114 bytes compressed:  49.6%",
  ]);
});

test("bsdtar reads it from a pipe", { skip: lacks("bsdtar") }, async (t) => {
  const zip = await bytesOf(of(file("a.txt", TEXT), file("b.jpg", TEXT), file("c.txt", "c")));
  const where = tempFolder(t);
  writeFileSync(join(where, "a.zip"), zip);
  const { stdout } = await runTool("sh", ["-c", `bsdtar -xOf - < ${join(where, "a.zip")}`]);
  assert.equal(stdout.toString(), `${TEXT}${TEXT}c`);
});

for (const [name, written] of [
  ["a/b.txt", "a/b.txt"],
  ["é.txt", "é.txt"],
  ["raw-\udcff\udc80.txt", "raw-%FF%80.txt"],
  ["..\\..\\evil.txt", ".._.._evil.txt"],
  ["C:evil.txt", "C_evil.txt"],
  ["ab:c", "ab:c"],
] as const) {
  test(`${JSON.stringify(name)} is called ${written}`, async () => {
    assert.equal(zipName(name), written);
    assert.ok((await bytesOf(of(file(name, "x")))).includes(written));
  });
}

for (const modifiedMs of [undefined, -1e12, -1, 1e15, Number.MAX_SAFE_INTEGER]) {
  test(`a file of ${modifiedMs} ms is no trouble`, { skip: NO_UNZIP }, async (t) => {
    const zip = await bytesOf(of({ ...file("a.txt", "x"), modifiedMs }));
    assert.equal((await judged(zip, tempFolder(t), "unzip", "-tq")).code, 0);
  });
}

const MIB = 2 ** 20;

function huge(size: number): MemberFile {
  return {
    ...file("huge.bin", ""),
    size,
    async *content() {
      const piece = Buffer.alloc(MIB);
      for (let left = size; left > 0; left -= MIB) yield piece.subarray(0, Math.min(left, MIB));
    },
  };
}

test("past 4 GiB it is a Zip64, in memory that does not grow", { timeout: 120_000 }, async () => {
  const size = 2 ** 32 + 1;
  let tail = Buffer.alloc(0);
  let most = 0;
  let length = 0;
  const before = process.memoryUsage().rss;
  for await (const piece of zipOf(of(huge(size), file("next.txt", "next")), TYPES)) {
    length += piece.length;
    tail = piece.length < MIB ? Buffer.concat([tail, piece]).subarray(-4096) : tail;
    if (length % 2 ** 28 < piece.length) most = Math.max(most, process.memoryUsage().rss);
  }
  assert.ok(most - before < 64 * MIB, `${(most - before) >> 20} MiB more`);
  const central = tail.indexOf(Buffer.from("PK\x01\x02"));
  const extra = tail.indexOf(Buffer.from([0x01, 0x00, 24, 0x00]), central);
  assert.equal(tail.readBigUInt64LE(extra + 4), BigInt(size));
  assert.ok(tail.includes("PK\x06\x06") && tail.includes("PK\x06\x07"));
});

test("a reader who goes ends the members too", { timeout: 10_000 }, async () => {
  let isEnded = false;
  async function* members(): AsyncGenerator<Member> {
    try {
      for (;;) yield huge(2 ** 30);
    } finally {
      isEnded = true;
    }
  }
  const reader = zipOf(members(), TYPES);
  for (let count = 0; count < 3; count++) await reader.next();
  await reader.return();
  assert.ok(isEnded);
});

test("nothing piles up before a reader who takes nothing", async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Member> {
    for (;;) yield { kind: "directory", name: `d${given++}`, modifiedMs: WHEN };
  }
  const reader = zipOf(endless(), TYPES);
  await reader.next();
  for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
  // What the buffers of Node's streams hold, at some 35 bytes each; newer Nodes have larger ones.
  const most = getDefaultHighWaterMark(false) / 10;
  assert.ok(given < most, `${given} entries of ${most}`);
  await reader.return();
});

test("what goes wrong among the members comes out of the archive", async () => {
  const bug = new Error("a bug");
  async function* members(): AsyncGenerator<Member> {
    yield file("a", "a");
    throw bug;
  }
  await assert.rejects(bytesOf(members()), bug);
});
