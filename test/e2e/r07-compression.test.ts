// R07: compression on the fly. The best the client takes, by its own weights and not by their
// opposite; told in Vary; under a tag of its own; not for what is dense already, or too small, or
// grows. There is no deflate: some clients take it raw, others as RFC 1950 has it, and the original
// sent the wrong one; whoever knows nothing else gets the file as it is.
// What was made is kept in memory, under a bound, by the file's version: it never grows old.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { configText, type Program, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const TEXT = "All work and no play makes Jack a dull boy.\n".repeat(200);
const DENSE = randomBytes(20_000).toString("latin1");

const FILES = {
  "www/a.txt": TEXT,
  "www/small.txt": TEXT.slice(0, 900),
  "www/dense.txt": Buffer.from(DENSE, "latin1"),
  "www/dir/file.txt": "x",
  ...Object.fromEntries(
    ["zip", "gz", "7z", "jpg", "png", "webp", "mp4", "mp3", "ogg", "woff2", "xz", "zst", "bz2"].map(
      (extension) => [`www/packed.${extension}`, TEXT],
    ),
  ),
};

const program = await startProgram({ after }, { files: FILES });
const off = await startProgram(
  { after },
  { files: FILES, config: configText("compression: { enabled: false }\n") },
);

const get = (path: string, accepted: string | undefined, of: Program = program) =>
  fetchRaw(of, ask(path, accepted === undefined ? {} : { "Accept-Encoding": accepted }));

for (const [accepted, coding] of [
  ["gzip", "gzip"],
  ["br", "br"],
  ["gzip, deflate, br", "br"],
  ["br;q=0.1, gzip;q=0.9", "gzip"],
  ["gzip;q=0.1, br;q=0.9", "br"],
  ["*", "br"],
  ["deflate", undefined],
  ["gzip;q=0", undefined],
  ["identity", undefined],
  [undefined, undefined],
] as const) {
  test(`R07 Accept-Encoding: ${accepted} gets ${coding ?? "the file as it is"}`, async () => {
    const answer = await get("/a.txt", accepted);
    assert.equal(answer.fields.get("content-encoding"), coding);
    assert.equal(answer.fields.get("vary"), "Accept-Encoding");
    const decode = { gzip: gunzipSync, br: brotliDecompressSync, none: (it: Buffer) => it };
    assert.equal(decode[coding ?? "none"](answer.body).toString(), TEXT);
  });
}

test("R07 each coding has a tag of its own", async () => {
  const tags = await Promise.all(
    ["gzip", "br", "identity"].map(async (it) => (await get("/a.txt", it)).fields.get("etag")),
  );
  assert.equal(new Set(tags).size, 3, String(tags));
});

test("R07 what is small, or would not get smaller, goes as it is", async () => {
  for (const path of ["/small.txt", "/dense.txt"]) {
    const answer = await get(path, "gzip, br");
    assert.equal(answer.fields.get("content-encoding"), undefined, path);
  }
  assert.equal((await get("/dense.txt", "gzip")).body.toString("latin1"), DENSE);
});

test("R07 archives, pictures, films, sound and fonts are not compressed once more", async () => {
  for (const path of Object.keys(FILES).filter((it) => it.includes("packed"))) {
    const answer = await get(path.slice("www".length), "gzip, br");
    assert.equal(answer.fields.get("content-encoding"), undefined, path);
    assert.equal(answer.fields.get("vary"), undefined, path);
  }
});

test("R07 switched off, nothing is compressed and nothing varies", async () => {
  const answer = await get("/a.txt", "gzip, br", off);
  assert.equal(answer.fields.get("content-encoding"), undefined);
  assert.equal(answer.fields.get("vary"), undefined);
  assert.equal(answer.body.toString(), TEXT);
});

test("R07 a memory of no bytes costs time and changes nothing", async (t) => {
  const config = configText("limits: { cache_bytes: 0 }\n");
  const forgetful = await startProgram(t, { files: FILES, config });
  for (let round = 0; round < 3; round++) {
    const answer = await get("/a.txt", "gzip", forgetful);
    assert.equal(gunzipSync(answer.body).toString(), TEXT);
  }
});

test("R07 pages that the server makes are compressed too, with Vary", async (t) => {
  const names = Array.from({ length: 60 }, (_, at) => [`www/many/file-${at}.txt`, "x"]);
  const listing = await startProgram(t, { files: { ...FILES, ...Object.fromEntries(names) } });
  const answer = await get("/many/", "gzip", listing);
  assert.equal(answer.fields.get("content-encoding"), "gzip");
  assert.match(answer.fields.get("vary") ?? "", /Accept-Encoding/i);
  assert.match(gunzipSync(answer.body).toString(), /file-59\.txt/);
});

test("R07 curl --compressed gets the very bytes", async () => {
  const { stdout } = await runTool("curl", ["-s", "--compressed", `${program.url}/a.txt`]);
  assert.equal(stdout.toString(), TEXT);
});
