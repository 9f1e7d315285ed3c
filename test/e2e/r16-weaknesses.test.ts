// R16: the weaknesses of the original (R-1 to R-11), each tried on ours.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { configText, eventually, MAIN, startProgram, temporaryFolder } from "../support/program.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const PASSWORD = "col:on: and more";
const TEXT = "All work and no play makes Jack a dull boy.\n".repeat(200);

const home = await temporaryFolder({ after });
const added = spawn(process.execPath, [MAIN, "user", "add", "users", "alice"], { cwd: home });
added.stdin.end(`${PASSWORD}\n`);
assert.equal(await new Promise((resolve) => added.once("close", resolve)), 0);

const program = await startProgram(
  { after },
  {
    config: configText(`file_systems:
  up: { kind: disk, root: up, writable: true, dotfiles: true }
auth:
  - { path: /up/private, users_file: users }
routes:
  - { path: /, files: site, index: true, rfsapi: true }
  - { path: /up/, files: up, index: true, rfsapi: true, webdav: true }
`).replace("paths:\n", "paths:\n  errors_dir: errors\n"),
    files: {
      users: await readFile(join(home, "users"), "utf8"),
      "up/a.txt": "a\n",
      "up/private/p.txt": "private\n",
      "www/a.txt": TEXT,
      "www/ten.txt": "0123456789",
      "www/empty.txt": "",
      "www/large.bin": Buffer.alloc(8 * 1024 * 1024, "x"),
      "www/links/a.txt": "a",
      "errors/404.html": `<h1>gone</h1>${TEXT}`,
      "outside.txt": "outside\n",
      "etc-passwd": "outside\n",
    },
  },
);
const up = join(program.folder, "up");
symlinkSync("../../outside.txt", join(program.folder, "www/links/out"));
symlinkSync("nowhere", join(program.folder, "www/links/dangling"));
writeFileSync(
  Buffer.concat([Buffer.from(join(program.folder, "www/links/")), Buffer.from([0xff])]),
  "x",
);

const ALICE = `Basic ${Buffer.from(`alice:${PASSWORD}`).toString("base64")}`;

type Fields = Readonly<Record<string, string>>;
const get = (path: string, fields: Fields = {}) => fetchRaw(program, ask(path, fields));
const send = (method: string, path: string, fields: Fields = {}, body = "") =>
  fetchRaw(
    program,
    ask(path, body === "" ? fields : { ...fields, "Content-Length": `${body.length}` }, method) +
      body,
  );

test("R16 R-1 no encoding of slashes and dots leads out of the root, to read, write or remove", async () => {
  for (const path of [
    "/up/..%2f..%2foutside.txt",
    "/up/%2e%2e%2foutside.txt",
    "/up/%2e%2e/outside.txt",
    "/up/..%5coutside.txt",
    "/up/%2fetc%2fpasswd",
    `/up/${encodeURIComponent(join(program.folder, "outside.txt"))}`,
    "/up/%252e%252e%252foutside.txt",
    "/up/a.txt%00",
  ]) {
    for (const [method, body] of [
      ["GET", ""],
      ["PUT", "mine\n"],
      ["DELETE", ""],
      ["PROPFIND", ""],
    ] as const) {
      const { status, body: said } = await send(method, path, {}, body);
      assert.ok(!said.includes("outside\n"), `${method} ${path}`);
      // A backslash, and a percent sign, are letters: a file of that name is made, and removed again.
      const isName = method === "PUT" || /%5c|%25/.test(path);
      if (!isName) assert.ok(status >= 400, `${method} ${path} is ${status}`);
    }
  }
  for (const destination of ["/up/..%2foutside.txt", "/up/%2e%2e/outside.txt", "/outside.txt"]) {
    await send("COPY", "/up/a.txt", { Destination: `http://localhost${destination}` });
  }
  assert.equal(readFileSync(join(program.folder, "outside.txt"), "utf8"), "outside\n");
  assert.equal(readFileSync(join(up, "a.txt"), "utf8"), "a\n");
  assert.ok(!readdirSync(program.folder).includes("mine"));
});

