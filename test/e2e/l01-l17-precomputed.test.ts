// Answers made beforehand, in flashd's form, over a socket: a store as `flatc` and people write it,
// and what the real program says of it, byte by byte.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { writeFlatBuffer } from "../../src/handlers/precomputed/flatbuffer.ts";
import { readJson } from "../../src/handlers/precomputed/json-form.ts";
import { BAD_FIELDS, FLASHD_SCHEMA, SAMPLE_JSON } from "../handlers/precomputed/sample.ts";
import { lacks } from "../support/have-tool.ts";
import { eventually, runProgram, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";

const DATE = /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/m;
const TAG = '"ecf701f727d9e2d77c4aa49ac6fbbcc997278aca010bddeeb961c10cf54d435a"';
const MODIFIED = "Mon, 02 Feb 2026 03:04:05 GMT";

/** In the shell: printf %s "$T" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d = */
const nameOf = (target: string) =>
  createHash("sha256").update(target, "latin1").digest("base64url");

interface Said {
  readonly status?: number;
  readonly etag?: string;
  readonly last_modified?: { readonly timestamp: number };
}

/** The smallest resource there is: one text. */
function textOf(contents: string, said: Said = {}): string {
  const header_length = contents.indexOf("\r\n\r\n") < 0 ? 2 : contents.indexOf("\r\n\r\n") + 4;
  const source = { contents };
  const one = { source_type: "InlineSource", source, header_length, ...said };
  return JSON.stringify({ representations: [one] });
}

const HTML_HEAD =
  'Content-Type: text/html\r\nETag: "597c0bff392438fe7398d9c936d75b35b5fe17d517350f067b51248761659287"\r\n';
const GZIP_HEAD =
  'Content-Type: text/html\r\nETag: "3521640924b7f2dae82ecea6130ca67ae5efea5a0dabe0b802898eaa2cb3edd3"\r\n' +
  "Content-Encoding: gzip\r\n";
const HTML = "<!doctype html><title>hello</title><p>hello world!\n";

/** Fields as long as the sample says they are. */
function padded(head: string, length: number): string {
  const room = length - head.length - "X: \r\n\r\n".length;
  return room < 0 ? `${head}\r\n` : `${head}X: ${"x".repeat(room)}\r\n\r\n`;
}

const SAMPLE_HTML = padded(HTML_HEAD, 119);
const SAMPLE_GZIP = padded(GZIP_HEAD, 143);

const ODD =
  "Content-Type:text/plain\r\nX-Odd:   three spaces\r\nx-lower: a\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";

const JSON_FILES: Readonly<Record<string, string>> = {
  "/plain": textOf(
    `Content-Type: text/plain\r\nETag: "d"\r\nLast-Modified: ${MODIFIED}\r\n\r\n0123456789`,
  ),
  "/dated": textOf("Content-Type: text/plain\r\n\r\n0123456789", {
    etag: '"e"',
    last_modified: { timestamp: Date.parse(MODIFIED) / 1000 },
  }),
  "/x": textOf("A: path\r\n\r\npath"),
  "/x?y=1": textOf("A: query\r\n\r\nquery"),
  "/a%20b": textOf("A: blank\r\n\r\nblank"),
  "/odd": textOf(`${ODD}body`),
  "/smallest": textOf("\r\nno field at all"),
  "/moved": textOf("Location: /elsewhere\r\n\r\n", { status: 301 }),
  "/gone": textOf("Content-Type: text/plain\r\n\r\ngone\n", { status: 410 }),
  "/out": JSON.stringify({
    representations: [{ source_type: "FileSource", source: { filename: "../secret" } }],
  }),
  "/absolute": JSON.stringify({
    representations: [{ source_type: "FileSource", source: { filename: "/etc/passwd" } }],
  }),
  "/linked": JSON.stringify({
    representations: [
      { source_type: "FileSource", source: { filename: "link" }, header_length: 2 },
    ],
  }),
  "/language": JSON.stringify({
    representations: ["de", "en", "zh", "zh-Hans"].map((name) => ({
      source_type: "InlineSource",
      source: { contents: `Content-Language: ${name}\r\n\r\n${name}` },
      header_length: `Content-Language: ${name}\r\n\r\n`.length,
    })),
    negotiations: [
      {
        header: "accept-charset:",
        must_match: true,
        choices: [{ name: "UTF-8", representations: [0, 1, 2, 3] }],
      },
      {
        header: "Accept-Language:",
        choices: [
          { name: "de", representations: [0] },
          { name: "EN", representations: [1] },
          { name: "zh", representations: [2, 3], specificity: 1 },
          { name: "zh-Hans", representations: [3], specificity: 2 },
        ],
      },
    ],
  }),
  "/weights": JSON.stringify({
    representations: ["text/plain", "text/html"].map((type) => ({
      source_type: "InlineSource",
      source: { contents: `Content-Type: ${type}\r\n\r\n${type}` },
      header_length: `Content-Type: ${type}\r\n\r\n`.length,
    })),
    negotiations: [
      {
        header: "accept:",
        wildcard: "*/*",
        choices: [
          { name: "text/plain", representations: [0], specificity: 2 },
          { name: "text/html", representations: [1], specificity: 2 },
          { name: "text/*", representations: [0, 1], specificity: 1 },
        ],
      },
      {
        header: "x-taste:",
        choices: [
          { name: "plain", representations: [0] },
          { name: "marked", representations: [1] },
        ],
      },
    ],
  }),
  ...Object.fromEntries(
    BAD_FIELDS.map((block, index) => [`/bad${index}`, textOf(`${block}\r\n\r\nbody`)]),
  ),
};

async function flatc(json: string, folder: string, out: string): Promise<void> {
  await writeFile(join(folder, "http.fbs"), FLASHD_SCHEMA);
  await writeFile(join(folder, "one.json"), json);
  const { code, stderr } = await runTool("flatc", [
    "-b",
    "-o",
    folder,
    join(folder, "http.fbs"),
    join(folder, "one.json"),
  ]);
  assert.equal(code, 0, stderr);
  await writeFile(out, await readFile(join(folder, "one.http")));
}

const WITHOUT_FLATC = lacks("flatc");

const server = await startProgram(
  { after },
  {
    config: `server: { addr: 127.0.0.1, http_port: 0 }
paths: { log_dir: logs }
limits: { cache_fresh: 100ms }
routes:
  - { path: /, precomputed: store }
  - { path: /rfc, precomputed: store, mode: rfc }
  - { path: /bare, precomputed: bare }
`,
    files: {
      ...Object.fromEntries(
        Object.entries(JSON_FILES).map(([target, text]) => [`store/${nameOf(target)}`, text]),
      ),
      "store/sample/sample.html": SAMPLE_HTML + HTML,
      "store/sample/sample.html.gz": Buffer.concat([Buffer.from(SAMPLE_GZIP), gzipSync(HTML)]),
      "store/error404": textOf("Content-Type: text/plain\r\n\r\nnothing here\n", { status: 404 }),
      "bare/keep": "",
      secret: "\r\nsecret",
    },
  },
);
const store = join(server.folder, "store");
await symlink("../secret", join(store, "link"));

// The sample as flatc builds it; the same by our own writer where there is no flatc.
async function putSample(target: string): Promise<void> {
  const out = join(store, nameOf(target));
  if (WITHOUT_FLATC === undefined) await flatc(SAMPLE_JSON, server.folder, out);
  else await writeFile(out, writeFlatBuffer(readJson(Buffer.from(SAMPLE_JSON))));
}
for (const target of ["/sample", "/same", "/rfc/sample"]) await putSample(target);

async function answered(request: string): Promise<string> {
  const connection = await connect({ port: server.port });
  connection.send(request);
  connection.end();
  return (await connection.rest()).toString("latin1");
}

const get = (target: string, fields: Readonly<Record<string, string>> = {}, method = "GET") =>
  fetchRaw({ port: server.port }, ask(target, fields, method));
const bodyOf = ({ body }: WireResponse) => body.toString("latin1");
const fieldOf = ({ fields }: WireResponse, name: string) => fields.get(name) ?? "";

test("L01 a file is found by base64url(SHA-256) of the target's very bytes, the query too", async () => {
  assert.equal(nameOf("/"), "il7asoJjJEMhngUeSt4tHVu8Zxx4EFG_FDeJfL3-oPE");
  assert.equal(nameOf("/robots.txt"), "ra2hMXUyoovr9j_m7b6j5D3GfYAtB8WDld5xszNqeaM");
  assert.equal(nameOf("/a%20b"), "OV5BmCYxdGTIBvJRv0sGYq1rlxZGtSKYNMRneN_s7ek");
  assert.equal(nameOf("/x?y=1"), "oNpukkF-M6vmnyCx-oA563DJlfYwq-xmsbIee1VolUA");
  assert.equal(bodyOf(await get("/x")), "path");
  assert.equal(bodyOf(await get("/x?y=1")), "query");
  assert.equal(bodyOf(await get("/a%20b")), "blank");
  for (const other of ["/X", "/x?", "/x?y=2", "/%78", "/x/", "//x", "/./x"]) {
    assert.equal((await get(other)).status, 404, other);
  }
});

test("L02 what flatc builds is served, with the bytes of the original", async (t) => {
  if (WITHOUT_FLATC !== undefined) return t.skip(WITHOUT_FLATC);
  const file = await readFile(join(store, nameOf("/sample")));
  assert.equal(file.length, 944);
  assert.equal(file.toString("latin1", 4, 8), "HTTP");
  const text = await answered("GET /sample HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(text, DATE);
  assert.equal(
    text.replace(DATE, ""),
    "HTTP/1.1 200 \r\n" +
      "Content-Length: 13\r\n" +
      "Vary: accept-encoding, accept\r\n" +
      "Content-Type: text/plain; charset=us-ascii\r\n" +
      `ETag: ${TAG}\r\n` +
      "\r\n" +
      "hello world!\n",
  );
});

test("L02 a corrupt file is a 500 and a line in the log, never the end of the server", async () => {
  const good = await readFile(join(store, nameOf("/sample")));
  const put = (target: string, bytes: Uint8Array) => writeFile(join(store, nameOf(target)), bytes);
  for (let length = 0; length < 60; length += 4) {
    await put(`/cut${length}`, good.subarray(0, length));
    const response = await get(`/cut${length}`);
    assert.equal(response.status, 500, `${length} bytes`);
    assert.equal(bodyOf(response), "Couldn't load selected representation\n");
  }
  for (let at = 0; at < good.length; at += 29) {
    const bytes = Buffer.from(good);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x80, at);
    await put(`/flipped${at}`, bytes);
    const { status } = await get(`/flipped${at}`);
    assert.ok([200, 406, 500].includes(status), `byte ${at}: ${status}`);
  }
  assert.equal((await get("/plain")).status, 200);
  const told = await eventually("the log", async () => {
    const log = await server.errorLog();
    return log.includes(nameOf("/cut4")) ? log : undefined;
  });
  assert.match(told, /not a resource/);
});

test("L03 fields and body go out byte by byte, from the resource or from a file beside it", async () => {
  const odd = await answered("GET /odd HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(
    odd.replace(DATE, ""),
    `HTTP/1.1 200 \r\nContent-Length: 4\r\n${ODD.slice(0, -2)}\r\nbody`,
  );
  const smallest = await answered("GET /smallest HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(
    smallest.replace(DATE, ""),
    "HTTP/1.1 200 \r\nContent-Length: 15\r\n\r\nno field at all",
  );
  const html = await answered("GET /sample HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n");
  assert.equal(
    html.replace(DATE, ""),
    `HTTP/1.1 200 \r\nContent-Length: ${HTML.length}\r\nVary: accept-encoding, accept\r\n${SAMPLE_HTML}${HTML}`,
  );
});

test("L03 one file answers for several resources", async () => {
  const fields = { Accept: "text/html", "Accept-Encoding": "gzip" };
  const [one, other] = [await get("/sample", fields), await get("/same", fields)];
  assert.deepEqual(one.body, gzipSync(HTML));
  assert.deepEqual(other.body, one.body);
  assert.deepEqual([...one.fields].slice(0, -1), [...other.fields].slice(0, -1));
});

test("L03 no source leads out of the store", async () => {
  for (const target of ["/out", "/absolute", "/linked"]) {
    const response = await get(target);
    assert.equal(response.status, 500, target);
    assert.ok(!bodyOf(response).includes("secret"));
  }
});

test("L04 the status is 200 unless the representation says another", async () => {
  const moved = await answered("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(
    moved.replace(DATE, ""),
    "HTTP/1.1 301 \r\nContent-Length: 0\r\nLocation: /elsewhere\r\n\r\n",
  );
  const gone = await get("/gone", { Range: "bytes=0-1", "If-None-Match": "*" });
  assert.equal(gone.status, 410);
  assert.equal(bodyOf(gone), "gone\n");
});

test("L05 Content-Length, Vary, Date and Connection are added, and nothing else", async () => {
  const text = await answered("GET /sample HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const names = text
    .split("\r\n\r\n")[0]
    ?.split("\r\n")
    .slice(1)
    .map((line) => line.split(":")[0]);
  assert.deepEqual(names?.toSorted(), [
    "Connection",
    "Content-Length",
    "Content-Type",
    "Date",
    "ETag",
    "Vary",
  ]);
  assert.match(text, /\r\nConnection: close\r\n/);
});

test("L05 a representation that speaks of framing, or is no fields at all, is a 500", async () => {
  for (const [index, block] of BAD_FIELDS.entries()) {
    assert.equal((await get(`/bad${index}`)).status, 500, block);
  }
});

test("L06 what is missing is answered by error404, else by what is built in", async () => {
  const own = await get("/none");
  assert.equal(own.status, 404);
  assert.equal(bodyOf(own), "nothing here\n");
  const bare = await answered("GET /bare/none HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(
    bare.replace(DATE, ""),
    "HTTP/1.1 404 \r\nContent-Length: 19\r\n\r\nResource not found\n",
  );
  // An ordinary resource: its status is its own.
  await writeFile(join(server.folder, "bare/error404"), textOf("A: b\r\n\r\nfine"));
  await eventually("the new error404", async () => {
    const response = await get("/bare/none");
    return response.status === 200 && bodyOf(response) === "fine" ? true : undefined;
  });
});

const CHOICES = [
  [{}, 0],
  [{ Accept: "*/*" }, 0],
  [{ Accept: "text/html" }, 1],
  [{ Accept: "*/*", "Accept-Encoding": "deflate, gzip, br, zstd" }, 2],
  [
    {
      Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "Accept-Encoding": "gzip, deflate, br",
    },
    2,
  ],
  [{ Accept: "text/plain;q=0.5, text/html;q=0.1" }, 0],
  [{ Accept: "text/*, text/plain;q=0.1" }, 1],
  [{ Accept: "image/png" }, 406],
  [{ "Accept-Encoding": "br" }, 0],
  [{ "Accept-Encoding": "*;q=0" }, 406],
  [{ Accept: "text/plain", "Accept-Encoding": "gzip" }, 406],
] as const;

const CHOSEN = new Map([
  ["text/plain; charset=us-ascii ", 0],
  ["text/html ", 1],
  ["text/html gzip", 2],
]);

async function chosen(target: string, fields: Readonly<Record<string, string>>): Promise<number> {
  const response = await get(target, fields);
  if (response.status !== 200) return response.status;
  const shown = `${fieldOf(response, "content-type")} ${fieldOf(response, "content-encoding")}`;
  return CHOSEN.get(shown) ?? -1;
}

for (const [fields, expected] of CHOICES) {
  test(`L07 the sample, asked with ${JSON.stringify(fields)}, gives ${expected}`, async () => {
    assert.equal(await chosen("/sample", fields), expected);
  });
}

test("L07 any field is negotiated by, and names are the same in any case", async () => {
  assert.equal(bodyOf(await get("/language", { "accept-language": "en" })), "en");
  assert.equal(bodyOf(await get("/language", { "ACCEPT-LANGUAGE": "ZH-HANS" })), "zh-Hans");
  assert.equal(bodyOf(await get("/language", { "Accept-Language": "zh" })), "zh");
  assert.equal((await get("/language", { "Accept-Charset": "utf-16" })).status, 406);
  const fields = { "Accept-Charset": "utf-8", "Accept-Language": "zh" };
  assert.equal(bodyOf(await get("/language", fields)), "zh");
  assert.equal(bodyOf(await get("/weights", { "X-Taste": "marked" })), "text/html");
  assert.equal(fieldOf(await get("/weights"), "vary"), "accept, x-taste");
});

test("L07 in mode rfc, who does not mention identity takes what is not coded", async () => {
  const both = { Accept: "text/plain", "Accept-Encoding": "gzip" };
  assert.equal(await chosen("/rfc/sample", both), 0);
  assert.equal(await chosen("/rfc/sample", { "Accept-Encoding": "*;q=0" }), 406);
  assert.equal(await chosen("/rfc/sample", { "Accept-Encoding": "identity;q=0" }), 406);
  assert.equal(await chosen("/rfc/sample", { "Accept-Encoding": "gzip;q=0" }), 0);
});

for (const [fields, expected] of [
  [{ Accept: "text/*;q=0.9, text/html;q=0.1" }, "text/plain"],
  [{ Accept: "text/*;q=0.1, text/html;q=0.101" }, "text/html"],
  [{ Accept: "text/html;q=0.001, text/plain;q=0" }, "text/html"],
  [{ Accept: "text/plain, text/html" }, "text/plain"],
  [
    { Accept: "text/plain;q=0.01, text/html;q=0.02", "X-Taste": "plain;q=0.01, marked;q=0.004" },
    "text/plain",
  ],
  [{ Accept: "text/plain;q=0.001, text/html;q=0", "X-Taste": "plain;q=0.001" }, "text/plain"],
] as const) {
  test(`L08 ${JSON.stringify(fields)} gives ${expected}`, async () => {
    assert.equal(bodyOf(await get("/weights", fields)), expected);
  });
}

test("L09 the wildcard means the others; nothing acceptable is 406 with Vary", async () => {
  assert.equal(await chosen("/sample", { Accept: "text/plain;q=0.1, */*" }), 1);
  const response = await get("/sample", { Accept: "image/png" });
  assert.equal(response.status, 406);
  assert.equal(fieldOf(response, "vary"), "accept-encoding, accept");
  assert.equal(
    bodyOf(response),
    "This resource has no representation that can satisfy your request.\n",
  );
});

for (const [fields, status] of [
  [{ "If-None-Match": TAG }, 304],
  [{ "If-None-Match": `"x", W/${TAG}` }, 304],
  [{ "If-None-Match": "*" }, 304],
  [{ "If-None-Match": '"x"' }, 200],
  [{ "If-None-Match": TAG, Accept: "text/html" }, 200],
] as const) {
  test(`L10 ${JSON.stringify(fields)} is answered with ${status}`, async () => {
    const response = await get("/sample", fields);
    assert.equal(response.status, status);
    if (status !== 304) return;
    assert.equal(fieldOf(response, "etag"), TAG);
    assert.equal(fieldOf(response, "content-type"), "text/plain; charset=us-ascii");
    assert.equal(fieldOf(response, "vary"), "accept-encoding, accept");
  });
}

const EARLIER = "Mon, 02 Feb 2026 03:04:04 GMT";

for (const [fields, status] of [
  [{ "If-Modified-Since": MODIFIED }, 304],
  [{ "If-Modified-Since": EARLIER }, 200],
  [{ "If-Unmodified-Since": MODIFIED }, 200],
  [{ "If-Unmodified-Since": EARLIER }, 412],
  [{ "If-Match": '"x"' }, 412],
  [{ "If-Match": "*" }, 200],
  [{ "If-None-Match": '"x"', "If-Modified-Since": MODIFIED }, 200],
] as const) {
  test(`L11 ${JSON.stringify(fields)} is answered with ${status}`, async () => {
    for (const target of ["/plain", "/dated"]) {
      assert.equal((await get(target, fields)).status, status, target);
    }
  });
}

for (const [fields, status, body, range] of [
  [{ Range: "bytes=0-4" }, 206, "01234", "bytes 0-4/10"],
  [{ Range: "bytes=-3" }, 206, "789", "bytes 7-9/10"],
  [{ Range: "bytes=8-" }, 206, "89", "bytes 8-9/10"],
  [{ Range: "bytes=0-1", "If-Range": '"d"' }, 206, "01", "bytes 0-1/10"],
  [{ Range: "bytes=0-1", "If-Range": '"x"' }, 200, "0123456789", ""],
] as const) {
  test(`L12 ${JSON.stringify(fields)} is answered with ${status}`, async () => {
    const response = await get("/plain", fields);
    assert.equal(response.status, status);
    assert.equal(bodyOf(response), body);
    assert.equal(fieldOf(response, "content-range"), range);
    assert.equal(fieldOf(response, "etag"), '"d"');
  });
}

test("L12 several ranges come in parts, and none that fits is 416", async () => {
  const parts = await get("/plain", { Range: "bytes=0-0,5-6" });
  assert.equal(parts.status, 206);
  assert.match(fieldOf(parts, "content-type"), /^multipart\/byteranges; boundary=/);
  assert.match(bodyOf(parts), /Content-Range: bytes 0-0\/10\r\n\r\n0\r\n/);
  assert.match(bodyOf(parts), /Content-Range: bytes 5-6\/10\r\n\r\n56\r\n/);
  const outside = await get("/plain", { Range: "bytes=999-" });
  assert.equal(outside.status, 416);
  assert.equal(fieldOf(outside, "content-range"), "bytes */10");
});

test("L13 HEAD is the same head with the full length, and nothing below", async () => {
  const head = await answered("HEAD /sample HTTP/1.1\r\nHost: a\r\n\r\n");
  const whole = await answered("GET /sample HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.match(head, /\r\nContent-Length: 13\r\n/);
  assert.equal(head.replace(DATE, ""), whole.replace(DATE, "").slice(0, -13));
});

test("L14 another method is 405 with Allow, its body is read over, the connection goes on", async () => {
  const connection = await connect({ port: server.port });
  const body = "x".repeat(70_000);
  for (const target of ["/sample", "/none"]) {
    connection.send(
      `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const refused = await connection.response("POST");
    assert.equal(refused.status, 405);
    assert.equal(fieldOf(refused, "allow"), "GET, HEAD");
    assert.equal(bodyOf(refused), "Request method not allowed\n");
  }
  connection.send(ask("/sample"));
  assert.equal(bodyOf(await connection.response()), "hello world!\n");
});

for (const [why, request, status] of [
  ["no syntax at all", "GET\r\n\r\n", 400],
  [
    "both framings",
    "GET /sample HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    400,
  ],
  [
    "two lengths",
    "GET /sample HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    400,
  ],
  [
    "a blank before the colon",
    "GET /sample HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\n",
    400,
  ],
  ["another version", "GET /sample HTTP/2.0\r\nHost: a\r\n\r\n", 505],
] as const) {
  test(`L15 ${why} is ${status}, and the connection ends`, async () => {
    const text = await answered(request);
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(text, /\r\nConnection: close\r\n/);
  });
}

test("L16 bodies are read over, requests may be sent ahead, and 1.0 ends where 1.1 goes on", async () => {
  const chunked =
    "GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
    "3;ext=1\r\nabc\r\n0\r\nTrailer: t\r\n\r\n";
  const length = "GET /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  const connection = await connect({ port: server.port });
  connection.send(chunked + length + ask("/a%20b"));
  for (const body of ["path", "query", "blank"]) {
    assert.equal(bodyOf(await connection.response()), body);
  }
  connection.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  assert.equal(bodyOf(await connection.response()), "path");
  connection.send("GET /x HTTP/1.0\r\n\r\n");
  const last = await connection.response();
  assert.equal(fieldOf(last, "connection"), "close");
  await connection.closed();
});

test("L17 resources are built without flatc, and both read what the other wrote", async (t) => {
  const files = { "sample.json": SAMPLE_JSON };
  const { code, stderr, folder } = await runProgram(
    t,
    ["resource", "convert", "sample.json", "ours.http"],
    files,
  );
  assert.equal(code, 0, stderr);
  if (WITHOUT_FLATC !== undefined) return t.skip(WITHOUT_FLATC);
  await flatc(SAMPLE_JSON, folder, join(folder, "theirs.http"));
  const decoded = async (name: string): Promise<unknown> => {
    const args = ["--json", "--strict-json", "--raw-binary", join(folder, "http.fbs")];
    const ran = await runTool("flatc", ["-o", folder, ...args, "--", join(folder, name)]);
    assert.equal(ran.code, 0, ran.stderr);
    return JSON.parse(await readFile(join(folder, name.replace(".http", ".json")), "utf8"));
  };
  assert.deepEqual(await decoded("ours.http"), await decoded("theirs.http"));
});

test("L17 resource convert writes JSON too, and show says what is in it", async (t) => {
  const text = JSON_FILES["/language"] ?? "";
  const { code, stdout, folder } = await runProgram(t, ["resource", "show", "in.json"], {
    "in.json": text,
  });
  assert.equal(code, 0);
  assert.match(stdout, /^0: 200, 2 bytes, here\n {3}Content-Language: de\n/);
  assert.match(stdout, /\nby accept-charset: nothing else will do \(406\); \* means all others\n/);
  assert.match(stdout, /\n {3}zh \(specificity 1\): 2, 3\n/);
  await mkdir(dirname(join(folder, "x")), { recursive: true });
  const bad = await runProgram(t, ["resource", "show", "in.json"], { "in.json": "{" });
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /no resource: it is no JSON/);
});

test("L17 hash-target says the name of a target, and of several", async (t) => {
  const one = await runProgram(t, ["hash-target", "/robots.txt"]);
  assert.equal(one.stdout, "ra2hMXUyoovr9j_m7b6j5D3GfYAtB8WDld5xszNqeaM\n");
  const two = await runProgram(t, ["hash-target", "/a%20b", "/x?y=1"]);
  assert.equal(
    two.stdout,
    "OV5BmCYxdGTIBvJRv0sGYq1rlxZGtSKYNMRneN_s7ek  /a%20b\n" +
      "oNpukkF-M6vmnyCx-oA563DJlfYwq-xmsbIee1VolUA  /x?y=1\n",
  );
  assert.equal((await runProgram(t, ["hash-target"])).code, 2);
});

test("a resource that goes is gone, and one that comes is there, without a restart", async () => {
  const path = join(store, nameOf("/new"));
  assert.equal((await get("/new")).status, 404);
  await writeFile(path, textOf("A: b\r\n\r\nnew"));
  assert.equal(bodyOf(await get("/new")), "new");
  await rm(path);
  await eventually("its end", async () => ((await get("/new")).status === 404 ? true : undefined));
});
