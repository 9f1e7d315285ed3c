// R08: files that are changed over HTTP, on the real program, by curl where that is how people do it.

import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const CONFIG = configText(
  "limits: { upload_bytes: 1MiB, body_idle: 1s }\n" +
    "file_systems:\n" +
    "  up: { kind: disk, root: up, writable: true }\n" +
    "  mem: { kind: memory, writable: true, size: 100KiB }\n" +
    "  over: { kind: overlay, of: [mem, up] }\n" +
    "routes:\n" +
    "  - { path: /, files: site }\n" +
    "  - { path: /up/, files: up, index: true }\n" +
    "  - { path: /shown/, files: up, writable: false }\n" +
    "  - { path: /mem/, files: mem }\n" +
    "  - { path: /over/, files: over }\n",
);

interface Asked {
  readonly status: number;
  readonly fields: string;
  readonly body: string;
}

describe("R08", () => {
  let program: Program;
  const ends: (() => Promise<void>)[] = [];
  const disk = (name: string) => join(program.folder, "up", name);
  const text = (name: string) => readFile(disk(name), "utf8");

  before(async () => {
    program = await startProgram(
      { after: (end) => void ends.push(end) },
      { config: CONFIG, files: { "www/a.txt": "site\n", "up/old.txt": "old\n" } },
    );
  });
  after(async () => {
    const left = drafts(join(program.folder, "up"));
    const errors = await program.errorLog();
    for (const end of ends.reverse()) await end();
    assert.deepEqual(left, [], "no drafts are left");
    assert.doesNotMatch(errors, /"level":"error"/);
  });

  async function curl(...args: readonly string[]): Promise<Asked> {
    const done = await runTool("curl", ["-sS", "-i", "--max-time", "10", ...args]);
    assert.equal(done.code, 0, done.stderr);
    const parts = done.stdout.toString().split("\r\n\r\n");
    // An interim answer (100) comes before the real one.
    const at = parts.findIndex((part) => !/^HTTP\/1\.1 100/.test(part));
    const fields = parts[at] ?? "";
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(fields)?.[1]);
    return { status, fields, body: parts.slice(at + 1).join("\r\n\r\n") };
  }

  function field({ fields }: Asked, name: string): string | undefined {
    return new RegExp(`^${name}: (.*)$`, "im").exec(fields)?.[1]?.trim();
  }

  const url = (path: string) => program.url + path;
  const send = (path: string, content: string, ...args: readonly string[]) =>
    curl("-X", "PUT", "--data-binary", content, ...args, url(path));

  test("R08 curl -T makes a file (201) with its directories, and replaces it (204)", async () => {
    await writeFile(join(program.folder, "local.txt"), "from curl\n");
    const local = join(program.folder, "local.txt");
    const made = await curl("-T", local, url("/up/new/deep/x.txt"));
    assert.equal(made.status, 201);
    assert.equal(await text("new/deep/x.txt"), "from curl\n");
    assert.match(field(made, "ETag") ?? "", /^".+"$/);
    const again = await curl("-T", local, url("/up/new/deep/x.txt"));
    assert.equal(again.status, 204);
    const read = await curl(url("/up/new/deep/x.txt"));
    assert.equal(field(read, "ETag"), field(again, "ETag"));
    assert.equal(field(read, "Last-Modified"), field(again, "Last-Modified"));
  });

  test("R08 a chunked body is a file like any other", async () => {
    const done = await runTool(
      "curl",
      ["-sS", "-o", "-", "-w", "%{http_code}", "-T", "-", url("/up/chunked.txt")],
      "x".repeat(100_000),
    );
    assert.equal(done.stdout.toString(), "201");
    assert.equal((await text("chunked.txt")).length, 100_000);
  });

  test("R08 a directory is not PUT (405), below a file nothing is (409), nor a part (400)", async () => {
    const directory = await send("/up/", "x");
    assert.equal(directory.status, 405);
    assert.equal(field(directory, "Allow"), "GET, HEAD, OPTIONS, DELETE");
    assert.equal((await send("/up/old.txt/below", "x")).status, 409);
    assert.equal((await send("/up/old.txt", "x", "-H", "Content-Range: bytes 0-0/4")).status, 400);
    assert.equal((await send("/up/old.txt", "x", "-H", "Content-Encoding: gzip")).status, 415);
    assert.equal(await text("old.txt"), "old\n");
  });

  test("R08 the time of a file is what X-Last-Modified or X-OC-MTime says", async () => {
    await send("/up/t1", "x", "-H", "X-Last-Modified: 1000000000123");
    assert.equal(statSync(disk("t1")).mtime.toISOString(), "2001-09-09T01:46:40.123Z");
    const told = await send("/up/t2", "x", "-H", "X-OC-MTime: 1000000001");
    assert.equal(statSync(disk("t2")).mtime.toISOString(), "2001-09-09T01:46:41.000Z");
    assert.equal(field(told, "X-OC-MTime"), "accepted");
  });

  test("R08 DELETE removes a file, a directory with all in it, and of a link only the link", async () => {
    await mkdir(disk("gone/deep"), { recursive: true });
    await mkdir(disk("kept"), { recursive: true });
    await writeFile(disk("gone/deep/x"), "x");
    await writeFile(disk("kept/y"), "y");
    await symlink("../../kept", disk("gone/deep/link"));
    await symlink("..", disk("gone/deep/circle"));
    await symlink("kept", disk("direct"));
    await symlink("nowhere", disk("loose"));
    assert.equal((await curl("-X", "DELETE", url("/up/gone"))).status, 204);
    assert.equal(existsSync(disk("gone")), false);
    assert.equal((await curl("-X", "DELETE", url("/up/direct"))).status, 204);
    assert.equal((await curl("-X", "DELETE", url("/up/loose"))).status, 204);
    assert.deepEqual(readdirSync(disk("kept")), ["y"]);
    assert.equal((await curl("-X", "DELETE", url("/up/gone"))).status, 404);
    assert.equal((await curl("-X", "DELETE", url("/up/"))).status, 403);
  });

  test("R08 MKCOL makes a directory, once, where there is one above", async () => {
    assert.equal((await curl("-X", "MKCOL", url("/up/col/"))).status, 201);
    assert.equal((await curl("-X", "MKCOL", url("/up/col/"))).status, 405);
    assert.equal((await curl("-X", "MKCOL", url("/up/no/col"))).status, 409);
    assert.equal((await curl("-X", "MKCOL", "-d", "x", url("/up/col2"))).status, 415);
    assert.ok(statSync(disk("col")).isDirectory());
  });

  test("R08 who has seen an old state is refused (412)", async () => {
    const first = await send("/up/c.txt", "1");
    const tag = field(first, "ETag") ?? "";
    assert.equal((await send("/up/c.txt", "2", "-H", `If-Match: ${tag}`)).status, 204);
    assert.equal((await send("/up/c.txt", "3", "-H", `If-Match: ${tag}`)).status, 412);
    assert.equal((await send("/up/c.txt", "3", "-H", "If-None-Match: *")).status, 412);
    const remove = ["-X", "DELETE", "-H", `If-Match: ${tag}`, url("/up/c.txt")];
    assert.equal((await curl(...remove)).status, 412);
    assert.equal(await text("c.txt"), "2");
  });

  test("R08 of twenty who make the same file, one does", async () => {
    const asked = Array.from({ length: 20 }, (_, index) =>
      fetchRaw(
        program,
        ask("/up/race", { "If-None-Match": "*", "Content-Length": "2" }, "PUT") +
          String(index).padStart(2, "0"),
      ),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 412)]);
  });

  test("R08 where nothing may be changed: 405, or 403 that says why to those nearby", async () => {
    const plain = await send("/a.txt", "x");
    assert.equal(plain.status, 405);
    assert.equal(field(plain, "Allow"), "GET, HEAD, OPTIONS");
    for (const method of ["PUT", "DELETE", "MKCOL"]) {
      const refused = await curl("-X", method, url("/shown/old.txt"));
      assert.equal(refused.status, 403, method);
      assert.match(refused.body, /writable: true/);
    }
    assert.equal((await curl(url("/shown/old.txt"))).body, "old\n");
  });

  test("R08 OPTIONS says what may be done", async () => {
    const allowed = async (path: string) =>
      field(await curl("-X", "OPTIONS", url(path)), "Allow")?.split(", ") ?? [];
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "MKCOL"]) {
      assert.ok((await allowed("/up/old.txt")).includes(method), method);
    }
    assert.deepEqual(await allowed("/shown/old.txt"), ["GET", "HEAD", "OPTIONS"]);
  });

  test("R08 whoever asks to continue first sends nothing in vain", async () => {
    const head = { "Content-Length": "3", Expect: "100-continue" };
    const refused = await fetchRaw(program, ask("/up/col", { ...head }, "PUT"));
    assert.equal(refused.status, 405);
    const connection = await connect(program);
    connection.send(ask("/up/continued", head, "PUT"));
    assert.equal((await connection.response("PUT")).status, 100);
    connection.send("abc");
    assert.equal((await connection.response("PUT")).status, 201);
    connection.reset();
    assert.equal(await text("continued"), "abc");
  });

  test("R08 an upload that ends early, or stalls, leaves nothing behind", async () => {
    const part = `${ask("/up/made/for/it", { "Content-Length": "100" }, "PUT")}half`;
    const cut = connectTcp(program.port, "127.0.0.1");
    cut.write(part);
    await eventually("its draft", async () =>
      drafts(join(program.folder, "up")).length > 0 ? true : undefined,
    );
    cut.destroy();
    await eventually("nothing", async () => (existsSync(disk("made")) ? undefined : true));
    assert.equal((await fetchRaw(program, part)).status, 408);
    assert.equal(existsSync(disk("made")), false);
  });

  test("R08 what is too large is refused before it is read (413), what has no room (507)", async () => {
    const large = ask("/up/large", { "Content-Length": String(1024 * 1024 + 1) }, "PUT");
    assert.equal((await fetchRaw(program, large)).status, 413);
    const data = "x".repeat(101 * 1024);
    await writeFile(join(program.folder, "data"), data);
    assert.equal((await send("/mem/x", `@${join(program.folder, "data")}`)).status, 507);
    assert.equal((await curl(url("/mem/x"))).status, 404);
    assert.equal((await send("/mem/x", "fits")).status, 201);
  });

  test("R08 what was written is read at once: whole, in part, compressed, by HEAD, in listings", async () => {
    // Large enough to be compressed, and read before, so that it is remembered.
    for (const path of ["/up/w.txt", "/mem/w.txt", "/over/w.txt", "/shown/w.txt"]) {
      const target = path.replace("/shown/", "/up/");
      for (let round = 0; round < 4; round++) {
        const content = `${round}`.repeat(3000 + round);
        const { status } = await send(target, content);
        assert.ok(status === 204 || (round === 0 && status === 201), `${status}`);
        for (const again of [1, 2]) {
          const read = await curl(url(path));
          assert.equal(read.body, content, `${path} ${round} ${again}`);
          assert.equal((await curl("--compressed", url(path))).body, content);
          assert.equal((await curl("-r", "0-3", url(path))).body, content.slice(0, 4));
          const head = await curl("-I", url(path));
          assert.equal(field(head, "Content-Length"), String(content.length));
          const tag = field(read, "ETag") ?? "";
          assert.equal(field(head, "ETag"), tag);
          assert.equal((await curl("-H", `If-None-Match: ${tag}`, url(path))).status, 304);
        }
      }
      assert.equal((await curl("-X", "DELETE", url(target))).status, 204);
      assert.equal((await curl(url(path))).status, 404);
    }
    await send("/up/listed.txt", "x");
    assert.match((await curl(url("/up/"))).body, /listed\.txt/);
    await curl("-X", "DELETE", url("/up/listed.txt"));
    assert.doesNotMatch((await curl(url("/up/"))).body, /listed\.txt/);
  });

  test("R08 nothing is written outside, under hidden names, or through a link that leads there", async () => {
    await symlink("../logs", disk("out"));
    for (const path of ["/up/..%2f..%2fx", "/up/%2ftmp%2fx", "/up/.hidden", "/up/out/x"]) {
      const { status } = await curl("--path-as-is", "-X", "PUT", "--data-binary", "x", url(path));
      assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
    }
    // A link under the very name is replaced, not followed.
    await writeFile(join(program.folder, "secret"), "secret");
    await symlink(join(program.folder, "secret"), disk("linked"));
    assert.equal((await send("/up/linked", "x")).status, 201);
    assert.equal(await readFile(join(program.folder, "secret"), "utf8"), "secret");
    await utimes(disk("linked"), 1, 1);
  });
});

/** Names that a draft has, anywhere below. */
function drafts(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.ferrox-.*\.draft$/.test(name));
}
