import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Losses,
  type Member,
  type MembersOptions,
  membersOf,
  noLosses,
} from "../../src/handlers/archive-members.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import type { VfsPath } from "../../src/vfs/path.ts";
import { pathOf, watched } from "../support/request.ts";

const FILES = memoryFileSystem({
  "/top.txt": "top",
  "/docs/a.txt": "aaa",
  "/docs/empty/": "",
  "/docs/sub/b.txt": "bb",
});

interface Packed {
  readonly names: readonly string[];
  readonly losses: Losses;
}

async function packed(path: string, changes: Partial<MembersOptions> = {}): Promise<Packed> {
  const losses = noLosses();
  const { fileSystem = FILES } = changes;
  const names: string[] = [];
  const options: MembersOptions = {
    fileSystem,
    path: pathOf(path),
    stat: await FILES.stat(pathOf(path)),
    entriesMax: 100,
    mayRead: () => true,
    mayList: () => true,
    losses,
    ...changes,
  };
  for await (const member of membersOf(options)) names.push(await shown(member));
  return { names: names.sort(), losses };
}

async function shown(member: Member): Promise<string> {
  if (member.kind === "directory") return `${member.name}/`;
  const pieces: Uint8Array[] = [];
  for await (const piece of member.content()) pieces.push(piece);
  return `${member.name} ${member.size} ${Buffer.concat(pieces)}`;
}

test("a directory is all that lies below it, by relative names", async () => {
  const { names, losses } = await packed("/docs");
  assert.deepEqual(names, ["a.txt 3 aaa", "empty/", "sub/", "sub/b.txt 2 bb"]);
  assert.deepEqual(losses, noLosses());
  assert.equal((await packed("/")).names.length, 6);
});

test("a file is itself alone", async () => {
  assert.deepEqual((await packed("/docs/sub/b.txt")).names, ["b.txt 2 bb"]);
});

test("what may not be read or listed is left out, with all below it", async () => {
  const listed: string[] = [];
  const { names, losses } = await packed("/", {
    fileSystem: {
      stat: (path) => FILES.stat(path),
      open: (path) => FILES.open(path),
      list(path: VfsPath) {
        listed.push(path);
        return FILES.list(path);
      },
    },
    mayRead: (path) => path !== "/top.txt",
    mayList: (path) => path !== "/docs/sub",
  });
  assert.deepEqual(names, ["docs/", "docs/a.txt 3 aaa", "docs/empty/"]);
  assert.deepEqual([losses.withheld, losses.skipped, losses.first], [2, 0, undefined]);
  assert.ok(!listed.includes("/docs/sub"));
});

test("what cannot be opened or listed is left out, and why is kept", async () => {
  const denied = (path: string) => new FsError("denied", `${path} is not for us`);
  const fileSystem: FileSystem = {
    stat: (path) => FILES.stat(path),
    open: (path) => (path === "/docs/a.txt" ? Promise.reject(denied(path)) : FILES.open(path)),
    async *list(path) {
      if (path === "/docs/sub") throw denied(path);
      yield* FILES.list(path);
    },
  };
  const { names, losses } = await packed("/docs", { fileSystem });
  assert.deepEqual(names, ["empty/", "sub/"]);
  assert.deepEqual([losses.skipped, losses.torn], [2, 0]);
  assert.match(losses.first ?? "", /is not for us/);
});

for (const [what, readAt, text, torn] of [
  ["ends early", async () => 0, "a.txt 3 ", 1],
  ["fails", () => Promise.reject(new FsError("unavailable", "EIO")), "a.txt 3 ", 1],
  ["has grown", async (target: Uint8Array) => target.fill(0x78).length, "a.txt 3 xxx", 0],
] as const) {
  test(`never more than was promised, and less is known: a file that ${what}`, async () => {
    const fileSystem: FileSystem = {
      ...FILES,
      open: async (path) => ({ ...(await FILES.open(path)), readAt }),
    };
    const { names, losses } = await packed("/docs/a.txt", { fileSystem });
    assert.deepEqual([names, losses.torn], [[text], torn]);
  });
}

test("so many entries and no more", async () => {
  const { names, losses } = await packed("/", { entriesMax: 2 });
  assert.deepEqual([names.length, losses.isCut], [2, true]);
});

test("a name longer than any archive can hold is left out", async () => {
  const fileSystem = memoryFileSystem({ [`/docs/${"n".repeat(70_000)}`]: "", "/docs/b": "" });
  const { names, losses } = await packed("/docs", { fileSystem });
  assert.deepEqual([names, losses.skipped], [["b 0 "], 1]);
});

test("a file is closed before the next is opened, and when nobody goes on", async () => {
  const { fileSystem, openFiles } = watched(FILES);
  const options = {
    fileSystem,
    path: pathOf("/docs"),
    stat: await FILES.stat(pathOf("/docs")),
    entriesMax: 100,
    mayRead: () => true,
    mayList: () => true,
    losses: noLosses(),
  };
  for await (const { kind } of membersOf(options)) {
    assert.equal(openFiles(), kind === "file" ? 1 : 0);
    if (kind === "file") break;
  }
  assert.equal(openFiles(), 0);
});
