import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type CompressorOptions, createCompressor } from "../../src/handlers/compressor.ts";
import type { Encode } from "../../src/handlers/encoder.ts";
import { memoOf } from "../../src/handlers/memo.ts";
import { type StaticOptions, staticFiles } from "../../src/handlers/static-files.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { Request } from "../../src/http/request.ts";
import type { Response } from "../../src/http/response.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../../src/vfs/memory.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  bytesOf,
  contextOf,
  type FieldMap,
  fieldOf,
  get,
  head,
  pathOf,
  requestOf,
  textOf,
  watched,
} from "../support/request.ts";

const FILES = {
  "/index.html": "<h1>root</h1>",
  "/a.txt": "hello world",
  "/empty.txt": "",
  "/docs/index.html": "<h1>docs</h1>",
  "/docs/second.html": "second",
  "/list/b.txt": "bb",
  "/list/sub/x.txt": "x",
  "/odd/index.html/inner.txt": "an index that is a directory",
  "/d\u00fcr/index.html": "umlaut",
  "/app.js": "plain",
  "/app.js.br": "as br",
  "/app.js.gz": "as gzip",
  "/only.css.gz": "only gzip",
  "/photo.png": "pixels",
  "/photo.png.gz": "never looked for",
};

function site(changes: Partial<StaticOptions> = {}): Site {
  const memory = memoryFileSystem(FILES);
  const { fileSystem, openFiles } = watched(changes.fileSystem ?? memory);
  const clock = fakeClock();
  const handler = staticFiles({
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/",
    router: "static",
    listing: false,
    indexNames: ["index.html", "second.html"],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 1000,
    ...changes,
    fileSystem,
  });
  return {
    memory,
    clock,
    openFiles,
    ask: async (request) => handler(request, contextOf({ clock })),
  };
}

interface Site {
  readonly memory: MemoryFileSystem;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly openFiles: () => number;
  ask(request: Request): Promise<Response>;
}

