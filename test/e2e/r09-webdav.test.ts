// R09: WebDAV, classes 1 and 2, on the real program: what lasts over a restart and a reload, what is
// hidden, who may do what, and every kind of file system.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { scryptHash } from "../support/password-hash.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";

const FILE_SYSTEMS = `file_systems:
  disk: { kind: disk, root: files, writable: true, dotfiles: true }
  upper: { kind: disk, root: upper, writable: true }
  lower: { kind: disk, root: lower }
  ground: { kind: disk, root: ground, writable: true }
  layers: { kind: overlay, of: [upper, lower] }
  memory: { kind: memory, writable: true }
  part: { kind: subtree, of: disk, path: /part }
  tree: { kind: mounts, at: { /: ground, /memory: memory } }
`;
const NAMES = ["disk", "layers", "memory", "part", "tree"];
const ROUTES = `routes:
${NAMES.map((name) => `  - { path: /${name}/, files: ${name}, webdav: true }`).join("\n")}
  - { path: /lent/, files: disk, webdav: true, writable: false }
  - { path: /plain/, files: disk }
`;

const program = await startProgram(
  { after },
  {
    config: configText(FILE_SYSTEMS + ROUTES),
    files: { "files/part/old": "old", "upper/u": "u", "lower/l": "l", "ground/g": "g" },
  },
);

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function send(
  to: Pick<Program, "url">,
  line: string,
  headers: Record<string, string> = {},
  body: string | Uint8Array = "",
): Promise<Answer> {
  const [method = "", path = ""] = line.split(" ");
  const response = await fetch(to.url + path, {
    method,
    headers,
    ...(body.length === 0 ? {} : { body: Buffer.from(body) }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const PROPPATCH =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="u">v</p></D:prop></D:set></D:propertyupdate>';
const PROPERTY = '<p xmlns="u">v</p>';
const LOCK_INFO =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>' +
  "<D:locktype><D:write/></D:locktype></D:lockinfo>";

for (const name of NAMES) {
  test(`R09 on ${name}: made, written, told, copied, moved, locked, removed`, async () => {
    const at = `/${name}/w`;
    const here = (path: string) => ({ destination: `${program.url}/${name}/w${path}` });
    const steps: readonly (readonly [string, Record<string, string>, string, number])[] = [
      [`MKCOL ${at}`, {}, "", 201],
      [`PUT ${at}/a`, {}, "one", 201],
      [`PUT ${at}/no/a`, {}, "one", 409],
      [`PROPPATCH ${at}/a`, {}, PROPPATCH, 207],
      [`COPY ${at}/a`, here("/b"), "", 201],
      [`MOVE ${at}/b`, { ...here("/a"), overwrite: "F" }, "", 412],
      [`MOVE ${at}/b`, here("/c"), "", 201],
      [`COPY ${at}`, here("2"), "", 201],
      [`MOVE ${at}2`, here("3"), "", 201],
      [`LOCK ${at}3`, {}, LOCK_INFO, 200],
      [`PUT ${at}3/a`, {}, "two", 423],
    ];
    for (const [line, headers, body, status] of steps) {
      assert.equal((await send(program, line, headers, body)).status, status, line);
    }
    const { status, text } = await send(program, `PROPFIND ${at}3/`);
    assert.equal(status, 207);
    const hrefs = [...text.matchAll(/<D:href>(\/[^<]*)<\/D:href><D:propstat>/g)].map(
      ([, href]) => href,
    );
    assert.deepEqual(hrefs.sort(), [`${at}3/`, `${at}3/a`, `${at}3/c`]);
    assert.equal(text.split(PROPERTY).length - 1, 2);
    const token = /urn:uuid:[-0-9a-f]+/.exec(text)?.[0] ?? "";
    const unlocked = await send(program, `UNLOCK ${at}3`, { "lock-token": `<${token}>` });
    assert.equal(unlocked.status, 204);
    assert.equal((await send(program, `DELETE ${at}3`)).status, 204);
    assert.equal((await send(program, `PROPFIND ${at}3`)).status, 404);
    assert.equal((await send(program, `GET ${at}/c`)).text, "one");
  });
}

test("R09: what was written is read at once, whatever was remembered", async () => {
  for (const text of ["one", "two"]) {
    await send(program, "PUT /disk/again", {}, text);
    assert.equal((await send(program, "GET /disk/again")).text, text);
  }
  await send(program, "MOVE /disk/again", { destination: "/disk/moved" });
  assert.equal((await send(program, "GET /disk/again")).status, 404);
  assert.equal((await send(program, "GET /disk/moved")).text, "two");
});

test("R09: getetag and getlastmodified are those of GET", async () => {
  await send(program, "PUT /disk/same.txt", {}, "same");
  const { headers } = await send(program, "GET /disk/same.txt", { "accept-encoding": "identity" });
  const { text } = await send(program, "PROPFIND /disk/same.txt");
  assert.ok(text.includes(`<D:getetag>${headers.get("etag")}</D:getetag>`), text);
  assert.ok(text.includes(`<D:getlastmodified>${headers.get("last-modified")}<`), text);
  assert.ok(text.includes(`<D:getcontenttype>${headers.get("content-type")}<`), text);
});

test("R09: OPTIONS tells the classes, and the methods", async () => {
  await send(program, "PUT /disk/opt", {}, "x");
  const { headers } = await send(program, "OPTIONS /disk/opt");
  assert.equal(headers.get("dav"), "1, 2");
  assert.equal(headers.get("ms-author-via"), "DAV");
  for (const method of [
    "PUT",
    "DELETE",
    "PROPFIND",
    "PROPPATCH",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
  ]) {
    assert.match(headers.get("allow") ?? "", new RegExp(`\\b${method}\\b`), method);
  }
});

test("R09: what is lent to be read is told, and refuses every change by name of the switch", async () => {
  await send(program, "PUT /disk/lent", {}, "x");
  assert.equal((await send(program, "PROPFIND /lent/lent")).status, 207);
  assert.equal((await send(program, "OPTIONS /lent/lent")).headers.get("dav"), "1");
  for (const method of ["PUT", "DELETE", "MKCOL", "PROPPATCH", "COPY", "MOVE", "LOCK"]) {
    const { status, text } = await send(program, `${method} /lent/lent`, {
      destination: "/lent/x",
    });
    assert.equal(status, 403, method);
    assert.match(text, /writable: true/, method);
  }
});

test("R09: without the word there is no WebDAV", async () => {
  assert.equal((await send(program, "PROPFIND /plain/")).status, 405);
  assert.equal((await send(program, "OPTIONS /plain/")).headers.get("dav"), null);
});

test("R09: the server's own folder is not there for anybody", async () => {
  await send(program, "PUT /disk/p", {}, "x");
  assert.equal((await send(program, "PROPPATCH /disk/p", {}, PROPPATCH)).status, 207);
  assert.ok(existsSync(join(program.folder, "files", ".ferrox-dav", "p", "=properties")));
  const { text } = await send(program, "PROPFIND /disk/", { depth: "1" });
  assert.doesNotMatch(text, /ferrox-dav/);
  for (const line of ["PROPFIND /disk/.ferrox-dav/", "GET /disk/.ferrox-dav/p/=properties"]) {
    assert.equal((await send(program, line)).status, 404, line);
  }
  const into = await send(program, "COPY /disk/p", { destination: "/disk/.ferrox-dav/x" });
  assert.ok(into.status >= 400, `${into.status}`);
  assert.equal(existsSync(join(program.folder, "files", ".ferrox-dav", "x")), false);
});

test("R09: ten thousand entries are told, in pieces", async () => {
  const folder = join(program.folder, "files", "many");
  await mkdir(folder);
  for (let at = 0; at < 10_000; at += 100) {
    const names = Array.from({ length: 100 }, (_, more) => join(folder, `file ${at + more}`));
    await Promise.all(names.map((name) => writeFile(name, "")));
  }
  const { status, text, headers } = await send(program, "PROPFIND /disk/many/", { depth: "1" });
  assert.equal(status, 207);
  assert.equal(headers.get("content-length"), null);
  assert.equal(text.split("<D:response>").length - 1, 10_001);
  const tree = await send(program, "PROPFIND /disk/", { depth: "infinity" });
  assert.equal(tree.status, 403);
  assert.match(tree.text, /<D:propfind-finite-depth\/>/);
});

test("R09: what Finder, GNOME and Windows leave behind is kept like anything else", async () => {
  for (const name of ["._a", ".DS_Store", "Thumbs.db", "~$a.docx"]) {
    assert.equal(
      (await send(program, `PUT /disk/${name}`, { translate: "f" }, "x")).status,
      201,
      name,
    );
  }
  const { text } = await send(program, "PROPFIND /disk/._a", { depth: "0" });
  assert.match(text, /<D:href>\/disk\/\._a<\/D:href>/);
});

test("R09: with several workers there are no locks, and the server says so", async (t) => {
  const route = "routes:\n  - { path: /d/, files: disk, webdav: true }\n";
  const disk = "file_systems:\n  disk: { kind: disk, root: files, writable: true }\n";
  const config = configText(disk + route, "  workers: 2\n");
  const crew = await startProgram(t, { config, files: { "files/x": "" } });
  assert.match(crew.stderr(), /webdav: has no locks/);
  assert.equal((await send(crew, "OPTIONS /d/x")).headers.get("dav"), "1");
  assert.equal((await send(crew, "LOCK /d/x", {}, LOCK_INFO)).status, 405);
  assert.equal((await send(crew, "PROPPATCH /d/x", {}, PROPPATCH)).status, 207);
  for (let again = 0; again < 4; again++) {
    assert.ok((await send(crew, "PROPFIND /d/x")).text.includes(PROPERTY));
  }
});

test("R09: rules are kept on every path that a request touches, and locks are their makers'", async (t) => {
  const config = configText(
    "file_systems:\n  disk: { kind: disk, root: files, writable: true }\n" +
      "routes:\n  - { path: /d/, files: disk, webdav: true, auth: { users_file: users } }\n" +
      "auth:\n  - { path: /d/closed, users_file: users, read: [ann], list: [ann], write: [ann] }\n" +
      "  - { path: /d/box/fixed, users_file: users, write: [ann] }\n",
  );
  const hash = scryptHash("pw");
  const guarded = await startProgram(t, {
    config,
    files: {
      users: `ann:${hash}\nbob:${hash}\n`,
      "files/closed/secret": "s",
      "files/box/fixed/f": "f",
      "files/box/a": "a",
    },
  });
  const as = (name: string) => ({ authorization: `Basic ${btoa(`${name}:pw`)}` });
  const status = async (line: string, name: string, more: Record<string, string> = {}, body = "") =>
    (await send(guarded, line, { ...as(name), ...more }, body)).status;
  assert.equal((await send(guarded, "PROPFIND /d/")).status, 401);
  const seen = async (name: string) => (await send(guarded, "PROPFIND /d/", as(name))).text;
  assert.match(await seen("ann"), /closed\/secret/);
  assert.doesNotMatch(await seen("bob"), /closed/);
  assert.equal(await status("PROPFIND /d/closed/secret", "bob", { depth: "0" }), 403);
  assert.equal(await status("COPY /d/box/a", "bob", { destination: "/d/closed/a" }), 403);
  assert.equal(await status("MOVE /d/box", "bob", { destination: "/d/other" }), 403);
  assert.equal(await status("MOVE /d/box/a", "bob", { destination: "/d/box/fixed/f" }), 403);
  assert.equal(await status("DELETE /d/box", "bob"), 403);
  assert.equal(await status("COPY /d/box", "bob", { destination: "/d/copy" }), 201);
  const locked = await send(guarded, "LOCK /d/box/a", as("ann"), LOCK_INFO);
  const token = locked.headers.get("lock-token") ?? "";
  assert.equal(await status("PUT /d/box/a", "bob", { if: `(${token})` }, "b"), 423);
  assert.equal(await status("UNLOCK /d/box/a", "bob", { "lock-token": token }), 403);
  assert.equal(await status("PUT /d/box/a", "ann", { if: `(${token})` }, "b"), 204);
  assert.equal(
    await status("MOVE /d/box", "ann", { destination: "/d/other", if: `</d/box/a> (${token})` }),
    201,
  );
});

test("R09: properties outlive the server, locks outlive a reload", async () => {
  await send(program, "PUT /disk/lasting", {}, "x");
  await send(program, "PROPPATCH /disk/lasting", {}, PROPPATCH);
  await send(program, "LOCK /disk/lasting", {}, LOCK_INFO);
  program.signal("SIGHUP");
  await eventually("the reload", async () =>
    (await program.errorLog()).includes('"msg":"reloaded') ? true : undefined,
  );
  assert.equal((await send(program, "PUT /disk/lasting", {}, "y")).status, 423);
  await program.stop();
  const root = join(program.folder, "files");
  const again = await startProgram(
    { after },
    {
      config: configText(FILE_SYSTEMS.replace("root: files", `root: ${root}`) + ROUTES),
      files: { "upper/x": "", "lower/x": "", "ground/x": "" },
    },
  );
  assert.ok((await send(again, "PROPFIND /disk/lasting")).text.includes(PROPERTY));
  assert.equal((await send(again, "PUT /disk/lasting", {}, "y")).status, 204);
});
