import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createCompressor } from "../../src/handlers/compressor.ts";
import {
  type FormSite,
  type FormWish,
  isThere,
  negotiated,
} from "../../src/handlers/static-form.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

const LONG = "x".repeat(200);
const FILES = memoryFileSystem({
  "/a.css": LONG,
  "/tiny.css": "x",
  "/picture.png": LONG,
  "/ready.css": LONG,
  "/ready.css.gz": "ready",
  "/page.html": LONG,
  "/page.de.html": LONG,
  "/page.de.html.br": "ready",
});

const SITE: FormSite = {
  fileSystem: FILES,
  mediaTypes: mediaTypesOf(new Map()),
  compressor: createCompressor({
    bytesMin: 100,
    bytesMax: 1000,
    codings: ["br", "gzip"],
    memoryBytesMax: 0,
  }),
};

async function form(path: string, wishes: Partial<FormWish>, changes: Partial<FormSite> = {}) {
  const wish = {
    accept: undefined,
    acceptEncoding: undefined,
    acceptLanguage: undefined,
    ...wishes,
  };
  const site = { ...SITE, ...changes };
  const stat = await site.fileSystem.stat(pathOf(path)).catch(() => undefined);
  return negotiated({ path: pathOf(path), stat, wish, site, vary: [] }, undefined);
}

async function told(...asked: Parameters<typeof form>): Promise<string> {
  const found = await form(...asked);
  if (found.kind === "refused") return `${found.status}`;
  const how = found.compressAs === undefined ? "as it lies" : `to be ${found.compressAs}`;
  return `${found.path} ${how} by ${found.vary.join("+") || "nothing"}`;
}

describe("codings", () => {
  for (const [path, acceptEncoding, expected] of [
    ["/a.css", "gzip, br", "/a.css to be br by Accept-Encoding"],
    ["/a.css", "gzip", "/a.css to be gzip by Accept-Encoding"],
    ["/a.css", "br;q=0.5, gzip", "/a.css to be gzip by Accept-Encoding"],
    ["/a.css", "*", "/a.css to be br by Accept-Encoding"],
    ["/a.css", "identity", "/a.css as it lies by Accept-Encoding"],
    ["/a.css", undefined, "/a.css as it lies by Accept-Encoding"],
    ["/a.css", "*;q=0, gzip", "/a.css to be gzip by Accept-Encoding"],
    ["/a.css", "*;q=0", "406"],
    ["/tiny.css", "gzip", "/tiny.css as it lies by nothing"],
    ["/picture.png", "gzip", "/picture.png as it lies by nothing"],
    // Codings that lie ready are all there is, whatever could be made.
    ["/ready.css", "br, gzip", "/ready.css.gz as it lies by Accept-Encoding"],
    ["/ready.css", "br", "/ready.css as it lies by Accept-Encoding"],
    ["/ready.css", "gzip;q=0, *", "/ready.css as it lies by Accept-Encoding"],
  ] as const) {
    test(`${path} for ${acceptEncoding ?? "nobody in particular"}: ${expected}`, async () => {
      assert.equal(await told(path, { acceptEncoding }), expected);
    });
  }

  test("without a compressor nothing is offered", async () => {
    const wish = { acceptEncoding: "gzip" };
    const found = await told("/a.css", wish, { compressor: undefined });
    assert.equal(found, "/a.css as it lies by nothing");
  });

  test("a file whose state has no name is not compressed", async () => {
    const fileSystem: FileSystem = {
      stat: async (path) => ({ ...(await FILES.stat(path)), version: undefined }),
      list: (path) => FILES.list(path),
      open: (path) => FILES.open(path),
    };
    const found = await told("/a.css", { acceptEncoding: "gzip" }, { fileSystem });
    assert.equal(found, "/a.css as it lies by nothing");
  });

  test("whether it would do without coding is known", async () => {
    for (const [acceptEncoding, mayBePlain] of [
      ["gzip", true],
      ["gzip, identity;q=0", false],
      ["gzip, *;q=0", false],
    ] as const) {
      const found = await form("/a.css", { acceptEncoding });
      assert.equal(found.kind === "file" && found.mayBePlain, mayBePlain, acceptEncoding);
    }
  });
});

describe("variants", () => {
  const languages = ["en", "de"];

  test("the language comes first, then its own codings", async () => {
    const wish = { acceptLanguage: "de", acceptEncoding: "br" };
    assert.equal(
      await told("/page.html", wish, { languages }),
      "/page.de.html.br as it lies by Accept-Language+Accept-Encoding",
    );
    assert.equal(
      await told("/page.html", { ...wish, acceptLanguage: "en" }, { languages }),
      "/page.html to be br by Accept-Language+Accept-Encoding",
    );
  });

  test("the plain path is that of the variant", async () => {
    const wish = { acceptLanguage: "de", acceptEncoding: "br" };
    const found = await form("/page.html", wish, { languages });
    assert.ok(found.kind === "file");
    assert.equal(found.plain, "/page.de.html");
    assert.deepEqual(found.variant, { mark: "de", language: "de" });
  });
});

test("what is nowhere, in no form, is not there", async () => {
  assert.equal(isThere(await form("/nope.css", { acceptEncoding: "gzip" })), false);
  assert.equal(isThere(await form("/a.css", {})), true);
  assert.equal(isThere(await form("/a.css", { acceptEncoding: "*;q=0" })), true);
});
