// Text that is compressed on its way out, and files chosen by language and type, asked byte by
// byte: what a browser, a downloader and a cache each see of it.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const STYLE = "body { margin: 0; padding: 0 }\n".repeat(200);
const LARGE = "0123456789abcdef\n".repeat(20_000);

const FILES = {
  "www/style.css": STYLE,
  "www/small.css": "body { margin: 0 }\n",
  "www/large.txt": LARGE,
  "www/picture.png": Buffer.alloc(5000, 1),
  "www/ready.css": STYLE,
  "www/ready.css.gz": "the gzip file\n",
  "www/page.en.html": "English\n",
  "www/page.de.html": "Deutsch\n",
  "www/index.de.html": "Anfang\n",
  "www/photo.jpg": "jpeg\n",
  "www/photo.avif": "avif\n",
};

const CONFIG = configText(`compression: { max_bytes: 100KiB }
routes:
  - { path: /, files: site, languages: [en, de], types: [avif], index: true }
`);

const program = await startProgram({ after }, { config: CONFIG, files: FILES });

const get = (path: string, fields: Record<string, string> = {}, of: Program = program) =>
  fetchRaw(of, ask(path, fields));

for (const [accepted, coding, decode] of [
  ["gzip, deflate, br", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
] as const) {
  test(`Accept-Encoding: ${accepted} gets ${coding}, whole and of known length`, async () => {
    const answer = await get("/style.css", { "Accept-Encoding": accepted });
    assert.equal(answer.status, 200);
    assert.equal(answer.fields.get("content-encoding"), coding);
    assert.equal(answer.fields.get("content-type"), "text/css; charset=utf-8");
    assert.equal(answer.fields.get("vary"), "Accept-Encoding");
    assert.match(answer.fields.get("etag") ?? "", new RegExp(`^W/"[^"]+-${coding}"$`));
    assert.deepEqual(answer.framing, { kind: "length", length: answer.body.length });
    assert.ok(answer.body.length < STYLE.length / 10, `${answer.body.length} bytes`);
    assert.equal(decode(answer.body).toString(), STYLE);
  });
}

for (const [path, accepted, vary] of [
  ["/style.css", "identity", "Accept-Encoding"],
  ["/style.css", "gzip;q=0", "Accept-Encoding"],
  ["/small.css", "gzip", undefined],
  ["/large.txt", "gzip", undefined],
  ["/picture.png", "gzip", undefined],
] as const) {
  test(`${path} for ${accepted} goes as it is, and varies by ${vary ?? "nothing"}`, async () => {
    const answer = await get(path, { "Accept-Encoding": accepted });
    assert.equal(answer.fields.get("content-encoding"), undefined);
    assert.equal(answer.fields.get("vary"), vary);
    assert.deepEqual(answer.body, Buffer.from(FILES[`www${path}`]));
  });
}

test("HEAD says what GET says", async (t) => {
  const connection = await connect(program);
  t.after(() => connection.reset());
  const gzip = { "Accept-Encoding": "gzip" };
  connection.send(ask("/style.css", gzip, "HEAD") + ask("/style.css", gzip));
  const head = await connection.response("HEAD");
  const whole = await connection.response("GET");
  for (const name of ["content-length", "content-encoding", "etag", "vary", "last-modified"]) {
    assert.ok(head.fields.get(name) !== undefined, name);
    assert.equal(head.fields.get(name), whole.fields.get(name), name);
  }
});

test("what the client has in that coding is not sent again, in another it is", async () => {
  const gzip = { "Accept-Encoding": "gzip" };
  const tag = (await get("/style.css", gzip)).fields.get("etag") ?? "";
  const again = await get("/style.css", { ...gzip, "If-None-Match": tag });
  assert.equal(again.status, 304);
  assert.equal(again.fields.get("etag"), tag);
  assert.equal(again.fields.get("vary"), "Accept-Encoding");
  assert.equal((await get("/style.css", { "If-None-Match": tag })).status, 200);
});

test("a download is resumed from the file itself, never from the middle of a coding", async () => {
  const gzip = { "Accept-Encoding": "gzip" };
  const coded = await get("/style.css", gzip);
  const part = await get("/style.css", { ...gzip, Range: "bytes=5-9" });
  assert.equal(part.status, 206);
  assert.equal(part.fields.get("content-encoding"), undefined);
  assert.equal(part.body.toString(), STYLE.slice(5, 10));
  assert.notEqual(part.fields.get("etag"), coded.fields.get("etag"));
  const tag = coded.fields.get("etag") ?? "";
  const resumed = await get("/style.css", { ...gzip, Range: "bytes=5-", "If-Range": tag });
  assert.equal(resumed.status, 200, "the tag of the coded file stands for no bytes of this one");
});

test("a file that lies ready in a coding is sent in that, and nothing is made of it", async () => {
  const gzip = await get("/ready.css", { "Accept-Encoding": "br, gzip" });
  assert.equal(gzip.fields.get("content-encoding"), "gzip");
  assert.equal(gzip.body.toString(), "the gzip file\n");
  const br = await get("/ready.css", { "Accept-Encoding": "br" });
  assert.equal(br.fields.get("content-encoding"), undefined);
});

test("a crowd that asks for the same all get it, coded or not, and whole", async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      get(`/style.css?${at}`, { "Accept-Encoding": at % 2 === 0 ? "gzip" : "br" }),
    ),
  );
  for (const { status, fields, body } of answers) {
    assert.equal(status, 200);
    const coding = fields.get("content-encoding");
    const decode = coding === "br" ? brotliDecompressSync : gunzipSync;
    assert.equal((coding === undefined ? body : decode(body)).toString(), STYLE);
  }
});

