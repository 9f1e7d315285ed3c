// R01, R02 and R03: RFSAPI as programs see it, and our own client of it, against the real program.
// curl and jq are the judges where they are there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { connectRfsapi } from "../../src/app/remote-files.ts";
import { type RawFolder, readFolder } from "../../src/vfs/rfsapi/messages.ts";
import { lacks } from "../support/have-tool.ts";
import { configText, startProgram } from "../support/program.ts";
import { pathOf } from "../support/request.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const TIME = "2020-04-22T13:02:57.928406978Z";
const ASKED = { "X-Raw-Filesystem-API": "1" };

/** bcrypt of "right". */
const HASH = "$2b$08$ZR1qm3otiONaBiMyvYAfFeauKs.r7VKncN1eZbX6rAKhwz7n1ZU2i";

const program = await startProgram(
  { after },
  {
    config: configText(`file_systems:
  files: { kind: disk, root: files, dotfiles: true }
  linkless: { kind: disk, root: files, symlinks: never }
  up: { kind: disk, root: up, writable: true }
routes:
  - { path: /, files: files, rfsapi: true, index: true }
  - { path: /linkless/, files: linkless, rfsapi: true, index: false }
  - { path: /up/, files: up, rfsapi: true }
  - { path: /lent/, files: up, rfsapi: true, writable: false }
  - { path: /plain/, files: files }
  - { path: /indexed/, files: files, rfsapi: true, index: false }
auth:
  - { path: /up/closed, users: { ann: "${HASH}" }, read: users, list: [ann] }
media_types: { html: text/x-other }
`),
    files: {
      "files/a.txt": "7 bytes",
      "files/.dot": "hidden?",
      "files/page.html": "<h1>page</h1>",
      "files/notes.zzz": "text",
      "files/core": "\x7fELF\0\0",
      "files/folder/index.html": "an index",
      "files/folder/é ü.txt": "",
      "up/x": "x",
      "up/closed/inside.txt": "hunter2",
      "secret/passwd": "hunter2",
    },
  },
);
const root = join(program.folder, "files");
execFileSync("touch", ["-d", TIME, join(root, "a.txt")]);
execFileSync("touch", ["-d", "2020-04-22T13:02:57Z", join(root, "page.html")]);
symlinkSync("a.txt", join(root, "inside-link"));
symlinkSync("../secret", join(root, "outside-link"));
symlinkSync("nowhere", join(root, "dangling"));
writeFileSync(Buffer.concat([Buffer.from(`${root}/raw-`), Buffer.from([0xff])]), "raw");

const get = (path: string, fields: Record<string, string> = ASKED) =>
  fetchRaw(program, ask(path, fields));

async function told(path: string): Promise<RawFolder> {
  const answer = await get(path);
  assert.equal(answer.status, 200, path);
  return readFolder(answer.body.toString());
}

async function namesOf(path: string): Promise<readonly string[]> {
  return (await told(path)).files.map(({ name }) => name).sort();
}

test("R01 a file is its own record, to the nanosecond and to the letter", async () => {
  const answer = await get("/a.txt");
  assert.equal(
    answer.body.toString(),
    '{"writes_supported":false,"is_root":false,"is_file":true,"files":[{"mime_type":"text/plain",' +
      `"name":"a.txt","last_modified":"${TIME}","size":7,"is_file":true}]}`,
  );
  assert.equal(answer.fields.get("x-raw-filesystem-api"), "1");
  assert.equal(answer.fields.get("content-type"), "application/json; charset=utf-8");
  assert.equal(answer.fields.get("content-length"), String(answer.body.length));
  assert.equal(answer.fields.get("etag"), undefined);
  assert.equal(answer.fields.get("vary"), "X-Raw-Filesystem-API");
});

test("R01 curl and jq read a directory", { skip: lacks("curl", "jq") }, async () => {
  const command = 'curl -sH "X-Raw-Filesystem-API: 1" "$0/" | jq -ec "$1"';
  const keys = '[keys_unsorted, (.files[] | select(.name == "folder") | keys_unsorted), .is_root]';
  const { stdout, code } = await runTool("sh", ["-c", command, program.url, keys]);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout.toString()), [
    ["writes_supported", "is_root", "is_file", "files"],
    ["mime_type", "name", "last_modified", "size", "is_file"],
    true,
  ]);
});

