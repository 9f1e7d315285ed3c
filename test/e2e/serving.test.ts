// A folder over HTTP, asked byte by byte: files, types, folders, pages of the server's own.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  {
    files: {
      "www/index.html": "<!doctype html><title>home</title>\n",
      "www/style.css": "body { color: red }\n",
      "www/app.js": "export {};\n",
      "www/page.html": "<!doctype html>\n",
      "www/picture.png": Buffer.from("89504e470d0a1a0a", "hex"),
      "www/font.woff2": "wOF2",
      "www/data.json": "{}\n",
      "www/mark.svg": "<svg/>\n",
      "www/plain.txt": "0123456789",
      "www/data.unknown": "?\n",
      "www/empty.txt": "",
      "www/größe.txt": "umlaut\n",
      "www/a b#c.txt": "signs\n",
      "www/docs/index.html": "docs\n",
      "www/list/b.txt": "bb\n",
      "www/list/a.txt": "a\n",
      "www/list/<i>&.txt": "markup\n",
      "www/list/sub/x.txt": "x\n",
      "www/list/.hidden": "hidden\n",
      "www/pre/app.css": "body { margin: 0 }\n".repeat(40),
      "www/pre/app.css.gz": "the gzip file\n",
      "www/pre/app.css.br": "the brotli file\n",
    },
  },
);
const get = (path: string, fields: Record<string, string> = {}) =>
  fetchRaw(program, ask(path, fields));

for (const [path, type] of [
  ["/page.html", "text/html; charset=utf-8"],
  ["/style.css", "text/css; charset=utf-8"],
  ["/app.js", "text/javascript; charset=utf-8"],
  ["/plain.txt", "text/plain; charset=utf-8"],
  ["/data.json", "application/json"],
  ["/mark.svg", "image/svg+xml"],
  ["/picture.png", "image/png"],
  ["/font.woff2", "font/woff2"],
  ["/data.unknown", "application/octet-stream"],
] as const) {
  test(`${path} comes as ${type}`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, 200);
    assert.equal(answer.fields.get("content-type"), type);
  });
}

for (const [path, body] of [
  ["/", "<!doctype html><title>home</title>\n"],
  ["/plain.txt", "0123456789"],
  ["/plain.txt?v=1&x=../../etc/passwd", "0123456789"],
  ["/gr%C3%B6%C3%9Fe.txt", "umlaut\n"],
  ["/a%20b%23c.txt", "signs\n"],
  ["/docs/", "docs\n"],
  ["/empty.txt", ""],
] as const) {
  test(`${path} brings the very bytes of its file`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.framing, { kind: "length", length: Buffer.byteLength(body) });
    assert.equal(answer.body.toString(), body);
  });
}

test("HEAD says what GET would, without the body, and the connection goes on", async (t) => {
  const connection = await connect(program);
  t.after(() => connection.reset());
  connection.send(ask("/plain.txt", {}, "HEAD") + ask("/plain.txt"));
  const head = await connection.response("HEAD");
  const whole = await connection.response("GET");
  assert.equal(head.fields.get("content-length"), "10");
  assert.deepEqual(steady(head.fields), steady(whole.fields));
  assert.equal(whole.body.toString(), "0123456789");
});

test("OPTIONS says what may be asked", async () => {
  const answer = await fetchRaw(program, ask("/plain.txt", {}, "OPTIONS"));
  assert.ok(answer.status === 200 || answer.status === 204, `${answer.status}`);
  assert.equal(answer.fields.get("allow"), "GET, HEAD, OPTIONS");
});

test("what is not there is a 404 page that can be read, and says nothing of the disk", async () => {
  const answer = await get("/nope/%3Cscript%3E", { Host: "example.org" });
  assert.equal(answer.status, 404);
  assert.equal(answer.fields.get("content-type"), "text/html; charset=utf-8");
  assert.match(answer.body.toString(), /404/);
  assert.doesNotMatch(answer.body.toString(), /<script>|ferrox-e2e/);
});

test("a program that wants JSON gets the refusal as JSON", async () => {
  const answer = await get("/nope", { Accept: "application/json" });
  assert.equal(answer.status, 404);
  assert.equal(JSON.parse(answer.body.toString()).status, 404);
});

test("an error page of the operator's own is used", async (t) => {
  const own = await startProgram(t, {
    config: configText().replace("  log_dir: logs\n", "  log_dir: logs\n  errors_dir: errors\n"),
    files: { "errors/404.html": "<h1>lost: {{CODE}} {{MESSAGE}}</h1>\n" },
  });
  const answer = await fetchRaw(own, ask("/nope", { Host: "example.org" }));
  assert.equal(answer.status, 404);
  assert.equal(answer.body.toString(), "<h1>lost: 404 Not Found</h1>\n");
});

