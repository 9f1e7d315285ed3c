import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { directoryListing } from "../../src/handlers/directory-listing.ts";
import { outcomesToSay } from "../../src/handlers/form-outcome.ts";
import { LISTING_SCRIPT } from "../../src/handlers/listing-script/script.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { type FieldMap, fieldOf, get, pathOf, textOf } from "../support/request.ts";

const FILES = memoryFileSystem({
  "/list/file10.txt": "ten",
  "/list/file9.txt": "nine",
  "/list/B.txt": "b",
  "/list/a.txt": "a",
  "/list/zoo/x": "",
  "/list/\udcff.txt": "no UTF-8",
});

function listing(fields: FieldMap = {}, entriesMax = 100, fileSystem: FileSystem = FILES) {
  return directoryListing(get("/up/list/", fields), {
    fileSystem,
    directory: pathOf("/list"),
    shownPath: "/up/list/",
    entriesMax,
  });
}

test("directories come first, then names as people count and sort them", async () => {
  const text = await textOf(await listing());
  const hrefs = Array.from(text.matchAll(/href="\.\/([^"]*)"/g), ([, href]) => href);
  assert.deepEqual(hrefs, ["zoo/", "a.txt", "B.txt", "file9.txt", "file10.txt", "%FF.txt"]);
});

test("the page allows its own style and nothing else", async () => {
  const response = await listing();
  assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
  assert.equal(fieldOf(response, "vary"), "Accept");
  assert.equal(fieldOf(response, "cache-control"), "no-cache");
  assert.match(
    fieldOf(response, "content-security-policy") ?? "",
    /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:/,
  );
});

test("for those who may change it, it allows its own script, and is never kept", async () => {
  const response = await directoryListing(get("/up/list/"), {
    fileSystem: FILES,
    directory: pathOf("/list"),
    shownPath: "/up/list/",
    entriesMax: 100,
    changes: { moves: true, script: LISTING_SCRIPT },
  });
  const html = await textOf(response);
  const script = /<script>(.*)<\/script>/s.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(script).digest("base64");
  assert.equal(
    (fieldOf(response, "content-security-policy") ?? "").replace(
      /style-src 'sha256-[^']+'/,
      "style-src S",
    ),
    `default-src 'none'; style-src S; script-src 'sha256-${hash}'; connect-src 'self'; ` +
      "frame-ancestors 'self'; img-src data:; base-uri 'none'; form-action 'self'",
  );
  assert.equal(fieldOf(response, "cache-control"), "no-store");
  assert.equal(fieldOf(response, "set-cookie"), undefined);
});

test("what became of a form is said once", async () => {
  const [, cookie] = outcomesToSay([{ name: "n.txt", what: "uploaded" }]);
  const response = await directoryListing(
    get("/up/list/", { cookie: cookie.split(";")[0] ?? "" }),
    {
      fileSystem: FILES,
      directory: pathOf("/list"),
      shownPath: "/up/list/",
      entriesMax: 100,
      changes: { moves: true, script: LISTING_SCRIPT },
    },
  );
  assert.match(await textOf(response), /<p class="good">Uploaded: .n\.txt.\.<\/p>/u);
  assert.match(fieldOf(response, "set-cookie") ?? "", /^ferrox-said=; .*Max-Age=0/);
});

test("programs that prefer JSON get it, with links that lead to exactly these bytes", async () => {
  const files = memoryFileSystem();
  files.put(pathOf("/list/\udcff"), Buffer.from("xy"), Date.UTC(2024, 0, 2));
  files.putDirectory(pathOf("/list/sub"));
  const response = await listing({ accept: "application/json" }, 100, files);
  assert.equal(fieldOf(response, "content-type"), "application/json");
  assert.deepEqual(JSON.parse(await textOf(response)), {
    path: "/up/list/",
    truncated: false,
    entries: [
      { name: "sub", href: "./sub/", kind: "directory" },
      {
        name: "\udcff",
        href: "./%FF",
        kind: "file",
        size: 2,
        modified: "2024-01-02T00:00:00Z",
      },
    ],
  });
});

for (const accept of ["*/*", "text/html", "image/png", "application/json;q=0.5, text/html"]) {
  test(`Accept: ${accept} gets the page`, async () => {
    const response = await listing({ accept });
    assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
  });
}

test("a directory with too many entries is cut, and says so", async () => {
  const text = await textOf(await listing({}, 2));
  assert.equal(text.match(/href="\.\//g)?.length, 2);
  assert.match(text, /Only 2 entries are shown/);
  assert.doesNotMatch(await textOf(await listing({}, 6)), /Only/);
});

test("no more entries are read than needed to know", async () => {
  let read = 0;
  let ended = false;
  const endless: FileSystem = {
    stat: (path) => FILES.stat(path),
    open: (path) => FILES.open(path),
    async *list() {
      const stat = { kind: "file", size: 0, modifiedMs: undefined, version: undefined } as const;
      try {
        for (;;) yield { name: `${read++}`, stat };
      } finally {
        ended = true;
      }
    },
  };
  await listing({}, 5, endless);
  assert.equal(read, 6);
  assert.ok(ended, "the directory is closed");
});

test("a directory that cannot be read is the caller's to explain", async () => {
  const denied: FileSystem = {
    stat: (path) => FILES.stat(path),
    open: (path) => FILES.open(path),
    list: () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new FsError("denied", "mode 0")),
      }),
    }),
  };
  await assert.rejects(listing({}, 5, denied), FsError);
});
