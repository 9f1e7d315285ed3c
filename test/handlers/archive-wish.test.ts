import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeForm, wishInForm, wishOf } from "../../src/handlers/archive-wish.ts";
import type { Request } from "../../src/http/request.ts";
import { get, requestOf } from "../support/request.ts";

const CHROMIUM =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

for (const [accept, kind, mediaType] of [
  ["application/tar", "tar", "application/tar"],
  ["application/x-tar", "tar", "application/x-tar"],
  ["application/zip", "zip", "application/zip"],
  ["Application/X-Zip-Compressed", "zip", "application/x-zip-compressed"],
  ["application/zip;q=0.1, application/tar", "zip", "application/zip"],
  ["application/zip;q=0, application/tar", "tar", "application/tar"],
  ["text/html, application/zip", "zip", "application/zip"],
] as const) {
  test(`Accept: ${accept} asks for a ${kind}`, () => {
    assert.deepEqual(wishOf(get("/", { accept })), { kind, mediaType, by: "accept" });
  });
}

for (const accept of [
  "*/*",
  "application/*",
  "application/zip;q=0",
  "application/gzip",
  CHROMIUM,
]) {
  test(`Accept: ${accept} asks for no archive`, () => {
    assert.equal(wishOf(get("/", { accept })), undefined);
  });
}

for (const [target, kind] of [
  ["/?archive=zip", "zip"],
  ["/a?x=1&archive=tar&y", "tar"],
  ["/?archive=rar", undefined],
  ["/?archive=zipped", undefined],
  ["/?noarchive=zip", undefined],
  ["/?", undefined],
] as const) {
  test(`${target} asks for ${kind ?? "no archive"}`, () => {
    assert.equal(wishOf(get(target))?.kind, kind);
  });
}

test("only what reads can ask", () => {
  assert.equal(wishOf(requestOf("PUT", "/?archive=zip", { accept: "application/zip" })), undefined);
  assert.equal(wishOf(requestOf("HEAD", "/?archive=zip"))?.kind, "zip");
});

const FORM = "vendor=http\r\narchive=yes-i-really-want-one\r\ntype=tar\r\n";

for (const [form, kind] of [
  [FORM, "tar"],
  [FORM.replace("tar", "zip"), "zip"],
  [FORM.replaceAll("\r", ""), "tar"],
  [FORM.replace("tar", "rar"), undefined],
  [FORM.replace("really-", ""), undefined],
  [FORM.replace("vendor=http", "vendor=httpd"), undefined],
  [`padding=0123456789\r\n${FORM}`, undefined],
  ["", undefined],
] as const) {
  test(`the form ${JSON.stringify(form.slice(0, 30))}… asks for ${kind ?? "no archive"}`, () => {
    assert.equal(wishInForm(Buffer.from(form))?.kind, kind);
  });
}

for (const [type, length, isMaybe] of [
  ["text/plain", 54, true],
  ["text/plain; charset=utf-8", 54, true],
  ["text/plain", 257, false],
  ["text/plain", 0, false],
  ["text/plain", undefined, false],
  ["multipart/form-data", 54, false],
] as const) {
  test(`${length ?? "unknown"} bytes of ${type} ${isMaybe ? "may be" : "are not"} the form`, () => {
    const request: Request = {
      ...requestOf("POST", "/", { "content-type": type }),
      body: { length, async *[Symbol.asyncIterator]() {} },
    };
    assert.equal(mayBeForm(request), isMaybe);
  });
}
