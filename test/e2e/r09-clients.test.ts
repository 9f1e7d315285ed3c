// R09: the clients that people have: litmus (the suite of RFC 4918), rclone, cadaver, and a folder
// mounted by davfs2. Each is a program of somebody else's; where it is not there, its test is skipped.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { lacks } from "../support/have-tool.ts";
import { configText, eventually, startProgram, temporaryFolder } from "../support/program.ts";
import { runTool, type ToolResult } from "../support/run-tool.ts";

const program = await startProgram(
  { after },
  {
    config: configText(
      "file_systems:\n  files: { kind: disk, root: files, writable: true, dotfiles: true }\n" +
        "routes:\n  - { path: /dav/, files: files, webdav: true }\n",
    ),
    files: { "files/here.txt": "here" },
  },
);
const URL = `${program.url}/dav/`;
const SECONDS = 1000;

/** Bytes that no compressor and no cache could guess. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash("sha256").update(`noise ${at}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

test("R09: litmus passes whole", { skip: lacks("litmus") ?? false }, async () => {
  const folder = await temporaryFolder({ after });
  const run = await runTool(
    "sh",
    ["-c", 'cd "$0" && exec litmus -k "$1"', folder, URL],
    "",
    180 * SECONDS,
  );
  const text = run.stdout.toString();
  const summaries = [
    ...text.matchAll(/summary for `(\w+)': of (\d+) tests run: (\d+) passed, (\d+) failed/g),
  ];
  assert.deepEqual(
    summaries.map(([, suite, ran, passed]) => [suite, ran === passed]),
    ["basic", "copymove", "props", "locks", "http"].map((suite) => [suite, true]),
    text,
  );
  assert.doesNotMatch(text, /FAIL|SKIPPED|WARNING/);
});

async function rclone(...words: readonly string[]): Promise<ToolResult> {
  const where = `:webdav,url="${URL}",vendor=other:`;
  const args = words.map((word) => word.replace(/^dav:/, where));
  const run = await runTool(
    "rclone",
    ["--config", "/dev/null", "--retries", "1", ...args],
    "",
    300 * SECONDS,
  );
  assert.equal(run.code, 0, `rclone ${words.join(" ")}: ${run.stderr}`);
  return run;
}

test("R09: rclone copies, checks, syncs and moves a thousand files", {
  skip: lacks("rclone") ?? false,
}, async () => {
  const folder = await temporaryFolder({ after });
  const tree = join(folder, "tree");
  for (let group = 0; group < 10; group++) {
    const within = join(tree, `sub ${group}`, "ünï");
    await mkdir(within, { recursive: true });
    const names = Array.from({ length: 100 }, (_, at) => join(within, `f%20&+#?'${at}.txt`));
    await Promise.all(names.map((name, at) => writeFile(name, `${group} ${at}\n`)));
  }
  await writeFile(join(tree, "big.bin"), noise(3_000_000));
  await writeFile(join(tree, "empty"), "");
  await rclone("copy", tree, "dav:rc");
  await rclone("check", tree, "dav:rc", "--download");
  await writeFile(join(tree, "sub 0", "ünï", "f%20&+#?'0.txt"), "changed, and longer\n");
  await rename(join(tree, "empty"), join(tree, "renamed"));
  await rclone("sync", tree, "dav:rc");
  await rclone("check", tree, "dav:rc", "--download");
  await rclone("move", "dav:rc", "dav:moved");
  await rclone("check", tree, "dav:moved", "--download");
  const counted = (await rclone("size", "dav:moved", "--json")).stdout.toString();
  assert.match(counted, /"count":1002,/);
  const back = join(folder, "back");
  await rclone("move", "dav:moved/sub 3", back);
  assert.equal((await readdir(join(back, "ünï"))).length, 100);
  await rclone("purge", "dav:moved");
  assert.equal(existsSync(join(program.folder, "files", "moved")), false);
});

test("R09: a session of cadaver", { skip: lacks("cadaver") ?? false }, async () => {
  const folder = await temporaryFolder({ after }, { "up.bin": noise(100_000) });
  const script =
    "mkcol cad\ncd cad\nput up.bin\ncopy up.bin two.bin\nmove two.bin three.bin\nlock three.bin\n" +
    "propset three.bin author ann\npropget three.bin author\nunlock three.bin\nls\n" +
    "get three.bin down.bin\ndelete up.bin\ndelete three.bin\ncd ..\nrmcol cad\nquit\n";
  const run = await runTool(
    "sh",
    ["-c", 'cd "$0" && HOME="$0" exec cadaver "$1"', folder, URL],
    script,
  );
  const text = run.stdout.toString() + run.stderr;
  assert.doesNotMatch(text, /failed/i);
  assert.match(text, /Value of author is: ann/);
  assert.deepEqual(await readFile(join(folder, "down.bin")), noise(100_000));
  assert.equal(existsSync(join(program.folder, "files", "cad")), false);
});

/** Mounting takes the kernel's leave. */
function cannotMount(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may mount";
  return existsSync("/dev/fuse") ? lacks("mount.davfs", "umount") : "no /dev/fuse here";
}

test("R09: files copied into and out of a folder mounted by davfs2", {
  skip: cannotMount() ?? false,
}, async (t) => {
  const folder = await temporaryFolder({ after }, { "empty/x": "" });
  const point = join(folder, "point");
  const cache = join(folder, "cache");
  for (const name of [point, cache]) await mkdir(name);
  // The one who keeps the mount is another user.
  await chmod(folder, 0o755);
  await chmod(cache, 0o777);
  const secrets = join(folder, "secrets");
  const conf = join(folder, "davfs2.conf");
  await writeFile(secrets, `"${URL}" "x" "x"\n`, { mode: 0o600 });
  await writeFile(
    conf,
    `use_locks 1\nask_auth 0\nsecrets ${secrets}\ncache_dir ${cache}\ndelay_upload 0\ndir_refresh 1\n`,
  );
  const mounted = await runTool("mount.davfs", ["-o", `conf=${conf}`, URL, point]);
  if (mounted.code !== 0) {
    t.skip(`no mount here: ${mounted.stderr.trim()}`);
    return;
  }
  try {
    assert.equal(await readFile(join(point, "here.txt"), "utf8"), "here");
    await mkdir(join(point, "d", "e"), { recursive: true });
    await writeFile(join(point, "d", "f.bin"), noise(300_000));
    await rename(join(point, "d", "f.bin"), join(point, "d", "e", "g.bin"));
    assert.deepEqual(await readFile(join(point, "d", "e", "g.bin")), noise(300_000));
  } finally {
    const left = await runTool("umount", [point]);
    assert.equal(left.code, 0, left.stderr);
  }
  await eventually("the file that was copied in", async () => {
    const there = join(program.folder, "files", "d", "e", "g.bin");
    if (!existsSync(there)) return undefined;
    return (await readFile(there)).equals(noise(300_000)) ? true : undefined;
  });
});