async function refused(
  answer: Promise<Response>,
  status: number,
  ...mentions: readonly string[]
): Promise<HttpError> {
  const error = await answer.then(
    (response) => assert.fail(`answered with ${response.status}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HttpError, String(error));
  assert.equal(error.status, status);
  for (const mention of mentions) assert.ok(error.reason.includes(mention), error.reason);
  return error;
}

describe("whole files", () => {
  test("a file is sent with its type, its tag, its date and how to cache it", async () => {
    const { ask, memory } = site();
    memory.put(pathOf("/dated.txt"), Buffer.from("x"), Date.UTC(2024, 0, 2, 3, 4, 5, 678));
    const response = await ask(get("/dated.txt"));
    assert.equal(response.status, 200);
    assert.deepEqual(
      response.fields.filter(([name]) => name !== "ETag"),
      [
        ["Content-Type", "text/plain; charset=utf-8"],
        ["Cache-Control", "no-cache"],
        ["Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT"],
        ["Accept-Ranges", "bytes"],
      ],
    );
    assert.match(fieldOf(response, "etag") ?? "", /^"[\w-]+"$/);
    assert.equal(await textOf(response), "x");
  });

  test("an empty file is an answer too", async () => {
    const response = await site().ask(get("/empty.txt"));
    assert.equal(response.status, 200);
    assert.equal(await textOf(response), "");
  });

  test("HEAD says what GET says, and reads nothing", async () => {
    const { ask, openFiles } = site();
    const [whole, asked] = [await ask(get("/a.txt")), await ask(head("/a.txt"))];
    assert.deepEqual(asked.fields, whole.fields);
    assert.equal(asked.body.kind === "range" && asked.body.length, 11);
    assert.equal(openFiles(), 1, "left for the driver to close");
  });

  test("the query does not matter", async () => {
    assert.equal(await textOf(await site().ask(get("/a.txt?v=1&x=../y"))), "hello world");
  });

  test("a file from the future was not modified after the answer", async () => {
    const { ask, memory, clock } = site();
    memory.put(pathOf("/future.txt"), Buffer.from("x"), clock.wallMs() + 86_400_000);
    const response = await ask(get("/future.txt"));
    assert.equal(fieldOf(response, "last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
  });

  test("a large file is left for the driver to read and close", async () => {
    const { ask, memory, openFiles } = site();
    memory.put(pathOf("/large.bin"), Buffer.alloc(65_537, 7));
    const response = await ask(get("/large.bin"));
    assert.equal(response.body.kind === "range" && response.body.length, 65_537);
    assert.equal(openFiles(), 1);
  });

  test("a small file is read at once and closed", async () => {
    const { ask, memory, openFiles } = site();
    memory.put(pathOf("/small.bin"), Buffer.alloc(65_536, 7));
    const response = await ask(get("/small.bin"));
    assert.equal(response.body.kind, "bytes");
    assert.equal(openFiles(), 0);
  });

  test("a file cut short while it is read goes out as it is, without a name for its state", async () => {
    const cut = memoryFileSystem({ "/a.txt": "hello" });
    const fileSystem: FileSystem = {
      stat: (path) => cut.stat(path),
      list: (path) => cut.list(path),
      async open(path) {
        const file = await cut.open(path);
        const stat = { ...file.stat, size: 11, modifiedMs: 0 };
        return { ...file, stat };
      },
    };
    const response = await site({ fileSystem }).ask(get("/a.txt"));
    assert.equal(await textOf(response), "hello");
    assert.equal(fieldOf(response, "etag"), undefined);
    assert.equal(fieldOf(response, "last-modified"), undefined);
    assert.equal(memoOf(response), undefined);
  });
});

describe("methods", () => {
  test("OPTIONS names the methods", async () => {
    const response = await site().ask(requestOf("OPTIONS", "/a.txt"));
    assert.equal(response.status, 204);
    assert.equal(fieldOf(response, "allow"), "GET, HEAD, OPTIONS");
  });

  for (const method of ["POST", "PUT", "DELETE", "TRACE", "PROPFIND"]) {
    test(`${method} is not allowed, and the answer says what is`, async () => {
      const error = await refused(site().ask(requestOf(method, "/a.txt")), 405, method);
      assert.deepEqual(error.fields, [["Allow", "GET, HEAD, OPTIONS"]]);
    });
  }
});

describe("directories", () => {
  test("without its slash a directory is redirected, query kept", async () => {
    const response = await site().ask(get("/docs?a=b&c=d"));
    assert.equal(response.status, 301);
    assert.equal(fieldOf(response, "location"), "/docs/?a=b&c=d");
  });

  test("the location is encoded", async () => {
    const response = await site().ask(get("/d%C3%BCr"));
    assert.equal(fieldOf(response, "location"), "/d%C3%BCr/");
  });

  test("a double slash does not lead to another host", async () => {
    const response = await site().ask(get("//docs"));
    assert.equal(fieldOf(response, "location"), "/docs/");
  });

  test("the index is sent", async () => {
    const response = await site().ask(get("/docs/"));
    assert.equal(await textOf(response), "<h1>docs</h1>");
    assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
  });

  test("index names are tried in order", async () => {
    const { ask } = site({ indexNames: ["nope.html", "second.html", "index.html"] });
    assert.equal(await textOf(await ask(get("/docs/"))), "second");
  });

  test("an index that is a directory is passed over", async () => {
    await refused(site().ask(get("/odd/")), 403, "directory listing is off", "/odd/", "site");
  });

  test("without an index and with listings on, the entries are shown", async () => {
    const response = await site({ listing: true }).ask(get("/list/"));
    assert.equal(response.status, 200);
    assert.match(await textOf(response), /<title>Index of \/list\/<\/title>/);
  });

  test("a file with a slash at its end is not found", async () => {
    await refused(site().ask(get("/a.txt/")), 404, "slash");
  });
});

describe("refusals", () => {
  test("a missing file says where it was looked for", async () => {
    await refused(
      site().ask(get("/nope")),
      404,
      "no file /nope in file system site (ferrox.yml:12)",
    );
  });

  test("conditions do not make a missing file anything else", async () => {
    await refused(site().ask(get("/nope", { "if-none-match": "*" })), 404);
    await refused(site().ask(get("/nope", { range: "bytes=0-4" })), 404);
  });

  test("a path below a file is not found", async () => {
    await refused(site().ask(get("/a.txt/x")), 404);
  });

  for (const [code, status] of [
    ["denied", 403],
    ["unavailable", 503],
    ["not-found", 404],
  ] as const) {
    test(`a file that is ${code} when opened is ${status}`, async () => {
      const memory = memoryFileSystem(FILES);
      const fileSystem: FileSystem = {
        stat: (path) => memory.stat(path),
        list: (path) => memory.list(path),
        open: () => Promise.reject(new FsError(code, "inner words")),
      };
      await refused(site({ fileSystem }).ask(get("/a.txt")), status, "/a.txt in file system site");
    });
  }
});

describe("routes that do not begin at the root", () => {
  for (const prefix of ["/up", "/up/"]) {
    test(`${prefix} is no part of the file's name`, async () => {
      const { ask } = site({ prefix });
      assert.equal(await textOf(await ask(get("/up/a.txt"))), "hello world");
      assert.equal(await textOf(await ask(get("/up/"))), "<h1>root</h1>");
      const response = await ask(get("/up/docs"));
      assert.equal(fieldOf(response, "location"), "/up/docs/");
    });
  }

  test("the route itself is a directory and gets its slash", async () => {
    const response = await site({ prefix: "/up" }).ask(get("/up?q"));
    assert.equal(fieldOf(response, "location"), "/up/?q");
  });

  test("its listing leads no higher", async () => {
    const { ask } = site({ prefix: "/up", listing: true, indexNames: [] });
    assert.ok(!(await textOf(await ask(get("/up/")))).includes('href="../"'));
    assert.ok((await textOf(await ask(get("/up/list/")))).includes('href="../"'));
  });
});

