import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileWrites } from "../../src/handlers/file-writes.ts";
import type { Access } from "../../src/http/access.ts";
import type { Context, Handler } from "../../src/http/handler.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { IncomingBody, Request } from "../../src/http/request.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../../src/vfs/memory.ts";
import { walk } from "../../src/vfs/tree.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { contextOf, type FieldMap, fieldOf, pathOf, requestOf } from "../support/request.ts";

const FILES = { "/a.txt": "old", "/dir/b.txt": "bb", "/dir/sub/c.txt": "c", "/empty/": "" };
const INNER: Handler = () => ({ status: 299, fields: [], body: NO_BODY });

interface Site {
  readonly memory: MemoryFileSystem;
  ask(method: string, target: string, fields?: FieldMap, body?: Chunks): Promise<Response>;
  /** The status of a refusal. */
  refusal(method: string, target: string, fields?: FieldMap, body?: Chunks): Promise<HttpError>;
  /** All paths, in order. */
  names(): Promise<string[]>;
}

/** An error ends the body early. */
type Chunks = readonly (string | Error)[];

interface Changes {
  readonly makesParents?: boolean;
  readonly isWritable?: boolean;
  readonly prefix?: string;
  readonly bytesMax?: number;
  readonly access?: Access;
}

function site(changes: Changes = {}): Site {
  const { makesParents = true, isWritable = true, prefix = "/", access } = changes;
  const clock = fakeClock();
  const { bytesMax = 1000 } = changes;
  const memory = memoryFileSystem(FILES, { clock, bytesMax });
  const fileSystem: FileSystem = memory;
  const handler = fileWrites(INNER, {
    fileSystem,
    writer: isWritable ? memory.writer : undefined,
    fileSystemName: "m",
    origin: "ferrox.yml:3",
    prefix,
    makesParents,
  });
  const context: Context = contextOf({ clock, ...(access === undefined ? {} : { access }) });
  const ask: Site["ask"] = async (method, target, fields = {}, body = []) =>
    handler(withBody(requestOf(method, target, fields), body), context);
  return {
    memory,
    ask,
    async refusal(...asked) {
      try {
        const { status } = await ask(...asked);
        throw new Error(`answered ${status}`);
      } catch (error) {
        if (error instanceof HttpError) return error;
        throw error;
      }
    },
    async names() {
      const names: string[] = [];
      for await (const found of walk({ fileSystem, path: pathOf("/") })) names.push(found.path);
      return names.sort();
    },
  };
}

function withBody(request: Request, chunks: Chunks): Request {
  if (chunks.length === 0) return request;
  const isWhole = chunks.every((chunk) => typeof chunk === "string");
  const body: IncomingBody = {
    length: isWhole ? chunks.join("").length : undefined,
    async *[Symbol.asyncIterator]() {
      // Borrowed: each chunk is gone when the next is asked for.
      const shared = Buffer.alloc(64);
      for (const chunk of chunks) {
        if (typeof chunk !== "string") throw chunk;
        yield shared.subarray(0, shared.write(chunk));
        shared.fill(0);
      }
    },
  };
  return { ...request, body };
}

async function contentOf({ memory }: Site, name: string): Promise<string> {
  const file = await memory.open(pathOf(name));
  const bytes = Buffer.alloc(file.stat.size);
  await file.readAt(bytes, 0);
  await file.close();
  return bytes.toString();
}

async function etagOf({ memory }: Site, name: string): Promise<string> {
  return `"${(await memory.stat(pathOf(name))).version}"`;
}

const ALL = ["/a.txt", "/dir", "/dir/b.txt", "/dir/sub", "/dir/sub/c.txt", "/empty"];