for (const path of [
  "/up/private/p.txt",
  "/up/%70rivate/p.txt",
  "/up/./private/p.txt",
  "/up/x/../private/p.txt",
  "/up//private/p.txt",
  "/up/private%2fp.txt",
  "/up/%2570rivate/p.txt",
]) {
  test(`R16 R-2 ${path} shows nothing to who has no credentials`, async () => {
    for (const method of ["GET", "HEAD", "PROPFIND", "DELETE"]) {
      const { status, body } = await send(method, path);
      assert.ok([301, 308, 400, 401, 404, 405].includes(status), `${method} is ${status}`);
      assert.ok(!body.includes("private\n"));
    }
    const raw = await get(path, { "X-Raw-Filesystem-API": "1" });
    assert.ok(!raw.body.includes('"p.txt"'));
    assert.ok(existsSync(join(up, "private/p.txt")));
  });
}

test("R16 R-2 a Destination is held to the rules as well, however it is spelled", async () => {
  for (const destination of ["/up/private/new", "/up/%70rivate/new", "/up/x/../private/new"]) {
    for (const method of ["COPY", "MOVE"]) {
      const { status } = await send(method, "/up/a.txt", {
        Destination: `http://localhost${destination}`,
      });
      assert.ok([400, 401, 403, 409].includes(status), `${method} to ${destination} is ${status}`);
    }
  }
  // Nor is anything private taken along.
  mkdirSync(join(up, "copies"), { recursive: true });
  await send("COPY", "/up/private", {
    Destination: "http://localhost/up/copies/c",
    Depth: "infinity",
  });
  assert.deepEqual(readdirSync(join(up, "copies")), []);
  assert.deepEqual(readdirSync(join(up, "private")), ["p.txt"]);
  assert.equal(readFileSync(join(up, "a.txt"), "utf8"), "a\n");
});

test("R16 R-3 links to the outside are neither listed nor told by RFSAPI", async () => {
  const page = (await get("/links/")).body.toString();
  assert.match(page, /a\.txt/);
  assert.doesNotMatch(page, /href="(\.\/)?(out|dangling)"/);
  const raw = await get("/links/", { "X-Raw-Filesystem-API": "1" });
  const { files } = JSON.parse(raw.body.toString());
  const names = files.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("a.txt") && !names.includes("out"), String(names));
});

test("R16 R-4 the highest weight wins, Vary says so, and each coding has its own tag", async () => {
  const gzip = await get("/a.txt", { "Accept-Encoding": "br;q=0.2, gzip;q=0.8, identity;q=0.1" });
  assert.equal(gzip.fields.get("content-encoding"), "gzip");
  assert.equal(gunzipSync(gzip.body).toString(), TEXT);
  const br = await get("/a.txt", { "Accept-Encoding": "br;q=0.8, gzip;q=0.2" });
  assert.equal(br.fields.get("content-encoding"), "br");
  assert.equal(brotliDecompressSync(br.body).toString(), TEXT);
  const deflate = await get("/a.txt", { "Accept-Encoding": "deflate" });
  assert.equal(deflate.fields.get("content-encoding"), undefined);
  for (const { fields } of [gzip, br, deflate]) {
    assert.match(fields.get("vary") ?? "", /\bAccept-Encoding\b/);
  }
  const tags = [gzip, br, deflate].map(({ fields }) => fields.get("etag"));
  assert.equal(new Set(tags).size, 3, String(tags));
});

for (const [range, path, status, shown] of [
  ["bytes=5-100", "/ten.txt", 206, "bytes 5-9/10"],
  ["bytes=20-", "/ten.txt", 416, "bytes */10"],
  ["bytes=-20", "/ten.txt", 206, "bytes 0-9/10"],
  ["bytes=0-0", "/empty.txt", 416, "bytes */0"],
] as const) {
  test(`R16 R-5 ${range} of ${path} is ${status}`, async () => {
    const answer = await get(path, { Range: range });
    assert.equal(answer.status, status);
    assert.equal(answer.fields.get("content-range"), shown);
  });
}

test("R16 R-5 If-Range with another tag brings the whole file", async () => {
  const answer = await get("/ten.txt", { Range: "bytes=5-", "If-Range": '"other"' });
  assert.deepEqual([answer.status, answer.body.toString()], [200, "0123456789"]);
});

