// The commands on files far away, against our own server end; `put` and the rest as people use them.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { RemoteName } from "../../src/cli/options.ts";
import { runRemote } from "../../src/cli/remote.ts";
import type { RemoteOptions } from "../../src/cli/remote-work.ts";
import { type MemoryFiles, memoryFileSystem } from "../../src/vfs/memory.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { walk } from "../../src/vfs/tree.ts";
import { contentOf } from "../contract/file-system.ts";
import { lend } from "../support/lent.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";
import { ioOf, type PipesPlay, pipesOf } from "./played-terminal.ts";

const NO_FLAGS: Omit<RemoteOptions, "operands" | "ca" | "passwordFile"> = {
  long: false,
  recursive: false,
  force: false,
  parents: false,
};

interface Scene {
  /** What the server lends. */
  readonly there?: MemoryFiles;
  /** What lies in the folder where the command is run. */
  readonly here?: Tree;
  readonly isReadOnly?: boolean;
  readonly isTerminal?: boolean;
  readonly pipes?: PipesPlay;
}

type Flags = Partial<typeof NO_FLAGS>;

interface Stage {
  /** `URL` among the operands is the server. */
  run(
    name: RemoteName,
    operands: readonly string[],
    flags?: Flags,
  ): Promise<{ code: number; out: string; err: string }>;
  /** All that is there now: "/d/", "/a=content". */
  all(): Promise<string[]>;
}

async function stage(t: TestContext, scene: Scene): Promise<Stage> {
  const behind = memoryFileSystem(scene.there);
  const { url, ca } = await lend(t, scene.isReadOnly === true ? readOnly(behind) : behind, {
    user: ["ann", "secret"],
  });
  const cwd = tempFolder(t);
  writeTree(cwd, { "ca.pem": ca, ...scene.here });
  const server = url.replace("https://", "https://ann@");
  return {
    async run(name, operands, flags = {}) {
      const env = { FERROX_PASSWORD: "secret" };
      const io = ioOf({ cwd, env, isTerminal: scene.isTerminal ?? false });
      const pipes = pipesOf(scene.pipes ?? {});
      const words = operands.map((word) => (word === "URL" ? server : word));
      const options = { ...NO_FLAGS, ...flags, operands: words, passwordFile: undefined };
      const code = await runRemote(name, { ...options, ca: "ca.pem" }, { io, pipes });
      return { code, out: io.said.out + pipes.written.toString(), err: io.said.err };
    },
    async all() {
      const found: string[] = [];
      for await (const step of walk({ fileSystem: behind, path: ROOT })) {
        assert.ok(step.kind === "entry");
        const isFile = step.stat.kind === "file";
        found.push(isFile ? `${step.path}=${await contentOf(behind, step.path)}` : `${step.path}/`);
      }
      return found.sort();
    },
  };
}

const FILES = { "/b": "bee", "/a": "x".repeat(1234), "/d/e/f": "deep", "/d/void/": "" };

describe("ferrox ls", () => {
  for (const [operands, flags, out] of [
    [["URL"], {}, "a\nb\nd/\n"],
    [["URL", "/d"], {}, "e/\nvoid/\n"],
    [["URL", "b"], {}, "b\n"],
    [["URL"], { long: true }, "-  1234  a\n-     3  b\nd     -  d/\n"],
    [["URL", "/d"], { recursive: true }, "e/\ne/f\nvoid/\n"],
    [["URL", "/d", "/b"], {}, "/d:\ne/\nvoid/\n\n/b:\nb\n"],
    [["URL", "/d/void"], {}, ""],
  ] as const) {
    test(`${operands.join(" ")} ${Object.keys(flags).join(" ")}`, async (t) => {
      const { run } = await stage(t, { there: FILES });
      assert.deepEqual(await run("ls", operands, flags), { code: 0, out, err: "" });
    });
  }

  test("what is missing is told, and the rest is still listed", async (t) => {
    const { run } = await stage(t, { there: FILES });
    assert.deepEqual(await run("ls", ["URL", "/no", "/b"]), {
      code: 1,
      out: "/b:\nb\n",
      err: "ferrox ls: /no not found\n",
    });
  });

  for (const [isTerminal, out] of [
    [true, "\\x1b[2Jx\n"],
    [false, "\x1b[2Jx\n"],
  ] as const) {
    test(`a name that clears the screen, ${isTerminal ? "on" : "without"} a terminal`, async (t) => {
      const { run } = await stage(t, { there: { "/\x1b[2Jx": "" }, isTerminal });
      assert.equal((await run("ls", ["URL"])).out, out);
    });
  }
});

