import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { bytesOfText } from "../../src/base/surrogate-escape.ts";
import { type DiskOptions, diskFileSystem } from "../../src/vfs/disk.ts";
import { type Locator, locatorByDescriptor, locatorByName } from "../../src/vfs/disk-locator.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at, contentOf, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";
import { writerContract } from "../contract/file-system-writer.ts";
import { openDescriptors } from "../support/leaks.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";

const SECRET = "TOP-SECRET, and of a size that nothing else has";
const LOCATORS = [
  ["descriptor", locatorByDescriptor],
  ["name", locatorByName],
] as const;

for (const [name, locator] of LOCATORS) {
  for (const symlinks of ["inside", "never", "any"] as const) {
    writerContract(`a disk (by ${name}, symlinks: ${symlinks})`, async (files, t) => {
      const root = tempFolder(t);
      for (const [path, content] of Object.entries(files)) {
        const folder = path.endsWith("/") ? root + path : dirname(root + path);
        mkdirSync(folder, { recursive: true });
        if (!path.endsWith("/")) writeFileSync(root + path, content);
      }
      return diskFileSystem({ root, symlinks, dotfiles: false, writable: true }, locator);
    });
    fileSystemContract(`a disk (by ${name}, symlinks: ${symlinks})`, async (files, t) => {
      const root = tempFolder(t);
      for (const [path, content] of files) {
        const diskPath = bytesOfText(root + path);
        mkdirSync(bytesOfText(path.endsWith("/") ? root + path : dirname(root + path)), {
          recursive: true,
        });
        if (!path.endsWith("/")) writeFileSync(diskPath, content);
      }
      return {
        fs: diskFileSystem({ root, symlinks, dotfiles: false }, locator),
        async replace(path, content) {
          await nextTick(`${root}${path}.new`);
          writeFileSync(`${root}${path}.new`, content);
          renameSync(`${root}${path}.new`, root + path);
        },
        async remove(path) {
          rmSync(root + path);
        },
      };
    });
  }
}

/** The kernel's clock ticks every few milliseconds: writes to `path` until it has ticked. */
async function nextTick(path: string): Promise<void> {
  const changed = () => {
    rmSync(path, { force: true });
    writeFileSync(path, "");
    return statSync(path, { bigint: true }).ctimeNs;
  };
  const first = changed();
  while (changed() === first) await new Promise((resolve) => setImmediate(resolve));
}

/** `www` is the root; `outside` and `www-secret` lie beside it. */
function house(t: TestContext, tree: Tree, options: Partial<DiskOptions> = {}, locator?: Locator) {
  const home = tempFolder(t);
  writeTree(join(home, "www"), { "ok.txt": "ok", ...tree });
  writeTree(home, { "outside/secret.txt": SECRET, "www-secret/secret.txt": SECRET });
  const root = join(home, "www");
  const fs = diskFileSystem({ root, symlinks: "inside", dotfiles: false, ...options }, locator);
  return { home, root, fs };
}

/** All three ways in. */
async function isNowhere(fs: FileSystem, path: string): Promise<void> {
  const failures = await Promise.all(
    [fs.stat(at(path)), fs.open(at(path)), namesIn(fs, at(path))].map((attempt) =>
      attempt.then(
        () => "found",
        (error: unknown) => error,
      ),
    ),
  );
  for (const error of failures) {
    assert.ok(error instanceof FsError, `${path}: ${String(error)}`);
    assert.equal(error.message, `${path} not found`);
    assert.equal(error.code, "not-found");
    assert.equal("cause" in error, false);
  }
}

