import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isFingerprinted } from "../../src/handlers/fingerprint.ts";

/** Names as the tools write them by default. */
describe("a hash of a build tool", () => {
  for (const [tool, ...names] of [
    ["Vite", "index-BkY3xQ9_.js", "index-D-3xQ9_k.css", "logo-DyC8xN1o.svg", "vendor-C7nU2a-k.js"],
    ["Vite, older", "index.06d14ce2.js", "vendor-3f9c1a2b.css"],
    ["Rollup", "chunk-D4xZ1q0P.js", "main-Bx7_kQ2a.js.map"],
    ["SvelteKit", "start.DKh7_R3c.js", "0.CW2hE8Ft.css"],
    ["Astro", "hoisted.CW2hE8Ft.js", "index.BkY3xQ9_.css"],
    ["webpack", "main.5f3b2c1d9e8f7a6b5c4d.js", "app.9e107d9d372bb6826bd8.css"],
    ["webpack, base64url", "main.q1W2e3R4t5Y6u7I8o9P0.js"],
    [
      "Create React App",
      "main.073c9b0a.js",
      "main.073c9b0a.js.LICENSE.txt",
      "2.8c8b27cf.chunk.js",
      "2.8c8b27cf.chunk.js.map",
      "main.8c8b27cf.chunk.css",
      "logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg",
    ],
    ["Parcel", "index.3f9c1a2b.js", "hero.a1b2c3d4.webp"],
    ["esbuild", "app-IPV2NGFK.js", "chunk-4OQ7SK2X.js", "logo-QW3RTYUI.png"],
    ["Angular", "main-5QGFGFBD.js", "styles-5INURTSO.css"],
    [
      "Next",
      "main-3f9c1a2b4d5e6f70.js",
      "117-4b5c6d7e8f901234.js",
      "4bd1b696-409494caf8c83275.js",
      "page-0a1b2c3d4e5f6071.js",
    ],
    ["Gatsby", "component---src-pages-index-js-3f9c1a2b4d5e6f708192.js"],
    ["Docusaurus", "runtime~main.3f9c1a2b.js", "styles.5ad1b2c3.css"],
    ["Django", "base.27e20196a850.css"],
    ["Sprockets", `application-${"0f1e2d3c".repeat(8)}.js`],
    ["Hugo", `main.min.${"0f1e2d3c".repeat(8)}.css`],
    ["several extensions", "a.3f9c1a2b.min.js", "a.3f9c1a2b.module.css", "a.3f9c1a2b.JS"],
  ] as const) {
    test(`${tool}: ${names.join(", ")}`, () => {
      for (const name of names) assert.ok(isFingerprinted(name), name);
    });
  }
});

describe("no hash, or one that nobody can be sure of", () => {
  for (const [what, ...names] of [
    ["nothing but a name", "app.js", "index.html", "style.min.css", "README", ".env", "", "a."],
    ["versions", "v1.2.3.zip", "jquery-3.7.1.min.js", "lib-10.20.30.js", "app-2024.1.js"],
    ["dates", "report.20260101.pdf", "build-20260101.js", "build-20240131a.js", "a.19991231f.css"],
    ["cameras", "IMG_20240101.jpg", "IMG-20240101.jpg", "DSC00001.jpg", "PXL-20240101T0.jpg"],
    ["words in hexadecimal", "cafe-deadbeef.js", "a.facade.css", "the-defaced.png"],
    ["words", "user-Settings.js", "guide-Version2.css", "my-DropDown.js", "logo-DOWNLOAD.png"],
    ["more words", "two-factor.js", "sub-category.css", "a.template.js", "polyfill-iso8601x.js"],
    ["numbers", "photo-12345678.jpg", "video.123456789012.mp4"],
    ["too short a hash", "app.3f9c1a2.js", "index-BkY3xQ9.js"],
    ["a hash that is all of the name", "7e7d96b1e6991756.css", "3f9c1a2b.js", "BkY3xQ9_.js"],
    ["a hash before something else", "a34f9d1faa5f3315-s.p.woff2", "3f9c1a2b-app.js"],
    ["a hash without separator", "app3f9c1a2b.js", "app_3f9c1a2b.js"],
    ["letters only", "index-BkYxQwRt.js", "chunk-ABCDEFGH.js"],
    ["ids", "avatar-507f1f77bcf86cd799439011.jpg", "clip-dQw4w9WgXcQ.mp4"],
    ["a UUID", "photo-550e8400-e29b-41d4-a716-44665544000a.jpg"],
    [
      "what people keep the address of",
      "paper-3f9c1a2b.pdf",
      "page.3f9c1a2b.html",
      "x-3f9c1a2b.zip",
    ],
    ["a hash as the extension", "app.3f9c1a2b"],
    ["a hash that is too long", `a-${"0f1e2d3c".repeat(9)}.js`],
  ] as const) {
    test(`${what}: ${names.join(", ")}`, () => {
      for (const name of names) assert.ok(!isFingerprinted(name), name);
    });
  }
});

test("no name takes long to judge", () => {
  assert.ok(!isFingerprinted(`${"a.".repeat(4000)}js`));
  assert.ok(!isFingerprinted(`a${".chunk".repeat(2000)}`));
  assert.ok(!isFingerprinted(`${"-".repeat(8000)}.js`));
});
