import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chosenVariant, type VariantSite } from "../../src/handlers/variants.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { type MemoryFiles, memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

const MEDIA_TYPES = mediaTypesOf(new Map());

interface Asked {
  readonly path: string;
  readonly accept?: string;
  readonly acceptLanguage?: string;
}

/** "/path language mark by Vary" */
async function chosen(site: Omit<VariantSite, "mediaTypes">, asked: Asked): Promise<string> {
  const path = pathOf(asked.path);
  const stat = await site.fileSystem.stat(path).catch(() => undefined);
  const { accept, acceptLanguage } = asked;
  const all = { ...site, mediaTypes: MEDIA_TYPES };
  const variant = await chosenVariant(path, stat, { accept, acceptLanguage }, all);
  const { language = "-", mark = "-" } = variant.chosen ?? {};
  return `${variant.path} ${language} ${mark} by ${variant.vary.join("+") || "nothing"}`;
}

describe("languages", () => {
  const files = (content: MemoryFiles) => ({
    fileSystem: memoryFileSystem(content),
    languages: ["en", "de", "pt-BR"],
  });
  const three = files({ "/x/p.en.html": "", "/x/p.de.html": "", "/x/p.pt-BR.html": "" });

  for (const [acceptLanguage, expected] of [
    ["de", "/x/p.de.html de de by Accept-Language"],
    ["de-AT, en;q=0.5", "/x/p.de.html de de by Accept-Language"],
    ["pt", "/x/p.pt-BR.html pt-BR pt-BR by Accept-Language"],
    ["fr, it", "/x/p.en.html en en by Accept-Language"], // none suits: the first
    ["*", "/x/p.en.html en en by Accept-Language"],
  ] as const) {
    test(`${acceptLanguage} → ${expected}`, async () => {
      assert.equal(await chosen(three, { path: "/x/p.html", acceptLanguage }), expected);
    });
  }

  test("who says nothing gets the first", async () => {
    assert.equal(
      await chosen(three, { path: "/x/p.html" }),
      "/x/p.en.html en en by Accept-Language",
    );
  });

  test("the file without a mark stands for the first language", async () => {
    const site = files({ "/p.html": "", "/p.de.html": "" });
    for (const [acceptLanguage, path] of [
      ["en, de;q=0.5", "/p.html"],
      ["de, en;q=0.5", "/p.de.html"],
      ["fr", "/p.html"],
    ] as const) {
      const found = await chosen(site, { path: "/p.html", acceptLanguage });
      assert.ok(found.startsWith(`${path} `), found);
    }
    const first = await chosen(site, { path: "/p.html" });
    assert.equal(first, "/p.html en en by Accept-Language");
  });

  test("but not where that has a file of its own", async () => {
    const site = files({ "/p.html": "", "/p.en.html": "", "/p.de.html": "" });
    const found = await chosen(site, { path: "/p.html", acceptLanguage: "en" });
    assert.equal(found, "/p.en.html en en by Accept-Language");
  });

  test("a language that is missing is not offered", async () => {
    const site = files({ "/p.de.html": "" });
    const found = await chosen(site, { path: "/p.html", acceptLanguage: "en" });
    assert.equal(found, "/p.de.html de de by Accept-Language");
  });

  test("a file without languages is sent as it is, and varies by nothing", async () => {
    const site = files({ "/p.html": "", "/p.de.html/x": "a directory" });
    const found = await chosen(site, { path: "/p.html", acceptLanguage: "de" });
    assert.equal(found, "/p.html - - by nothing");
  });

  test("asked for by its own name a language is a file like any other", async () => {
    const found = await chosen(three, { path: "/x/p.de.html", acceptLanguage: "en" });
    assert.equal(found, "/x/p.de.html - - by nothing");
  });

  test("a name without extension has its language at the end", async () => {
    const site = files({ "/README.de": "" });
    assert.match(await chosen(site, { path: "/README" }), /^\/README\.de de /);
  });
});

describe("types", () => {
  const types = ["avif", "webp"];
  const fileSystem = memoryFileSystem({
    "/a.jpg": "",
    "/a.avif": "",
    "/a.webp": "",
    "/b.png": "",
    "/b.webp": "",
    "/c.css": "",
    "/c.webp": "",
    "/gone.webp": "",
  });
  const BROWSER = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

  for (const [path, accept, expected] of [
    ["/a.jpg", BROWSER, "/a.avif - avif by Accept"],
    ["/a.jpg", "image/webp,*/*", "/a.webp - webp by Accept"],
    ["/a.jpg", "image/webp, image/avif;q=0.5, */*;q=0.1", "/a.webp - webp by Accept"],
    ["/a.jpg", "*/*", "/a.jpg - - by Accept"], // says nothing of what it can decode
    ["/a.jpg", "image/avif;q=0, image/*", "/a.jpg - - by Accept"],
    ["/a.jpg", "image/avif;q=0.5, image/jpeg", "/a.jpg - - by Accept"],
    ["/b.png", BROWSER, "/b.webp - webp by Accept"],
    ["/c.css", BROWSER, "/c.css - - by nothing"], // a picture says nothing about a style
    ["/a.avif", "image/webp", "/a.webp - webp by Accept"],
    ["/gone.jpg", BROWSER, "/gone.jpg - - by nothing"],
  ] as const) {
    test(`${path} for ${accept} → ${expected}`, async () => {
      assert.equal(await chosen({ fileSystem, types }, { path, accept }), expected);
    });
  }

  test("a picture made from an earlier original is passed over", async () => {
    const memory = memoryFileSystem();
    memory.put(pathOf("/a.jpg"), Buffer.from("x"), 10_000);
    memory.put(pathOf("/a.webp"), Buffer.from("x"), 7_999);
    const found = await chosen({ fileSystem: memory, types }, { path: "/a.jpg", accept: BROWSER });
    assert.equal(found, "/a.jpg - - by nothing");
  });
});

test("where neither is configured nothing is looked at", async () => {
  const fileSystem: FileSystem = {
    stat: () => assert.fail("looked"),
    list: () => assert.fail("listed"),
    open: () => assert.fail("opened"),
  };
  const site = { fileSystem, mediaTypes: MEDIA_TYPES };
  const wish = { accept: "image/avif", acceptLanguage: "de" };
  const variant = await chosenVariant(pathOf("/a.jpg"), undefined, wish, site);
  assert.deepEqual(variant, { path: "/a.jpg", stat: undefined, chosen: undefined, vary: [] });
});

test("a variant that cannot be looked at is not there", async () => {
  const memory = memoryFileSystem({ "/p.html": "", "/p.de.html": "" });
  const fileSystem: FileSystem = {
    list: (path) => memory.list(path),
    open: (path) => memory.open(path),
    stat: (path) =>
      path === "/p.de.html" ? Promise.reject(new FsError("denied", "mode 0")) : memory.stat(path),
  };
  const found = await chosen(
    { fileSystem, languages: ["en", "de"] },
    { path: "/p.html", acceptLanguage: "de" },
  );
  assert.equal(found, "/p.html - - by nothing");
});
