import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArchiveOptions, archives } from "../../src/handlers/archive.ts";
import { ArchiveSlots } from "../../src/handlers/archive-slots.ts";
import type { Context } from "../../src/http/handler.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { Request } from "../../src/http/request.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import {
  bytesOf,
  contextOf,
  type FieldMap,
  fieldOf,
  get,
  requestOf,
  watched,
} from "../support/request.ts";

const FILES = memoryFileSystem({
  "/top.txt": "top",
  "/ready.zip": "PK",
  "/docs/a.txt": "aaa",
  "/docs/sub/b.txt": "bb",
});

/** Says what it was asked, body and all. */
async function inner({ method, body }: Request): Promise<Response> {
  let text = method;
  for await (const piece of body) text += ` ${piece}`;
  return { status: 418, fields: [["X-Inner", text.replace(/\r\n/g, "|")]], body: NO_BODY };
}

function handlerFor(changes: Partial<ArchiveOptions> = {}) {
  return archives(inner, {
    fileSystem: FILES,
    fileSystemName: "files",
    origin: "ferrox.yml:1",
    prefix: "/",
    mediaTypes: mediaTypesOf(new Map()),
    slots: new ArchiveSlots(4),
    entriesMax: 100,
    ...changes,
  });
}

async function ask(target: string, fields: FieldMap = {}, context: Partial<Context> = {}) {
  return handlerFor()(get(target, fields), contextOf(context));
}

/** What a tar has in it, by the heads alone. */
async function namesIn(response: Response): Promise<readonly string[]> {
  const tar = await bytesOf(response.body);
  const names: string[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    names.push(tar.toString("utf8", at, tar.indexOf(0, at)));
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 135), 8);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return names.sort();
}

for (const [target, fields, type, name] of [
  ["/docs/", { accept: "application/tar" }, "application/tar", "docs.tar"],
  ["/docs", { accept: "application/x-zip-compressed" }, "application/x-zip-compressed", "docs.zip"],
  ["/", { accept: "application/zip" }, "application/zip", "all.zip"],
  ["/top.txt", { accept: "application/x-tar" }, "application/x-tar", "top.txt.tar"],
  ["/docs/sub/?archive=zip", {}, "application/zip", "sub.zip"],
  ["/?archive=tar", { accept: "text/html" }, "application/x-tar", "all.tar"],
  ["/ready.zip?archive=zip", {}, "application/zip", "ready.zip.zip"],
] as const) {
  test(`${target} is ${name} to those who ask so`, async () => {
    const response = await ask(target, fields);
    assert.deepEqual(response.fields, [
      ["Content-Type", type],
      ["Content-Disposition", `attachment; filename="${name}"; filename*=UTF-8''${name}`],
      ["Cache-Control", "no-cache"],
      ["Vary", "Accept"],
    ]);
    const start = (await bytesOf(response.body)).toString("latin1", 0, 4);
    assert.equal(start.startsWith("PK\x03\x04"), name.endsWith(".zip"));
  });
}

test("names are relative, and nothing else is in it", async () => {
  assert.deepEqual(await namesIn(await ask("/docs/?archive=tar")), ["a.txt", "sub/", "sub/b.txt"]);
  assert.deepEqual(await namesIn(await ask("/top.txt?archive=tar")), ["top.txt"]);
});

for (const [what, target, fields] of [
  ["a browser", "/docs/", { accept: "text/html,*/*;q=0.8" }],
  ["who says nothing", "/docs/", {}],
  ["what is not there", "/missing/?archive=zip", {}],
  ["a file with a slash behind it", "/top.txt/?archive=zip", {}],
  ["a file that is such an archive already", "/ready.zip", { accept: "application/zip" }],
] as const) {
  test(`${what} is left to the others`, async () => {
    const response = await ask(target, fields);
    assert.deepEqual([response.status, fieldOf(response, "vary")], [418, "Accept"]);
  });
}

test("HEAD has the same fields, takes no place and opens nothing", async () => {
  const { fileSystem, openFiles } = watched(FILES);
  const slots = new ArchiveSlots(1);
  const handler = handlerFor({ fileSystem, slots });
  const head = await handler(requestOf("HEAD", "/docs/?archive=zip"), contextOf());
  assert.equal(fieldOf(head, "content-type"), "application/zip");
  assert.ok(head.body.kind === "stream" && head.body.length === undefined);
  assert.deepEqual([slots.taken, openFiles()], [0, 0]);
});