for (const [name, locator] of LOCATORS) {
  describe(`symlinks, found by ${name}`, () => {
    const links = (root: string) => {
      mkdirSync(join(root, "links"));
      for (const [link, target] of [
        ["inside.txt", "../ok.txt"],
        ["inside-dir", "../dir"],
        ["absolute.txt", join(root, "ok.txt")],
        ["root", ".."],
        ["chain", "inside.txt"],
        ["outside.txt", "../../outside/secret.txt"],
        ["outside-dir", "../../outside"],
        ["prefix.txt", `${root}-secret/secret.txt`],
        ["home", "../.."],
        ["proc", "/proc/self/environ"],
        ["chain-out", "outside.txt"],
        ["dangling", "nowhere"],
        ["loop", "loop"],
        ["there-and-back", "../../www/ok.txt"],
      ] as const) {
        symlinkSync(target, join(root, "links", link));
      }
    };
    const OUT = [
      "/links/outside.txt",
      "/links/outside-dir",
      "/links/outside-dir/secret.txt",
      "/links/outside-dir/nothing",
      "/links/outside.txt/below",
      "/links/prefix.txt",
      "/links/home",
      "/links/home/outside/secret.txt",
      "/links/proc",
      "/links/chain-out",
      "/links/dangling",
      "/links/loop",
      "/links/nothing",
    ];

    test("inside: those that end inside are followed", async (t) => {
      const { fs, root } = house(t, { "dir/page": "page" }, {}, locator);
      links(root);
      for (const [path, content] of [
        ["/links/inside.txt", "ok"],
        ["/links/absolute.txt", "ok"],
        ["/links/chain", "ok"],
        ["/links/there-and-back", "ok"],
        ["/links/inside-dir/page", "page"],
        ["/links/root/links/root/ok.txt", "ok"],
      ] as const) {
        assert.equal(await contentOf(fs, at(path)), content, path);
        assert.equal((await fs.stat(at(path))).size, content.length, path);
      }
      assert.deepEqual(await namesIn(fs, at("/links/inside-dir")), ["page"]);
    });

    for (const path of OUT) {
      test(`inside: ${path} looks like any missing name`, async (t) => {
        const { fs, root } = house(t, { "dir/page": "page" }, {}, locator);
        links(root);
        await isNowhere(fs, path);
      });
    }

    test("inside: a listing shows what may be followed, as what it leads to", async (t) => {
      const { fs, root } = house(t, { "dir/page": "page" }, {}, locator);
      links(root);
      const shown = ["absolute.txt", "chain", "inside-dir", "inside.txt", "root", "there-and-back"];
      assert.deepEqual(await namesIn(fs, at("/links")), shown);
      for await (const { name: link, stat } of fs.list(at("/links"))) {
        assert.deepEqual(stat, await fs.stat(at(`/links/${link}`)), link);
      }
    });

    test("never: no symlink is followed, in whatever segment", async (t) => {
      const { fs, root } = house(t, { "dir/page": "page" }, { symlinks: "never" }, locator);
      links(root);
      for (const path of OUT) await isNowhere(fs, path);
      for (const path of ["/links/inside.txt", "/links/inside-dir", "/links/inside-dir/page"]) {
        await isNowhere(fs, path);
      }
      assert.deepEqual(await namesIn(fs, at("/links")), []);
      assert.equal(await contentOf(fs, at("/dir/page")), "page");
    });

    test("any: all symlinks are followed, broken ones are not found", async (t) => {
      const { fs, root } = house(t, { "dir/page": "page" }, { symlinks: "any" }, locator);
      links(root);
      assert.equal(await contentOf(fs, at("/links/outside-dir/secret.txt")), SECRET);
      assert.equal((await fs.stat(at("/links/home"))).kind, "directory");
      await isNowhere(fs, "/links/dangling");
      await isNowhere(fs, "/links/loop");
      const names = await namesIn(fs, at("/links"));
      assert.deepEqual([names.length, names.includes("outside.txt")], [12, true]);
    });

    test("a hard link is a file like any other", async (t) => {
      const { fs, home, root } = house(t, {}, { symlinks: "never" }, locator);
      linkSync(join(home, "outside/secret.txt"), join(root, "hard"));
      assert.equal(await contentOf(fs, at("/hard")), SECRET);
    });
  });

  describe(`the root, found by ${name}`, () => {
    test("may be a symlink, turned while we run", async (t) => {
      const home = tempFolder(t);
      writeTree(home, { "one/a": "first", "two/a": "second", "two/b": "b" });
      symlinkSync("one", join(home, "current"));
      const root = join(home, "current");
      for (const symlinks of ["inside", "never", "any"] as const) {
        const fs = diskFileSystem({ root, symlinks, dotfiles: false }, locator);
        assert.equal(await contentOf(fs, at("/a")), "first");
        turn(root, "two");
        assert.equal(await contentOf(fs, at("/a")), "second");
        assert.equal((await fs.stat(at("/b"))).size, 1);
        assert.deepEqual(await namesIn(fs, ROOT), ["a", "b"]);
        turn(root, "one");
        assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
      }
    });

    test("may be a plain folder that becomes a symlink, and back", async (t) => {
      const { fs, home, root } = house(t, { a: "plain" }, {}, locator);
      assert.equal(await contentOf(fs, at("/a")), "plain");
      writeTree(home, { "other/a": "linked" });
      renameSync(root, join(home, "kept"));
      symlinkSync("other", root);
      assert.equal(await contentOf(fs, at("/a")), "linked");
      rmSync(root);
      renameSync(join(home, "kept"), root);
      assert.equal(await contentOf(fs, at("/a")), "plain");
    });

    test("may be removed and put back", async (t) => {
      const { fs, root } = house(t, {}, {}, locator);
      assert.equal(await contentOf(fs, at("/ok.txt")), "ok");
      rmSync(root, { recursive: true });
      await isNowhere(fs, "/");
      await isNowhere(fs, "/ok.txt");
      writeTree(root, { "ok.txt": "back" });
      assert.equal(await contentOf(fs, at("/ok.txt")), "back");
    });

    test("may be missing from the start", async (t) => {
      const root = join(tempFolder(t), "not", "yet");
      const fs = diskFileSystem({ root, symlinks: "inside", dotfiles: false }, locator);
      await isNowhere(fs, "/");
      await isNowhere(fs, "/a");
      writeTree(root, { a: "a" });
      assert.equal(await contentOf(fs, at("/a")), "a");
    });

    test("is no way out when a link in it leads to the root before", async (t) => {
      const home = tempFolder(t);
      writeTree(home, { "one/old": SECRET, "two/": "" });
      symlinkSync("../one/old", join(home, "two/link"));
      symlinkSync("one", join(home, "current"));
      const root = join(home, "current");
      const fs = diskFileSystem({ root, symlinks: "inside", dotfiles: false }, locator);
      assert.equal(await contentOf(fs, at("/old")), SECRET);
      turn(root, "two");
      await isNowhere(fs, "/link");
    });
  });
}

