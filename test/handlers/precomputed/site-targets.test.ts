import assert from "node:assert/strict";
import { test } from "node:test";
import { candidatesOf, extensionOf } from "../../../src/handlers/precomputed/site-targets.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";

async function targetsOf(names: readonly string[], prefix = "/"): Promise<readonly string[]> {
  const fileSystem = memoryFileSystem(Object.fromEntries(names.map((name) => [name, "x"])));
  const { list } = await candidatesOf({ fileSystem, prefix, languages: ["de", "en"] });
  return list.map(({ target, isOfCoded }) => target + (isOfCoded ? " (coded)" : ""));
}

test("a directory has a target with its slash and one without", async () => {
  assert.deepEqual(await targetsOf(["/a/b.txt"]), ["/", "/a", "/a/", "/a/b.txt"]);
  assert.deepEqual(await targetsOf(["/a/b.txt"], "/x/"), [
    "/x",
    "/x/",
    "/x/a",
    "/x/a/",
    "/x/a/b.txt",
  ]);
});

test("a file may be known without its coding, its language and its ending", async () => {
  assert.deepEqual(await targetsOf(["/page.de.html.gz"]), [
    "/",
    "/page (coded)",
    "/page.de (coded)",
    "/page.de.html (coded)",
    "/page.de.html.gz",
    "/page.html (coded)",
  ]);
  assert.deepEqual(await targetsOf(["/README.de"]), ["/", "/README", "/README.de"]);
  assert.deepEqual(await targetsOf(["/.html"]), ["/", "/.html"]);
});

test("a target is spelt as it is sent, and as browsers send what was typed", async () => {
  assert.deepEqual(await targetsOf(["/a b.txt", "/ü", "/[x]|^"]), [
    "/",
    "/%5Bx%5D%7C%5E",
    "/%C3%BC",
    "/[x]|^",
    "/a%20b.txt",
  ]);
});

test("what is well known is served though it is not listed", async () => {
  assert.ok((await targetsOf(["/.well-known/a"])).includes("/.well-known/a"));
});

for (const [target, extension] of [
  ["/a/page.HTML", "html"],
  ["/a.b/page", ""],
  ["/.hidden", ""],
  ["/a.toolongforthat", ""],
  ["/a.%C3%BC", ""],
] as const) {
  test(`the extension of ${target} is "${extension}"`, () => {
    assert.equal(extensionOf(target), extension);
  });
}
