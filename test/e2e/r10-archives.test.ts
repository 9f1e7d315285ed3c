// R10: directories as archives, as curl fetches them and tar, unzip and bsdtar read them.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import { descriptorsOf, memoryOf, peakOf } from "../support/process-figures.ts";
import { configText, eventually, startProgram } from "../support/program.ts";
import { runTool, type ToolResult } from "../support/run-tool.ts";
import { ask, connect, fetchRaw } from "../support/wire-client.ts";

const NO_TOOLS = lacks("curl", "tar", "unzip");
const NO_BSDTAR = lacks("curl", "bsdtar");
const MIB = 2 ** 20;

/** bcrypt of "right". */
const HASH = "$2b$08$ZR1qm3otiONaBiMyvYAfFeauKs.r7VKncN1eZbX6rAKhwz7n1ZU2i";

const program = await startProgram(
  { after },
  {
    config: configText(`file_systems:
  files: { kind: disk, root: files }
routes:
  - { path: /, files: files, archives: true, rfsapi: true, index: true }
  - { path: /plain/, files: files }
auth:
  - { path: /sub/closed, users: { ann: "${HASH}" }, read: users, list: users }
  - { path: /a-secret.txt, read: nobody, list: nobody, write: nobody }
`),
    files: {
      "files/a.txt": "hello\n",
      "files/.hidden": "hidden",
      "files/sub/é ü.txt": "x".repeat(100_000),
      "files/sub/deep/b.jpg": "y".repeat(1000),
      "files/ready.zip": "no real one",
      "files/sub/closed/inside.txt": "hunter2",
      "files/a-secret.txt": "hunter2",
      "secret/passwd": "hunter2",
    },
  },
);
const root = join(program.folder, "files");
mkdirSync(join(root, "empty"));
symlinkSync("../secret", join(root, "outside"));
symlinkSync("a.txt", join(root, "inside"));
symlinkSync("nowhere", join(root, "dangling"));
writeFileSync(Buffer.concat([Buffer.from(`${root}/raw-`), Buffer.from([0xff, 0xfe])]), "raw");

const ALL = [
  "a.txt",
  "empty/",
  "inside",
  "ready.zip",
  "sub/",
  "sub/deep/",
  "sub/deep/b.jpg",
  "sub/é ü.txt",
];

/** What a shell makes of it; $0 is the server's address, $1 … the arguments. */
function shell(command: string, ...args: readonly string[]): Promise<ToolResult> {
  return runTool("env", ["LC_ALL=C.UTF-8", "sh", "-c", command, program.url, ...args]);
}

async function linesOf(command: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await shell(command, ...args);
  assert.equal(code, 0, stderr);
  return stdout.toString("latin1").trimEnd().split("\n").sort();
}

const latin1 = (names: readonly string[]) =>
  names.map((name) => Buffer.from(name).toString("latin1")).sort();

for (const type of ["application/tar", "application/x-tar"]) {
  test(`R10 Accept: ${type} gets all that may be seen, for tar`, { skip: NO_TOOLS }, async () => {
    const command = 'curl -sf -H "Accept: $1" "$0/" | tar --quoting-style=literal -t';
    assert.deepEqual(await linesOf(command, type), [...latin1(ALL), "raw-\xff\xfe"].sort());
  });
}

for (const type of ["application/zip", "application/x-zip-compressed"]) {
  test(`R10 Accept: ${type} gets all that may be seen, for unzip`, { skip: NO_TOOLS }, async () => {
    const path = join(program.folder, "all.zip");
    const fetched = await shell('curl -sf -o "$2" -H "Accept: $1" "$0/"', type, path);
    assert.equal(fetched.code, 0);
    const tested = await runTool("unzip", ["-tq", path]);
    assert.equal(tested.code, 0, tested.stdout.toString());
    const { stdout } = await runTool("env", ["LC_ALL=C.UTF-8", "unzip", "-Z1", path]);
    assert.deepEqual(
      stdout.toString("latin1").trimEnd().split("\n").sort(),
      [...latin1(ALL), "raw-%FF%FE"].sort(),
    );
  });
}

