import assert from "node:assert/strict";
import { test } from "node:test";
import { rfsapi } from "../../src/handlers/rfsapi.ts";
import type { Context } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { isReusable, type Response, reusable } from "../../src/http/response.ts";
import type { Entry, FileSystem, Stat } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { readFolder } from "../../src/vfs/rfsapi/messages.ts";
import {
  bytesOf,
  contextOf,
  fieldOf,
  get,
  pathOf,
  requestOf,
  textOf,
  watched,
} from "../support/request.ts";

const ASKED = { "X-Raw-Filesystem-API": "1" };
const INNER: Response = reusable({
  status: 200,
  fields: [],
  body: { kind: "bytes", bytes: Buffer.from("inner") },
});

const FILES = memoryFileSystem({ "/sub/deep.bin": "\0" });
FILES.put(pathOf("/a.txt"), Buffer.from("7 bytes"), 1_587_560_577_928.5);
FILES.put(pathOf("/sub/whole.html"), Buffer.from(""), 1_587_560_577_000);

function handlerFor(fileSystem: FileSystem = FILES, prefix = "/") {
  return rfsapi(() => INNER, {
    fileSystem,
    fileSystemName: "files",
    origin: "ferrox.yml:1",
    prefix,
    writesSupported: false,
  });
}

async function answer(target: string, context: Partial<Context> = {}): Promise<Response> {
  return handlerFor()(get(target, ASKED), contextOf(context));
}

test("a file is told as in the original, to the letter", async () => {
  const response = await answer("/a.txt?x=1");
  assert.equal(
    await textOf(response),
    '{"writes_supported":false,"is_root":false,"is_file":true,"files":[{"mime_type":"text/plain",' +
      '"name":"a.txt","last_modified":"2020-04-22T13:02:57.928500000Z","size":7,"is_file":true}]}',
  );
  assert.deepEqual(response.fields, [
    ["X-Raw-Filesystem-API", "1"],
    ["Content-Type", "application/json; charset=utf-8"],
    ["Cache-Control", "no-cache"],
    ["Vary", "X-Raw-Filesystem-API"],
  ]);
});

for (const [target, prefix, isRoot, names] of [
  ["/", "/", true, ["a.txt", "sub"]],
  ["/?x", "/", true, ["a.txt", "sub"]],
  ["/sub", "/", false, ["deep.bin", "whole.html"]],
  ["/sub/", "/", false, ["deep.bin", "whole.html"]],
  ["/up/", "/up/", true, ["a.txt", "sub"]],
  ["/up", "/up/", true, ["a.txt", "sub"]],
  ["/up/sub", "/up", false, ["deep.bin", "whole.html"]],
] as const) {
  test(`${target} below ${prefix} is a directory${isRoot ? ", and the root" : ""}`, async () => {
    const response = await handlerFor(FILES, prefix)(get(target, ASKED), contextOf());
    const folder = readFolder(await textOf(response));
    assert.deepEqual([folder.isFile, folder.isRoot], [false, isRoot]);
    assert.deepEqual(folder.files.map(({ name }) => name).sort(), names);
  });
}

test("a directory has the size 0, and a whole second has no fraction", async () => {
  const root = await textOf(await answer("/"));
  assert.match(
    root,
    /\{"mime_type":"text\/directory","name":"sub","last_modified":"[^"]+","size":0,"is_file":false\}/,
  );
  assert.match(await textOf(await answer("/sub")), /"last_modified":"2020-04-22T13:02:57Z"/);
});

test("an empty directory has an empty list", async () => {
  const handler = handlerFor(memoryFileSystem({}));
  assert.equal(
    await textOf(await handler(get("/", ASKED), contextOf())),
    '{"writes_supported":false,"is_root":true,"is_file":false,"files":[]}',
  );
});

for (const [what, fields] of [
  ["nothing", {}],
  ["0", { "X-Raw-Filesystem-API": "0" }],
  ["10", { "X-Raw-Filesystem-API": "10" }],
  ["nothing in it", { "X-Raw-Filesystem-API": "" }],
  ["1 twice", { "X-Raw-Filesystem-API": ["1", "1"] }],
  ["1, 1", { "X-Raw-Filesystem-API": "1, 1" }],
] as const) {
  test(`a header that says ${what} means the file itself`, async () => {
    const response = await handlerFor()(get("/a.txt", fields), contextOf());
    assert.equal(await textOf(response), "inner");
    assert.equal(fieldOf(response, "x-raw-filesystem-api"), undefined);
    assert.equal(fieldOf(response, "vary"), "X-Raw-Filesystem-API");
  });
}

test("who does not ask gets the same value every time", () => {
  const handler = handlerFor();
  const first = handler(get("/a.txt"), contextOf());
  assert.ok(!(first instanceof Promise) && isReusable(first));
  assert.equal(handler(get("/a.txt"), contextOf()), first);
});