function form(text: string): Request {
  return {
    ...requestOf("POST", "/docs/", { "content-type": "text/plain" }),
    body: {
      length: text.length,
      async *[Symbol.asyncIterator]() {
        for (const character of text) yield Buffer.from(character);
      },
    },
  };
}

test("the form asks too", async () => {
  const text = "vendor=http\r\narchive=yes-i-really-want-one\r\ntype=tar\r\n";
  const response = await handlerFor()(form(text), contextOf());
  assert.deepEqual(await namesIn(response), ["a.txt", "sub/", "sub/b.txt"]);
});

test("who posts something else finds it unread", async () => {
  const response = await handlerFor()(form("a=b\r\n"), contextOf());
  assert.equal(fieldOf(response, "x-inner"), "POST a=b|");
});

test("all places taken is 503, and a place is free when its reader goes", async () => {
  const { fileSystem, openFiles } = watched(FILES);
  const handler = handlerFor({ fileSystem, slots: new ArchiveSlots(1) });
  const first = await handler(get("/?archive=tar"), contextOf());
  await assert.rejects(async () => handler(get("/?archive=tar"), contextOf()), {
    name: "HttpError",
    status: 503,
    fields: [["Retry-After", "5"]],
  });
  assert.ok(first.body.kind === "stream");
  const reader = first.body.chunks[Symbol.asyncIterator]();
  await reader.next();
  await reader.return?.();
  assert.equal(openFiles(), 0);
  assert.equal((await handler(get("/?archive=tar"), contextOf())).status, 200);
});

test("members are those that the user may read and list, on the path of the site", async () => {
  const asked: string[] = [];
  const access = {
    user: "ann",
    may(verb: string, path: string) {
      asked.push(`${verb} ${path}`);
      return path !== "/up/docs/sub" && path !== "/up/top.txt";
    },
  };
  const handler = handlerFor({ prefix: "/up/" });
  const context = contextOf({ access });
  const response = await handler(get("/up/?archive=tar"), context);
  // The connection goes on to another request, of somebody else.
  context.access = undefined;
  assert.deepEqual(await namesIn(response), ["docs/", "docs/a.txt", "ready.zip"]);
  assert.equal(asked[0], "list /up/");
  assert.ok(asked.includes("read /up/docs/a.txt"));
});

test("a directory that may not be listed is refused", async () => {
  const access = { user: undefined, may: () => false };
  await assert.rejects(ask("/docs/?archive=zip", {}, { access }), { status: 403 });
});

/** Reads to the end; what was told, and whether it ended well. */
async function readWith(changes: Partial<ArchiveOptions>) {
  const warnings: string[] = [];
  const log = {
    ...contextOf().log,
    warn: (_concern: string, text: string) => void warnings.push(text),
  };
  const response = await handlerFor(changes)(get("/?archive=tar"), contextOf({ log }));
  let failure = "";
  try {
    await bytesOf(response.body);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return { warnings, failure };
}

test("what cannot be read is left out and told; the archive is whole", async () => {
  const fileSystem = {
    stat: FILES.stat.bind(FILES),
    list: FILES.list.bind(FILES),
    open: (path: Parameters<typeof FILES.open>[0]) =>
      path === "/top.txt" ? Promise.reject(new FsError("denied", "no")) : FILES.open(path),
  };
  const { warnings, failure } = await readWith({ fileSystem });
  assert.equal(failure, "");
  assert.deepEqual(warnings, [
    "the archive of / in file system files (ferrox.yml:1) lacks 1 that could not be read; the first: no",
  ]);
});

test("an archive with a torn file ends, and is no whole one", async () => {
  const fileSystem = {
    stat: FILES.stat.bind(FILES),
    list: FILES.list.bind(FILES),
    async open(path: Parameters<typeof FILES.open>[0]) {
      return { ...(await FILES.open(path)), readAt: async () => 0 };
    },
  };
  const { warnings, failure } = await readWith({ fileSystem });
  assert.match(failure, /is not whole/);
  assert.match(warnings.join(), /lacks the end of 4 files; the first: \/.* became shorter/);
});

test("an archive of too many entries ends, and is no whole one", async () => {
  const { warnings, failure } = await readWith({ entriesMax: 2 });
  assert.match(failure, /is not whole/);
  assert.match(warnings.join(), /all after the first 2 entries \(limits\.archive_entries\)/);
});