test("R01 every kind of entry has its record; links out of the root and broken ones have none", async () => {
  const { files } = await told("/");
  const records = new Map(files.map(({ name, ...rest }) => [name, rest]));
  assert.deepEqual([...records.keys()].sort(), [
    ".dot",
    "a.txt",
    "core",
    "folder",
    "inside-link",
    "notes.zzz",
    "page.html",
  ]);
  assert.equal(records.get("folder")?.mimeType, "text/directory");
  assert.deepEqual([records.get("folder")?.size, records.get("folder")?.isFile], [0, false]);
  // What the operator says of extensions is about the site, not about its files.
  assert.equal(records.get("page.html")?.mimeType, "text/html");
  assert.equal(records.get("page.html")?.lastModified, "2020-04-22T13:02:57Z");
  assert.equal(records.get("notes.zzz")?.mimeType, "text/plain");
  assert.equal(records.get("core")?.mimeType, "application/octet-stream");
  assert.deepEqual(
    [records.get("inside-link")?.size, records.get("inside-link")?.isFile],
    [7, true],
  );
});

test("R01 links and dotfiles are told as the file system has them", async () => {
  assert.deepEqual(await namesOf("/linkless/"), [
    "a.txt",
    "core",
    "folder",
    "notes.zzz",
    "page.html",
  ]);
});

for (const [path, isRoot, writes] of [
  ["/", true, false],
  ["/?x", true, false],
  ["/folder", false, false],
  ["/folder/", false, false],
  ["/up/", true, true],
  ["/lent/", true, false],
] as const) {
  test(`R01 ${path} says root: ${isRoot}, writes: ${writes}`, async () => {
    const folder = await told(path);
    assert.deepEqual(
      [folder.isRoot, folder.writesSupported, folder.isFile],
      [isRoot, writes, false],
    );
  });
}

test("R01 it wins over ranges, conditions, index files and listings that are off", async () => {
  const answer = await get("/a.txt", { ...ASKED, Range: "bytes=0-1", "If-None-Match": "*" });
  assert.deepEqual([answer.status, readFolder(answer.body.toString()).files.length], [200, 1]);
  assert.deepEqual(await namesOf("/folder/"), ["index.html", "é ü.txt"]);
  assert.ok((await namesOf("/indexed/")).includes("a.txt"));
});

test("R01 HEAD says what GET would", async () => {
  const head = await fetchRaw(program, ask("/a.txt", ASKED, "HEAD"), "HEAD");
  assert.equal(head.fields.get("x-raw-filesystem-api"), "1");
  assert.equal(head.fields.get("content-length"), String((await get("/a.txt")).body.length));
});

test("R01 twelve thousand entries come whole", { timeout: 60_000 }, async () => {
  mkdirSync(join(program.folder, "up", "many"));
  for (let at = 0; at < 12_000; at++)
    writeFileSync(join(program.folder, "up", "many", `f${at}`), "");
  const answer = await get("/up/many/");
  assert.equal(answer.fields.get("transfer-encoding"), "chunked");
  const { files } = readFolder(answer.body.toString());
  assert.equal(new Set(files.map(({ name }) => name)).size, 12_000);
  assert.ok(files.every(({ mimeType }) => mimeType === "text/plain"));
});

for (const value of ["0", "10", "", "yes", "1, 1", "01"]) {
  test(`R02 a header that says "${value}" means the file`, async () => {
    const answer = await get("/a.txt", { "X-Raw-Filesystem-API": value });
    assert.equal(answer.body.toString(), "7 bytes");
    assert.equal(answer.fields.get("x-raw-filesystem-api"), undefined);
    assert.match(answer.fields.get("vary") ?? "", /X-Raw-Filesystem-API/);
  });
}