test("HEAD is answered as GET, other methods mean nothing here", async () => {
  const handler = handlerFor();
  const head = await handler(requestOf("HEAD", "/a.txt", ASKED), contextOf());
  assert.equal(fieldOf(head, "x-raw-filesystem-api"), "1");
  const post = await handler(requestOf("POST", "/a.txt", ASKED), contextOf());
  assert.equal(await textOf(post), "inner");
});

for (const [target, status] of [
  ["/missing", 404],
  ["/a.txt/", 404],
  ["/a.txt/below", 404],
  ["/..%2f..%2fetc%2fpasswd", 400],
  ["/%ff", 400],
] as const) {
  test(`${target} is ${status}`, async () => {
    await assert.rejects(answer(target), { name: "HttpError", status });
  });
}

test("a directory is told to those only who may list it", async () => {
  const may = (verb: string) => verb !== "list";
  const access = { user: "ann", may };
  await assert.rejects(answer("/sub", { access }), { name: "HttpError", status: 403 });
  assert.equal((await answer("/a.txt", { access })).status, 200);
});

/** A directory of so many files, which knows whether somebody is reading it. */
function crowded(count: number): {
  readonly fileSystem: FileSystem;
  readonly isRead: () => boolean;
} {
  let isRead = false;
  const stat: Stat = { kind: "directory", size: 0, modifiedMs: undefined, version: undefined };
  const fileSystem: FileSystem = {
    stat: async () => stat,
    open: () => assert.fail("nothing is to be opened"),
    async *list(): AsyncGenerator<Entry> {
      isRead = true;
      try {
        for (let number = 0; number < count; number++) {
          yield { name: `file-${number}.txt`, stat: { ...stat, kind: "file", size: number } };
        }
      } finally {
        isRead = false;
      }
    },
  };
  return { fileSystem, isRead: () => isRead };
}

test("a thousand files have a length, twenty thousand come in pieces", async () => {
  for (const [count, kind] of [
    [1_000, "bytes"],
    [20_000, "stream"],
  ] as const) {
    const response = await handlerFor(crowded(count).fileSystem)(get("/", ASKED), contextOf());
    assert.equal(response.body.kind, kind);
    const { files } = readFolder((await bytesOf(response.body)).toString());
    assert.equal(files.length, count);
    assert.equal(files.at(-1)?.name, `file-${count - 1}.txt`);
  }
});

test("a directory under way is closed when its reader goes, even before the first piece", async () => {
  const { fileSystem, isRead } = crowded(20_000);
  const { body } = await handlerFor(fileSystem)(get("/", ASKED), contextOf());
  assert.ok(body.kind === "stream" && isRead());
  await body.chunks[Symbol.asyncIterator]().return?.();
  assert.ok(!isRead());
});

test("HEAD of a huge directory reads no more than it must", async () => {
  const { fileSystem, isRead } = crowded(20_000);
  const { body } = await handlerFor(fileSystem)(requestOf("HEAD", "/", ASKED), contextOf());
  assert.ok(body.kind === "stream" && !isRead());
});

test("names that are no UTF-8 are left out, and the others are there", async () => {
  const files = memoryFileSystem({ "/b.txt": "", "/\udcff.txt": "", "/\u00e9.txt": "" });
  const notes: string[] = [];
  const trace = { note: (_where: string, what: string) => void notes.push(what) };
  const response = await handlerFor(files)(get("/", ASKED), contextOf({ trace }));
  const names = readFolder(await textOf(response)).files.map(({ name }) => name);
  assert.deepEqual(names.sort(), ["b.txt", "\u00e9.txt"]);
  assert.deepEqual(notes.slice(1), ["1 names that are no UTF-8 are left out"]);
});

test("files without a known type are opened and closed, sixteen at a time", async () => {
  const tree = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`/f${at}`, "text\n"]));
  const inner = watched(memoryFileSystem(tree));
  let most = 0;
  const fileSystem: FileSystem = {
    ...inner.fileSystem,
    async open(path) {
      const file = await inner.fileSystem.open(path);
      most = Math.max(most, inner.openFiles());
      return file;
    },
  };
  const response = await handlerFor(fileSystem)(get("/", ASKED), contextOf());
  assert.equal(readFolder(await textOf(response)).files.length, 100);
  assert.ok(most <= 16 && most > 0, `${most} at a time`);
  assert.equal(inner.openFiles(), 0);
});

test("a refusal of the files behind names the field for caches", async () => {
  const refusing = rfsapi(() => Promise.reject(new HttpError(404, "no file")), {
    fileSystem: FILES,
    fileSystemName: "files",
    origin: "ferrox.yml:1",
    prefix: "/",
    writesSupported: true,
  });
  await assert.rejects(async () => refusing(get("/x"), contextOf()), {
    fields: [["Vary", "X-Raw-Filesystem-API"]],
  });
});
