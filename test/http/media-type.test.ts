import assert from "node:assert/strict";
import { test } from "node:test";
import { hasKnownType, isCompressible, mediaTypesOf } from "../../src/http/media-type.ts";

const TYPES = mediaTypesOf(new Map());

for (const [name, type] of [
  ["index.html", "text/html; charset=utf-8"],
  ["a.htm", "text/html; charset=utf-8"],
  ["UPPER.HTML", "text/html; charset=utf-8"],
  ["a.css", "text/css; charset=utf-8"],
  ["a.js", "text/javascript; charset=utf-8"],
  ["a.mjs", "text/javascript; charset=utf-8"],
  ["a.cjs", "text/javascript; charset=utf-8"],
  ["dots.min.js", "text/javascript; charset=utf-8"],
  ["a.txt", "text/plain; charset=utf-8"],
  ["a.md", "text/markdown; charset=utf-8"],
  ["a.csv", "text/csv; charset=utf-8"],
  ["a.vtt", "text/vtt; charset=utf-8"],
  // names its own encoding, or has only one
  ["a.xml", "application/xml"],
  ["a.xhtml", "application/xhtml+xml"],
  ["a.svg", "image/svg+xml"],
  ["a.json", "application/json"],
  ["a.map", "application/json"],
  ["a.webmanifest", "application/manifest+json"],
  ["a.jsonl", "application/jsonl"],
  ["a.png", "image/png"],
  ["a.jpg", "image/jpeg"],
  ["a.jpeg", "image/jpeg"],
  ["a.gif", "image/gif"],
  ["a.webp", "image/webp"],
  ["a.avif", "image/avif"],
  ["a.ico", "image/vnd.microsoft.icon"],
  ["a.woff", "font/woff"],
  ["a.woff2", "font/woff2"],
  ["a.ttf", "font/ttf"],
  ["a.otf", "font/otf"],
  ["a.wasm", "application/wasm"],
  ["a.pdf", "application/pdf"],
  ["a.mp4", "video/mp4"],
  ["a.webm", "video/webm"],
  ["a.mp3", "audio/mpeg"],
  ["a.ogg", "audio/ogg"],
  ["a.wav", "audio/wav"],
  ["a.zip", "application/zip"],
  ["a.tar", "application/x-tar"],
  ["a.gz", "application/gzip"],
  ["two.tar.gz", "application/gzip"],
  ["two.tgz", "application/gzip"],
  // sources, to be read
  ["main.ts", "text/plain; charset=utf-8"],
  ["view.tsx", "text/plain; charset=utf-8"],
  ["lib.rs", "text/plain; charset=utf-8"],
  ["main.c", "text/plain; charset=utf-8"],
  ["run.sh", "text/plain; charset=utf-8"],
  ["ferrox.yml", "text/plain; charset=utf-8"],
  ["README", "text/plain; charset=utf-8"],
  ["Makefile", "text/plain; charset=utf-8"],
  // unknown
  ["noext", "application/octet-stream"],
  ["unknown.zzqq", "application/octet-stream"],
  ["trailing.", "application/octet-stream"],
  [".html", "application/octet-stream"], // hidden, and named "html"
  ["a.html~", "application/octet-stream"],
  ["a.html ", "application/octet-stream"],
  ["a.constructor", "application/octet-stream"],
  ["a.__proto__", "application/octet-stream"],
  ["", "application/octet-stream"],
  [".", "application/octet-stream"],
] as const) {
  test(`${JSON.stringify(name)} is ${type}`, () => {
    assert.equal(TYPES.typeOf(name), type);
    assert.equal(TYPES.typeOf(name), type, "and remembered as such");
  });
}

test("a configuration has the last word, charset included", () => {
  const types = mediaTypesOf(
    new Map([
      ["ts", "video/mp2t"],
      ["txt", "text/plain; charset=iso-8859-1"],
      ["foo", "text/x-foo"],
      ["html", "application/octet-stream"],
    ]),
  );
  assert.equal(types.typeOf("film.ts"), "video/mp2t");
  assert.equal(types.typeOf("a.txt"), "text/plain; charset=iso-8859-1");
  assert.equal(types.typeOf("a.FOO"), "text/x-foo; charset=utf-8");
  assert.equal(types.typeOf("a.html"), "application/octet-stream");
  assert.equal(types.typeOf("a.css"), "text/css; charset=utf-8");
  assert.equal(TYPES.typeOf("a.ts"), "text/plain; charset=utf-8", "others are not touched");
});

for (const [type, compressible] of [
  ["text/html; charset=utf-8", true],
  ["TEXT/CSS", true],
  ["text/javascript", true],
  ["application/json", true],
  ["application/ld+json", true],
  ["application/manifest+json", true],
  ["image/svg+xml", true],
  ["application/xml", true],
  ["application/wasm", true],
  ["font/ttf", true],
  ["image/vnd.microsoft.icon", true],
  ["font/woff2", false],
  ["image/png", false],
  ["image/jpeg", false],
  ["video/mp4", false],
  ["audio/mpeg", false],
  ["application/zip", false],
  ["application/gzip", false],
  ["application/pdf", false],
  ["application/octet-stream", false],
  ["text/event-stream", false], // events must not wait for a compressor
  ["", false],
] as const) {
  test(`${type || "nothing"} is ${compressible ? "worth" : "not worth"} compressing`, () => {
    assert.equal(isCompressible(type), compressible);
  });
}

for (const [name, isKnown] of [
  ["a.html", true],
  ["a.bin", true],
  ["A.YML", true],
  ["README", true],
  ["a.zzz", false],
  ["core", false],
  [".html", false],
] as const) {
  test(`the name ${name} promises ${isKnown ? "a type" : "nothing"}`, () => {
    assert.equal(hasKnownType(name), isKnown);
  });
}

test("names without an extension have the type that the operator gives them", () => {
  const types = mediaTypesOf(new Map([["", "text/x-bare"]]));
  for (const name of ["plain", "README", ".hidden", "trailing."]) {
    assert.equal(types.typeOf(name), "text/x-bare; charset=utf-8");
  }
  assert.equal(types.typeOf("a.zzqq"), "application/octet-stream");
});