for (const [path, location] of [
  ["/docs", "/docs/"],
  ["/docs?a=b&c=d", "/docs/?a=b&c=d"],
  ["//docs", "/docs/"],
] as const) {
  test(`${path} is redirected to ${location}`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, 301);
    assert.equal(answer.fields.get("location"), location);
  });
}

test("a folder without a page is listed: folders first, sorted, escaped, nothing hidden", async () => {
  const answer = await get("/list/");
  assert.equal(answer.status, 200);
  const page = answer.body.toString();
  const table = page.slice(page.indexOf("<table>"), page.indexOf("</table>"));
  const links = [...table.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href);
  assert.deepEqual(links, ["../", "./sub/", "./%3Ci%3E&amp;.txt", "./a.txt", "./b.txt"]);
  assert.match(page, /&lt;i&gt;&amp;\.txt/);
  assert.doesNotMatch(page, /<i>|\.hidden/);
});

test("the same listing as JSON", async () => {
  const answer = await get("/list/", { Accept: "application/json" });
  assert.equal(answer.fields.get("content-type"), "application/json");
  const { path, truncated, entries } = JSON.parse(answer.body.toString());
  assert.deepEqual([path, truncated], ["/list/", false]);
  assert.deepEqual(
    entries.map(({ name, kind, size }: Record<string, unknown>) => [name, kind, size]),
    [
      ["sub", "directory", undefined],
      ["<i>&.txt", "file", 7],
      ["a.txt", "file", 2],
      ["b.txt", "file", 3],
    ],
  );
});

test("without `index: true` a folder without a page is refused", async (t) => {
  const closed = await startProgram(t, {
    config: configText("", ""),
    files: { "www/list/a.txt": "a\n" },
  });
  assert.equal((await fetchRaw(closed, ask("/list/"))).status, 403);
  assert.equal((await fetchRaw(closed, ask("/list/a.txt"))).status, 200);
});

for (const [range, status, body, contentRange] of [
  ["bytes=0-2", 206, "012", "bytes 0-2/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=8-99999999999999999999", 206, "89", "bytes 8-9/10"],
  ["bytes=5-3", 200, "0123456789", undefined],
  ["bytes=10-", 416, undefined, "bytes */10"],
] as const) {
  test(`${range} of ten bytes is ${status}`, async () => {
    const answer = await get("/plain.txt", { Range: range });
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("content-range"), contentRange);
    if (body !== undefined) assert.equal(answer.body.toString(), body);
  });
}

test("two ranges come as parts", async () => {
  const answer = await get("/plain.txt", { Range: "bytes=0-1,8-9" });
  assert.equal(answer.status, 206);
  const type = answer.fields.get("content-type") ?? "";
  const [, boundary] = /^multipart\/byteranges; boundary="?([^"]+)"?$/.exec(type) ?? [];
  assert.ok(boundary !== undefined, type);
  const parts = answer.body.toString().split(`--${boundary}`);
  assert.match(parts[1] ?? "", /bytes 0-1\/10\r\n\r\n01\r\n$/);
  assert.match(parts[2] ?? "", /bytes 8-9\/10\r\n\r\n89\r\n$/);
  assert.match(parts[3] ?? "", /^--(\r\n)?$/);
});

test("what the client has already is not sent again", async () => {
  const first = await get("/plain.txt");
  const tag = first.fields.get("etag") ?? "";
  const date = first.fields.get("last-modified") ?? "";
  const again = await get("/plain.txt", { "If-None-Match": `"other", ${tag}` });
  assert.equal(again.status, 304);
  assert.equal(again.fields.get("etag"), tag);
  assert.equal((await get("/plain.txt", { "If-Modified-Since": date })).status, 304);
  assert.equal((await get("/plain.txt", { "If-None-Match": '"other"' })).status, 200);
  assert.equal((await get("/plain.txt", { "If-Match": '"other"' })).status, 412);
});

for (const [accepted, coding, body] of [
  ["br, gzip", "br", "the brotli file\n"],
  ["gzip", "gzip", "the gzip file\n"],
  ["br;q=0, gzip", "gzip", "the gzip file\n"],
  ["gzip;q=0, identity", undefined, "body { margin: 0 }\n".repeat(40)],
] as const) {
  test(`Accept-Encoding: ${accepted} gets ${coding ?? "the file itself"}`, async () => {
    const answer = await get("/pre/app.css", { "Accept-Encoding": accepted });
    assert.equal(answer.fields.get("content-encoding"), coding);
    assert.equal(answer.fields.get("content-type"), "text/css; charset=utf-8");
    assert.match(answer.fields.get("vary") ?? "", /accept-encoding/i);
    assert.equal(answer.body.toString(), body);
  });
}

/** Without what differs from one second to the next. */
function steady(fields: Iterable<readonly [string, string]>): (readonly [string, string])[] {
  return [...fields].filter(([name]) => name.toLowerCase() !== "date");
}