describe("PUT", () => {
  test("makes a file: 201, with its validators", async () => {
    const it = site();
    const answer = await it.ask("PUT", "/new.txt", {}, ["one ", "two"]);
    assert.equal(answer.status, 201);
    assert.equal(await contentOf(it, "/new.txt"), "one two");
    assert.equal(fieldOf(answer, "etag"), await etagOf(it, "/new.txt"));
    assert.equal(fieldOf(answer, "last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
  });

  test("replaces a file: 204", async () => {
    const it = site();
    const answer = await it.ask("PUT", "/a.txt", {}, ["new"]);
    assert.equal(answer.status, 204);
    assert.equal(await contentOf(it, "/a.txt"), "new");
  });

  test("an empty body is an empty file", async () => {
    const it = site();
    assert.equal((await it.ask("PUT", "/none")).status, 201);
    assert.equal(await contentOf(it, "/none"), "");
  });

  test("makes the directories that are missing", async () => {
    const it = site();
    assert.equal((await it.ask("PUT", "/x/y/z", {}, ["1"])).status, 201);
    assert.deepEqual(await it.names(), [...ALL, "/x", "/x/y", "/x/y/z"]);
  });

  test("says 409 for them where WebDAV is spoken", async () => {
    const it = site({ makesParents: false });
    assert.equal((await it.refusal("PUT", "/x/y", {}, ["1"])).status, 409);
    assert.deepEqual(await it.names(), ALL);
  });

  test("below another path, the route's own is left out", async () => {
    const it = site({ prefix: "/up" });
    assert.equal((await it.ask("PUT", "/up/n", {}, ["1"])).status, 201);
    assert.equal(await contentOf(it, "/n"), "1");
  });

  for (const [target, fields, status] of [
    ["/dir", {}, 405],
    ["/dir/", {}, 405],
    ["/new/", {}, 405],
    ["/", {}, 405],
    ["/a.txt/x", {}, 409],
    ["/a.txt/x/y", {}, 409],
    ["/a.txt", { "Content-Range": "bytes 0-2/3" }, 400],
    ["/a.txt", { "Content-Encoding": "gzip" }, 415],
    ["/a.txt", { "If-Match": '"other"' }, 412],
    ["/a.txt", { "If-None-Match": "*" }, 412],
    ["/new", { "If-Match": "*" }, 412],
    ["/a%2Fb", {}, 400],
  ] as const) {
    test(`${target} with ${JSON.stringify(fields)} is ${status}, and changes nothing`, async () => {
      const it = site();
      const refusal = await it.refusal("PUT", target, fields, [new Error("never read")]);
      assert.equal(refusal.status, status);
      assert.deepEqual(await it.names(), ALL);
      assert.equal(await contentOf(it, "/a.txt"), "old");
    });
  }

  test("405 says what is allowed", async () => {
    const { fields } = await site().refusal("PUT", "/dir", {}, ["1"]);
    assert.deepEqual(fields, [["Allow", "GET, HEAD, OPTIONS, DELETE"]]);
  });

  test("identity is no coding", async () => {
    const answer = await site().ask("PUT", "/i", { "Content-Encoding": "identity" }, ["1"]);
    assert.equal(answer.status, 201);
  });

  test("a condition that holds lets it through; the old tag then does no more", async () => {
    const it = site();
    const fields = { "If-Match": await etagOf(it, "/a.txt") };
    assert.equal((await it.ask("PUT", "/a.txt", fields, ["2"])).status, 204);
    assert.equal((await it.refusal("PUT", "/a.txt", fields, ["3"])).status, 412);
    assert.equal((await it.ask("PUT", "/n", { "If-None-Match": "*" }, ["1"])).status, 201);
  });

  test("what changes while the body arrives is not overwritten", async () => {
    const it = site();
    const fields = { "If-Match": await etagOf(it, "/a.txt") };
    const request = withBody(requestOf("PUT", "/a.txt", fields), ["mine"]);
    const slow = { ...request.body, [Symbol.asyncIterator]: () => meddling(request, it) };
    const handler = fileWrites(INNER, {
      fileSystem: it.memory,
      writer: it.memory.writer,
      fileSystemName: "m",
      origin: "test",
      prefix: "/",
      makesParents: true,
    });
    await assert.rejects(
      async () => handler({ ...request, body: slow }, contextOf()),
      (error) => error instanceof HttpError && error.status === 412,
    );
    assert.equal(await contentOf(it, "/a.txt"), "theirs");
  });

  test("a body that ends early leaves neither the file nor its directories", async () => {
    const it = site();
    const cut = new HttpError(400, "cut short");
    const error = await it.refusal("PUT", "/x/y/z", {}, ["half", cut]);
    assert.equal(error, cut);
    assert.deepEqual(await it.names(), ALL);
    await it.refusal("PUT", "/a.txt", {}, ["half", cut]);
    assert.equal(await contentOf(it, "/a.txt"), "old");
  });

  test("no room is 507, and takes none", async () => {
    // Six of them are taken.
    const it = site({ bytesMax: 16 });
    assert.equal((await it.refusal("PUT", "/large", {}, ["123456", "78901"])).status, 507);
    assert.deepEqual(await it.names(), ALL);
    assert.equal((await it.ask("PUT", "/fits", {}, ["1234567890"])).status, 201);
  });

  for (const [fields, date] of [
    [{ "X-Last-Modified": "1000000000123" }, "Sun, 09 Sep 2001 01:46:40 GMT"],
    [{ "X-OC-MTime": "1000000000" }, "Sun, 09 Sep 2001 01:46:40 GMT"],
    [{ "X-Last-Modified": "yesterday" }, "Fri, 02 Jan 2026 03:04:05 GMT"],
    [{ "X-OC-MTime": "999999999999999" }, "Fri, 02 Jan 2026 03:04:05 GMT"],
  ] as const) {
    test(`${JSON.stringify(fields)} makes it of ${date}`, async () => {
      const answer = await site().ask("PUT", "/n", fields, ["1"]);
      assert.equal(fieldOf(answer, "last-modified"), date);
    });
  }

  test("a client of ownCloud is told that its time was taken, and nobody else", async () => {
    const it = site();
    const told = await it.ask("PUT", "/n", { "X-OC-MTime": "1000000000" }, ["1"]);
    assert.equal(fieldOf(told, "x-oc-mtime"), "accepted");
    const other = await it.ask("PUT", "/n", { "X-OC-MTime": "soon" }, ["1"]);
    assert.equal(fieldOf(other, "x-oc-mtime"), undefined);
  });

  test("directories are made only where the sender may write", async () => {
    const access: Access = {
      user: "ann",
      may: (_verb, path) => path === "/x/y/z" || path.startsWith("/ok"),
    };
    const it = site({ access });
    assert.equal((await it.refusal("PUT", "/x/y/z", {}, ["1"])).status, 403);
    assert.equal((await it.ask("PUT", "/ok/y/z", {}, ["1"])).status, 201);
    assert.deepEqual(await it.names(), [...ALL, "/ok", "/ok/y", "/ok/y/z"]);
  });
});

async function* meddling(request: Request, it: Site): AsyncGenerator<Buffer> {
  it.memory.put(pathOf("/a.txt"), Buffer.from("theirs"));
  yield* request.body;
}

describe("DELETE", () => {
  test("removes a file, an empty directory, a directory with all that it holds", async () => {
    const it = site();
    assert.equal((await it.ask("DELETE", "/a.txt")).status, 204);
    assert.equal((await it.ask("DELETE", "/empty/")).status, 204);
    assert.equal((await it.ask("DELETE", "/dir")).status, 204);
    assert.deepEqual(await it.names(), []);
  });

  for (const [target, fields, status] of [
    ["/no", {}, 404],
    ["/a.txt/", {}, 404],
    ["/a.txt/x", {}, 404],
    ["/", {}, 403],
    ["/a.txt", { "If-Match": '"other"' }, 412],
    ["/dir", { "If-Match": '"other"' }, 412],
  ] as const) {
    test(`${target} with ${JSON.stringify(fields)} is ${status}, and removes nothing`, async () => {
      const it = site();
      assert.equal((await it.refusal("DELETE", target, fields)).status, status);
      assert.deepEqual(await it.names(), ALL);
    });
  }

  test("a directory stays whole when something in it is closed to the sender", async () => {
    const access: Access = { user: "ann", may: (_verb, path) => path !== "/dir/sub/c.txt" };
    const it = site({ access });
    assert.equal((await it.refusal("DELETE", "/dir")).status, 403);
    assert.deepEqual(await it.names(), ALL);
    assert.equal((await it.ask("DELETE", "/empty")).status, 204);
  });
});

describe("MKCOL", () => {
  test("makes a directory", async () => {
    const it = site();
    assert.equal((await it.ask("MKCOL", "/new/")).status, 201);
    assert.deepEqual(await it.names(), [...ALL, "/new"]);
  });

  for (const [target, body, status] of [
    ["/new", ["<x/>"], 415],
    ["/dir", [], 405],
    ["/a.txt", [], 405],
    ["/", [], 405],
    ["/x/y", [], 409],
    ["/a.txt/y", [], 409],
  ] as const) {
    test(`${target} with ${body.length} chunks is ${status}`, async () => {
      const it = site();
      assert.equal((await it.refusal("MKCOL", target, {}, body)).status, status);
      assert.deepEqual(await it.names(), ALL);
    });
  }
});

test("where a switch is off, 403 names it", async () => {
  const it = site({ isWritable: false });
  for (const method of ["PUT", "DELETE", "MKCOL"]) {
    const { status, reason } = await it.refusal(method, "/a.txt");
    assert.equal(status, 403);
    assert.equal(reason, "nothing is changed here: writable: true is not said of m (ferrox.yml:3)");
  }
});

test("all other methods go to the handler behind", async () => {
  for (const method of ["GET", "HEAD", "POST", "OPTIONS", "PROPFIND"]) {
    assert.equal((await site().ask(method, "/a.txt")).status, 299);
  }
});