test("the root may be the whole disk", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a" });
  symlinkSync(join(folder, "a"), join(folder, "link"));
  for (const symlinks of ["inside", "any"] as const) {
    const fs = diskFileSystem({ root: "/", symlinks, dotfiles: true });
    assert.equal(await contentOf(fs, at(`${folder}/link`)), "a");
    assert.equal((await fs.stat(ROOT)).kind, "directory");
  }
});

test("a root that is not absolute is a mistake, told at once", () => {
  const make = () => diskFileSystem({ root: "www", symlinks: "inside", dotfiles: false });
  assert.throws(make, /the root www is not absolute/);
});

/** Turns a symlink in one step, as a deployment does. */
function turn(link: string, target: string): void {
  symlinkSync(target, `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** Without a writer: whoever opens it for reading, and is willing to wait, waits for ever. */
function makeFifo(path: string, t: TestContext): void {
  execFileSync("mkfifo", [path]);
  const hold = openSync(path, locatorByDescriptor.lookFlags);
  // A test that fails by waiting must end all the same: a writer comes, and stays for those who
  // have still to come.
  t.after(() => {
    openSync(`/proc/self/fd/${hold}`, constants.O_RDWR | constants.O_NONBLOCK);
    closeSync(hold);
  });
}

/** For tests that would otherwise wait for ever when they fail. */
const SOON = { timeout: 20_000 };

describe("what is no file", () => {
  test("a FIFO without a writer is denied at once, and holds no thread", SOON, async (t) => {
    const { fs, root } = house(t, {});
    makeFifo(join(root, "fifo"), t);
    // More than libuv has threads: if one waited, all would, and nothing could be read.
    const attempts = Array.from({ length: 20 }, () => rejects(fs.open(at("/fifo")), "denied"));
    await Promise.all([...attempts, rejects(fs.stat(at("/fifo")), "denied")]);
    assert.equal(await contentOf(fs, at("/ok.txt")), "ok");
    await rejects(namesIn(fs, at("/fifo")), "not-a-directory");
    assert.deepEqual(await namesIn(fs, ROOT), ["ok.txt"]);
  });

  test("a socket is denied", async (t) => {
    const { fs, root } = house(t, {});
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, "socket"), resolve));
    t.after(() => server.close());
    await rejects(fs.open(at("/socket")), "denied");
    await rejects(fs.stat(at("/socket")), "denied");
    assert.deepEqual(await namesIn(fs, ROOT), ["ok.txt"]);
  });

  test("a device is denied, never read", async (t) => {
    const { fs, root } = house(t, {}, { symlinks: "any" });
    symlinkSync("/dev/zero", join(root, "zero"));
    await rejects(fs.open(at("/zero")), "denied");
    await rejects(fs.stat(at("/zero")), "denied");
    assert.deepEqual(await namesIn(fs, ROOT), ["ok.txt"]);
  });

  test("a FIFO, a socket or a device outside is not found", SOON, async (t) => {
    const { fs, home, root } = house(t, {});
    makeFifo(join(home, "outside/fifo"), t);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(home, "outside/socket"), resolve));
    t.after(() => server.close());
    symlinkSync("../outside/fifo", join(root, "fifo"));
    symlinkSync("../outside/socket", join(root, "socket"));
    symlinkSync("/dev/zero", join(root, "zero"));
    symlinkSync("/dev/tty", join(root, "tty"));
    for (const path of ["/fifo", "/socket", "/zero", "/tty"]) await isNowhere(fs, path);
  });
});

describe("names that start with a dot", () => {
  const TREE = {
    ".env": "x",
    ".git/config": "x",
    "a/.b/c": "x",
    "..double": "x",
    ".well-known/acme-challenge/token": "token",
    ".well-known/.htpasswd": "x",
    "a/.well-known/x": "x",
  };

  test("are not found, and not listed", async (t) => {
    const { fs } = house(t, TREE);
    for (const path of ["/.env", "/.git", "/.git/config", "/a/.b/c", "/..double"]) {
      await isNowhere(fs, path);
    }
    await isNowhere(fs, "/a/.well-known/x");
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "ok.txt"]);
    assert.deepEqual(await namesIn(fs, at("/a")), []);
  });

  test("are found when the first is .well-known, without dots below it", async (t) => {
    const { fs } = house(t, TREE);
    assert.equal(await contentOf(fs, at("/.well-known/acme-challenge/token")), "token");
    assert.deepEqual(await namesIn(fs, at("/.well-known")), ["acme-challenge"]);
    await isNowhere(fs, "/.well-known/.htpasswd");
  });

  test("are found and listed where that is wanted", async (t) => {
    const { fs } = house(t, TREE, { dotfiles: true });
    assert.equal(await contentOf(fs, at("/.git/config")), "x");
    assert.deepEqual(await namesIn(fs, ROOT), [
      "..double",
      ".env",
      ".git",
      ".well-known",
      "a",
      "ok.txt",
    ]);
  });

  test("may stand behind a symlink with a plain name, as in Kubernetes' volumes", async (t) => {
    const { fs, root } = house(t, { "..2024_01_01/page": "page" });
    symlinkSync("..2024_01_01", join(root, "..data"));
    symlinkSync("..data/page", join(root, "page"));
    assert.equal(await contentOf(fs, at("/page")), "page");
    assert.deepEqual(await namesIn(fs, ROOT), ["ok.txt", "page"]);
    await isNowhere(fs, "/..data/page");
  });
});

describe("while somebody else changes the folder", () => {
  const SWAP_FILE = `
    fs.writeFileSync(root + "/t", "fine"); fs.renameSync(root + "/t", root + "/race.txt");
    fs.symlinkSync("../outside/secret.txt", root + "/t"); fs.renameSync(root + "/t", root + "/race.txt");
  `;
  const SWAP_FOLDER = `
    fs.renameSync(root + "/dir", root + "/away"); fs.symlinkSync("../outside", root + "/dir");
    fs.unlinkSync(root + "/dir"); fs.renameSync(root + "/away", root + "/dir");
  `;

  test("a file swapped for a symlink to the outside never leaks", async (t) => {
    const { fs, root } = house(t, { "race.txt": "fine" });
    const seen = await whileRepeating(SWAP_FILE, root, () => outcomes(fs, "/race.txt", 3));
    assert.deepEqual(seen, ["fine", "not-found", "size 4"]);
  });

  for (const symlinks of ["inside", "never"] as const) {
    test(`a folder swapped for a symlink to the outside never leaks (${symlinks})`, async (t) => {
      const { fs, root } = house(t, { "dir/secret.txt": "fine" }, { symlinks });
      const seen = await whileRepeating(SWAP_FOLDER, root, () =>
        outcomes(fs, "/dir/secret.txt", 3),
      );
      assert.deepEqual(seen, ["fine", "not-found", "size 4"]);
    });
  }

  test("a folder swapped while it is listed shows only what is inside", async (t) => {
    const { fs, root } = house(t, { "dir/in": "fine" });
    const seen = new Set<string>();
    await whileRepeating(SWAP_FOLDER, root, async () => {
      for (let round = 0; round < ROUNDS || (seen.size < 2 && round < 100 * ROUNDS); round++) {
        seen.add(await namesIn(fs, at("/dir")).then(String, codeOf));
      }
    });
    assert.deepEqual([...seen].sort(), ["in", "not-found"]);
  });

  for (const symlinks of ["inside", "never"] as const) {
    test(`a file that is replaced all the time is always there (${symlinks})`, async (t) => {
      const { fs, root } = house(t, { "race.txt": "fine" }, { symlinks });
      const replace = `
        fs.writeFileSync(root + "/t", "fine"); fs.renameSync(root + "/t", root + "/race.txt");
      `;
      const seen = await whileRepeating(replace, root, () => outcomes(fs, "/race.txt", 2));
      assert.deepEqual(seen, ["fine", "size 4"]);
    });
  }

  test("a deployment that turns the root is never noticed", async (t) => {
    const home = tempFolder(t);
    writeTree(home, { "one/page": "fine", "two/page": "fine" });
    symlinkSync("one", join(home, "current"));
    const root = join(home, "current");
    const fs = diskFileSystem({ root, symlinks: "inside", dotfiles: false });
    const deploy = `
      for (const release of ["one", "two"]) {
        fs.symlinkSync(release, root + ".new"); fs.renameSync(root + ".new", root);
      }
    `;
    const seen = await whileRepeating(deploy, root, () => outcomes(fs, "/page", 2));
    assert.deepEqual(seen, ["fine", "size 4"]);
  });
});

const ROUNDS = 300;

/** What reading and stat'ing give, each outcome once: many rounds, and more until `least` came. */
async function outcomes(fs: FileSystem, path: string, least: number): Promise<string[]> {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS || (seen.size < least && round < 100 * ROUNDS); round++) {
    seen.add(await contentOf(fs, at(path)).catch(codeOf));
    seen.add(await fs.stat(at(path)).then(({ size }) => `size ${size}`, codeOf));
  }
  return [...seen].sort();
}

function codeOf(error: unknown): string {
  return error instanceof FsError ? error.code : String(error);
}

/** Does `act` while a thread of its own repeats `step`, in which `root` and `fs` are known. */
async function whileRepeating<T>(step: string, root: string, act: () => Promise<T>): Promise<T> {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const fs = require("node:fs");
     const { control, root } = require("node:worker_threads").workerData;
     while (Atomics.load(control, 0) === 0) { ${step} }`,
    { eval: true, workerData: { control, root } },
  );
  const ended = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
  try {
    await new Promise((resolve) => worker.once("online", resolve));
    return await act();
  } finally {
    Atomics.store(control, 0, 1);
    await ended;
  }
}

