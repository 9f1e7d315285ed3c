import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { codedAnswer, isAboutTheFile } from "../../src/handlers/coded-answer.ts";
import { type Compressor, createCompressor } from "../../src/handlers/compressor.ts";
import type { FileFacts } from "../../src/handlers/file-answer.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { Request } from "../../src/http/request.ts";
import type { OpenFile } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import {
  bytesOf,
  type FieldMap,
  fieldOf,
  get,
  head,
  pathOf,
  requestOf,
  watched,
} from "../support/request.ts";

const NOW = Date.UTC(2026, 0, 2);
const MADE = Date.UTC(2024, 0, 2);
const PATH = pathOf("/a.css");
const TEXT = "a{}".repeat(500);

const FACTS: FileFacts = {
  mediaType: "text/css",
  coding: undefined,
  variant: undefined,
  vary: ["Accept-Encoding"],
  cacheControl: "no-cache",
};

function setting(text: string, options: { readonly jobsMax?: number } = {}) {
  const memory = memoryFileSystem();
  memory.put(PATH, Buffer.from(text), MADE);
  const { fileSystem, openFiles } = watched(memory);
  const compressor: Compressor = createCompressor({
    bytesMin: 100,
    bytesMax: 10_000,
    codings: ["gzip"],
    memoryBytesMax: 100_000,
    ...options,
  });
  const answer = (request: Request, file: OpenFile, mayBePlain = true) => {
    const coded = { compressor, fileSystem, path: PATH, coding: "gzip", facts: FACTS } as const;
    return codedAnswer(request, file, { ...coded, mayBePlain }, NOW);
  };
  return {
    openFiles,
    open: () => fileSystem.open(PATH),
    answer,
    ask: async (request: Request, mayBePlain?: boolean) =>
      answer(request, await fileSystem.open(PATH), mayBePlain),
  };
}

test("the file goes out in its coding, with a weak tag, and is closed", async () => {
  const { ask, openFiles } = setting(TEXT);
  const answer = await ask(get("/a.css"));
  assert.ok(typeof answer !== "string");
  const { response, representation, bytes } = answer;
  assert.equal(response.status, 200);
  assert.deepEqual(
    response.fields.filter(([name]) => name !== "ETag"),
    [
      ["Content-Type", "text/css"],
      ["Content-Encoding", "gzip"],
      ["Cache-Control", "no-cache"],
      ["Vary", "Accept-Encoding"],
      ["Last-Modified", "Tue, 02 Jan 2024 00:00:00 GMT"],
    ],
  );
  assert.match(fieldOf(response, "etag") ?? "", /^W\/"[\w-]+-gzip"$/);
  assert.equal(gunzipSync(await bytesOf(response.body)).toString(), TEXT);
  assert.equal(representation?.size, bytes?.length);
  assert.equal(openFiles(), 0);
});

test("HEAD says what GET says, length included", async () => {
  const { ask } = setting(TEXT);
  const [whole, asked] = [await ask(get("/a.css")), await ask(head("/a.css"))];
  assert.ok(typeof whole !== "string" && typeof asked !== "string");
  assert.deepEqual(asked.response, whole.response);
});

test("a known tag is 304, and nothing is compressed for it", async () => {
  const first = await setting(TEXT).ask(get("/a.css"));
  assert.ok(typeof first !== "string");
  const etag = fieldOf(first.response, "etag") ?? "";
  const { ask, openFiles } = setting(TEXT, { jobsMax: 0 });
  for (const known of [etag, etag.replace("W/", "")]) {
    const answer = await ask(get("/a.css", { "if-none-match": known }));
    assert.ok(typeof answer !== "string");
    assert.deepEqual(answer.response.fields, [
      ["Cache-Control", "no-cache"],
      ["Vary", "Accept-Encoding"],
      ["ETag", etag],
    ]);
    assert.equal(answer.response.status, 304);
  }
  assert.equal(openFiles(), 0);
});

test("the tag of the file itself is another one", async () => {
  const { ask, open } = setting(TEXT);
  const file = await open();
  const answer = await ask(get("/a.css", { "if-none-match": `"${file.stat.version}"` }));
  await file.close();
  assert.ok(typeof answer !== "string");
  assert.equal(answer.response.status, 200);
});

test("while all places are taken the file is still the caller's", async () => {
  const { answer, open, openFiles } = setting(TEXT, { jobsMax: 0 });
  const file = await open();
  assert.equal(await answer(get("/a.css"), file), "not-now");
  assert.equal(openFiles(), 1);
  await file.close();
});

test("what does not get smaller goes as it is, unless the client refuses that", async () => {
  // Letters without any pattern: gzip's frame is larger than what it saves.
  const noise = Buffer.from(Array.from({ length: 120 }, (_, at) => (at * 151 + at * at) % 256));
  const { answer, ask, open, openFiles } = setting(noise.toString("latin1").slice(0, 100));
  const file = await open();
  assert.equal(await answer(get("/a.css"), file), "gains-nothing");
  assert.equal(openFiles(), 1);
  await file.close();
  assert.notEqual(await ask(get("/a.css"), false), "gains-nothing");
});

test("a file that has changed out of bounds, or has no version, is not compressed", async () => {
  const { answer, open } = setting(TEXT);
  const file = await open();
  for (const change of [{ size: 99 }, { size: 10_001 }, { version: undefined }]) {
    const changed = { ...file, stat: { ...file.stat, ...change } };
    assert.equal(await answer(get("/a.css"), changed), "not-now");
  }
  await file.close();
});

test("a file cut short while it is read is not compressed under its old name", async () => {
  const { answer, open } = setting(TEXT);
  const file = await open();
  const cut = { ...file, stat: { ...file.stat, size: 9000 } };
  assert.equal(await answer(get("/a.css"), cut), "not-now");
  await file.close();
});

test("what fails is closed", async () => {
  const { answer, ask, open, openFiles } = setting(TEXT);
  const file = await open();
  const broken: OpenFile = {
    stat: file.stat,
    readAt: () => Promise.reject(new Error("EIO")),
    close: () => file.close(),
  };
  await assert.rejects(answer(get("/a.css"), broken), /EIO/);
  assert.equal(openFiles(), 0);
  const unmodified = { "if-unmodified-since": "Mon, 01 Jan 2024 00:00:00 GMT" };
  await assert.rejects(
    ask(get("/a.css", unmodified)),
    (error) => error instanceof HttpError && error.status === 412,
  );
  assert.equal(openFiles(), 0);
});

for (const [method, fields, isAbout] of [
  ["GET", {}, false],
  ["GET", { range: "bytes=0-1" }, true],
  ["HEAD", { range: "bytes=0-1" }, false],
  ["GET", { range: "bytes=0-1", "if-range": '"a"' }, true],
  ["GET", { range: "bytes=0-1", "if-range": 'W/"a"' }, true],
  // File and coded file share their date: half of one must not be joined to half of the other.
  ["GET", { range: "bytes=0-1", "if-range": "Tue, 02 Jan 2024 00:00:00 GMT" }, false],
  ["GET", { "if-match": '"a"' }, true],
  ["HEAD", { "if-match": '"a"' }, true],
  ["GET", { "if-none-match": '"a"' }, false],
] as const satisfies readonly (readonly [string, FieldMap, boolean])[]) {
  test(`${method} ${JSON.stringify(fields)} is ${isAbout ? "" : "not "}about the file`, () => {
    assert.equal(isAboutTheFile(requestOf(method, "/a.css", fields)), isAbout);
  });
}