describe("conditions and ranges", () => {
  async function tagged(fields: (etag: string) => FieldMap): Promise<Response> {
    const { ask, openFiles } = site();
    const etag = fieldOf(await ask(get("/a.txt")), "etag") ?? "";
    const response = await ask(get("/a.txt", fields(etag)));
    if (response.status === 304) assert.equal(openFiles(), 0);
    return response;
  }

  test("a known tag is not sent again", async () => {
    const response = await tagged((etag) => ({ "if-none-match": etag }));
    assert.equal(response.status, 304);
    assert.deepEqual(
      response.fields.map(([name]) => name),
      ["Cache-Control", "ETag"],
    );
    assert.equal(response.body.kind, "none");
  });

  test("a failed precondition is 412, and the file is closed", async () => {
    const { ask, openFiles } = site();
    await refused(ask(get("/a.txt", { "if-match": '"other"' })), 412);
    assert.equal(openFiles(), 0);
  });

  test("a range is a part of the file", async () => {
    const { ask, openFiles } = site();
    const response = await ask(get("/a.txt", { range: "bytes=6-" }));
    assert.equal(response.status, 206);
    assert.equal(fieldOf(response, "content-range"), "bytes 6-10/11");
    assert.equal(await textOf(response), "world");
    assert.equal(openFiles(), 0);
  });

  test("several ranges come in parts", async () => {
    const { ask, openFiles } = site();
    const response = await ask(get("/a.txt", { range: "bytes=0-1,-2" }));
    assert.equal(response.status, 206);
    const type = fieldOf(response, "content-type") ?? "";
    const boundary = /^multipart\/byteranges; boundary=([0-9a-f]{32})$/.exec(type)?.[1];
    assert.equal(fieldOf(response, "content-range"), undefined);
    const text = await textOf(response);
    assert.equal(
      text,
      `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/11\r\n\r\nhe` +
        `\r\n--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 9-10/11\r\n\r\nld` +
        `\r\n--${boundary}--\r\n`,
    );
    assert.equal(response.body.kind === "stream" && response.body.length, text.length);
    assert.equal(openFiles(), 0);
  });

  test("a range past the end is 416 with the size, and the file is closed", async () => {
    const { ask, openFiles } = site();
    const error = await refused(ask(get("/a.txt", { range: "bytes=11-" })), 416);
    assert.deepEqual(error.fields, [["Content-Range", "bytes */11"]]);
    assert.equal(openFiles(), 0);
  });

  test("a range of another state is the whole of this one", async () => {
    const response = await tagged(() => ({ range: "bytes=0-1", "if-range": '"other"' }));
    assert.equal(response.status, 200);
  });

  test("without a tag the date goes with a 304", async () => {
    const memory = memoryFileSystem();
    memory.put(pathOf("/a.txt"), Buffer.from("x"), Date.UTC(2024, 0, 2));
    const stripped = (stat: Awaited<ReturnType<FileSystem["stat"]>>) => ({
      ...stat,
      version: undefined,
    });
    const fileSystem: FileSystem = {
      stat: async (path) => stripped(await memory.stat(path)),
      list: (path) => memory.list(path),
      async open(path) {
        const file = await memory.open(path);
        return { ...file, stat: stripped(file.stat) };
      },
    };
    const since = { "if-modified-since": "Tue, 02 Jan 2024 00:00:00 GMT" };
    const response = await site({ fileSystem }).ask(get("/a.txt", since));
    assert.equal(response.status, 304);
    assert.equal(fieldOf(response, "last-modified"), "Tue, 02 Jan 2024 00:00:00 GMT");
  });
});

