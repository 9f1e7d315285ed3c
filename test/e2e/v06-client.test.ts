// V06: the client end as a library, against the real server program: a login that is asked for by
// realm, an authority of one's own, a port, a session that ends, and files read and added to. V08:
// the example, as somebody runs it who has installed the package.

import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import {
  copyTree,
  DEFAULT_HTTPS_LIMITS,
  FsError,
  type HttpsFileSystem,
  httpsFileSystem,
  memoryFileSystem,
  readText,
  walk,
} from "../../src/index.ts";
import { at, contentOf, namesIn, rejects, textAt } from "../contract/file-system.ts";
import { findAuthority } from "../support/certificates.ts";
import { configText, PROJECT_ROOT, startProgram, temporaryFolder } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";

const BIG = Buffer.alloc(3_000_000, "0123456789abcdef-");

const program = await startProgram(
  { after },
  {
    config: configText(`tls: { enabled: true, dev: true }
limits: { vfs_session_idle: 1s, vfs_command_bytes: 64KiB, vfs_read_bytes: 20KiB }
file_systems:
  shared: { kind: disk, root: shared, writable: true }
  notes: { kind: memory, writable: true }
routes:
  - { path: /, vfs_https: notes, auth: { users_file: users } }
  - { path: /vfs, vfs_https: shared, auth: { users_file: users } }
`),
    files: { users: `user:${hashOf("pa:ss")}\n`, "shared/big": BIG, "shared/d/x": "x" },
  },
);
const authority = await findAuthority(program.folder);

function hashOf(password: string): string {
  const salt = Buffer.alloc(16, 7);
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  const plain = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$scrypt$ln=10,r=8,p=1$${plain(salt)}$${plain(key)}`;
}

interface Cleanup {
  after(act: () => void): void;
}

function open(t: Cleanup, realms: string[] = [], path = "/vfs"): HttpsFileSystem {
  const fs = httpsFileSystem({
    url: `https://localhost:${program.httpsPort}${path}`,
    ca: authority.pem.toString(),
    credentials(realm) {
      realms.push(realm);
      return { user: "user", password: "pa:ss" };
    },
  });
  t.after(() => fs.close());
  return fs;
}

