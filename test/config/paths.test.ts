import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readFileName,
  readLanguage,
  readRedirect,
  readRoutePath,
  readTypeExtension,
} from "../../src/config/paths.ts";

for (const path of ["/", "/up/", "/old", "/a b/ü", "/100%"]) {
  test(`a route may be for ${path}`, () => {
    assert.deepEqual(readRoutePath(path), { kind: "value", value: path });
  });
}

for (const path of [
  "",
  "up",
  "/a/../b",
  "/./a",
  "//a",
  "/a//b",
  "/a?b",
  "/a#b",
  "/a%20b",
  "/a\\b",
]) {
  test(`a route cannot be for ${JSON.stringify(path)}`, () => {
    assert.equal(readRoutePath(path).kind, "fault");
  });
}

test("a path without its slash is shown with it", () => {
  const reading = readRoutePath("up");
  assert.equal(reading.kind === "fault" && reading.hint, "write /up");
});

for (const name of ["index.html", "app/shell.html"]) {
  test(`${name} is the name of a file below the root`, () => {
    assert.deepEqual(readFileName(name), { kind: "value", value: name });
  });
}

for (const name of ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "a\u0000", 5]) {
  test(`${JSON.stringify(name)} is no file below the root`, () => {
    assert.equal(readFileName(name).kind, "fault");
  });
}

for (const target of ["/new", "/a?b=c#d", "https://example.org/x", "HTTP://example.org"]) {
  test(`a redirect may lead to ${target}`, () => {
    assert.deepEqual(readRedirect(target), { kind: "value", value: target });
  });
}

for (const target of [
  "",
  "new",
  "//evil.example/",
  "/\\evil.example/",
  "javascript:alert(1)",
  "https://",
  "https://user:secret@example.org/",
  "/a b",
  "/\u00fc",
  "/a\r\nSet-Cookie: x",
]) {
  test(`a redirect cannot lead to ${JSON.stringify(target)}`, () => {
    assert.equal(readRedirect(target).kind, "fault");
  });
}

for (const [extension, kind] of [
  ["avif", "value"],
  ["jxl", "value"],
  [".avif", "fault"],
  ['a"b', "fault"],
  ["\u00e4", "fault"],
  ["", "fault"],
  [7, "fault"],
] as const) {
  test(`${JSON.stringify(extension)} is ${kind === "value" ? "an" : "no"} extension`, () => {
    assert.equal(readTypeExtension(extension).kind, kind);
  });
}

for (const [tag, kind] of [
  ["de", "value"],
  ["pt-BR", "value"],
  ["zh-Hant-TW", "value"],
  ["d", "fault"],
  ["de_DE", "fault"],
  ["../x", "fault"],
  ["", "fault"],
  [false, "fault"],
] as const) {
  test(`${JSON.stringify(tag)} is ${kind === "value" ? "a" : "no"} language tag`, () => {
    assert.equal(readLanguage(tag).kind, kind);
  });
}