describe("compressed siblings", () => {
  for (const [accepted, coding, body] of [
    ["gzip", "gzip", "as gzip"],
    ["gzip, br", "br", "as br"],
    ["br;q=0.5, gzip", "gzip", "as gzip"],
    ["zstd", undefined, "plain"],
    ["identity", undefined, "plain"],
    ["gzip;q=0", undefined, "plain"],
  ] as const) {
    test(`Accept-Encoding: ${accepted} → ${coding ?? "as it is"}`, async () => {
      const response = await site().ask(get("/app.js", { "accept-encoding": accepted }));
      assert.equal(fieldOf(response, "content-encoding"), coding);
      assert.equal(fieldOf(response, "content-type"), "text/javascript; charset=utf-8");
      assert.equal(fieldOf(response, "vary"), "Accept-Encoding");
      assert.equal(await textOf(response), body);
    });
  }

  test("who names no coding gets none, and caches are told why", async () => {
    const response = await site().ask(get("/app.js"));
    assert.equal(await textOf(response), "plain");
    assert.equal(fieldOf(response, "vary"), "Accept-Encoding");
  });

  test("each coding has a tag of its own, even for the same bytes", async () => {
    const { ask, memory } = site();
    memory.put(pathOf("/app.js.gz"), Buffer.from("plain"));
    const plain = await ask(get("/app.js"));
    const coded = await ask(get("/app.js", { "accept-encoding": "gzip" }));
    const etag = fieldOf(coded, "etag") ?? "";
    assert.notEqual(etag, fieldOf(plain, "etag"));
    const again = await ask(get("/app.js", { "accept-encoding": "gzip", "if-none-match": etag }));
    assert.equal(again.status, 304);
    assert.equal(fieldOf(again, "vary"), "Accept-Encoding");
    assert.equal(fieldOf(again, "content-encoding"), undefined);
  });

  test("a range of a coded answer counts coded bytes", async () => {
    const fields = { "accept-encoding": "gzip", range: "bytes=3-" };
    const response = await site().ask(get("/app.js", fields));
    assert.equal(fieldOf(response, "content-range"), "bytes 3-6/7");
    assert.equal(await textOf(response), "gzip");
  });

  test("the sibling alone is enough for who takes it", async () => {
    const { ask } = site();
    const response = await ask(get("/only.css", { "accept-encoding": "gzip" }));
    assert.equal(fieldOf(response, "content-type"), "text/css; charset=utf-8");
    assert.equal(await textOf(response), "only gzip");
    await refused(ask(get("/only.css")), 404);
    await refused(ask(get("/only.css", { "accept-encoding": "identity" })), 404);
  });

  test("asked for by its own name a sibling is a file like any other", async () => {
    const response = await site().ask(get("/app.js.gz", { "accept-encoding": "gzip" }));
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    assert.equal(fieldOf(response, "vary"), undefined);
    assert.equal(await textOf(response), "as gzip");
  });

  test("pictures have no siblings", async () => {
    const response = await site().ask(get("/photo.png", { "accept-encoding": "gzip" }));
    assert.equal(fieldOf(response, "vary"), undefined);
    assert.equal(await textOf(response), "pixels");
  });

  test("a sibling made from an earlier original is passed over", async () => {
    const { ask, memory } = site();
    const made = Date.UTC(2024, 0, 2);
    memory.put(pathOf("/s.css.gz"), Buffer.from("old"), made);
    memory.put(pathOf("/s.css"), Buffer.from("same time"), made + 2000);
    const gzip = { "accept-encoding": "gzip" };
    assert.equal(await textOf(await ask(get("/s.css", gzip))), "old");
    memory.put(pathOf("/s.css"), Buffer.from("edited"), made + 2001);
    assert.equal(await textOf(await ask(get("/s.css", gzip))), "edited");
  });

  test("a client that refuses everything gets 406", async () => {
    await refused(site().ask(get("/app.js", { "accept-encoding": "*;q=0" })), 406);
  });

  test("a sibling that cannot be opened is passed over", async () => {
    const memory = memoryFileSystem(FILES);
    const fileSystem: FileSystem = {
      stat: (path) => memory.stat(path),
      list: (path) => memory.list(path),
      open: (path) =>
        path.endsWith(".gz") ? Promise.reject(new FsError("denied", "mode 0")) : memory.open(path),
    };
    const { ask } = site({ fileSystem });
    const response = await ask(get("/app.js", { "accept-encoding": "gzip" }));
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    assert.equal(await textOf(response), "plain");
    await refused(ask(get("/only.css", { "accept-encoding": "gzip" })), 403);
  });
});