describe("V06 the client library", () => {
  test("V06 the callback is asked for the realm PME, once", async (t) => {
    const realms: string[] = [];
    const fs = open(t, realms);
    assert.deepEqual((await namesIn(fs, at("/"))).includes("big"), true);
    assert.equal(await contentOf(fs, at("/d/x")), "x");
    assert.deepEqual(realms, ["PME"]);
  });

  test("V06 without the authority the server is not believed", async (t) => {
    const fs = httpsFileSystem({ url: `https://localhost:${program.httpsPort}/vfs` });
    t.after(() => fs.close());
    await assert.rejects(fs.stat(at("/")), /signed by nobody who is trusted here/);
  });

  test("V06 a file is read from its beginning, from its end, and whole", async (t) => {
    const fs = open(t);
    const file = await fs.open(at("/big"));
    t.after(() => file.close());
    assert.equal(file.stat.size, 3_000_000);
    assert.equal(await textAt(file, 17, 4), "0123");
    assert.equal(await textAt(file, 2_999_996, 100), BIG.toString("utf8", 2_999_996));
    const whole = Buffer.alloc(BIG.length);
    for (let position = 0; position < whole.length; ) {
      position += await file.readAt(whole.subarray(position, position + 8192), position);
    }
    assert.ok(whole.equals(BIG));
  });

  test("V06 a session that ends in the middle of a file is begun anew, and nothing happens twice", async (t) => {
    const realms: string[] = [];
    const fs = open(t, realms);
    const file = await fs.open(at("/big"));
    assert.equal(await textAt(file, 0, 4), "0123");
    await pause(1_500);
    assert.equal(await textAt(file, 1_700_000, 4), "0123");
    await file.close();
    await writeFile(join(program.folder, "shared/log"), "one,");
    await pause(1_500);
    assert.equal((await fs.writer.append(at("/log"), Buffer.from("two"))).size, 7);
    assert.equal(await readFile(join(program.folder, "shared/log"), "utf8"), "one,two");
    assert.deepEqual(realms, ["PME", "PME", "PME"]);
  });

  test("V06 a file longer than any command comes whole, over a server that takes little", async (t) => {
    const fs = open(t);
    assert.ok(DEFAULT_HTTPS_LIMITS.writeBytesMax > 64 * 1024);
    const draft = await fs.writer.write(at("/copy"));
    await draft.write(BIG);
    assert.equal(
      (await draft.commit({ expected: "nothing", modifiedMs: undefined })).size,
      3_000_000,
    );
    assert.ok((await readFile(join(program.folder, "shared/copy"))).equals(BIG));
  });

  test("V06 whole trees go there and back with the functions for all file systems", async (t) => {
    const fs = open(t, [], "/");
    const here = memoryFileSystem({ "/t/a": "A", "/t/d/b": "B", "/t/void/": "" });
    const path = at("/t");
    assert.equal(await copyTree({ fileSystem: here, path }, { fileSystem: fs, path }), 5);
    const back = memoryFileSystem();
    assert.equal(await copyTree({ fileSystem: fs, path }, { fileSystem: back, path }), 5);
    const found: string[] = [];
    for await (const step of walk({ fileSystem: back, path: at("/") })) found.push(step.path);
    assert.deepEqual(found.sort(), ["/t", "/t/a", "/t/d", "/t/d/b", "/t/void"]);
    assert.equal(await readText({ fileSystem: back, path: at("/t/d/b") }, 10), "B");
  });

  test("V06 errors have codes, as of any file system", async (t) => {
    const fs = open(t);
    await rejects(fs.open(at("/no")), "not-found");
    await rejects(fs.open(at("/d")), "is-a-directory");
    await rejects(fs.writer.remove(at("/d")), "not-empty");
    await rejects(fs.writer.makeDirectory(at("/d")), "exists");
    const wrong = httpsFileSystem({
      url: `https://localhost:${program.httpsPort}/vfs`,
      ca: authority.pem.toString(),
      credentials: { user: "user", password: "pa" },
    });
    t.after(() => wrong.close());
    await assert.rejects(wrong.stat(at("/")), (error) => {
      assert.ok(error instanceof FsError && error.code === "denied");
      assert.match(error.message, /does not accept this user and password$/);
      return true;
    });
  });
});

/** A folder in which `import "ferrox"` finds the build under test, as after `npm install`. */
async function installed(t: { after(act: () => Promise<void>): void }): Promise<string> {
  const folder = await temporaryFolder(t);
  const built = new URL("../../src/index.js", import.meta.url).href;
  const home = join(folder, "node_modules/ferrox");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  await writeFile(join(home, "index.js"), `export * from ${JSON.stringify(built)};\n`);
  await cp(join(PROJECT_ROOT, "examples/https-fs"), folder, { recursive: true });
  return folder;
}

describe("V08 the example", () => {
  test("V08 two runs of the client leave two dated lines on the example's server", async (t) => {
    const folder = await installed(t);
    const config = await readFile(join(folder, "ferrox.yml"), "utf8");
    const server = await startProgram(t, {
      config: config.replace("http_port: 8080", "http_port: 0").replace("8443", "0"),
    });
    const ca = (await findAuthority(server.folder)).path;
    const url = `https://localhost:${server.httpsPort}/`;
    const run = () => runTool(process.execPath, [join(folder, "client.mjs"), url, ca]);
    for (const count of [1, 2]) {
      const { code, stdout, stderr } = await run();
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "logging in to PME\n");
      const lines = stdout.toString().split("\n");
      assert.equal(lines.pop(), "");
      assert.equal(lines.length, count);
      for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  test("V08 the package exports what the example imports", async () => {
    const { exports } = JSON.parse(await readFile(join(PROJECT_ROOT, "package.json"), "utf8"));
    assert.equal(exports["."].default, "./build/src/index.js");
    const library: object = await import("../../src/index.ts");
    const text = await readFile(join(PROJECT_ROOT, "examples/https-fs/client.mjs"), "utf8");
    const names = /import \{([^}]*)\} from "ferrox"/.exec(text)?.[1]?.split(",") ?? [];
    assert.ok(names.length >= 4);
    for (const name of names) assert.ok(name.trim() in library, name);
  });
});
