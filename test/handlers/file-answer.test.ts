import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileFacts, fileAnswer, representationOf } from "../../src/handlers/file-answer.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { fieldOf, get, head, pathOf, watched } from "../support/request.ts";

const FACTS: FileFacts = {
  mediaType: "text/css",
  coding: undefined,
  variant: undefined,
  vary: [],
  cacheControl: "no-cache",
};

function opened() {
  const { fileSystem, openFiles } = watched(memoryFileSystem({ "/a.css": "body{}" }));
  return { openFiles, open: () => fileSystem.open(pathOf("/a.css")) };
}

test("content that was read at once can be remembered", async () => {
  const { open, openFiles } = opened();
  const answer = await fileAnswer(get("/"), await open(), FACTS, 0);
  assert.equal(answer.response.body.kind === "bytes" && answer.response.body.bytes, answer.bytes);
  assert.equal(openFiles(), 0);
});

test("a file that fails while it is read is closed", async () => {
  const { open, openFiles } = opened();
  const file = await open();
  const broken = { ...file, readAt: () => Promise.reject(new Error("EIO")) };
  await assert.rejects(fileAnswer(get("/"), broken, FACTS, 0), /EIO/);
  assert.equal(openFiles(), 0);
});

test("HEAD leaves the file to the driver", async () => {
  const { open, openFiles } = opened();
  const answer = await fileAnswer(head("/"), await open(), FACTS, 0);
  assert.equal(answer.response.body.kind, "range");
  assert.equal(openFiles(), 1);
});

test("a coding is named in field and tag, and what it depends on in Vary", async () => {
  const { open } = opened();
  const plain = await fileAnswer(get("/"), await open(), FACTS, 0);
  const facts: FileFacts = { ...FACTS, coding: "br", vary: ["Accept", "Accept-Encoding"] };
  const coded = await fileAnswer(get("/"), await open(), facts, 0);
  const tag = fieldOf(plain.response, "etag") ?? "";
  assert.equal(fieldOf(coded.response, "etag"), tag.replace(/"$/, '-br"'));
  assert.equal(fieldOf(coded.response, "content-encoding"), "br");
  assert.equal(fieldOf(coded.response, "vary"), "Accept, Accept-Encoding");
});

test("a variant says its language and where it lives, and has a tag of its own", async () => {
  const { open } = opened();
  const plain = await fileAnswer(get("/"), await open(), FACTS, 0);
  const variant = { mark: "de", language: "de", location: "/a.de.css" };
  const facts: FileFacts = { ...FACTS, variant, coding: "br" };
  const { response } = await fileAnswer(get("/"), await open(), facts, 0);
  assert.equal(fieldOf(response, "content-language"), "de");
  assert.equal(fieldOf(response, "content-location"), "/a.de.css");
  const tag = fieldOf(plain.response, "etag") ?? "";
  assert.equal(fieldOf(response, "etag"), tag.replace(/"$/, '-de-br"'));
});

test("what is made on the fly has a weak tag and no ranges", async () => {
  const { open } = opened();
  const file = await open();
  const made = representationOf(file.stat, { ...FACTS, coding: "gzip", isMade: true }, 0);
  assert.match(made.validators.etag ?? "", /^W\/"[\w-]+-gzip"$/);
  assert.equal(made.isWholeOnly, true);
  assert.ok(!made.fields.some(([name]) => name === "Accept-Ranges"));
  await file.close();
});