describe("spa", () => {
  test("a path of the application gets its page, and caches learn about Accept", async () => {
    const response = await site({ router: "spa" }).ask(get("/users/42"));
    assert.equal(response.status, 200);
    assert.equal(await textOf(response), "<h1>root</h1>");
    assert.equal(fieldOf(response, "vary"), "Accept");
  });

  test("a directory is the application's, whatever lies in it", async () => {
    for (const path of ["/", "/docs", "/docs/", "/list/"]) {
      const response = await site({ router: "spa", listing: true }).ask(get(path));
      assert.equal(await textOf(response), "<h1>root</h1>", path);
    }
  });

  test("an existing file is sent with its own type", async () => {
    const response = await site({ router: "spa" }).ask(get("/app.js"));
    assert.equal(fieldOf(response, "content-type"), "text/javascript; charset=utf-8");
  });

  test("a missing file stays missing, for programs too", async () => {
    const { ask } = site({ router: "spa" });
    await refused(ask(get("/nope.js")), 404);
    await refused(ask(get("/api", { accept: "application/json" })), 404);
  });

  test("without the page there is nothing to fall back to", async () => {
    await refused(site({ router: "spa", fallback: "app.html" }).ask(get("/x")), 404, "/app.html");
  });
});

describe("compression on the fly", () => {
  const LONG = "a { color: red }\n".repeat(100);
  const gzip = { "accept-encoding": "gzip" };

  function coding(options: Partial<CompressorOptions> = {}) {
    const compressor = createCompressor({
      bytesMin: 100,
      bytesMax: 10_000,
      codings: ["gzip"],
      memoryBytesMax: 100_000,
      ...options,
    });
    const one = site({ compressor, listing: true });
    one.memory.put(pathOf("/long.css"), Buffer.from(LONG));
    return one;
  }

  test("text is compressed for whoever accepts it, and varies for everybody", async () => {
    const { ask, openFiles } = coding();
    const coded = await ask(get("/long.css", gzip));
    assert.equal(fieldOf(coded, "content-encoding"), "gzip");
    assert.equal(gunzipSync(await bytesOf(coded.body)).toString(), LONG);
    const plain = await ask(get("/long.css"));
    assert.equal(fieldOf(plain, "content-encoding"), undefined);
    assert.equal(await textOf(plain), LONG);
    for (const response of [coded, plain]) {
      assert.equal(fieldOf(response, "vary"), "Accept-Encoding");
    }
    assert.notEqual(fieldOf(plain, "etag"), fieldOf(coded, "etag"));
    assert.equal(openFiles(), 0);
  });

  test("while others are compressed it goes as it is, and that is not remembered", async () => {
    const { ask, openFiles } = coding({ jobsMax: 0 });
    const response = await ask(get("/long.css", gzip));
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    assert.equal(fieldOf(response, "vary"), "Accept-Encoding");
    assert.match(fieldOf(response, "etag") ?? "", /^"/);
    assert.equal(await textOf(response), LONG);
    assert.equal(memoOf(response), undefined);
    assert.equal(openFiles(), 0);
  });

  test("who would refuse it as it is is asked to come back", async () => {
    const { ask, openFiles } = coding({ jobsMax: 0 });
    const fields = { "accept-encoding": "gzip, identity;q=0" };
    const error = await refused(ask(get("/long.css", fields)), 503);
    assert.deepEqual(error.fields, [["Retry-After", "1"]]);
    assert.equal(openFiles(), 0);
  });

  test("what gains nothing goes as it is, and that is remembered", async () => {
    const larger: Encode = async (_, bytes) => Buffer.concat([bytes, bytes]);
    const response = await coding({ encode: larger }).ask(get("/long.css", gzip));
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    assert.ok(memoOf(response) !== undefined);
  });

  test("a range is one of the file itself, with the file's own tag", async () => {
    const { ask } = coding();
    const etag = fieldOf(await ask(get("/long.css")), "etag");
    const response = await ask(get("/long.css", { ...gzip, range: "bytes=0-6" }));
    assert.equal(response.status, 206);
    assert.equal(fieldOf(response, "content-range"), "bytes 0-6/1700");
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    assert.equal(fieldOf(response, "etag"), etag);
    assert.equal(await textOf(response), "a { col");
    assert.equal(memoOf(response), undefined);
  });

  test("a range after a date that both forms share is answered with a whole", async () => {
    const { ask, memory } = coding();
    memory.put(pathOf("/long.css"), Buffer.from(LONG), Date.UTC(2024, 0, 2));
    const date = "Tue, 02 Jan 2024 00:00:00 GMT";
    const response = await ask(get("/long.css", { ...gzip, range: "bytes=0-6", "if-range": date }));
    assert.equal(response.status, 200);
    assert.equal(fieldOf(response, "content-encoding"), "gzip");
  });

  test("If-Match is held against the file itself", async () => {
    const { ask } = coding();
    const etag = fieldOf(await ask(get("/long.css")), "etag") ?? "";
    const response = await ask(get("/long.css", { ...gzip, "if-match": etag }));
    assert.equal(response.status, 200);
    assert.equal(fieldOf(response, "content-encoding"), undefined);
    await refused(ask(get("/long.css", { ...gzip, "if-match": '"other"' })), 412);
  });

  test("a listing is compressed too", async () => {
    const { ask, memory } = coding();
    for (let at = 0; at < 50; at++) memory.put(pathOf(`/many/${at}.txt`), Buffer.from("x"));
    const json = { accept: "application/json" };
    const coded = await ask(get("/many/", { ...gzip, ...json }));
    assert.equal(fieldOf(coded, "content-encoding"), "gzip");
    assert.equal(fieldOf(coded, "vary"), "Accept, Accept-Encoding");
    const plain = await ask(get("/many/", json));
    assert.equal(gunzipSync(await bytesOf(coded.body)).toString(), await textOf(plain));
  });
});

describe("languages and types", () => {
  const variants = memoryFileSystem({
    "/page.en.html": "English",
    "/page.de.html": "Deutsch",
    "/page.de.html.gz": "Deutsch, as gzip",
    "/index.en.html": "start",
    "/index.de.html": "Anfang",
    "/bare/x.txt": "x",
    "/photo.jpg": "jpeg",
    "/photo.webp": "webp",
  });
  const options = { fileSystem: variants, languages: ["en", "de"], types: ["webp"], prefix: "/up" };

  for (const [path, language, body, location] of [
    ["/up/page.html", "de", "Deutsch", "/up/page.de.html"],
    ["/up/page.html", "fr", "English", "/up/page.en.html"],
    ["/up/page", "de", "Deutsch", "/up/page.de.html"],
    ["/up/", "de", "Anfang", "/up/index.de.html"],
  ] as const) {
    test(`${path} in ${language} is ${location}`, async () => {
      const response = await site(options).ask(get(path, { "accept-language": language }));
      assert.equal(await textOf(response), body);
      assert.equal(fieldOf(response, "content-language"), location.includes(".de.") ? "de" : "en");
      assert.equal(fieldOf(response, "content-location"), location);
      assert.match(fieldOf(response, "vary") ?? "", /^Accept-Language/);
      assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
    });
  }

  test("a known tag of one language is 304, of another it is not", async () => {
    const { ask } = site(options);
    const german = { "accept-language": "de" };
    const etag = fieldOf(await ask(get("/up/page.html", german)), "etag") ?? "";
    const again = await ask(get("/up/page.html", { ...german, "if-none-match": etag }));
    assert.equal(again.status, 304);
    assert.equal(fieldOf(again, "content-location"), "/up/page.de.html");
    assert.equal((await ask(get("/up/page.html", { "if-none-match": etag }))).status, 200);
  });

  test("a language has codings and ranges like any file", async () => {
    const fields = { "accept-language": "de", "accept-encoding": "gzip", range: "bytes=-4" };
    const response = await site(options).ask(get("/up/page.html", fields));
    assert.equal(response.status, 206);
    assert.equal(fieldOf(response, "content-encoding"), "gzip");
    assert.equal(fieldOf(response, "vary"), "Accept-Language, Accept-Encoding");
    assert.equal(await textOf(response), "gzip");
  });

  test("another type is sent with its own name and type", async () => {
    const response = await site(options).ask(get("/up/photo.jpg", { accept: "image/webp,*/*" }));
    assert.equal(fieldOf(response, "content-type"), "image/webp");
    assert.equal(fieldOf(response, "content-location"), "/up/photo.webp");
    assert.equal(fieldOf(response, "content-language"), undefined);
    assert.equal(fieldOf(response, "vary"), "Accept");
    assert.equal(await textOf(response), "webp");
  });

  test("what is there in no language is missing", async () => {
    const { ask } = site(options);
    for (const path of ["/up/nope.html", "/up/nope", "/up/photo"])
      await refused(ask(get(path)), 404);
    await refused(ask(get("/up/bare/")), 403);
  });

  test("without languages a page is only what its name says", async () => {
    const { ask } = site({ fileSystem: variants });
    await refused(ask(get("/page.html", { "accept-language": "de" })), 404);
    await refused(ask(get("/page")), 404);
  });

  test("an application's page has languages too", async () => {
    const spa = site({ ...options, router: "spa" });
    const response = await spa.ask(get("/up/users/42", { "accept-language": "de" }));
    assert.equal(await textOf(response), "Anfang");
    assert.equal(fieldOf(response, "vary"), "Accept, Accept-Language");
  });
});

describe("what a listing can be changed with", () => {
  const options = { listing: true, listingChanges: { moves: false, script: "" } } as const;
  const handler = staticFiles({
    ...options,
    fileSystem: memoryFileSystem(FILES),
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/",
    router: "static",
    indexNames: [],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 10,
  });

  for (const [who, mayWrite] of [
    ["whoever may write there", "/list/"],
    ["nobody else", "/docs/"],
  ] as const) {
    test(`is for ${who}`, async () => {
      const access = {
        user: "eve",
        may: (verb: string, path: string) => verb !== "write" || path === mayWrite,
      };
      const response = await handler(get("/list/"), contextOf({ access }));
      assert.equal((await textOf(response)).includes("<form"), mayWrite === "/list/");
      const isKept = mayWrite === "/list/" ? "no-store" : "no-cache";
      assert.equal(fieldOf(response, "cache-control"), isKept);
    });
  }
});

describe("a file that stands for another name", () => {
  const files = memoryFileSystem({
    "/docs/index.html": "docs",
    "/report.html": "report",
    "/page.html": "page",
    "/page.de.html": "Seite",
    "/index.html": "application",
  });
  const access = { user: undefined, may: (_verb: string, path: string) => !CLOSED.has(path) };
  const CLOSED = new Set(["/docs/index.html", "/report.html", "/page.de.html", "/index.html"]);

  const statusOf = async (path: string, changes: Partial<StaticOptions>, fields: FieldMap = {}) => {
    const handler = staticFiles({
      fileSystem: files,
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
    try {
      return (await handler(get(path, fields), contextOf({ access }))).status;
    } catch (error) {
      assert.ok(error instanceof HttpError);
      return error.status;
    }
  };

  for (const [path, changes] of [
    ["/docs/", {}],
    ["/report", { cleanUrls: true }],
    ["/page.html", { languages: ["de"] }],
  ] as const) {
    test(`is not had as ${path} by whom it is closed to`, async () => {
      assert.equal(await statusOf(path, changes), 403);
    });
  }

  test("is had by those whom only another one is closed to", async () => {
    assert.equal(await statusOf("/page", { cleanUrls: true }), 200);
  });

  test("is, as the page of an application, shown to whoever may see the path", async () => {
    const html = { accept: "text/html" };
    assert.equal(await statusOf("/login", { router: "spa" }, html), 200);
  });
});