describe("descriptors", () => {
  test("are close-on-exec, and never block", async (t) => {
    const { fs, root } = house(t, {});
    const file = await fs.open(at("/ok.txt"));
    const flags = flagsOfDescriptorOf(join(root, "ok.txt"));
    assert.equal(flags & 0o2000000, 0o2000000, "O_CLOEXEC");
    assert.equal(flags & 0o4000, 0o4000, "O_NONBLOCK");
    assert.equal(flags & 0o3, 0, "O_RDONLY");
    await file.close();
  });

  for (const [name, locator] of LOCATORS) {
    test(`are all given back, whatever happens (by ${name})`, SOON, async (t) => {
      const { fs, root } = house(t, { "dir/a": "a", "dir/b": "b" }, {}, locator);
      symlinkSync("../outside/secret.txt", join(root, "outside.txt"));
      symlinkSync("../outside", join(root, "outside-dir"));
      makeFifo(join(root, "fifo"), t);
      const before = openDescriptors();
      for (let round = 0; round < 20; round++) {
        for (const path of ["/ok.txt", "/dir", "/fifo", "/outside.txt", "/outside-dir", "/none"]) {
          await fs.stat(at(path)).catch(codeOf);
          await contentOf(fs, at(path)).catch(codeOf);
          await namesIn(fs, at(path)).catch(codeOf);
        }
        for await (const _entry of fs.list(at("/dir"))) break;
        fs.list(at("/dir"));
      }
      assert.equal(openDescriptors(), before);
    });
  }
});

function flagsOfDescriptorOf(path: string): number {
  for (const fd of readdirSync("/proc/self/fd")) {
    if (realPathOfDescriptor(fd) === path) {
      const text = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      return Number.parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? "", 8);
    }
  }
  throw new Error(`${path} is not open`);
}

/** "" for the descriptor of the listing itself, which is gone by now. */
function realPathOfDescriptor(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