test("R16 R-6 the page for 404 is sent with 404, compressed or not", async () => {
  for (const accepted of ["gzip", "br", "identity"]) {
    const answer = await get("/nowhere", { "Accept-Encoding": accepted });
    assert.equal(answer.status, 404, accepted);
  }
  assert.match((await get("/nowhere")).body.toString(), /gone/);
});

test("R16 R-7 TRACE reflects nothing", async () => {
  const answer = await send("TRACE", "/a.txt", { Cookie: "session=secret", "X-Mine": "secret" });
  assert.equal(answer.status, 405);
  const fields = [...answer.fields].flat().join("\n");
  assert.ok(!`${fields}${answer.body}`.includes("secret"));
});

test("R16 R-8 a dangling link, and a name that is no UTF-8, hurt nobody", async () => {
  for (const fields of [{}, { "X-Raw-Filesystem-API": "1" }]) {
    assert.equal((await get("/links/", fields)).status, 200);
  }
  assert.equal((await get("/links/dangling")).status, 404);
  assert.equal((await get("/links/%ff")).body.toString(), "x");
});

test("R16 R-8 a chunked upload is an upload like any other", async () => {
  const chunked = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  const answer = await fetchRaw(
    program,
    ask("/up/chunked.txt", { "Transfer-Encoding": "chunked" }, "PUT") + chunked,
  );
  assert.equal(answer.status, 201);
  assert.equal(readFileSync(join(up, "chunked.txt"), "utf8"), "hello world");
});

test("R16 R-9 an upload that is cut off leaves the old file, whole", async () => {
  await send("PUT", "/up/kept.txt", {}, "old content");
  const upload = await connect(program);
  upload.send(`${ask("/up/kept.txt", { "Content-Length": "100000" }, "PUT")}new and only hal`);
  await eventually("the draft", async () =>
    readdirSync(up).some((name) => name.startsWith(".ferrox-")) ? true : undefined,
  );
  assert.equal((await get("/up/kept.txt")).body.toString(), "old content");
  // Nobody can ask for the draft, dotfiles or not.
  for (const name of readdirSync(up).filter((it) => it.endsWith(".draft"))) {
    assert.equal((await get(`/up/${name}`)).status, 404);
    assert.equal((await send("PUT", `/up/${name}`, {}, "x")).status, 403);
    assert.ok(!(await get("/up/")).body.includes(name));
  }
  upload.reset();
  await eventually("the draft to be gone", async () =>
    readdirSync(up).some((name) => name.endsWith(".draft")) ? undefined : true,
  );
  assert.equal(readFileSync(join(up, "kept.txt"), "utf8"), "old content");
});

function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

test("R16 R-10 two hundred idle connections need no threads, and a slow reader gets all", async () => {
  const before = threadsOf(program.pid);
  const idle = await Promise.all(Array.from({ length: 200 }, () => connect(program)));
  const slow = await connect(program);
  slow.send(ask("/large.bin"));
  assert.equal((await slow.head()).status, 200);
  // Longer than the original waits for any single write.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.equal((await slow.take(8 * 1024 * 1024)).length, 8 * 1024 * 1024);
  assert.equal(threadsOf(program.pid), before);
  for (const connection of [...idle, slow]) connection.reset();
});

test("R16 R-11 a password may hold colons, and no password is ever logged", async () => {
  const right = await get("/up/private/p.txt", { Authorization: ALICE });
  assert.equal(right.status, 200);
  const wrong = Buffer.from("alice:wr:ong").toString("base64");
  const refused = await get("/up/private/p.txt", { Authorization: `Basic ${wrong}` });
  assert.equal(refused.status, 401);
  await eventually("both lines", async () =>
    (await program.accessLog()).includes(" 401 ") ? true : undefined,
  );
  const said =
    (await program.accessLog()) + (await program.errorLog()) + program.stdout() + program.stderr();
  for (const secret of [PASSWORD, ALICE.slice(6), "wr:ong", wrong]) {
    assert.ok(!said.includes(secret), secret);
  }
});
