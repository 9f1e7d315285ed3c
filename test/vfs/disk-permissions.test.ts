// Permissions mean nothing to root. So when root runs the tests, this file starts itself once
// more and gives up its rights before it does anything.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { diskFileSystem, type SymlinkPolicy } from "../../src/vfs/disk.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at, contentOf, namesIn, rejects } from "../contract/file-system.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";

const NOBODY = 65_534;
const SELF = fileURLToPath(import.meta.url);
const IS_CHILD = process.env.FERROX_TEST_AS_NOBODY === "1";

if (IS_CHILD) {
  dropRights();
  permissionTests();
} else {
  test("permissions hold for a process without rights and few descriptors", () => {
    // A shell, to set the limit: Node would raise a soft one by itself.
    const command = 'ulimit -n 60 && exec "$0" "$@"';
    const args = ["-c", command, process.execPath, "--test-reporter=tap", SELF];
    // Without the test runner's own variable, or the child would speak its binary protocol.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawnSync("sh", args, {
      env: { ...env, FERROX_TEST_AS_NOBODY: "1" },
      encoding: "utf8",
    });
    assert.equal(child.status, 0, child.stdout + child.stderr);
    assert.match(child.stdout, /^# pass 8$/m);
  });
}

/** By setuid and not by exec: the process then may not look into its own /proc as others do. */
function dropRights(): void {
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([NOBODY]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

function shut(t: TestContext, tree: Tree, symlinks: SymlinkPolicy = "inside") {
  const locked: string[] = [];
  // Before the folder is removed, which happens in the order of asking: locked, it would stay.
  t.after(() => {
    for (const path of locked) chmodSync(path, 0o700);
  });
  const home = tempFolder(t);
  writeTree(home, { "outside/secret.txt": "secret", "outside/shut/secret.txt": "secret" });
  writeTree(join(home, "www"), tree);
  const root = join(home, "www");
  const fs = diskFileSystem({ root, symlinks, dotfiles: false });
  /** Takes all rights from a path until the end of the test. */
  const lock = (path: string) => {
    chmodSync(join(home, path), 0);
    locked.unshift(join(home, path));
  };
  return { fs, root, lock };
}

function permissionTests(): void {
  describe("without permission", () => {
    test("this process is really not root", () => {
      assert.notEqual(process.getuid?.(), 0);
    });

    test("a file inside is denied when opened, and can still be stat'ed", async (t) => {
      const { fs, lock } = shut(t, { "a.txt": "text" });
      lock("www/a.txt");
      await rejects(fs.open(at("/a.txt")), "denied");
      assert.equal((await fs.stat(at("/a.txt"))).size, 4);
      assert.deepEqual(await namesIn(fs, ROOT), ["a.txt"]);
    });

    test("a folder inside is denied, and does not tell what it holds", async (t) => {
      const { fs, lock } = shut(t, { "dir/a.txt": "text" });
      lock("www/dir");
      await rejects(namesIn(fs, at("/dir")), "denied");
      for (const path of ["/dir/a.txt", "/dir/nothing"]) {
        await rejects(fs.open(at(path)), "denied");
        await rejects(fs.stat(at(path)), "denied");
      }
      assert.deepEqual(await namesIn(fs, ROOT), ["dir"]);
    });

    for (const symlinks of ["inside", "never"] as const) {
      test(`what is outside looks as if it did not exist (${symlinks})`, async (t) => {
        const { fs, root, lock } = shut(t, { "ok.txt": "ok" }, symlinks);
        lock("outside/secret.txt");
        lock("outside/shut");
        symlinkSync("../outside/secret.txt", join(root, "unreadable"));
        symlinkSync("../outside/shut/secret.txt", join(root, "behind"));
        symlinkSync("../outside/shut", join(root, "folder"));
        symlinkSync("/root/nothing", join(root, "root"));
        for (const path of ["/unreadable", "/behind", "/folder", "/folder/secret.txt", "/root"]) {
          const nowhere = new FsError("not-found", `${path} not found`);
          await assert.rejects(fs.open(at(path)), nowhere);
          await assert.rejects(fs.stat(at(path)), nowhere);
          await assert.rejects(namesIn(fs, at(path)), nowhere);
        }
        assert.deepEqual(await namesIn(fs, ROOT), ["ok.txt"]);
      });
    }

    test("where all symlinks are followed, denied may be said of what is outside", async (t) => {
      const { fs, root, lock } = shut(t, {}, "any");
      lock("outside/secret.txt");
      symlinkSync("../outside/secret.txt", join(root, "unreadable"));
      await rejects(fs.open(at("/unreadable")), "denied");
    });

    test("a root that may not be entered is denied, and served when it may", async (t) => {
      const { fs, root, lock } = shut(t, { "a.txt": "text" });
      lock("www");
      await rejects(fs.stat(at("/a.txt")), "denied");
      await rejects(namesIn(fs, ROOT), "denied");
      chmodSync(root, 0o700);
      assert.equal(await contentOf(fs, at("/a.txt")), "text");
    });
  });

  test("out of descriptors, files are unavailable until there are some again", async (t) => {
    const { fs } = shut(t, { "a.txt": "text" });
    const taken: number[] = [];
    try {
      assert.throws(() => {
        for (;;) taken.push(openSync("/dev/null", "r"));
      }, /EMFILE/);
      await rejects(fs.open(at("/a.txt")), "unavailable");
      await rejects(fs.stat(at("/a.txt")), "unavailable");
      await rejects(namesIn(fs, ROOT), "unavailable");
    } finally {
      for (const fd of taken) closeSync(fd);
    }
    assert.equal(await contentOf(fs, at("/a.txt")), "text");
  });
}