test("R02 a header that is there twice means the file", async () => {
  const request = ask("/a.txt", ASKED).replace("\r\n\r\n", "\r\nX-Raw-Filesystem-API: 1\r\n\r\n");
  assert.equal((await fetchRaw(program, request)).body.toString(), "7 bytes");
});

test("R02 the file is remembered beside its facts, and one is never sent for the other", async () => {
  for (let round = 0; round < 3; round++) {
    assert.equal((await get("/a.txt", {})).body.toString(), "7 bytes");
    assert.equal((await told("/a.txt")).isFile, true);
  }
});

test("R02 a route that does not speak it does not", async () => {
  assert.equal((await get("/plain/a.txt")).body.toString(), "7 bytes");
});

for (const [path, status] of [
  ["/missing", 404],
  ["/a.txt/x", 404],
  ["/outside-link", 404],
  ["/outside-link/passwd", 404],
  ["/dangling", 404],
  ["/%ff", 400],
  ["/%zz", 400],
  ["/../secret/passwd", 400],
  ["/..%2fsecret%2fpasswd", 400],
  ["/%2fetc%2fpasswd", 400],
] as const) {
  test(`R02 R-1 ${path} is ${status}, a page, without the header`, async () => {
    const answer = await get(path);
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("x-raw-filesystem-api"), undefined);
    assert.match(answer.fields.get("content-type") ?? "", /^text\/html/);
    assert.ok(!answer.body.includes("hunter2"));
  });
}

test("R02 who may not list is asked who he is, and then told", async () => {
  for (const path of ["/up/closed", "/up/closed/", "/up/%63losed/inside.txt"]) {
    const refused = await get(path);
    assert.equal(refused.status, 401, path);
    assert.match(refused.fields.get("www-authenticate") ?? "", /^Basic /);
    assert.equal(refused.fields.get("x-raw-filesystem-api"), undefined);
  }
  const Authorization = `Basic ${Buffer.from("ann:right").toString("base64")}`;
  const told = await get("/up/closed/", { ...ASKED, Authorization });
  assert.deepEqual([told.status, readFolder(told.body.toString()).files.length], [200, 1]);
  const client = connectRfsapi(`${program.url}/up/`, { headers: { Authorization } });
  assert.equal((await client.list(pathOf("/closed"))).length, 1);
  const nobody = connectRfsapi(`${program.url}/up/`);
  await assert.rejects(nobody.list(pathOf("/closed")), { name: "FsError", code: "denied" });
});

test("R03 our own client lists, stats and walks it", async () => {
  const client = connectRfsapi(program.url);
  const { isRoot, files } = await client.read(pathOf("/"));
  assert.deepEqual([isRoot, files.length], [true, 7]);
  assert.deepEqual((await client.list(pathOf("/folder"))).map(({ name }) => name).sort(), [
    "index.html",
    "é ü.txt",
  ]);
  assert.equal((await client.stat(pathOf("/a.txt"))).lastModified, TIME);
  const folder = await client.stat(pathOf("/folder"));
  const { mtimeNs } = lstatSync(join(root, "folder"), { bigint: true });
  assert.equal(folder.isFile, false);
  assert.ok(folder.lastModified.includes(String(mtimeNs % 1_000_000_000n).replace(/^0+/, "")));
  const walked: string[] = [];
  for await (const { path } of client.walk(pathOf("/"))) walked.push(path);
  assert.equal(walked.length, 9);
  assert.ok(walked.includes("/folder/é ü.txt"));
});

test("R03 what the server refuses, the client tells as a file system does", async () => {
  const client = connectRfsapi(program.url);
  await assert.rejects(client.stat(pathOf("/missing")), { name: "FsError", code: "not-found" });
  await assert.rejects(client.list(pathOf("/a.txt")), { code: "not-a-directory" });
  const plain = connectRfsapi(`${program.url}/plain/`);
  await assert.rejects(plain.list(pathOf("/")), { name: "FsError", code: "unavailable" });
  await assert.rejects(plain.stat(pathOf("/a.txt")), { code: "unavailable" });
  const nobody = connectRfsapi("http://127.0.0.1:1/");
  await assert.rejects(nobody.list(pathOf("/")), { code: "unavailable" });
});