test("R10 bsdtar reads both from a pipe", { skip: NO_BSDTAR }, async () => {
  for (const kind of ["tar", "zip"]) {
    const names = await linesOf('curl -sf "$0/sub/?archive=$1" | bsdtar -t', kind);
    assert.deepEqual(names, latin1(["deep/", "deep/b.jpg", "é ü.txt"]));
  }
});

test("R10 what comes out is what went in", { skip: NO_TOOLS }, async () => {
  const command = `mkdir "$1" && cd "$1" && curl -sf "$0/?archive=tar" | tar -x &&
    curl -sf -o z "$0/?archive=zip" && mkdir z1 && cd z1 && unzip -q ../z &&
    for d in .. .; do cmp "$d/a.txt" "$2/a.txt" && cmp "$d/inside" "$2/a.txt" &&
      cmp "$d/sub/é ü.txt" "$2/sub/é ü.txt" && test -d "$d/empty" || exit 1; done &&
    test "$(stat -c %Y ../a.txt)" = "$(stat -c %Y "$2/a.txt")"`;
  const { code, stderr } = await shell(command, join(program.folder, "out"), root);
  assert.equal(code, 0, stderr);
});

test("R10 the form asks too, and nobody is told the secret", { skip: NO_TOOLS }, async () => {
  const form = "vendor=http\r\narchive=yes-i-really-want-one\r\ntype=tar\r\n";
  const command = 'curl -sf -H "Content-Type: text/plain" --data-binary "$1" "$0/" | tar -xO';
  const { code, stdout } = await shell(command, form);
  assert.equal(code, 0);
  assert.ok(stdout.includes("hello") && !stdout.includes("hunter2") && !stdout.includes("hidden"));
});

test("R10 members that a visitor may not read are not in it; who may gets them", {
  skip: NO_TOOLS,
}, async () => {
  assert.equal((await fetchRaw(program, ask("/sub/closed/?archive=tar"))).status, 401);
  const command = 'curl -sf $1 "$0/sub/?archive=tar" | tar --quoting-style=literal -t';
  assert.deepEqual(await linesOf(command), latin1(["deep/", "deep/b.jpg", "é ü.txt"]));
  const closed = 'curl -sf -u ann:right "$0/sub/closed/?archive=tar" | tar -t';
  assert.deepEqual(await linesOf(closed), ["inside.txt"]);
});

for (const [path, fields, type, name] of [
  ["/sub/", { Accept: "application/tar" }, "application/tar", "sub.tar"],
  ["/sub", { Accept: "text/html;q=0.9, application/zip;q=0.1" }, "application/zip", "sub.zip"],
  ["/", { Accept: "application/zip;q=0, application/x-tar" }, "application/x-tar", "all.tar"],
  ["/a.txt", { Accept: "application/zip" }, "application/zip", "a.txt.zip"],
  ["/?archive=zip", {}, "application/zip", "all.zip"],
  ["/", { Accept: "application/tar", "X-Raw-Filesystem-API": "1" }, "application/tar", "all.tar"],
] as const) {
  test(`R10 ${path} with ${JSON.stringify(fields)} is ${name}`, async () => {
    for (const method of ["GET", "HEAD"]) {
      const answer = await fetchRaw(program, ask(path, fields, method));
      assert.equal(answer.status, 200);
      assert.equal(answer.fields.get("content-type"), type);
      assert.equal(
        answer.fields.get("content-disposition"),
        `attachment; filename="${name}"; filename*=UTF-8''${name}`,
      );
    }
  });
}