test("a file that is saved anew comes anew", async (t) => {
  const own = await startProgram(t, { files: FILES });
  const gzip = { "Accept-Encoding": "gzip" };
  const before = (await get("/style.css", gzip, own)).fields.get("etag");
  await writeFile(join(own.folder, "www/style.css"), STYLE.replaceAll("0", "1"));
  const after = await eventually("the new style", async () => {
    const answer = await get("/style.css", gzip, own);
    return answer.fields.get("etag") === before ? undefined : answer;
  });
  assert.equal(gunzipSync(after.body).toString(), STYLE.replaceAll("0", "1"));
});

test("a listing is compressed, and so is the same as JSON", async (t) => {
  const many = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`www/many/${at}.txt`, "x"] as const),
  );
  const own = await startProgram(t, { files: many });
  for (const accept of ["text/html", "application/json"]) {
    const fields = { Accept: accept, "Accept-Encoding": "gzip" };
    const answer = await get("/many/", fields, own);
    assert.equal(answer.fields.get("content-encoding"), "gzip");
    assert.equal(answer.fields.get("vary"), "Accept, Accept-Encoding");
    assert.match(gunzipSync(answer.body).toString(), /49\.txt/);
  }
});

test("switched off, nothing is compressed and nothing varies", async (t) => {
  const config = configText("compression: { enabled: false }\n");
  const own = await startProgram(t, { config, files: FILES });
  const answer = await get("/style.css", { "Accept-Encoding": "gzip, br" }, own);
  assert.equal(answer.fields.get("content-encoding"), undefined);
  assert.equal(answer.fields.get("vary"), undefined);
  const ready = await get("/ready.css", { "Accept-Encoding": "gzip" }, own);
  assert.equal(ready.fields.get("content-encoding"), "gzip");
});

for (const [path, language, body, location] of [
  ["/page.html", "de-CH, en;q=0.5", "Deutsch\n", "/page.de.html"],
  ["/page.html", "fr", "English\n", "/page.en.html"],
  ["/page", "de", "Deutsch\n", "/page.de.html"],
] as const) {
  test(`${path} for ${language} is ${location}`, async () => {
    // Twice: the second comes from memory.
    for (const _time of [1, 2]) {
      const answer = await get(path, { "Accept-Language": language });
      assert.equal(answer.status, 200);
      assert.equal(answer.body.toString(), body);
      assert.equal(answer.fields.get("content-location"), location);
      assert.equal(answer.fields.get("content-language"), location.slice(6, 8));
      assert.equal(answer.fields.get("vary"), "Accept-Language");
    }
  });
}

test("the page of a folder comes in a language too", async () => {
  const answer = await get("/", { "Accept-Language": "de" });
  assert.equal(answer.body.toString(), "Anfang\n");
  assert.equal(answer.fields.get("content-location"), "/index.de.html");
});

for (const [accept, body, type] of [
  ["image/avif,image/webp,*/*;q=0.8", "avif\n", "image/avif"],
  ["*/*", "jpeg\n", "image/jpeg"],
] as const) {
  test(`a picture for ${accept} is ${type}`, async () => {
    for (const _time of [1, 2]) {
      const answer = await get("/photo.jpg", { Accept: accept });
      assert.equal(answer.fields.get("content-type"), type);
      assert.equal(answer.fields.get("vary"), "Accept");
      assert.equal(answer.body.toString(), body);
    }
  });
}
