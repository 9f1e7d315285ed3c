import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerFor,
  notModified,
  type Representation,
  responseWith,
} from "../../src/handlers/representation.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { bytesOf, type FieldMap, fieldOf, get, head } from "../support/request.ts";

const NOW = Date.UTC(2026, 0, 2);
const BYTES = Buffer.from("hello world");

const REPRESENTATION: Representation = {
  fields: [
    ["Content-Type", "text/plain"],
    ["Content-Encoding", "gzip"],
    ["Cache-Control", "no-cache"],
    ["Vary", "Accept-Encoding"],
    ["ETag", '"a"'],
    ["Last-Modified", "Tue, 02 Jan 2024 00:00:00 GMT"],
    ["Accept-Ranges", "bytes"],
  ],
  mediaType: "text/plain",
  size: 11,
  validators: { etag: '"a"', lastModifiedMs: Date.UTC(2024, 0, 2) },
};

function kindFor(fields: FieldMap): string {
  return answerFor(get("/", fields), REPRESENTATION, NOW).kind;
}

for (const [fields, kind] of [
  [{}, "whole"],
  [{ "if-none-match": '"a"' }, "not-modified"],
  [{ "if-none-match": '"b"', "if-modified-since": "Tue, 02 Jan 2024 00:00:00 GMT" }, "whole"],
  [{ "if-modified-since": "Tue, 02 Jan 2024 00:00:00 GMT" }, "not-modified"],
  [{ range: "bytes=0-4" }, "one"],
  [{ range: "bytes=0-1,4-5" }, "many"],
  [{ range: "bytes=50-", "if-none-match": '"a"' }, "not-modified"], // 304 beats 416
  [{ range: "bytes=0-4", "if-range": '"b"' }, "whole"],
] as const) {
  test(`${JSON.stringify(fields)} → ${kind}`, () => {
    assert.equal(kindFor(fields), kind);
  });
}

test("a range means nothing to HEAD", () => {
  assert.equal(answerFor(head("/", { range: "bytes=0-4" }), REPRESENTATION, NOW).kind, "whole");
});

test("no part is taken of what is made on the fly", () => {
  const made = { ...REPRESENTATION, isWholeOnly: true };
  for (const range of ["bytes=0-4", "bytes=50-"]) {
    assert.equal(answerFor(get("/", { range }), made, NOW).kind, "whole");
  }
  assert.equal(answerFor(get("/", { "if-none-match": '"a"' }), made, NOW).kind, "not-modified");
});

test("412 beats a range", () => {
  assert.throws(
    () => kindFor({ "if-match": '"b"', range: "bytes=0-4" }),
    (error) => error instanceof HttpError && error.status === 412,
  );
});

test("416 says how long the whole is", () => {
  assert.throws(
    () => kindFor({ range: "bytes=11-" }),
    (error) =>
      error instanceof HttpError &&
      error.status === 416 &&
      error.fields.some(([name, value]) => name === "Content-Range" && value === "bytes */11"),
  );
});

test("a 304 holds what renews a copy, and no date beside a tag", () => {
  const fields = [["Content-Location", "/a.de.txt"] as const, ...REPRESENTATION.fields];
  assert.deepEqual(notModified({ ...REPRESENTATION, fields }).fields, [
    ["Content-Location", "/a.de.txt"],
    ["Cache-Control", "no-cache"],
    ["Vary", "Accept-Encoding"],
    ["ETag", '"a"'],
  ]);
});

test("a 206 has every field of the 200, and its own place in the whole", async () => {
  const content = { kind: "bytes", bytes: BYTES } as const;
  const response = responseWith({ kind: "one", start: 4, length: 3 }, REPRESENTATION, content);
  assert.equal(response.status, 206);
  assert.deepEqual(response.fields, [...REPRESENTATION.fields, ["Content-Range", "bytes 4-6/11"]]);
  assert.equal((await bytesOf(response.body)).toString(), "o w");
});

test("parts carry the type of the whole inside, once", () => {
  const ranges = [
    { start: 0, length: 1 },
    { start: 4, length: 1 },
  ];
  const content = { kind: "bytes", bytes: BYTES } as const;
  const response = responseWith({ kind: "many", ranges }, REPRESENTATION, content);
  assert.match(fieldOf(response, "content-type") ?? "", /^multipart\/byteranges; boundary=/);
  assert.equal(fieldOf(response, "etag"), '"a"');
});