for (const [path, fields, status, type] of [
  ["/", { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" }, 200, "text/html; charset=utf-8"],
  ["/", { Accept: "application/*" }, 200, "application/json"],
  ["/ready.zip", { Accept: "application/zip" }, 200, "application/zip"],
  ["/plain/a.txt", { Accept: "application/zip" }, 200, "text/plain; charset=utf-8"],
  ["/missing?archive=zip", {}, 404, "text/html; charset=utf-8"],
  ["/outside?archive=tar", {}, 404, "text/html; charset=utf-8"],
] as const) {
  test(`R10 ${path} with ${JSON.stringify(fields)} is no archive`, async () => {
    const answer = await fetchRaw(program, ask(path, fields));
    assert.deepEqual([answer.status, answer.fields.get("content-type")], [status, type]);
    assert.equal(answer.fields.get("content-disposition"), undefined);
  });
}

test("R10 an answer that could have been an archive says so to caches", async () => {
  for (const path of ["/", "/a.txt", "/missing"]) {
    assert.match((await fetchRaw(program, ask(path))).fields.get("vary") ?? "", /\bAccept\b(?!-)/);
  }
});

test("R10 ten thousand files, memory as before", { skip: NO_TOOLS, timeout: 120_000 }, async () => {
  mkdirSync(join(root, "many"));
  for (let at = 0; at < 10_000; at++) writeFileSync(join(root, "many", `f${at}.txt`), `${at}\n`);
  for (const [kind, count] of [
    ["tar", 'curl -sf "$0/many/?archive=tar" | tar -t | wc -l'],
    [
      "zip",
      'curl -sf -o many.zip "$0/many/?archive=zip" && unzip -Z1 many.zip | wc -l && unzip -tq many.zip >&2',
    ],
  ] as const) {
    const grown = await peakOf(
      () => memoryOf(program.pid),
      async () => {
        const { code, stdout, stderr } = await shell(`cd "$1" && ${count}`, program.folder);
        assert.deepEqual([stdout.toString().trim(), code], ["10000", 0], stderr);
      },
    );
    assert.ok(grown < 96 * MIB, `${kind}: ${Math.round(grown / MIB)} MiB more`);
  }
});

test("R10 a file of more than 4 GiB", { skip: NO_TOOLS, timeout: 120_000 }, async () => {
  mkdirSync(join(root, "huge"));
  writeFileSync(join(root, "huge", "sparse.bin"), "");
  truncateSync(join(root, "huge", "sparse.bin"), 2 ** 32 + 1);
  const grown = await peakOf(
    () => memoryOf(program.pid),
    async () => {
      const { stdout } = await shell('curl -sf "$0/huge/?archive=tar" | tar -tv');
      assert.match(stdout.toString(), / 4294967297 .* sparse\.bin\n$/);
    },
  );
  assert.ok(grown < 96 * MIB, `${Math.round(grown / MIB)} MiB more`);
});

test("R10 a reader who goes away leaves nothing open", async () => {
  const isOurs = (name: string) => name.includes("sparse.bin");
  for (const kind of ["tar", "zip"]) {
    const reader = await connect(program);
    reader.send(ask(`/huge/?archive=${kind}`));
    assert.equal((await reader.head()).status, 200);
    assert.equal((await descriptorsOf(program.pid)).filter(isOurs).length, 1);
    reader.reset();
    await eventually("the file to be closed", async () => {
      const open = (await descriptorsOf(program.pid)).filter(isOurs);
      return open.length === 0 ? true : undefined;
    });
  }
  assert.doesNotMatch(await program.errorLog(), /"level":"error"/);
});

test("R10 a file cut while it is read makes an archive that ends as no whole one", {
  skip: NO_TOOLS,
}, async () => {
  const path = join(root, "sub", "cut.bin");
  writeFileSync(path, "");
  truncateSync(path, 32 * MIB);
  const command = 'curl -s --limit-rate 8M "$0/sub/?archive=tar" > "$1"; echo $?';
  const fetching = shell(command, join(program.folder, "cut.tar"));
  await eventually("the file being read", async () => {
    const open = await descriptorsOf(program.pid);
    return open.some((name) => name.includes("cut.bin")) ? true : undefined;
  });
  truncateSync(path, 10);
  const { stdout } = await fetching;
  assert.notEqual(stdout.toString().trim(), "0");
  const log = await program.errorLog();
  assert.match(log, /lacks the end of 1 files/);
  // What a visitor may not have is no news to anybody.
  assert.equal(log.match(/archive of .* lacks/g)?.length, 1);
});
