import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Member, MemberFile } from "../../src/handlers/archive-members.ts";
import { tarOf } from "../../src/handlers/tar-archive.ts";
import { lacks } from "../support/have-tool.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";

const WHEN = Date.parse("2024-05-06T07:08:09.500Z");

/** @param size promised; default: what there is */
function file(name: string, text: string, size = Buffer.byteLength(text)): MemberFile {
  return {
    kind: "file",
    name,
    modifiedMs: WHEN,
    size,
    async *content() {
      yield Buffer.from(text).subarray(0, size);
    },
  };
}

function folder(name: string): Member {
  return { kind: "directory", name, modifiedMs: WHEN };
}

async function bytesOf(...members: readonly Member[]): Promise<Buffer> {
  async function* all(): AsyncGenerator<Member> {
    yield* members;
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of tarOf(all())) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

/** What the judges make of it, a line an entry: "drwxr-xr-x 0/0 0 2024-05-06 07:08:09 a/". */
async function listedBy(tool: string, archive: Buffer, where: string): Promise<string[]> {
  const path = join(where, "a.tar");
  writeFileSync(path, archive);
  const args = ["TZ=UTC", "LC_ALL=C.UTF-8", tool, "-tvf", path];
  const full = tool === "tar" ? ["--full-time", "--quoting-style=literal"] : [];
  const { code, stdout, stderr } = await runTool("env", [...args, ...full]);
  assert.equal(code, 0, stderr);
  const lines = stdout.toString("latin1").trimEnd().split("\n");
  return lines.map((line) => line.replace(/ +/g, " "));
}

test("entries have names, sizes, times and nobody's rights", async (t) => {
  const archive = await bytesOf(folder("sub"), file("sub/a.txt", "hello\n"), file("empty", ""));
  assert.deepEqual(await listedBy("tar", archive, tempFolder(t)), [
    "drwxr-xr-x 0/0 0 2024-05-06 07:08:09 sub/",
    "-rw-r--r-- 0/0 6 2024-05-06 07:08:09 sub/a.txt",
    "-rw-r--r-- 0/0 0 2024-05-06 07:08:09 empty",
  ]);
});

const LONG = `${"d".repeat(120)}/${"n".repeat(180)}.txt`;
const NAMES = [
  ["é/東京.txt", Buffer.from("é/東京.txt")],
  [LONG, Buffer.from(LONG)],
  ["raw-\udcff\udcfe.txt", Buffer.from("raw-\xff\xfe.txt", "latin1")],
  [`${"\udce9".repeat(150)}`, Buffer.alloc(150, 0xe9)],
  ["-rf", Buffer.from("-rf")],
  ["c:\\x", Buffer.from("c:\\x")],
] as const;

test("any name comes out with the bytes that it has", async (t) => {
  const archive = await bytesOf(...NAMES.map(([name]) => file(name, "x")));
  const lines = await listedBy("tar", archive, tempFolder(t));
  const named = lines.map((line) => line.split(" ").slice(5).join(" "));
  assert.deepEqual(
    named,
    NAMES.map(([, bytes]) => bytes.toString("latin1")),
  );
});

test("bsdtar reads all of it too", { skip: lacks("bsdtar") }, async (t) => {
  const archive = await bytesOf(folder("d"), ...NAMES.map(([name]) => file(name, "x")));
  assert.equal((await listedBy("bsdtar", archive, tempFolder(t))).length, 1 + NAMES.length);
});

for (const [modifiedMs, shown] of [
  [undefined, "1970-01-01 00:00:00"],
  [-1_000_000_000_000, "1938-04-24 22:13:20"],
  [4_000_000_000_000, "2096-10-02 07:06:40"],
] as const) {
  test(`a file of ${shown} keeps its time`, async (t) => {
    const archive = await bytesOf({ ...file("a", ""), modifiedMs });
    const [line = ""] = await listedBy("tar", archive, tempFolder(t));
    assert.equal(line, `-rw-r--r-- 0/0 0 ${shown} a`);
  });
}

test("a file that turns out shorter is filled up, and what follows is whole", async (t) => {
  const where = tempFolder(t);
  const archive = await bytesOf(file("short", "abc", 100_000), file("next", "next\n"));
  assert.equal((await listedBy("tar", archive, where)).length, 2);
  const next = await runTool("tar", ["-xOf", join(where, "a.tar"), "next"]);
  assert.equal(next.stdout.toString(), "next\n");
  const short = await runTool("tar", ["-xOf", join(where, "a.tar"), "short"]);
  assert.deepEqual(short.stdout, Buffer.concat([Buffer.from("abc"), Buffer.alloc(99_997)]));
});

/** Sixteen pieces of 256 MiB, and a bit: all the same memory. */
const HUGE: MemberFile = {
  ...file("huge.bin", ""),
  size: 2 ** 32 + 7,
  async *content() {
    const piece = Buffer.alloc(2 ** 20);
    for (let left = 2 ** 32; left > 0; left -= piece.length) yield piece;
    yield Buffer.from("the end");
  },
};

test("more than 4 GiB pass in memory that does not grow", async () => {
  let length = 0;
  let last: Uint8Array = Buffer.alloc(0);
  let most = 0;
  const before = process.memoryUsage().rss;
  async function* one(): AsyncGenerator<Member> {
    yield HUGE;
  }
  for await (const piece of tarOf(one())) {
    length += piece.length;
    if (piece.length < 1024) last = piece.length === 7 ? Buffer.from(piece) : last;
    if (length % 2 ** 28 < piece.length) most = Math.max(most, process.memoryUsage().rss);
  }
  assert.equal(length, 512 + 2 ** 32 + 512 + 1024);
  assert.equal(last.toString(), "the end");
  assert.ok(most - before < 64 * 2 ** 20, `${(most - before) >> 20} MiB more`);
});

test("heads do not pile up before a reader who takes none", async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Member> {
    for (;;) yield folder(`d${given++}`);
  }
  const reader = tarOf(endless());
  await reader.next();
  for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
  assert.ok(given < 300, `${given} entries`);
  await reader.return();
});

for (const [what, member] of [
  ["between two files", folder("d")],
  ["in the middle of a file", HUGE],
] as const) {
  test(`a reader who goes ${what} ends the members too`, { timeout: 10_000 }, async () => {
    let isEnded = false;
    async function* members(): AsyncGenerator<Member> {
      try {
        for (;;) yield member;
      } finally {
        isEnded = true;
      }
    }
    const reader = tarOf(members());
    for (let count = 0; count < 3; count++) await reader.next();
    await reader.return();
    assert.ok(isEnded);
  });
}

test("what goes wrong among the members comes out of the archive", async () => {
  const bug = new Error("a bug");
  async function* members(): AsyncGenerator<Member> {
    yield file("a", "a");
    throw bug;
  }
  await assert.rejects(async () => {
    for await (const _piece of tarOf(members()));
  }, bug);
});
