// tools/ready.mjs in a small tree of its own, with an npm and a tsc that only leave traces.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { repositoryRoot } from "../support/repository-root.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const LOCKFILE = JSON.stringify({
  packages: {
    "": { name: "tree" },
    "node_modules/typescript": { version: "7.0.0", integrity: "sha512-a" },
    "node_modules/elsewhere": { version: "1.0.0", optional: true },
  },
});

const INSTALLED = JSON.stringify({
  packages: { "node_modules/typescript": { version: "7.0.0", integrity: "sha512-a" } },
});

/** Writes an output for each source, one line a run into tsc.log; fails on "type error". */
const TSC = `
  const { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
  appendFileSync("tsc.log", "run\\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  for (const folder of ["src", "test"]) {
    mkdirSync("build/" + folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const text = readFileSync(folder + "/" + name, "utf8");
      if (text.includes("type error")) { console.log(name + "(1,1): type error"); process.exit(2); }
      for (const ending of [".js", ".js.map", ".d.ts"]) {
        writeFileSync("build/" + folder + "/" + name.replace(/\\.ts$/, ending), text);
      }
    }
  }
`;

/** Notes its arguments, and does what npm's last act is; fails where a file says so. */
const NPM = `#!/bin/sh
  echo "$@" >> npm.log
  if [ -e offline ]; then echo "npm error network"; exit 1; fi
  cp installed.json node_modules/.package-lock.json
`;

function tree(t: TestContext): string {
  const root = tempFolder(t);
  writeTree(root, {
    "package.json": "{}",
    "package-lock.json": LOCKFILE,
    "tsconfig.json": "{}",
    "src/a.ts": "a",
    "src/b.ts": "b",
    "test/a.test.ts": "test of a",
    "node_modules/.package-lock.json": INSTALLED,
    "node_modules/typescript/bin/tsc": TSC,
    "bin/npm": NPM,
    "installed.json": INSTALLED,
    "tools/": "",
  });
  chmodSync(join(root, "bin", "npm"), 0o755);
  copyFileSync(join(repositoryRoot(), "tools", "ready.mjs"), join(root, "tools", "ready.mjs"));
  return root;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function ready(root: string): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, "tools", "ready.mjs")], {
    env: { ...process.env, PATH: `${join(root, "bin")}${delimiter}${process.env.PATH ?? ""}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    texts.stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, ...texts };
}

const runsOf = (root: string) => readFileSync(join(root, "tsc.log"), "utf8").split("\n").length - 1;

const BUILT: Outcome = { code: 0, stdout: "ready: building (tsc)\n", stderr: "" };
const NOTHING: Outcome = { code: 0, stdout: "", stderr: "" };

test("a tree is built once, and then there is nothing to say", async (t) => {
  const root = tree(t);
  assert.deepEqual(await ready(root), BUILT);
  assert.deepEqual(await ready(root), NOTHING);
  assert.equal(runsOf(root), 1);
  assert.equal(readFileSync(join(root, "build/src/a.js"), "utf8"), "a");
});

for (const [what, change] of [
  ["a changed source", { "src/a.ts": "changed" }],
  ["a new test", { "test/c.test.ts": "new" }],
  ["a changed tsconfig.json", { "tsconfig.json": "{ }" }],
] as const) {
  test(`${what} is built`, async (t) => {
    const root = tree(t);
    await ready(root);
    writeTree(root, change);
    assert.deepEqual(await ready(root), BUILT);
    assert.deepEqual(await ready(root), NOTHING);
  });
}

test("an output that is gone is built again", async (t) => {
  const root = tree(t);
  await ready(root);
  rmSync(join(root, "build/src/b.js"));
  assert.deepEqual(await ready(root), BUILT);
});

test("outputs of a source that is gone go too", async (t) => {
  const root = tree(t);
  await ready(root);
  rmSync(join(root, "src/b.ts"));
  const { stdout } = await ready(root);
  assert.equal(
    stdout,
    "ready: building (tsc)\nready: removed 3 outputs of sources that are gone\n",
  );
  assert.equal(existsSync(join(root, "build/src/b.js")), false);
  assert.equal(existsSync(join(root, "build/src/a.js")), true);
});

test("a build that fails says why, and is tried again", async (t) => {
  const root = tree(t);
  await ready(root);
  writeTree(root, { "src/a.ts": "a type error" });
  const failed = await ready(root);
  assert.deepEqual(failed, {
    code: 1,
    stdout: "ready: building (tsc)\n",
    stderr: "a.ts(1,1): type error\nready: the build failed, see above\n",
  });
  assert.deepEqual(await ready(root), failed);
  writeTree(root, { "src/a.ts": "a" });
  assert.deepEqual(await ready(root), BUILT);
});

test("packages are installed when another version is asked for", async (t) => {
  const root = tree(t);
  await ready(root);
  writeTree(root, {
    "package-lock.json": LOCKFILE.replace("7.0.0", "7.0.1"),
    "installed.json": INSTALLED.replace("7.0.0", "7.0.1"),
  });
  const { code, stdout } = await ready(root);
  assert.equal(stdout, "ready: installing packages (npm ci)\nready: building (tsc)\n");
  assert.equal(code, 0);
  assert.match(readFileSync(join(root, "npm.log"), "utf8"), /^ci --include=dev /);
  assert.deepEqual(await ready(root), NOTHING);
});

test("an install that fails says why, and nothing is built", async (t) => {
  const root = tree(t);
  rmSync(join(root, "node_modules/.package-lock.json"));
  writeTree(root, { offline: "" });
  assert.deepEqual(await ready(root), {
    code: 1,
    stdout: "ready: installing packages (npm ci)\n",
    stderr: "npm error network\nready: npm ci failed, see above; nothing was built\n",
  });
  assert.equal(existsSync(join(root, "tsc.log")), false);
});

test("of three at once one builds and two wait", async (t) => {
  const root = tree(t);
  const outcomes = await Promise.all([ready(root), ready(root), ready(root)]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.code),
    [0, 0, 0],
  );
  assert.equal(runsOf(root), 1);
  assert.equal(existsSync(join(root, "build/ready.lock")), false);
});

test("a lock whose holder has died keeps nobody waiting", async (t) => {
  const root = tree(t);
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  writeTree(root, { "build/ready.lock": String(child.pid) });
  assert.deepEqual(await ready(root), BUILT);
  assert.equal(existsSync(join(root, "build/ready.lock")), false);
});

test("a Node that is too old is told so", async (t) => {
  const root = tree(t);
  const script = join(root, "tools/ready.mjs");
  const source = readFileSync(script, "utf8");
  writeTree(root, { "tools/ready.mjs": source.replace("[20, 19]", "[999, 1]") });
  assert.deepEqual(await ready(root), {
    code: 1,
    stdout: "",
    stderr: `ready: Node 999.1 or newer is needed; this is ${process.version}\n`,
  });
});