describe("ferrox cat", () => {
  test("prints bytes as they are, one file after the other", async (t) => {
    const { run } = await stage(t, { there: FILES });
    assert.deepEqual(await run("cat", ["URL", "/b", "d/e/f"]), {
      code: 0,
      out: "beedeep",
      err: "",
    });
  });

  test("says what it could not print, and prints the rest", async (t) => {
    const { run } = await stage(t, { there: FILES });
    assert.deepEqual(await run("cat", ["URL", "/d", "/no", "/b"]), {
      code: 1,
      out: "bee",
      err: "ferrox cat: /d is a directory (ferrox ls shows it)\nferrox cat: /no not found\n",
    });
  });

  test("ends without a word when nobody reads any more", async (t) => {
    const there = { "/big": "x".repeat(2_000_000), "/b": "bee" };
    const { run } = await stage(t, { there, pipes: { readsMax: 10 } });
    const { code, out, err } = await run("cat", ["URL", "/big", "/b"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.ok(out.length <= 262_144 && !out.includes("bee"), `${out.length}`);
  });
});

describe("ferrox put", () => {
  const here = { a: "A", b: "B", "d/x": "X", "d/e/y": "Y", "d/void/": "" };

  for (const [operands, flags, all] of [
    [["a", "URL", "/new"], {}, ["/in/", "/in/a=old", "/new=A"]],
    [["a", "URL", "/in"], {}, ["/in/", "/in/a=A"]],
    [["a", "b", "URL", "/in/"], {}, ["/in/", "/in/a=A", "/in/b=B"]],
    [["./d/../a", "URL", "/"], {}, ["/a=A", "/in/", "/in/a=old"]],
    [
      ["d", "URL", "/new"],
      { recursive: true },
      ["/in/", "/in/a=old", "/new/", "/new/e/", "/new/e/y=Y", "/new/void/", "/new/x=X"],
    ],
    [
      ["d/", "URL", "/in"],
      { recursive: true },
      ["/in/", "/in/a=old", "/in/d/", "/in/d/e/", "/in/d/e/y=Y", "/in/d/void/", "/in/d/x=X"],
    ],
  ] as const) {
    test(`${operands.join(" ")} ${Object.keys(flags).join(" ")}`, async (t) => {
      const scene = await stage(t, { there: { "/in/a": "old" }, here });
      assert.deepEqual(await scene.run("put", operands, flags), { code: 0, out: "", err: "" });
      assert.deepEqual(await scene.all(), all);
    });
  }

  for (const [operands, err] of [
    [["a", "URL", "/new/"], /^ferrox put: \/new is not there, and its slash says so/],
    [["a", "b", "URL", "/f"], /^ferrox put: \/f is no directory, and several files need one\n$/],
    [["d", "URL", "/new"], /^ferrox put: d is a folder \(-r: with all in it\)\n$/],
    [["no", "URL", "/new"], /^ferrox put: .*\/no is not on this machine\n$/],
    [["a", "URL", "/no/where"], /^ferrox put: \/no not found\n$/],
    [["a", "URL", "/f/below"], /^ferrox put: \/f is not a directory\n$/],
    [["-", "URL", "/"], /^ferrox put: \/ is a directory; what comes in needs a name there\n$/],
    [["-", "URL", "/no/x"], /^ferrox put: \/no not found\n$/],
  ] as const) {
    test(`${operands.join(" ")} is refused in one line`, async (t) => {
      const scene = await stage(t, { there: { "/f": "f" }, here });
      const ended = await scene.run("put", operands);
      assert.equal(ended.code, 1);
      assert.match(ended.err, err);
      assert.deepEqual(await scene.all(), ["/f=f"]);
    });
  }

  test("of several files, those that are there are brought", async (t) => {
    const scene = await stage(t, { there: { "/in/": "" }, here });
    const ended = await scene.run("put", ["no", "a", "URL", "/in"]);
    assert.equal(ended.code, 1);
    assert.match(ended.err, /^ferrox put: .*no is not on this machine\n$/);
    assert.deepEqual(await scene.all(), ["/in/", "/in/a=A"]);
  });

  test("what comes in becomes a file, however long", async (t) => {
    const input = ["one ", "x".repeat(3_000_000), " end"];
    const scene = await stage(t, { pipes: { input } });
    assert.equal((await scene.run("put", ["-", "URL", "/in"])).code, 0);
    assert.deepEqual(await scene.all(), [`/in=${input.join("")}`]);
  });
});

describe("ferrox rm", () => {
  for (const [operands, flags, code, err, all] of [
    [["URL", "/a"], {}, 0, "", ["/d/", "/d/x=x"]],
    [["URL", "/d"], {}, 1, "ferrox rm: /d is a directory (-r: with all in it)\n", undefined],
    [["URL", "/d"], { recursive: true }, 0, "", ["/a=a"]],
    [["URL", "/no"], {}, 1, "ferrox rm: /no not found\n", undefined],
    [["URL", "/no"], { force: true }, 0, "", undefined],
    [["URL", "/no", "/a"], {}, 1, "ferrox rm: /no not found\n", ["/d/", "/d/x=x"]],
    [
      ["URL", "/"],
      { recursive: true, force: true },
      1,
      "ferrox rm: / is all there is; name what lies in it instead\n",
      undefined,
    ],
  ] as const) {
    test(`${operands.join(" ")} ${Object.keys(flags).join(" ")}`, async (t) => {
      const scene = await stage(t, { there: { "/a": "a", "/d/x": "x" } });
      assert.deepEqual(await scene.run("rm", operands, flags), { code, out: "", err });
      assert.deepEqual(await scene.all(), all ?? ["/a=a", "/d/", "/d/x=x"]);
    });
  }
});

describe("ferrox mkdir", () => {
  for (const [operands, flags, err, all] of [
    [["URL", "/d", "/d/e"], {}, "", ["/a=a", "/d/", "/d/e/"]],
    [["URL", "/x/y/z"], { parents: true }, "", ["/a=a", "/x/", "/x/y/", "/x/y/z/"]],
    [["URL", "/x/y"], {}, "ferrox mkdir: /x not found (-p makes those above too)\n", ["/a=a"]],
    [
      ["URL", "/a"],
      {},
      "ferrox mkdir: /a exists already (-p minds nothing that is there)\n",
      ["/a=a"],
    ],
    [["URL", "/a/b"], { parents: true }, "ferrox mkdir: /a is not a directory\n", ["/a=a"]],
    [["URL", "/"], { parents: true }, "", ["/a=a"]],
  ] as const) {
    test(`${operands.join(" ")} ${Object.keys(flags).join(" ")}`, async (t) => {
      const scene = await stage(t, { there: { "/a": "a" } });
      const code = err === "" ? 0 : 1;
      assert.deepEqual(await scene.run("mkdir", operands, flags), { code, out: "", err });
      assert.deepEqual(await scene.all(), all);
    });
  }
});

describe("what cannot be done at all", () => {
  test("is told once, in one line, however many paths there are", async (t) => {
    const io = ioOf({ cwd: tempFolder(t), env: { FERROX_PASSWORD: "wrong" } });
    const { url } = await lend(t, memoryFileSystem({ "/a": "a" }), { user: ["ann", "secret"] });
    const operands = [url.replace("https://", "https://ann@"), "/a", "/b", "/c"];
    const options = { ...NO_FLAGS, operands, ca: undefined, passwordFile: undefined };
    assert.equal(await runRemote("ls", options, { io, pipes: pipesOf({}) }), 1);
    assert.match(
      io.said.err,
      /^ferrox ls: localhost:\d+: its certificate .* \(--ca FILE: whom to trust\)\n$/,
    );
  });

  test("a password that is not accepted is told once", async (t) => {
    const cwd = tempFolder(t);
    const { url, ca } = await lend(t, memoryFileSystem({ "/a": "a" }), { user: ["ann", "secret"] });
    writeTree(cwd, { "ca.pem": ca });
    const io = ioOf({ cwd, env: { FERROX_PASSWORD: "wrong" } });
    const operands = [url.replace("https://", "https://ann@"), "/a", "/b"];
    const options = { ...NO_FLAGS, operands, ca: "ca.pem", passwordFile: undefined };
    assert.equal(await runRemote("cat", options, { io, pipes: pipesOf({}) }), 1);
    assert.match(
      io.said.err,
      /^ferrox cat: localhost:\d+ does not accept this user and password\n$/,
    );
  });

  test("a read-only server says so", async (t) => {
    const scene = await stage(t, { there: { "/a": "a" }, here: { x: "x" }, isReadOnly: true });
    const removed = await scene.run("rm", ["URL", "/a"]);
    assert.deepEqual(
      [removed.code, removed.err],
      [1, "ferrox rm: /a cannot be changed so there\n"],
    );
    const brought = await scene.run("put", ["x", "URL", "/x"]);
    assert.deepEqual(
      [brought.code, brought.err],
      [1, "ferrox put: the server does not make /x, and does not say why\n"],
    );
  });

  test("operands that make no sense are exit status 2", async (t) => {
    const { run } = await stage(t, {});
    assert.equal((await run("ls", [])).code, 2);
    assert.equal((await run("ls", ["http://h/"])).code, 2);
  });
});
